//! Answering picture codes and SMS codes.

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

/// Characters of the answer to a picture code; `captcha` draws as many.
pub const CAPTCHA_LENGTH: usize = 5;

/// An answer to a picture code, as it came with a form.
#[derive(Debug)]
pub struct CaptchaAnswer {
    id: CaptchaId,
    answer: String,
}

impl CaptchaAnswer {
    /// Reads `captchaId` and `captchaAnswer`: in letters of either case, in full width, with spaces, as people type them.
    /// What cannot be an answer is refused here, before the picture code is used up.
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

    /// Uses the picture code up; a fault at `captchaAnswer` unless the answer is right.
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

/// What an answer is kept as; letters in either case are the same answer.
pub async fn tag(keys: &impl Hash, id: CaptchaId, answer: &str) -> Result<Tag, Problem> {
    Ok(keys.tag(TagPurpose::Captcha, &format!("{id}:{}", answer.to_uppercase())).await?)
}

/// The code, if it is the one that was sent to that phone for that purpose, and for that request. Each look is one of its
/// few tries; a look with another phone, purpose or request is none, and is answered as a wrong code after the same work.
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

/// The fault of a field with an SMS code that is not the one that was sent, or is no good any more.
pub fn wrong_sms_code(field: &str) -> Faults {
    Faults::one(Pointer::root().child(field), Code("sms_code.WRONG"))
}

/// What an SMS code is kept as; the same digits of another request, or sent to another phone, are another code.
pub async fn sms_tag(keys: &impl Hash, id: SmsCodeId, mobile: &Tag, code: &SmsCode) -> Result<Tag, Problem> {
    let text = format!("{id}:{}:{}", mobile.as_str(), code.expose());
    Ok(keys.tag(TagPurpose::SmsCode, &text).await?)
}
