//! The HTTP side of the driver: one caller, its token and its cookie.
//!
//! Which routes there are is said in [`crate::routes`].

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Method, RequestBuilder, Url};
use serde_json::Value;

use crate::contract;
use crate::response::Response;
use crate::stack::Stack;

/// Longer than any function may run, so that a test sees the system's own answer to a slow function.
const PATIENCE: Duration = Duration::from_secs(40);

/// A caller of the API: anonymous until it has a token.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    origin: String,
    /// `Accept-Language`; the API's default language when there is none.
    pub language: Option<String>,
    /// The access token.
    pub token: Option<String>,
    /// The refresh cookie as `name=value`, kept by hand so that tests can lose or keep it.
    pub cookie: Option<String>,
    /// Headers sent with every request.
    headers: Vec<(&'static str, String)>,
    /// Whether a GET that got no answer is sent once more. Off in tests, where a lost answer is a failure.
    pub retry_reads: bool,
}

impl Client {
    /// A caller that nobody knows.
    pub fn new(stack: &Stack) -> Self {
        let mut http =
            reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
        let host = Url::parse(&stack.api).ok().and_then(|url| url.host_str().map(str::to_owned));
        if let Some(host) = host.filter(|host| host.ends_with(".localhost")) {
            // why: RFC 6761 reserves these names for the loopback, but not every C library resolves them.
            http = http.resolve(&host, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        }
        Self {
            http: http.build().expect("a client without TLS can be built"),
            origin: stack.api.clone(),
            language: None,
            token: None,
            cookie: None,
            headers: Vec::new(),
            retry_reads: false,
        }
    }

    /// The same caller without token and cookie.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        Self { token: None, cookie: None, ..self.clone() }
    }

    /// The same caller, who can no longer renew the session.
    #[must_use]
    pub fn without_cookie(&self) -> Self {
        Self { cookie: None, ..self.clone() }
    }

    /// The same caller with another access token and no cookie.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), cookie: None, ..self.clone() }
    }

    /// The same caller, who sends one more header with every request.
    #[must_use]
    pub fn with_header(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut other = self.clone();
        other.headers.push((name, value.into()));
        other
    }

    /// The same caller, whose writes are meant for that version of the draft.
    #[must_use]
    pub fn if_match(&self, version: u64) -> Self {
        self.with_header("if-match", format!("\"{version}\""))
    }

    /// The same caller, whose requests all have that `Idempotency-Key`.
    #[must_use]
    pub fn idempotency_key(&self, key: &str) -> Self {
        self.with_header("idempotency-key", key)
    }

    /// Sends a request without a body.
    pub async fn send(&self, method: &str, path: &str) -> Response {
        self.dispatch(method, path, |request| request).await
    }

    /// Sends JSON.
    pub async fn send_json(&self, method: &str, path: &str, body: &Value) -> Response {
        self.dispatch(method, path, |request| request.json(body)).await
    }

    /// Sends a body as it is, for requests that no well-meaning client would send.
    pub async fn send_raw(&self, method: &str, path: &str, media_type: &str, body: &str) -> Response {
        let typed = |request: RequestBuilder| request.header("content-type", media_type);
        self.dispatch(method, path, |request| typed(request).body(body.to_owned())).await
    }

    /// Fetches an absolute address, such as a picture link, without any of the caller's secrets.
    pub async fn fetch(&self, url: &str) -> (u16, Vec<u8>) {
        let response = self.http.get(url).send().await.expect("the storage service answers");
        let status = response.status().as_u16();
        (status, response.bytes().await.expect("the storage service sends the whole body").to_vec())
    }

    /// Sends a form to an absolute address, as a browser sends a file to the storage service.
    pub async fn send_form(&self, url: &str, form: reqwest::multipart::Form) -> Response {
        receive(format!("POST {url}"), self.http.post(url).multipart(form)).await
    }

    /// Sends JSON of the AWS kind, unsigned, to a service that takes such calls from anybody.
    pub async fn send_aws_json(&self, endpoint: &str, target: &str, body: &Value) -> Response {
        let request = self.http.post(endpoint).header("x-amz-target", target);
        let request = request.header("content-type", "application/x-amz-json-1.1").body(body.to_string());
        receive(target.to_owned(), request).await
    }

    /// Takes token and cookie from an answer of the session routes.
    pub fn remember(&mut self, answer: &Response) {
        self.token = answer.body["accessToken"].as_str().map(str::to_owned);
        if let Some(cookie) = cookie(answer) {
            self.cookie = Some(cookie);
        }
    }

    async fn dispatch(
        &self,
        method: &str,
        path: &str,
        finish: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Response {
        let line = format!("{method} {path}");
        let method = Method::from_bytes(method.as_bytes()).expect("an HTTP method");
        let url = format!("{}{path}", self.origin);
        let request = || finish(self.identify(self.http.request(method.clone(), &url)));
        let answer = receive(line.clone(), request()).await;
        // In tests whatever is answered, to whatever is asked, is held against the contract.
        if !self.retry_reads && answer.status != 0 {
            contract::hold(&answer);
        }
        if !(self.retry_reads && method == Method::GET && answer.is_lost()) {
            return answer;
        }
        Response { retried: true, ..receive(line, request()).await }
    }

    fn identify(&self, mut request: RequestBuilder) -> RequestBuilder {
        if let Some(language) = &self.language {
            request = request.header("accept-language", language);
        }
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request
    }
}

async fn receive(request_line: String, request: RequestBuilder) -> Response {
    let started = Instant::now();
    let (status, headers, text) = match exchange(request).await {
        Ok(answer) => answer,
        Err(error) => (0, HeaderMap::new(), format!("no answer: {error}")),
    };
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Response { request_line, status, headers, body, text, elapsed: started.elapsed(), retried: false }
}

async fn exchange(request: RequestBuilder) -> Result<(u16, HeaderMap, String), reqwest::Error> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok((status, headers, response.text().await?))
}

/// The refresh cookie that an answer sets, as `name=value`; `None` when it sets none or ends it.
pub fn cookie(answer: &Response) -> Option<String> {
    let headers = answer.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    headers
        .filter_map(|header| header.split(';').next())
        .map(str::trim)
        .find(|pair| !pair.ends_with('='))
        .map(str::to_owned)
}
