//! Requests.

use domain::{
    ids::{AccountId, ReviewerId},
    messages::Lang,
    moment::Moment,
    network::{self, Source},
};
use http::Method;
use ports::Random;
use serde_json::Value;
use ulid::Ulid;

use crate::{
    Audience, Problem, ProblemKind,
    event::{Parts, Unreadable},
    repeat::Began,
};

/// Maximum size of a body in bytes; the longest form has a few thousand.
const MAX_BODY: usize = 64 * 1_024;

/// Some editors and programs put this before text in UTF-8. JSON must not start with it, but a parser may ignore it
/// (RFC 8259, section 8.1).
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The group that every reviewer's user belongs to.
const REVIEWERS: &str = "reviewers";

/// A request; handlers read it only through these methods.
#[derive(Debug)]
pub struct Request {
    parts: Parts,
    /// When the response must have been sent.
    deadline: Option<Moment>,
    /// The start of the request, if it is repeatable.
    began: Option<Began>,
}

impl Request {
    pub(crate) fn read(event: &str, deadline: Option<Moment>) -> Result<Self, Unreadable> {
        Ok(Self { parts: Parts::read(event)?, deadline, began: None })
    }

    pub(crate) fn begun(self, began: Began) -> Self {
        Self { began: Some(began), ..self }
    }

    /// When the response must have been sent: the invocation ends then, whether or not the function has finished.
    pub(crate) const fn deadline(&self) -> Option<Moment> {
        self.deadline
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// The route as the API declares it, such as `GET /v1/uploads/{id}`: for logs, which must not contain ids.
    pub fn route(&self) -> String {
        self.parts.route.clone()
    }

    /// The language of the response.
    pub fn lang(&self) -> Lang {
        Lang::from_accept_language(self.header("accept-language"))
    }

    /// A header by its lower-case name.
    fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name).map(String::as_str)
    }

    /// When the gateway received the request; `now` if the event has no time. Deadlines depend on the time of receipt,
    /// not on when the function started to process the request.
    pub fn received_at(&self, now: Moment) -> Moment {
        let received = Some(self.parts.time_epoch).filter(|epoch| *epoch > 0);
        received.and_then(Moment::from_millisecond).map_or(now, |received| received.min(now))
    }

    /// The caller's network address, as the gateway saw it.
    pub fn address(&self) -> &str {
        &self.parts.source_ip
    }

    /// The source that rate limits by address count.
    pub fn source(&self) -> Source {
        network::source(self.address())
    }

    fn claim(&self, name: &str) -> Option<&str> {
        self.parts.claims.get(name)?.as_str()
    }

    /// The username of an access token that the gateway accepted, and whether it is a reviewer's.
    ///
    /// Claims come only from the gateway's context, never from a header. The gateway also accepts ID tokens, which are
    /// not meant for requests (OWASP ASVS 5.0, 9.2.2).
    fn username(&self) -> Result<(&str, bool), Problem> {
        if self.claim("token_use") != Some("access") {
            return Err(Problem::new(ProblemKind::Unauthenticated));
        }
        let username = self.claim("username").ok_or_else(|| Problem::new(ProblemKind::Unauthenticated))?;
        // HTTP APIs write a list claim as "[a b]".
        let groups = self.claim("cognito:groups").unwrap_or_default();
        let is_reviewer = groups.split(['[', ']', ' ', ',', '"']).any(|group| group == REVIEWERS);
        Ok((username, is_reviewer))
    }

    /// The audience of problem texts: determined by the token, not by the route.
    pub(crate) fn audience(&self) -> Audience {
        match self.username() {
            Ok((_, true)) => Audience::Reviewers,
            Ok((_, false)) | Err(_) => Audience::Applicants,
        }
    }

    /// The applicant who makes the request.
    pub fn applicant(&self) -> Result<AccountId, Problem> {
        match self.username()? {
            (username, false) => AccountId::parse(username).map_err(|_| Problem::new(ProblemKind::Forbidden)),
            (_, true) => Err(Problem::new(ProblemKind::Forbidden)),
        }
    }

    /// The reviewer who makes the request. The table determines what they may do.
    pub fn reviewer(&self) -> Result<ReviewerId, Problem> {
        match self.username()? {
            (username, true) => ReviewerId::parse(username).map_err(|_| Problem::new(ProblemKind::Forbidden)),
            (_, false) => Err(Problem::new(ProblemKind::Forbidden)),
        }
    }

    /// Parses the body, which must be a JSON object.
    pub fn json(&self) -> Result<Value, Problem> {
        let bytes = self.bytes();
        if bytes.len() > MAX_BODY {
            return Err(Problem::new(ProblemKind::PayloadTooLarge));
        }
        // Parameters of the media type are ignored: JSON is always UTF-8 (RFC 8259, section 8.1). Types that end in
        // `+json` are different formats.
        let media_type = self.header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(ProblemKind::UnsupportedMediaType));
        }
        let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let body: Option<Value> = serde_json::from_slice(text).ok();
        body.filter(Value::is_object).ok_or_else(|| Problem::new(ProblemKind::MalformedRequest))
    }

    /// A parameter of the path. If it cannot be parsed, the resource does not exist.
    pub fn path<T, E>(&self, name: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<T, Problem> {
        let value = self.parts.path_parameters.get(name).map_or("", String::as_str);
        parse(value).map_err(|_| Problem::new(ProblemKind::NotFound))
    }

    /// Whether the path has that parameter.
    pub fn has_path(&self, name: &str) -> bool {
        self.parts.path_parameters.contains_key(name)
    }

    /// The query as it was sent; empty if there is none.
    pub(crate) fn raw_query(&self) -> &str {
        &self.parts.raw_query
    }

    /// A parameter of the query, unless it is absent or empty.
    pub fn query(&self, name: &str) -> Option<&str> {
        let found = self.parts.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// A cookie (RFC 6265, section 4.2.1).
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let lines = self.parts.cookies.iter().map(String::as_str).chain(self.header("cookie"));
        let mut pairs = lines.flat_map(|line| line.split(';'));
        pairs
            .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
            .filter(|value| !value.is_empty())
    }

    /// Whether the caller's `If-Match` header, if any, matches that version (RFC 9110, section 13.1.1).
    pub fn matches(&self, version: u64) -> bool {
        let Some(tags) = self.header("if-match") else { return true };
        let current = etag(version);
        tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == current)
    }

    /// The idempotency key (8 to 64 characters), if there is one.
    pub(crate) fn idempotency_key(&self) -> Result<Option<&str>, Problem> {
        let Some(key) = self.header("idempotency-key") else { return Ok(None) };
        let is_sound = (8..=64).contains(&key.len()) && key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if is_sound { Ok(Some(key)) } else { Err(Problem::new(ProblemKind::MalformedRequest)) }
    }

    /// The id of the item that this request creates. A request repeated with its key gets the same id, even if the
    /// function was killed before: the item that it created is then found and not created twice.
    pub fn new_id(&self, chance: &impl Random) -> Ulid {
        self.began.as_ref().map_or_else(|| chance.ulid(), Began::id)
    }

    /// Whether an earlier try of the same request did not finish; the item that it creates may already exist.
    pub fn is_taken_up_again(&self) -> bool {
        self.began.as_ref().is_some_and(|began| began.again)
    }

    /// The token's username, which distinguishes callers; empty without a token.
    pub(crate) fn caller(&self) -> &str {
        self.claim("username").unwrap_or_default()
    }

    /// The body as it was sent.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.parts.body
    }

    /// The path as it was sent.
    pub(crate) fn raw_path(&self) -> &str {
        &self.parts.path
    }

    /// Whether the caller's stored copy with that entity tag is current (RFC 9110, section 13.1.2).
    pub fn has_current(&self, etag: &str) -> bool {
        let tags = self.header("if-none-match").unwrap_or_default();
        tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
    }
}

/// The entity tag of a version.
pub(crate) fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

/// An action on a row of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowAction {
    /// `POST`: adds a row.
    Add,
    /// `GET`: shows the row.
    Show,
    /// `PUT`: replaces the row.
    Replace,
    /// `DELETE`: removes the row.
    Remove,
}

impl Request {
    /// The action on a row; the gateway rejects other methods.
    pub fn verb(&self) -> Result<RowAction, Problem> {
        match *self.method() {
            Method::POST => Ok(RowAction::Add),
            Method::GET => Ok(RowAction::Show),
            Method::PUT => Ok(RowAction::Replace),
            Method::DELETE => Ok(RowAction::Remove),
            _ => Err(Problem::new(ProblemKind::NotFound)),
        }
    }
}
