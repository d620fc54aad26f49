//! What a handler is asked.

use domain::{
    ids::{AccountId, ReviewerId},
    messages::Lang,
    moment::Moment,
    network::{self, Source},
};
use http::{Method, header};
use lambda_http::{Body, Request, RequestExt, request::RequestContext};
use serde_json::Value;

use crate::{Kind, Problem};

/// Longest body, in bytes; the longest form is a few thousand.
const MAX_BODY: usize = 64 * 1_024;

/// The group in which every reviewer's user is.
const REVIEWERS: &str = "reviewers";

/// A request, seen through what it may tell.
#[derive(Debug)]
pub struct Call {
    request: Request,
}

impl Call {
    pub(crate) fn new(request: Request) -> Self {
        Self { request }
    }

    /// The method.
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// The route as the API declares it, such as `GET /v1/uploads/{id}`: for logs, which must not name things.
    pub fn route(&self) -> String {
        match self.request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => context.route_key.clone().unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// The language to answer in.
    pub fn lang(&self) -> Lang {
        Lang::from_accept_language(self.header(&header::ACCEPT_LANGUAGE))
    }

    fn header(&self, name: &header::HeaderName) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }

    /// When the gateway received the request; `now` where it does not say. The server's receipt decides about
    /// deadlines, not the moment at which a function got round to it.
    pub fn received_at(&self, now: Moment) -> Moment {
        match self.request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) if context.time_epoch > 0 => {
                Moment::from_millisecond(context.time_epoch).map_or(now, |received| received.min(now))
            }
            _ => now,
        }
    }

    /// The caller's network address, as the gateway saw it.
    pub fn address(&self) -> &str {
        match self.request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => {
                context.http.source_ip.as_deref().unwrap_or_default()
            }
            _ => "",
        }
    }

    /// What limits by address count the caller as.
    pub fn source(&self) -> Source {
        network::source(self.address())
    }

    fn claim(&self, name: &str) -> Option<&str> {
        match self.request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => {
                let jwt = context.authorizer.as_ref()?.jwt.as_ref()?;
                jwt.claims.get(name).map(String::as_str)
            }
            _ => None,
        }
    }

    /// The username of an access token that the gateway let through, and whether it is a reviewer's.
    ///
    /// Claims come from the gateway's context only, never from a header. The gateway accepts ID tokens as well;
    /// those are not meant for calls (OWASP ASVS 5.0, 9.2.2).
    fn username(&self) -> Result<(&str, bool), Problem> {
        if self.claim("token_use") != Some("access") {
            return Err(Problem::new(Kind::Unauthenticated));
        }
        let username = self.claim("username").ok_or_else(|| Problem::new(Kind::Unauthenticated))?;
        // HTTP APIs write a list claim as "[a b]".
        let groups = self.claim("cognito:groups").unwrap_or_default();
        let is_reviewer = groups.split(['[', ']', ' ', ',', '"']).any(|group| group == REVIEWERS);
        Ok((username, is_reviewer))
    }

    /// The applicant who calls.
    pub fn applicant(&self) -> Result<AccountId, Problem> {
        match self.username()? {
            (username, false) => AccountId::parse(username).map_err(|_| Problem::new(Kind::Forbidden)),
            (_, true) => Err(Problem::new(Kind::Forbidden)),
        }
    }

    /// The reviewer who calls; what they may handle is for the table to say.
    pub fn reviewer(&self) -> Result<ReviewerId, Problem> {
        match self.username()? {
            (username, true) => ReviewerId::parse(username).map_err(|_| Problem::new(Kind::Forbidden)),
            (_, false) => Err(Problem::new(Kind::Forbidden)),
        }
    }

    /// The body: a JSON object.
    pub fn json(&self) -> Result<Value, Problem> {
        let bytes = self.bytes();
        if bytes.len() > MAX_BODY {
            return Err(Problem::new(Kind::PayloadTooLarge));
        }
        let media_type = self.header(&header::CONTENT_TYPE).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(Kind::UnsupportedMediaType));
        }
        let body: Option<Value> = serde_json::from_slice(bytes).ok();
        body.filter(Value::is_object).ok_or_else(|| Problem::new(Kind::MalformedRequest))
    }

    /// A part of the path; one that does not parse names nothing that exists.
    pub fn path<T, E>(&self, name: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<T, Problem> {
        let parameters = self.request.path_parameters_ref();
        let value = parameters.and_then(|parameters| parameters.first(name)).unwrap_or_default();
        parse(value).map_err(|_| Problem::new(Kind::NotFound))
    }

    /// Whether the path has that parameter.
    pub fn has_path(&self, name: &str) -> bool {
        self.request.path_parameters_ref().is_some_and(|parameters| parameters.first(name).is_some())
    }

    /// The query as it was sent; empty where there is none.
    pub(crate) fn raw_query(&self) -> &str {
        self.request.uri().query().unwrap_or_default()
    }

    /// A parameter of the query, unless it is absent or empty.
    pub fn query(&self, name: &str) -> Option<&str> {
        let parameters = self.request.query_string_parameters_ref()?;
        parameters.first(name).filter(|value| !value.is_empty())
    }

    /// A cookie (RFC 6265, section 4.2.1).
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let headers = self.request.headers().get_all(header::COOKIE);
        let mut pairs = headers.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
        pairs
            .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
            .filter(|value| !value.is_empty())
    }

    /// Whether the caller read a page at that version, where they say at which they did (RFC 9110, section 13.1.1).
    pub fn matches(&self, version: u64) -> bool {
        let Some(tags) = self.header(&header::IF_MATCH) else { return true };
        let current = etag(version);
        tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == current)
    }

    /// The key under which a repeated request is the same request (8 to 64 characters), where there is one.
    pub(crate) fn idempotency_key(&self) -> Result<Option<&str>, Problem> {
        let Some(key) = self.request.headers().get("idempotency-key") else { return Ok(None) };
        let key = key.to_str().ok().filter(|key| (8..=64).contains(&key.len()));
        key.map(Some).ok_or_else(|| Problem::new(Kind::MalformedRequest))
    }

    /// Whoever calls, for telling callers apart: the token's username, or nobody.
    pub(crate) fn caller(&self) -> &str {
        self.claim("username").unwrap_or_default()
    }

    /// The body as it came.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self.request.body() {
            Body::Text(text) => text.as_bytes(),
            Body::Binary(bytes) => bytes.as_slice(),
            _ => &[],
        }
    }

    /// The path as it came.
    pub(crate) fn raw_path(&self) -> &str {
        self.request.uri().path()
    }

    /// Whether a stored copy with that entity tag is still good (RFC 9110, section 13.1.2).
    pub fn has_current(&self, etag: &str) -> bool {
        let tags = self.header(&header::IF_NONE_MATCH).unwrap_or_default();
        tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
    }
}

/// The entity tag of a version.
pub(crate) fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

/// What is asked of a row of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// `POST`: one more.
    Add,
    /// `GET`.
    Show,
    /// `PUT`.
    Replace,
    /// `DELETE`.
    Remove,
}

impl Call {
    /// What is asked of a row; the gateway lets no other method through.
    pub fn verb(&self) -> Result<Verb, Problem> {
        match *self.method() {
            Method::POST => Ok(Verb::Add),
            Method::GET => Ok(Verb::Show),
            Method::PUT => Ok(Verb::Replace),
            Method::DELETE => Ok(Verb::Remove),
            _ => Err(Problem::new(Kind::NotFound)),
        }
    }
}
