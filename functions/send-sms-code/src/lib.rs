//! `POST /v1/sms-codes`: a code to a phone, for whoever read a picture code.

use applicant::codes::CaptchaAnswer;
use domain::{
    fault::Faults,
    form::Form,
    mobile::Mobile,
    person::{SmsCode, SmsPurpose},
    sms::Sms,
};
use edge::{Answer, Call, Problem};
use jiff::SignedDuration;
use ports::{
    Chance, Clock,
    codes::{Count, KeepSmsCode, Rate, Subject, TakeCaptcha},
    messages::{SendSms, Unsent},
    secrets::{Hash, Tag, TagPurpose},
};
use serde_json::{Value, json};

/// How long a code is good (domain specification, section 3).
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// How long to wait for the next one (domain specification, section 3, as the two limits below).
const RESEND: Rate = Rate { name: "sms-again", max: 1, window: SignedDuration::from_secs(60) };
const PER_MOBILE: Rate = Rate { name: "sms-mobile", max: 10, window: SignedDuration::from_hours(24) };
const PER_ADDRESS: Rate = Rate { name: "sms-address", max: 20, window: SignedDuration::from_hours(1) };

struct Command {
    mobile: Mobile,
    purpose: SmsPurpose,
    captcha: CaptchaAnswer,
}

impl Command {
    fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let mobile = form.text("mobile", Mobile::parse);
            let purpose = form.text("purpose", SmsPurpose::parse);
            let captcha = CaptchaAnswer::read(form);
            Some(Self { mobile: mobile?, purpose: purpose?, captcha: captcha? })
        })
    }
}

/// Sends a code. Whether the phone has an account is not told: a registered phone gets a code like any other.
pub async fn handle(
    call: Call,
    table: &(impl TakeCaptcha + Count + KeepSmsCode),
    keys: &impl Hash,
    sms: &impl SendSms,
    clock: &impl Clock,
    chance: &impl Chance,
) -> Result<Answer, Problem> {
    let command = Command::parse(&call.json()?)?;
    let now = clock.now();
    command.captcha.check(table, keys, now).await?;

    let address = keys.tag(TagPurpose::Address, call.address()).await?;
    let mobile = keys.tag(TagPurpose::Mobile, command.mobile.expose()).await?;
    table.count(PER_ADDRESS, &Subject::Address(address), now).await??;
    // Whoever has just registered may need another password at once; the day's limit is for all purposes together.
    let for_this = Tag::new(format!("{}-{}", command.purpose.as_str(), mobile.as_str()));
    table.count(RESEND, &Subject::Mobile(for_this), now).await??;
    table.count(PER_MOBILE, &Subject::Mobile(mobile.clone()), now).await??;

    let code = SmsCode::from_random(chance.number());
    let kept = applicant::codes::sms_tag(keys, &mobile, &code).await?;
    let expires_at = now.after(LIFETIME);
    table.keep_sms_code(command.purpose, &mobile, &kept, expires_at).await?;
    let message = Sms::Code { purpose: command.purpose, code };
    sms.send_sms(&command.mobile, &message).await.map_err(Unsent::into_port_error)?;
    Ok(Answer::accepted(&json!({"expiresAt": expires_at, "resendAt": now.after(RESEND.window)})))
}
