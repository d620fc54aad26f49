//! Messages to people.

use std::error::Error;

use domain::{mobile::Mobile, sms::Sms};

use crate::{PortError, PortResult};

/// Why an SMS was not sent, or may not have been.
#[derive(Debug, thiserror::Error)]
pub enum Unsent {
    /// It was not sent; a retry may succeed.
    #[error("an SMS cannot be sent now")]
    Later(#[source] Box<dyn Error + Send + Sync>),
    /// It was not sent, and a retry cannot succeed.
    #[error("an SMS was refused: {0}")]
    Refused(String),
    /// The provider's response was lost: it may have been sent.
    #[error("nobody knows whether an SMS was sent")]
    Unknown(#[source] Box<dyn Error + Send + Sync>),
}

impl Unsent {
    /// Converts the error for a caller that does not retry: the applicant requests a new code instead.
    pub fn into_port_error(self) -> PortError {
        match self {
            Self::Later(_) | Self::Unknown(_) => PortError::Unavailable(Box::new(self)),
            Self::Refused(_) => PortError::Internal(Box::new(self)),
        }
    }
}

/// Sends SMS messages.
pub trait SendSms: Sync {
    /// Passes one message to the provider, once: a try with an unknown result is not repeated.
    fn send_sms(&self, to: &Mobile, sms: &Sms) -> impl Future<Output = Result<(), Unsent>> + Send;
}

/// Shows captcha answers to developers; does nothing in a real AWS account.
pub trait ShowCaptcha: Sync {
    /// Shows the answer of a captcha.
    fn show_captcha(
        &self,
        id: domain::ids::CaptchaId,
        answer: &str,
    ) -> impl Future<Output = PortResult<()>> + Send;
}
