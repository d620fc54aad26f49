//! Words to people.

use domain::{
    mobile::Mobile,
    person::{SmsCode, SmsPurpose},
};

use crate::Outcome;

/// Sends SMS.
pub trait SendSmsCode: Sync {
    /// Sends a code, and says what it is for.
    fn send_sms_code(
        &self,
        to: &Mobile,
        purpose: SmsPurpose,
        code: &SmsCode,
    ) -> impl Future<Output = Outcome<()>> + Send;
}

/// Shows to whoever develops what a person would read off a picture; does nothing in an account.
pub trait ShowCaptcha: Sync {
    /// The answer of a picture code.
    fn show_captcha(
        &self,
        id: domain::ids::CaptchaId,
        answer: &str,
    ) -> impl Future<Output = Outcome<()>> + Send;
}
