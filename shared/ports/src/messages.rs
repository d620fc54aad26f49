//! Words to people.

use std::error::Error;

use domain::{mobile::Mobile, sms::Sms};

use crate::{PortError, PortResult};

/// Why an SMS was not sent, as far as anybody knows.
#[derive(Debug, thiserror::Error)]
pub enum Unsent {
    /// Nothing was sent; the same message may go through later.
    #[error("an SMS cannot be sent now")]
    Later(#[source] Box<dyn Error + Send + Sync>),
    /// Nothing was sent, and the same message never will be.
    #[error("an SMS was refused: {0}")]
    Refused(String),
    /// The answer was lost: it may have been sent.
    #[error("nobody knows whether an SMS was sent")]
    Unknown(#[source] Box<dyn Error + Send + Sync>),
}

impl Unsent {
    /// The same for a caller who does not send it again by themselves: whoever waits for a code asks for another.
    pub fn into_port_error(self) -> PortError {
        match self {
            Self::Later(_) | Self::Unknown(_) => PortError::Unavailable(Box::new(self)),
            Self::Refused(_) => PortError::Internal(Box::new(self)),
        }
    }
}

/// Sends SMS.
pub trait SendSms: Sync {
    /// Hands one message over to whoever delivers it, once: an attempt of which nobody knows what became is not repeated.
    fn send_sms(&self, to: &Mobile, sms: &Sms) -> impl Future<Output = Result<(), Unsent>> + Send;
}

/// Shows to whoever develops what a person would read off a picture; does nothing in an account.
pub trait ShowCaptcha: Sync {
    /// The answer of a picture code.
    fn show_captcha(
        &self,
        id: domain::ids::CaptchaId,
        answer: &str,
    ) -> impl Future<Output = PortResult<()>> + Send;
}
