//! Errors as RFC 9457 problem details.

use std::{borrow::Cow, error::Error, fmt};

use domain::{
    case::Denied,
    collection::NoSuchRow,
    fault::{Fault, Faults},
    messages::{self, Lang},
};
use http::{StatusCode, header};
use ports::PortError;
use serde::Serialize;
use serde_json::{Value, json};

use crate::Answer;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $status:literal $code:literal;)*) => {
        /// The problems there are; `docs/api.md` says of each what to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }
        }
    };
}

kinds! {
    /// Not JSON, or nothing that can be read as what it should be.
    MalformedRequest 400 "malformed-request";
    /// No token, or one that is not good for this.
    Unauthenticated 401 "unauthenticated";
    /// Wrong account or password.
    LoginFailed 401 "login-failed";
    /// No session to renew.
    SessionExpired 401 "session-expired";
    /// A caller of another kind.
    Forbidden 403 "forbidden";
    /// The collection is closed until the applicant is verified.
    RealNameRequired 403 "real-name-required";
    /// The province takes no collections at this time.
    OutsideWindow 403 "outside-window";
    /// Not there, or not the caller's.
    NotFound 404 "not-found";
    /// No consent to pictures of one's face stands.
    ConsentRequired 403 "consent-required";
    /// The identity document or phone has an account.
    AlreadyRegistered 409 "already-registered";
    /// The state allows no such change.
    NotEditable 409 "not-editable";
    /// The account has something under review, and cannot be closed.
    AccountInUse 409 "account-in-use";
    /// What is asked for cannot be made good, and has to be confirmed.
    ConfirmationRequired 409 "confirmation-required";
    /// Somebody else has to do this: a second pair of eyes.
    SecondReviewer 409 "second-reviewer";
    /// The applicant is verified; that is done once.
    AlreadyVerified 409 "already-verified";
    /// Alipay does not know this kind of document.
    AlipayNotOffered 409 "alipay-not-offered";
    /// Somebody was faster.
    Conflict 409 "conflict";
    /// A request of that idempotency key is being answered just now.
    IdempotencyInProgress 409 "idempotency-in-progress";
    /// The page was read at another version than it has now.
    PreconditionFailed 412 "precondition-failed";
    /// The body is too long.
    PayloadTooLarge 413 "payload-too-large";
    /// The body is not JSON by its own account.
    UnsupportedMediaType 415 "unsupported-media-type";
    /// Fields are at fault.
    InvalidRequest 422 "invalid-request";
    /// The idempotency key was used for another request.
    IdempotencyKeyReused 422 "idempotency-key-reused";
    /// The collection is not ready to be handed in.
    NotReady 422 "not-ready";
    /// Pages that would be unreadable as one picture.
    NotMergeable 422 "not-mergeable";
    /// A limit was reached.
    TooManyRequests 429 "too-many-requests";
    /// Our fault.
    Internal 500 "internal";
    /// Something we need does not answer.
    Unavailable 503 "unavailable";
    /// Alipay does not answer, or not so that it could be believed.
    AlipayUnavailable 503 "alipay-unavailable";
}

/// Seconds after which a service that did not answer may be tried again.
const RETRY_SECONDS: u64 = 2;

/// Faults that an answer lists at most (ours): more than any form has fields. Of the others it gives the number.
pub const MAX_FAULTS: usize = 100;

/// Characters of a pointer that an answer repeats at most (ours): twice as many as the longest that names a field.
const MAX_POINTER: usize = 100;

/// Why a request is not answered with what it asked for.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    faults: Vec<Fault>,
    /// How many more there are.
    omitted: usize,
    retry_after: Option<u64>,
    members: Vec<(&'static str, Value)>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Problem {
    /// A problem of that kind.
    pub const fn new(kind: Kind) -> Self {
        Self { kind, faults: Vec::new(), omitted: 0, retry_after: None, members: Vec::new(), cause: None }
    }

    /// Fields at fault; the first [`MAX_FAULTS`] are listed.
    pub fn fields(kind: Kind, faults: &Faults) -> Self {
        let omitted = faults.iter().count().saturating_sub(MAX_FAULTS);
        Self { faults: faults.iter().take(MAX_FAULTS).cloned().collect(), omitted, ..Self::new(kind) }
    }

    /// A limit was reached for that many more seconds.
    pub fn wait(seconds: u64) -> Self {
        Self::new(Kind::TooManyRequests).retry_after(seconds)
    }

    /// The caller may come again after that many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// A fact that the page needs to go on: an extension member (RFC 9457, section 3.2).
    #[must_use]
    pub fn with(mut self, member: &'static str, value: impl Serialize) -> Self {
        self.members.push((member, json!(value)));
        self
    }

    /// What caused it: for the log, never for the caller.
    #[must_use]
    pub fn because(self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// Its kind.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The chain of causes, for the log.
    pub(crate) fn causes(&self) -> String {
        let mut causes = Vec::new();
        let mut next = self.cause.as_deref().map(|cause| cause as &dyn Error);
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        causes.join(": ")
    }

    pub(crate) fn into_answer(self, request_id: &str, lang: Lang) -> Answer {
        let code = self.kind.code();
        let text = |part: &str| messages::text(&format!("problem.{code}.{part}"), lang);
        let mut body = json!({
            "type": format!("urn:baoming:problem:{code}"),
            "code": code,
            "title": text("title"),
            "status": self.kind.status(),
            "detail": text("detail"),
            "instance": format!("urn:baoming:request:{request_id}"),
        });
        if !self.faults.is_empty() {
            let errors = self.faults.iter().map(|fault| {
                json!({
                    "pointer": shown(fault.pointer.as_str()),
                    "code": fault.code,
                    "message": messages::text(fault.code.0, lang),
                })
            });
            body["errors"] = errors.collect();
        }
        if self.omitted > 0 {
            body["omittedErrors"] = json!(self.omitted);
        }
        for (member, value) in self.members {
            body[member] = value;
        }
        let status = StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let answer = Answer::raw(status, "application/problem+json", body.to_string());
        match self.retry_after {
            Some(seconds) => answer.with(header::RETRY_AFTER, &seconds.to_string()),
            None => answer,
        }
    }
}

/// A pointer as it is repeated. Names of members are the caller's: they may be as long as a body, and hold anything.
fn shown(pointer: &str) -> Cow<'_, str> {
    if pointer.len() <= MAX_POINTER && !pointer.contains(char::is_control) {
        return Cow::Borrowed(pointer);
    }
    let visible = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    let mut shown: String = pointer.chars().take(MAX_POINTER).map(visible).collect();
    if pointer.chars().nth(MAX_POINTER).is_some() {
        shown.push('…');
    }
    Cow::Owned(shown)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.code())
    }
}

impl From<Faults> for Problem {
    fn from(faults: Faults) -> Self {
        Self::fields(Kind::InvalidRequest, &faults)
    }
}

impl From<PortError> for Problem {
    fn from(error: PortError) -> Self {
        let kind = match &error {
            PortError::Conflict => Kind::Conflict,
            PortError::Unavailable(_) => {
                return Self::new(Kind::Unavailable).retry_after(RETRY_SECONDS).because(error);
            }
            PortError::Corrupt(_) | PortError::Internal(_) => Kind::Internal,
        };
        Self::new(kind).because(error)
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self::new(match denied {
            Denied::State => Kind::NotEditable,
            Denied::Held | Denied::NotHeld => Kind::Conflict,
            Denied::Barred => Kind::SecondReviewer,
        })
    }
}

impl From<NoSuchRow> for Problem {
    fn from(_: NoSuchRow) -> Self {
        Self::new(Kind::NotFound)
    }
}

impl From<ports::codes::Wait> for Problem {
    fn from(wait: ports::codes::Wait) -> Self {
        Self::wait(wait.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_words_in_both_languages() {
        let unknown = messages::text("no.such.code", Lang::En);
        for kind in Kind::ALL {
            for part in ["title", "detail"] {
                let code = format!("problem.{}.{part}", kind.code());
                assert_ne!(messages::text(&code, Lang::En), unknown, "{code}");
            }
        }
    }
}
