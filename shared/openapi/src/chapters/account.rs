//! The caller's own data.

use domain::{consent::BIOMETRICS_VERSION, person::CONSENT_VERSION};
use edge::ProblemKind;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::{CONFIRMATION, CONFIRMS, collection::Identity, desk::Limit};
use crate::{
    example,
    operation::{Caller, Operation, operation},
    texts::{
        AccountId, CaptchaId, CaseKindName, ExportId, ExportState, Mobile, Moment, NotificationId,
        NotificationKindName, SmsCode, SmsCodeId,
    },
};

/// The caller's account.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Account {
    /// Its id.
    account_id: AccountId,
    /// Who it is about.
    identity: Identity,
    /// When it was made.
    registered_at: Moment,
    /// The version of the consents that were given.
    consent_version: String,
    /// The consent to pictures of one's face.
    biometrics: Biometrics,
}

/// What one said about pictures of one's face.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Biometrics {
    /// The version of the text in force.
    version: String,
    /// Whether it is consented to.
    in_force: bool,
    /// What was said so far, oldest first.
    #[schemars(length(max = 20))]
    history: Vec<ConsentGiven>,
}

/// A consent that was given.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct ConsentGiven {
    /// To which text.
    version: String,
    /// When.
    given_at: Moment,
    /// When it was taken back.
    withdrawn_at: Option<Moment>,
}

/// Consents to the text of that version.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct ConsentRequest {
    /// The version that was read.
    #[schemars(length(min = 1, max = 2000))]
    version: String,
}

/// Another phone: both the one that the account has and the one that it is to have say yes.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct MobileRequest {
    /// The `smsCodeId` of the request for the code that the phone of the account got.
    current_sms_code_id: SmsCodeId,
    /// The code that the phone of the account got, of the purpose `mobile-change`.
    current_sms_code: SmsCode,
    /// The new phone.
    mobile: Mobile,
    /// The `smsCodeId` of the request for the code that the new phone got.
    sms_code_id: SmsCodeId,
    /// The code that the new phone got, of the same purpose.
    sms_code: SmsCode,
}

/// The phone that the account has now.
#[derive(JsonSchema)]
struct MobileChanged {
    /// Its middle hidden.
    mobile: String,
}

/// Closes the account for good.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct ClosingRequest {
    /// The password.
    #[schemars(length(min = 1, max = 256), extend("format" = "password"))]
    password: String,
    /// A picture code.
    captcha_id: CaptchaId,
    /// What it shows: five characters, in either case, in full width, with spaces.
    #[schemars(length(min = 1, max = 2000))]
    captcha_answer: String,
}

/// A copy was asked for.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct ExportAsked {
    /// Names it when it is looked for.
    export_id: ExportId,
    /// How far it is.
    state: ExportState,
}

/// A copy of everything that is kept about the caller.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Export {
    /// Which.
    export_id: ExportId,
    /// How far it is.
    state: ExportState,
    /// Files that are in it already.
    progress: Progress,
    /// Where it can be fetched, once it is ready: a ZIP.
    url: Option<String>,
    /// Until when that link is good; another call gives another one.
    expires_at: Option<Moment>,
    /// Until when the file is kept.
    kept_until: Moment,
}

/// How many files or lines are done.
#[derive(JsonSchema)]
pub(super) struct Progress {
    /// So many.
    done: u64,
    /// Of so many; 0 until they are counted.
    total: u64,
}

/// One page of the inbox, newest first.
#[derive(JsonSchema)]
struct Notifications {
    /// The notifications.
    items: Vec<Notification>,
    /// The `cursor` of the next page, if there may be one.
    next: Option<NotificationId>,
    /// How many of the newest hundred were not read.
    #[schemars(range(max = 100))]
    unread: u32,
}

/// Something that happened to a case of the caller's.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Notification {
    /// Which.
    notification_id: NotificationId,
    /// What the case is about.
    about: CaseKindName,
    /// What happened.
    kind: NotificationKindName,
    /// To which submission.
    round: u32,
    /// When.
    at: Moment,
    /// A few words.
    title: String,
    /// A sentence or two.
    text: String,
    /// When it was read.
    read_at: Option<Moment>,
}

fn notifications() -> Value {
    let (title, text) = ("信息采集需要修改", "您的信息采集未通过审核。请查看审核意见，修改后重新提交。");
    let notification = json!({
        "notificationId": example::NOTIFICATION, "about": "collection", "kind": "returned", "round": 1, "at": example::NOW,
        "title": title, "text": text, "readAt": null,
    });
    json!({"items": [notification], "next": null, "unread": 1})
}

fn account() -> Value {
    json!({
        "accountId": example::ACCOUNT, "identity": example::identity(),
        "registeredAt": example::NOW, "consentVersion": CONSENT_VERSION, "biometrics": biometrics(),
    })
}

fn biometrics() -> Value {
    let given = json!({"version": BIOMETRICS_VERSION, "givenAt": example::NOW, "withdrawnAt": null});
    json!({"version": BIOMETRICS_VERSION, "inForce": true, "history": [given]})
}

pub(super) fn operations() -> Vec<Operation> {
    let own = |method, path, id, en, zh| operation(method, path, id, en, zh).by(Caller::Applicant);
    vec![
        own("GET", "/v1/me", "getMe", "See one's account", "查看个人账户").answers::<Account>(200, account()),
        own("PUT", "/v1/me/consents/biometrics", "putConsent", "Agree to pictures of one's face", "同意照片的使用")
            .about(
                "A consent of its own, without which no picture of one's face is taken. The text is `biometrics` of the reference `consents`.",
                "单独同意；未同意的不接收证件照片、证件人像面和手持证件照片。文本见参考数据consents的biometrics。",
            )
            .body::<ConsentRequest>(json!({"version": BIOMETRICS_VERSION}))
            .problem(&[ProblemKind::Conflict])
            .answers::<Biometrics>(200, biometrics()),
        own("DELETE", "/v1/me/consents/biometrics", "deleteConsent", "Take that back", "撤回同意")
            .about(
                "What waits for review is withdrawn with it, pictures on which no decision rests are deleted, and copies of one's data from before are removed. A collection that could not be submitted again has to be confirmed.",
                "尚未审核的提交随之撤回，未经审核的照片随即删除，此前导出的个人信息文件一并删除。采集窗口关闭后撤回的信息采集不能再次提交，须经确认。",
            )
            .query::<bool>(CONFIRMATION, CONFIRMS, &json!(false))
            .problem(&[ProblemKind::NotEditable, ProblemKind::Conflict, ProblemKind::ConfirmationRequired, ProblemKind::InvalidRequest])
            .done(204),
        own("PUT", "/v1/me/mobile", "putMobile", "Change the phone", "更换手机号")
            .body::<MobileRequest>(
                json!({
                    "currentSmsCodeId": example::SMS_CODE, "currentSmsCode": "482913", "mobile": "13900001234",
                    "smsCodeId": example::OTHER_SMS_CODE, "smsCode": "305718",
                }),
            )
            .about("10 tries in 15 minutes.", "15分钟内最多尝试10次。")
            .problem(&[ProblemKind::AlreadyRegistered, ProblemKind::Conflict, ProblemKind::TooManyRequests])
            .answers::<MobileChanged>(200, json!({"mobile": "139****1234"})),
        own("POST", "/v1/me/exports", "requestExport", "Ask for a copy of one's data", "申请导出个人信息")
            .about("Of everything that is kept about the caller. 3 a day.", "包含所保存的全部本人信息。每天3次。")
            .once()
            .problem(&[ProblemKind::TooManyRequests])
            .answers::<ExportAsked>(202, json!({"exportId": example::EXPORT, "state": "pending"})),
        own("GET", "/v1/me/exports/{id}", "getExport", "See how far the copy is", "查看导出进度")
            .path::<ExportId>("id", "The caller's own copy.", example::EXPORT)
            .answers::<Export>(
                200,
                json!({
                    "exportId": example::EXPORT, "state": "ready", "progress": {"done": 9, "total": 9},
                    "url": "https://exports.s3.cn-north-1.amazonaws.com.cn/…",
                    "expiresAt": "2026-11-24T16:12:55.123+08:00", "keptUntil": "2026-11-26T16:07:55.123+08:00",
                }),
            ),
        own("GET", "/v1/me/notifications", "listNotifications", "See what one was told", "查看通知")
            .about(
                "Newest first. What is told here is also sent to the phone, by day.",
                "最新的在前。通知同时以短信发送，夜间不发送。",
            )
            .query::<Limit>("limit", "Notifications of a page; 20 unless told.", &json!(20))
            .query::<NotificationId>("cursor", "`next` of the page before.", &json!(example::NOTIFICATION))
            .problem(&[ProblemKind::MalformedRequest, ProblemKind::InvalidRequest])
            .answers::<Notifications>(200, notifications()),
        own("PUT", "/v1/me/notifications/{id}/read", "markNotificationRead", "Mark a notice as read", "标记通知为已读")
            .path::<NotificationId>("id", "A notice to the caller.", example::NOTIFICATION)
            .done(204),
        own("DELETE", "/v1/me", "closeAccount", "Close the account", "注销账户")
            .about("Nobody can log in any more, and the person may register again. After a lost answer send it again: \
                 what was begun is ended, whatever the body; 401 says that it has ended.", "注销后不能再登录，本人可以重新注册。未收到响应时可重新发送：已开始的注销会继续完成，与请求体无关；返回401表示已经完成。")
            .body::<ClosingRequest>(json!({
                "password": "Quiet-harbour-7", "captchaId": example::CAPTCHA, "captchaAnswer": "K7M2P",
            }))
            .with_header("Set-Cookie")
            .problem(&[ProblemKind::AccountInUse, ProblemKind::Conflict, ProblemKind::TooManyRequests])
            .done(204),
    ]
}
