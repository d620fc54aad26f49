//! Getting in.

use domain::person::CONSENT_VERSION;
use edge::ProblemKind;
use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::{
    example,
    operation::{Caller, Operation, operation},
    texts::{AccountId, CaptchaId, IdTypeCode, Mobile, Moment, Role, SmsCode, SmsCodeId, SmsPurposeName},
};

/// A picture code.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Captcha {
    /// Names it when it is answered.
    captcha_id: CaptchaId,
    /// A PNG with five letters and digits.
    #[schemars(extend("contentEncoding" = "base64", "contentMediaType" = "image/png"))]
    image_png: String,
    /// Until when it can be answered, once, right or wrong.
    expires_at: Moment,
}

/// Asks for an SMS code.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct SmsCodeRequest {
    /// The phone.
    mobile: Mobile,
    /// What for.
    purpose: SmsPurposeName,
    /// The picture code.
    captcha_id: CaptchaId,
    /// What it shows: five characters, in either case, in full width, with spaces.
    #[schemars(length(min = 1, max = 2000))]
    captcha_answer: String,
}

/// An SMS code was sent, whether or not the phone has an account.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct SmsCodeSent {
    /// Names the request when the code is used; only with it can the code be tried.
    sms_code_id: SmsCodeId,
    /// Until when it is good, for five tries.
    expires_at: Moment,
    /// From when on another can be asked for.
    resend_at: Moment,
}

/// A new account. All rules of the fields are told at once.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct RegistrationRequest {
    /// 证件类型.
    id_type: IdTypeCode,
    /// 证件号码, by the rule of its kind.
    #[schemars(length(min = 5, max = 40))]
    id_number: String,
    /// 真实姓名, as the document prints it.
    #[schemars(length(min = 2, max = 50))]
    name: String,
    /// Three of upper case, lower case, digits and symbols, or 15 characters of any kind; nothing that others know, and
    /// nothing that is guessed first. Spaces at the ends do not count; the text is compared in NFC.
    #[schemars(length(min = 8, max = 64), extend("format" = "password"))]
    password: String,
    /// The same.
    #[schemars(length(min = 8, max = 64), extend("format" = "password"))]
    password_confirmation: String,
    /// 手机号.
    mobile: Mobile,
    /// The `smsCodeId` of the request for the code.
    sms_code_id: SmsCodeId,
    /// The code that was sent to it.
    sms_code: SmsCode,
    /// The `version` of `GET /v1/reference/consents`.
    consent_version: String,
}

/// The account.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Registered {
    /// Its id.
    account_id: AccountId,
}

/// Another password, for whoever is who the account is about and has its phone.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct PasswordResetRequest {
    /// 证件类型.
    id_type: IdTypeCode,
    /// 证件号码.
    #[schemars(length(min = 5, max = 40))]
    id_number: String,
    /// 真实姓名.
    #[schemars(length(min = 2, max = 50))]
    name: String,
    /// 手机号.
    mobile: Mobile,
    /// The `smsCodeId` of the request for the code.
    sms_code_id: SmsCodeId,
    /// The code that was sent to it for this purpose.
    sms_code: SmsCode,
    /// The new password, by the rule of registration.
    #[schemars(length(min = 8, max = 64), extend("format" = "password"))]
    password: String,
    /// The same.
    #[schemars(length(min = 8, max = 64), extend("format" = "password"))]
    password_confirmation: String,
}

/// Logging in.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct SessionRequest {
    /// The ID number or the phone; of a reviewer the staff account.
    #[schemars(length(min = 1, max = 64))]
    account: String,
    /// The password.
    #[schemars(length(min = 1, max = 256), extend("format" = "password"))]
    password: String,
    /// Applicant unless told.
    r#as: Option<Role>,
    /// The picture code.
    captcha_id: CaptchaId,
    /// What it shows: five characters, in either case, in full width, with spaces.
    #[schemars(length(min = 1, max = 2000))]
    captcha_answer: String,
}

/// A session. The refresh token is in a cookie that no script can read.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Session {
    /// For the header `Authorization`.
    access_token: String,
    /// What goes before it there.
    #[schemars(extend("const" = "Bearer"))]
    token_type: String,
    /// Good for that many seconds.
    expires_in: u32,
}

fn session() -> Value {
    json!({"accessToken": "eyJraWQiOiJ…", "tokenType": "Bearer", "expiresIn": 900})
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        operation("POST", "/v1/captchas", "createCaptcha", "Ask for a picture code", "获取图形验证码")
            .about("Good for one answer, right or wrong, within 5 minutes. 30 per address and 10 minutes.", "5分钟内有效，无论对错只能作答一次。每个地址10分钟内最多30次。")
            .once()
            .problem(&[ProblemKind::TooManyRequests])
            .answers::<Captcha>(
                201,
                json!({"captchaId": example::CAPTCHA, "imagePng": "iVBORw0KGgo=", "expiresAt": "2026-11-24T16:12:55.123+08:00"}),
            ),
        operation("POST", "/v1/sms-codes", "sendSmsCode", "Ask for an SMS code", "获取短信验证码")
            .about("Six digits, 5 minutes, 5 tries, for whoever has the `smsCodeId`. Again after 60 s. A day and purpose 20 for each \
                 phone, of which one address may ask for 5; 20 an hour for each address, of IPv6 for each /64.", "6位数字，5分钟内有效，凭smsCodeId使用，最多尝试5次。60秒后可重新获取；每个手机号每种用途每天20次，其中同一地址最多5次；每个地址每小时20次，IPv6按/64网段计算。")
            .once()
            .body::<SmsCodeRequest>(json!({
                "mobile": "13800001234", "purpose": "registration",
                "captchaId": example::CAPTCHA, "captchaAnswer": "K7M2P",
            }))
            .problem(&[ProblemKind::TooManyRequests])
            .answers::<SmsCodeSent>(
                202,
                json!({"smsCodeId": example::SMS_CODE, "expiresAt": "2026-11-24T16:12:55.123+08:00", "resendAt": "2026-11-24T16:08:55.123+08:00"}),
            ),
        operation("POST", "/v1/registrations", "registerApplicant", "Register", "注册")
            .about("100 tries an hour for each address, of IPv6 for each /64.", "每个地址每小时最多尝试100次，IPv6按/64网段计算。")
            .once()
            .body::<RegistrationRequest>(json!({
                "idType": "RIC", "idNumber": example::ID_NUMBER, "name": example::NAME,
                "password": "Quiet-harbour-7", "passwordConfirmation": "Quiet-harbour-7",
                "mobile": "13800001234", "smsCodeId": example::SMS_CODE, "smsCode": "482913", "consentVersion": CONSENT_VERSION,
            }))
            .problem(&[ProblemKind::AlreadyRegistered, ProblemKind::Conflict, ProblemKind::TooManyRequests])
            .answers::<Registered>(201, json!({"accountId": example::ACCOUNT})),
        operation("POST", "/v1/password-resets", "resetPassword", "Set another password", "重置密码")
            .about("Number, name and phone must be the account's; whatever does not fit is told as a wrong code. All \
                 sessions end. 10 tries in 15 minutes for each address, of IPv6 for each /64.", "证件号码、姓名和手机号须与账户一致，任何不符均提示验证码错误。所有会话随即失效。每个地址15分钟内最多尝试10次，IPv6按/64网段计算。")
            .once()
            .body::<PasswordResetRequest>(json!({
                "idType": "RIC", "idNumber": example::ID_NUMBER, "name": example::NAME,
                "mobile": "13800001234", "smsCodeId": example::SMS_CODE, "smsCode": "482913",
                "password": "Quiet-harbour-8", "passwordConfirmation": "Quiet-harbour-8",
            }))
            .problem(&[ProblemKind::TooManyRequests])
            .done(204),
        operation("POST", "/v1/sessions", "openSession", "Log in", "登录")
            .about(
                "Five wrong passwords from one address (of IPv6, one /64) close an account's login from there until 15 minutes \
                 after the first of them. From all addresses together 50 an hour and 200 a day, but for those from which the \
                 account was logged in to in the last 30 days; from one address to all accounts 200 an hour. A number that \
                 several accounts have is tried for each of them.",
                "同一地址（IPv6按/64）对同一账号连续输错密码5次，自首次错误起15分钟内不能在该地址登录。所有地址对同一账号合计每小时50次、每天200次，\
                 最近30天内登录过该账号的地址除外；同一地址对所有账号合计每小时200次。多个账号证件号码相同的，逐一验证。",
            )
            .body::<SessionRequest>(json!({
                "account": "13800001234", "password": "Quiet-harbour-7", "as": "applicant",
                "captchaId": example::CAPTCHA, "captchaAnswer": "K7M2P",
            }))
            .with_header("Set-Cookie")
            .problem(&[ProblemKind::LoginFailed, ProblemKind::TooManyRequests])
            .answers::<Session>(201, session()),
        operation("POST", "/v1/sessions/refresh", "refreshSession", "Go on with a session", "续期会话")
            .by(Caller::Session)
            .with_header("Set-Cookie")
            .answers::<Session>(200, session()),
        operation("DELETE", "/v1/sessions/current", "closeSession", "Log out", "退出登录")
            .by(Caller::PerhapsSession)
            .with_header("Set-Cookie")
            .done(204),
    ]
}
