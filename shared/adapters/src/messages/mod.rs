//! SMS, by whichever provider the stack has, and the outbox that shows them on a local stack.

mod aliyun;
mod outbox;
mod secret;
mod sns;

use domain::{ids::CaptchaId, mobile::Mobile, sms};
use ports::{
    PortResult,
    messages::{SendSms, ShowCaptcha, Unsent},
};

pub use aliyun::Aliyun;
pub(crate) use outbox::Outbox;
pub use secret::Secret;
pub use sns::Sns;

/// Shows the answers of picture codes: in the outbox, if there is one.
#[derive(Debug)]
pub struct CaptchaAnswers(pub(crate) Option<Outbox>);

impl ShowCaptcha for CaptchaAnswers {
    async fn show_captcha(&self, id: CaptchaId, answer: &str) -> PortResult<()> {
        match &self.0 {
            Some(outbox) => outbox.put("captcha", &id.to_string(), answer).await,
            None => Ok(()),
        }
    }
}

/// Sends SMS.
#[derive(Debug)]
pub enum Sms {
    /// By SNS, where it is offered.
    Sns(Sns),
    /// By Alibaba Cloud, with an access key that is kept in Secrets Manager.
    Aliyun(Aliyun, Secret),
    /// Not at all: into the outbox.
    Outbox(Outbox),
}

impl SendSms for Sms {
    async fn send_sms(&self, to: &Mobile, sms: &sms::Sms) -> Result<(), Unsent> {
        match self {
            Self::Sns(sns) => sns.send(to, sms).await,
            Self::Aliyun(aliyun, secret) => {
                let key = secret.access_key().await?;
                let sent = aliyun.send(&key, to, sms).await;
                if let Err(aliyun::Failure::Key(_)) = &sent {
                    // It may have been changed: the next message asks for it again.
                    secret.forget();
                }
                sent.map_err(Unsent::from)
            }
            Self::Outbox(outbox) => {
                let kind = if sms.reference().is_some() { "notice" } else { "sms" };
                outbox.put(kind, to.expose(), &sms.text()).await.map_err(|error| Unsent::Later(error.into()))
            }
        }
    }
}
