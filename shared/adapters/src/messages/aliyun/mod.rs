//! SMS by Alibaba Cloud: the operation `SendSms` of the service `Dysmsapi`, version 2017-05-25.
//!
//! The provider keeps the templates ([`domain::sms::templates`]) and the sender's name; a request names them and has the
//! values. It wants all of it in the query: the address is nobody's but the provider's, and is written down nowhere here.

mod sign;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, error::Error, time::Duration};

use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorSettings},
    orchestrator::HttpRequest,
    result::ConnectorError,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use domain::{
    mobile::Mobile,
    sms::{self, Sms},
};
use ports::{Clock, Random, messages::Unsent};
use serde::Deserialize;
use serde_json::json;

use super::secret::AccessKey;
use crate::{SystemClock, SystemRandom};

const ACTION: &str = "SendSms";
const VERSION: &str = "2017-05-25";

/// How long making a connection may take, and an attempt in all: less than any function's own time limit.
const CONNECT: Duration = Duration::from_secs(2);
const ATTEMPT: Duration = Duration::from_secs(5);

/// Attempts, where no connection was made: nothing can have been sent.
const ATTEMPTS: u32 = 2;

/// An answer is a few hundred bytes.
const MAX_ANSWER: u64 = 16 * 1_024;

/// What the provider says of the phone or of what is sent to it: the same message will never go through. Everything else
/// that it may say is about the account, its templates or its load, and passes or can be mended.
const REFUSED: [&str; 7] = [
    "isv.MOBILE_NUMBER_ILLEGAL",
    "isv.MOBILE_COUNT_OVER_LIMIT",
    "isv.BUSINESS_LIMIT_CONTROL",
    "isv.DAY_LIMIT_CONTROL",
    "isv.MONTH_LIMIT_CONTROL",
    "isv.BLACK_KEY_CONTROL_LIMIT",
    "isv.PARAM_LENGTH_LIMIT",
];

/// What it says of a key that is not, or no longer, good.
const WRONG_KEY: [&str; 4] =
    ["InvalidAccessKeyId", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidSecurityToken"];

/// Alibaba Cloud.
#[derive(Debug)]
pub struct Aliyun {
    connector: Connector,
    /// Scheme and host, such as `https://dysmsapi.aliyuncs.com`.
    endpoint: String,
    /// The sender's name as it is registered there.
    sign_name: String,
    /// The provider's code of each template.
    templates: BTreeMap<String, String>,
    /// How long an attempt may take.
    patience: Duration,
}

/// Why a message was not sent.
#[derive(Debug)]
pub(super) enum Failure {
    /// The access key is not good.
    Key(String),
    /// Anything else.
    Other(Unsent),
}

impl From<Failure> for Unsent {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Key(code) => Self::Later(format!("the provider refuses the access key: {code}").into()),
            Failure::Other(unsent) => unsent,
        }
    }
}

/// What the provider answers, be it a success or not.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    code: String,
    #[serde(default)]
    request_id: String,
}

/// What became of one attempt.
enum Attempt {
    /// No connection was made.
    NotMade(ConnectorError),
    /// The provider answered with that status and body.
    Answered(u16, Vec<u8>),
    /// Nobody knows.
    Lost(Box<dyn Error + Send + Sync>),
}

impl Aliyun {
    /// A provider with its templates, as a JSON object from our names to its codes; nothing if one is missing.
    pub(crate) fn new(endpoint: String, sign_name: String, templates: &str) -> Option<Self> {
        let templates: BTreeMap<String, String> = serde_json::from_str(templates).ok()?;
        let has_all = sms::templates().iter().all(|(name, _)| templates.contains_key(name));
        let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT).build();
        let connector = Connector::builder()
            .connector_settings(settings)
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .build();
        has_all.then_some(Self { connector, endpoint, sign_name, templates, patience: ATTEMPT })
    }

    /// Sends one message.
    pub(super) async fn send(&self, key: &AccessKey, to: &Mobile, sms: &Sms) -> Result<(), Failure> {
        let mut attempts = 1;
        loop {
            // Signed anew each time: the provider takes no nonce twice.
            let request = self.request(key, to, sms).map_err(|error| Failure::Other(Unsent::Later(error)))?;
            return match self.attempt(request).await {
                Attempt::NotMade(_) if attempts < ATTEMPTS => {
                    attempts += 1;
                    continue;
                }
                Attempt::NotMade(error) => Err(Failure::Other(Unsent::Later(Box::new(error)))),
                Attempt::Answered(status, body) => read(status, &body),
                Attempt::Lost(error) => Err(Failure::Other(Unsent::Unknown(error))),
            };
        }
    }

    fn request(
        &self,
        key: &AccessKey,
        to: &Mobile,
        sms: &Sms,
    ) -> Result<HttpRequest, Box<dyn Error + Send + Sync>> {
        let template = self.templates.get(&sms.template()).ok_or("a template has no code")?;
        let values: BTreeMap<&str, &str> = sms.values().into_iter().collect();
        let mut parameters = vec![
            ("PhoneNumbers", to.expose().to_owned()),
            ("SignName", self.sign_name.clone()),
            ("TemplateCode", template.clone()),
        ];
        if !values.is_empty() {
            parameters.push(("TemplateParam", json!(values).to_string()));
        }
        if let Some(reference) = sms.reference() {
            parameters.push(("OutId", reference.to_string()));
        }
        let query = sign::query(&mut parameters);

        let now = jiff::Timestamp::from_second(SystemClock.now().as_second())?;
        let host = self.endpoint.split_once("://").map_or(self.endpoint.as_str(), |(_, host)| host);
        let (empty, date) = (sign::sha256_hex(b""), now.to_string());
        let nonce = SystemRandom.ulid().to_string();
        let headers = sign::Headers {
            host,
            action: ACTION,
            content_sha256: &empty,
            date: &date,
            nonce: &nonce,
            version: VERSION,
        };
        let request = http::Request::post(format!("{}/?{query}", self.endpoint));
        let request =
            headers.pairs().into_iter().fold(request, |request, (name, value)| request.header(name, value));
        let request = request.header("accept", "application/json");
        let request = request.header("authorization", sign::authorization(key, &query, &headers));
        Ok(HttpRequest::try_from(request.body(SdkBody::empty())?)?)
    }

    async fn attempt(&self, request: HttpRequest) -> Attempt {
        let exchange = async {
            let response = match self.connector.call(request).await {
                Ok(response) => response,
                Err(error) if never_left(&error) => return Attempt::NotMade(error),
                Err(error) => return Attempt::Lost(Box::new(error)),
            };
            let status = response.status().as_u16();
            let body = response.into_body();
            if body.content_length().is_some_and(|length| length > MAX_ANSWER) {
                return Attempt::Lost("the provider's answer is too long".into());
            }
            match ByteStream::new(body).collect().await {
                Ok(bytes) => Attempt::Answered(status, bytes.to_vec()),
                Err(error) => Attempt::Lost(Box::new(error)),
            }
        };
        match tokio::time::timeout(self.patience, exchange).await {
            Ok(attempt) => attempt,
            Err(elapsed) => Attempt::Lost(Box::new(elapsed)),
        }
    }
}

/// Whether a request cannot have reached anybody: there was no connection to send it on.
pub(super) fn never_left(error: &ConnectorError) -> bool {
    use hyper_util::client::legacy::Error;
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<Error>().is_some_and(Error::is_connect) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// What an answer means.
fn read(status: u16, body: &[u8]) -> Result<(), Failure> {
    let Ok(Answer { code, request_id }) = serde_json::from_slice(body) else {
        let what = format!("the provider answered {status} with something else than JSON");
        return Err(Failure::Other(Unsent::Unknown(what.into())));
    };
    if code == "OK" {
        return Ok(());
    }
    tracing::warn!(status, code, provider_request_id = request_id, "the SMS provider took no message");
    Err(if WRONG_KEY.iter().any(|wrong| code.starts_with(wrong)) {
        Failure::Key(code)
    } else if REFUSED.contains(&code.as_str()) {
        Failure::Other(Unsent::Refused(code))
    } else if status >= 500 {
        Failure::Other(Unsent::Unknown(format!("the provider failed: {code}").into()))
    } else {
        Failure::Other(Unsent::Later(format!("the provider took no message: {code}").into()))
    })
}
