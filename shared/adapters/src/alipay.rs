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
    PortError, PortResult,
    alipay::{Access, GetSigned, LoadAccess, PostForm, SignedResponse},
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
    async fn load_access(&self) -> PortResult<Option<Access>> {
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

/// Sends forms and gets signed responses by HTTPS, with the client that the SDK is linked with.
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

    /// The response to a request, whatever its status.
    async fn send(&self, request: HttpRequest) -> PortResult<SignedResponse> {
        let response = self.connector.call(request).await;
        // why: the address in the error's text has a signature in it.
        let response = response.map_err(|error| {
            let why = if error.is_timeout() { "no answer in time" } else { "no connection" };
            PortError::Unavailable(why.into())
        })?;
        let header = |name| response.headers().get(name).unwrap_or_default().to_owned();
        let mut answer = SignedResponse {
            status: response.status().as_u16(),
            timestamp: header("alipay-timestamp"),
            nonce: header("alipay-nonce"),
            signature: header("alipay-signature"),
            body: Vec::new(),
        };
        let mut stream = ByteStream::new(response.into_body());
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|_| PortError::Unavailable("half an answer".into()))?;
            if answer.body.len() + chunk.len() > MAX_ANSWER {
                return Err(PortError::Unavailable("an answer without end".into()));
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }

    /// The same, within [`CALL`].
    async fn send_in_time(&self, request: HttpRequest) -> PortResult<SignedResponse> {
        let sent = timeout(CALL, self.send(request)).await;
        sent.unwrap_or_else(|_| Err(PortError::Unavailable("no answer in time".into())))
    }
}

fn request(method: &str, url: &str, body: SdkBody) -> PortResult<HttpRequest> {
    let mut request = HttpRequest::new(body);
    request.set_method(method).map_err(unbuilt)?;
    request.set_uri(url).map_err(unbuilt)?;
    Ok(request)
}

impl PostForm for Forms {
    async fn post_form(&self, url: &str, body: String) -> PortResult<Vec<u8>> {
        let mut request = request("POST", url, SdkBody::from(body))?;
        request.headers_mut().insert("content-type", "application/x-www-form-urlencoded;charset=utf-8");
        let answer = self.send_in_time(request).await?;
        match answer.status {
            200 => Ok(answer.body),
            status => Err(PortError::Unavailable(format!("the status {status}").into())),
        }
    }
}

impl GetSigned for Forms {
    async fn get_signed(&self, url: &str, authorization: &str) -> PortResult<SignedResponse> {
        let mut request = request("GET", url, SdkBody::empty())?;
        request.headers_mut().try_insert("authorization", authorization.to_owned()).map_err(unbuilt)?;
        self.send_in_time(request).await
    }
}
