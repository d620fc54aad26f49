//! SMS, and the outbox that shows them on a local stack.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    ids::CaptchaId,
    mobile::Mobile,
    person::{SmsCode, SmsPurpose},
};
use ports::{
    Clock, Outcome,
    messages::{SendSmsCode, ShowCaptcha},
};

use crate::{SystemClock, failure::failed};

/// Keeps what a local stack would have sent, for `./dev outbox`. In an account there is no such table.
#[derive(Debug)]
pub struct Outbox {
    client: aws_sdk_dynamodb::Client,
    table: String,
}

impl Outbox {
    pub(crate) fn new(client: aws_sdk_dynamodb::Client, table: String) -> Self {
        Self { client, table }
    }

    async fn put(&self, kind: &str, to: &str, body: &str) -> Outcome<()> {
        let at = SystemClock.now();
        let text = |text: &str| AttributeValue::S(text.to_owned());
        self.client
            .put_item()
            .table_name(&self.table)
            .item("pk", text(&format!("{kind}#{to}")))
            .item("sk", text(&at.to_string()))
            .item("kind", text(kind))
            .item("to", text(to))
            .item("body", text(body))
            .item("createdAt", text(&at.to_string()))
            .item("ttl", AttributeValue::N((at.as_second() + 86_400).to_string()))
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }
}

/// Shows the answers of picture codes: in the outbox, if there is one.
#[derive(Debug)]
pub struct CaptchaAnswers(pub(crate) Option<Outbox>);

impl ShowCaptcha for CaptchaAnswers {
    async fn show_captcha(&self, id: CaptchaId, answer: &str) -> Outcome<()> {
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
    Sns(aws_sdk_sns::Client),
    /// Not at all: into the outbox.
    Outbox(Outbox),
}

impl SendSmsCode for Sms {
    async fn send_sms_code(&self, to: &Mobile, purpose: SmsPurpose, code: &SmsCode) -> Outcome<()> {
        let what = match purpose {
            SmsPurpose::Registration => "注册",
            SmsPurpose::PasswordReset => "找回密码",
            SmsPurpose::MobileChange => "更换手机号",
        };
        // 70 UCS-2 characters fit into one part, and each part is paid for.
        let text = format!("【报名】{what}验证码{}，5分钟内有效。请勿告诉他人。", code.expose());
        match self {
            Self::Outbox(outbox) => outbox.put("sms", to.expose(), &text).await,
            Self::Sns(client) => {
                client.publish().phone_number(to.e164()).message(text).send().await.map_err(failed)?;
                Ok(())
            }
        }
    }
}
