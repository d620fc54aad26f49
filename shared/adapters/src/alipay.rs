//! What speaking to Alipay needs from the outside: the access from Secrets Manager, and an HTTP client.

use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorSettings},
    orchestrator::HttpRequest,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use ports::{
    Outcome, PortError,
    alipay::{Access, LoadAccess, PostForm},
};
use tokio::{sync::Mutex, time::timeout};

use crate::failure::{failed, unbuilt};

/// How long an access that was read is used: a new key takes effect within this time.
const REMEMBERED: Duration = Duration::from_mins(5);

/// The same, while there is none: whoever puts one there waits less.
const REMEMBERED_NONE: Duration = Duration::from_secs(10);

/// For how long a connection may be made.
const CONNECT: Duration = Duration::from_secs(2);

/// How long a call may take, from its first byte to the last of its answer: two of them fit into a function's time.
const CALL: Duration = Duration::from_secs(4);

/// Longest answer that is read, in bytes; those of the three calls have a few hundred.
const MAX_ANSWER: usize = 256 * 1_024;

/// The access, from Secrets Manager.
#[derive(Debug)]
pub struct AlipayAccess {
    client: Client,
    secret: String,
    remembered: Mutex<Option<(Instant, Option<Access>)>>,
}

impl AlipayAccess {
    pub(crate) fn new(client: Client, secret: String) -> Self {
        Self { client, secret, remembered: Mutex::new(None) }
    }
}

impl LoadAccess for AlipayAccess {
    async fn load_access(&self) -> Outcome<Option<Access>> {
        let mut remembered = self.remembered.lock().await;
        if let Some((since, access)) = &*remembered {
            let kept = if access.is_some() { REMEMBERED } else { REMEMBERED_NONE };
            if since.elapsed() < kept {
                return Ok(access.clone());
            }
        }
        let output = self.client.get_secret_value().secret_id(&self.secret).send().await.map_err(failed)?;
        // What the stack puts there itself is no access. The error of a failed parse would quote what it read.
        let access: Option<Access> = output.secret_string.and_then(|text| serde_json::from_str(&text).ok());
        *remembered = Some((Instant::now(), access.clone()));
        Ok(access)
    }
}

/// Sends forms by HTTPS, with the client that the SDK is linked with.
#[derive(Debug)]
pub struct Forms {
    connector: Connector,
}

impl Forms {
    pub(crate) fn new() -> Self {
        let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT).read_timeout(CALL).build();
        let connector = Connector::builder()
            .connector_settings(settings)
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .build();
        Self { connector }
    }

    async fn send(&self, url: &str, body: String) -> Outcome<Vec<u8>> {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").map_err(unbuilt)?;
        request.set_uri(url).map_err(unbuilt)?;
        request.headers_mut().insert("content-type", "application/x-www-form-urlencoded;charset=utf-8");
        let response = self.connector.call(request).await;
        // why: the address in the error's text has a signature in it.
        let response = response.map_err(|error| {
            let why = if error.is_timeout() { "no answer in time" } else { "no connection" };
            PortError::Unavailable(why.into())
        })?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(PortError::Unavailable(format!("the status {status}").into()));
        }
        let mut stream = ByteStream::new(response.into_body());
        let mut answer = Vec::new();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|_| PortError::Unavailable("half an answer".into()))?;
            if answer.len() + chunk.len() > MAX_ANSWER {
                return Err(PortError::Unavailable("an answer without end".into()));
            }
            answer.extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

impl PostForm for Forms {
    async fn post_form(&self, url: &str, body: String) -> Outcome<Vec<u8>> {
        let sent = timeout(CALL, self.send(url, body)).await;
        sent.unwrap_or_else(|_| Err(PortError::Unavailable("no answer in time".into())))
    }
}
