//! Checking the answers to captchas and SMS codes.

use domain::{
    fault::{Code, Faults, Pointer},
    form::{Form, REQUIRED},
    ids::{CaptchaId, SmsCodeId},
    moment::Moment,
    person::{SmsCode, SmsCodeAnswer, SmsPurpose},
    text::compact_ungrouped,
};
use edge::Problem;
use ports::{
    codes::{ConfirmedSmsCode, TakeCaptcha, TrySmsCode},
    secrets::{Hash, Tag, TagPurpose},
};

/// Length of a captcha answer; equal to the number of characters that `captcha` draws.
pub const CAPTCHA_LENGTH: usize = 5;

/// The answer to a captcha, as the form contained it.
#[derive(Debug)]
pub struct CaptchaAnswer {
    id: CaptchaId,
    answer: String,
}

impl CaptchaAnswer {
    /// Reads `captchaId` and `captchaAnswer`; upper and lower case, full-width letters and spaces are accepted. Refuses
    /// an impossible answer before the captcha is used up.
    pub fn read(form: &mut Form<'_>) -> Option<Self> {
        let id = form.text("captchaId", |id| CaptchaId::parse(id).map_err(|_| Code("captcha.WRONG")));
        let answer = form.text("captchaAnswer", |answer| {
            let answer = compact_ungrouped(answer);
            match answer.chars().count() {
                0 => Err(REQUIRED),
                CAPTCHA_LENGTH => Ok(answer),
                _ => Err(Code("captcha.LENGTH")),
            }
        });
        Some(Self { id: id?, answer: answer? })
    }

    /// Uses the captcha up; returns a fault at `captchaAnswer` unless the answer is correct.
    pub async fn check(
        &self,
        codes: &impl TakeCaptcha,
        keys: &impl Hash,
        now: Moment,
    ) -> Result<(), Problem> {
        let kept = codes.take_captcha(self.id, now).await?;
        let given = tag(keys, self.id, &self.answer).await?;
        if kept == Some(given) {
            Ok(())
        } else {
            Err(Faults::one(Pointer::root().child("captchaAnswer"), Code("captcha.WRONG")).into())
        }
    }
}

/// The tag under which an answer is stored; upper and lower case are equal.
pub async fn tag(keys: &impl Hash, id: CaptchaId, answer: &str) -> Result<Tag, Problem> {
    Ok(keys.tag(TagPurpose::Captcha, &format!("{id}:{}", answer.to_uppercase())).await?)
}

/// Returns the code if it was sent to that phone for that purpose and id. Each call counts as one of the code's few
/// tries. A call with another phone, purpose or id counts as no try, and is treated as a wrong code after the same
/// work.
pub async fn sent_sms_code(
    codes: &impl TrySmsCode,
    keys: &impl Hash,
    purpose: SmsPurpose,
    mobile: &Tag,
    answer: &SmsCodeAnswer,
    now: Moment,
) -> Result<Option<ConfirmedSmsCode>, Problem> {
    let id = answer.id;
    let given = sms_tag(keys, id, mobile, &answer.code).await?;
    let kept = codes.try_sms_code(id, purpose, mobile, now).await?;
    Ok(kept.filter(|kept| *kept == given).map(|code| ConfirmedSmsCode { id, code }))
}

/// The fault of a field with an SMS code that is wrong or no longer valid.
pub fn wrong_sms_code(field: &str) -> Faults {
    Faults::one(Pointer::root().child(field), Code("sms_code.WRONG"))
}

/// The tag under which an SMS code is stored; it depends on the id and the phone too.
pub async fn sms_tag(keys: &impl Hash, id: SmsCodeId, mobile: &Tag, code: &SmsCode) -> Result<Tag, Problem> {
    let text = format!("{id}:{}:{}", mobile.as_str(), code.expose());
    Ok(keys.tag(TagPurpose::SmsCode, &text).await?)
}
