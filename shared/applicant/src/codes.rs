//! Answering picture codes and SMS codes.

use domain::{
    fault::{Code, Faults, Pointer},
    form::Form,
    ids::CaptchaId,
    moment::Moment,
    person::{SmsCode, SmsPurpose},
    text::compact_ungrouped,
};
use edge::Problem;
use ports::{
    codes::{TakeCaptcha, TrySmsCode},
    secrets::{Hash, Tag, TagPurpose},
};

/// An answer to a picture code, as it came with a form.
#[derive(Debug)]
pub struct CaptchaAnswer {
    id: CaptchaId,
    answer: String,
}

impl CaptchaAnswer {
    /// Reads `captchaId` and `captchaAnswer`.
    pub fn read(form: &mut Form<'_>) -> Option<Self> {
        let id = form.text("captchaId", |id| CaptchaId::parse(id).map_err(|_| Code("captcha.WRONG")));
        // Letters in either case, in full width, with spaces: the picture shows none of that.
        let answer = form.text("captchaAnswer", |answer| match compact_ungrouped(answer) {
            answer if answer.is_empty() => Err(domain::form::REQUIRED),
            answer => Ok(answer),
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

/// What the code is kept as, if it is the one that was sent to that phone for that purpose. Each look is one of its few
/// tries.
pub async fn sent_sms_code(
    codes: &impl TrySmsCode,
    keys: &impl Hash,
    purpose: SmsPurpose,
    mobile: &Tag,
    code: &SmsCode,
    now: Moment,
) -> Result<Option<Tag>, Problem> {
    let given = sms_tag(keys, mobile, code).await?;
    let kept = codes.try_sms_code(purpose, mobile, now).await?;
    Ok(kept.filter(|kept| *kept == given))
}

/// The fault of a field with an SMS code that is not the one that was sent, or is no good any more.
pub fn wrong_sms_code(field: &str) -> Faults {
    Faults::one(Pointer::root().child(field), Code("sms_code.WRONG"))
}

/// What an SMS code is kept as; the same digits sent to another phone are another code.
pub async fn sms_tag(keys: &impl Hash, mobile: &Tag, code: &SmsCode) -> Result<Tag, Problem> {
    Ok(keys.tag(TagPurpose::SmsCode, &format!("{}:{}", mobile.as_str(), code.expose())).await?)
}
