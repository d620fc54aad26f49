//! Responses.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use lambda_http::{Body, Response as HttpResponse};
use ports::idempotency::KeptAnswer;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Request, request::etag};

/// A response: a status, headers, and a body that is JSON or empty.
#[derive(Debug)]
pub struct Response {
    response: HttpResponse<Body>,
}

impl Response {
    fn new(status: StatusCode, body: &impl Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(json) => Self::raw(status, "application/json", json),
            Err(error) => {
                tracing::error!(%error, "could not serialize a response as JSON");
                Self::raw(StatusCode::INTERNAL_SERVER_ERROR, "application/json", String::new())
            }
        }
    }

    pub(crate) fn raw(status: StatusCode, media_type: &'static str, body: String) -> Self {
        let mut response = HttpResponse::new(Body::Text(body));
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        Self { response }
    }

    /// 200 with a JSON body.
    pub fn ok(body: &impl Serialize) -> Self {
        Self::new(StatusCode::OK, body)
    }

    /// 201 with a JSON body.
    pub fn created(body: &impl Serialize) -> Self {
        Self::new(StatusCode::CREATED, body)
    }

    /// 202 with a JSON body.
    pub fn accepted(body: &impl Serialize) -> Self {
        Self::new(StatusCode::ACCEPTED, body)
    }

    /// 200 with a file that the browser displays and saves under that name.
    pub fn file(media_type: &'static str, name: &str, bytes: Vec<u8>) -> Self {
        let mut response = HttpResponse::new(Body::Binary(bytes));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        let answer = Self { response };
        answer.with(header::CONTENT_DISPOSITION, &format!("inline; filename=\"{name}\""))
    }

    /// 204 without a body.
    pub fn no_content() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    fn empty(status: StatusCode) -> Self {
        let mut response = HttpResponse::new(Body::Empty);
        *response.status_mut() = status;
        Self { response }
    }

    /// 200 with prepared JSON text that any cache may store for `max_age` seconds; 304 if the caller's copy is current.
    pub fn public(req: &Request, json: &str, max_age: u32) -> Self {
        Self::cached(req, "application/json", json, max_age)
    }

    /// The same with an HTML page. Its only style sheet is allowed by its hash; the page can load, run and send nothing
    /// else.
    pub fn html(req: &Request, html: &str, style: &str, max_age: u32) -> Self {
        let style = BASE64_STANDARD.encode(Sha256::digest(style));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        Self::cached(req, "text/html; charset=utf-8", html, max_age)
            .with(header::CONTENT_SECURITY_POLICY, &policy)
    }

    fn cached(req: &Request, media_type: &'static str, text: &str, max_age: u32) -> Self {
        let etag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text)));
        let answer = if req.has_current(&etag) {
            Self::empty(StatusCode::NOT_MODIFIED)
        } else {
            Self::raw(StatusCode::OK, media_type, text.to_owned())
        };
        answer.with(header::ETAG, &etag).with(header::CACHE_CONTROL, &format!("public, max-age={max_age}"))
    }

    /// Adds the version of what the response shows as an entity tag.
    #[must_use]
    pub fn at_version(self, version: u64) -> Self {
        self.with(header::ETAG, &etag(version))
    }

    /// Adds a header. An invalid value is logged and left out.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => {
                self.response.headers_mut().append(name, value);
            }
            Err(error) => tracing::error!(%error, %name, "invalid value of a response header"),
        }
        self
    }

    /// The part of the response that is stored for repeated requests. The `ETag` is not: its version may be outdated.
    pub(crate) fn to_kept(&self) -> KeptAnswer {
        let body = match self.response.body() {
            Body::Text(text) => text.clone(),
            _ => String::new(),
        };
        KeptAnswer { status: self.status(), body }
    }

    /// Restores a stored response.
    pub(crate) fn kept(answer: KeptAnswer) -> Self {
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        let kept = if answer.body.is_empty() {
            Self::empty(status)
        } else {
            Self::raw(status, "application/json", answer.body)
        };
        kept.with(HeaderName::from_static("idempotency-replayed"), "true")
    }

    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// Adds the headers of every response: the request id, and headers that prevent content sniffing and storing.
    pub(crate) fn into_response(self, request_id: &str) -> HttpResponse<Body> {
        let mut response = self.response;
        let headers = response.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        if let Ok(request_id) = HeaderValue::from_str(request_id) {
            headers.insert("x-request-id", request_id);
        }
        response
    }
}
