//! Errors as RFC 9457 problem details.

use std::{borrow::Cow, error::Error, fmt};

use domain::{
    case::{Denied, Ungrounded},
    collection::NoSuchRow,
    fault::{Fault, Faults},
    messages::{self, Lang},
};
use http::{StatusCode, header};
use ports::PortError;
use serde::Serialize;
use serde_json::{Value, json};

use crate::Response;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $status:literal $code:literal;)*) => {
        /// The problems there are; `docs/api.md` says of each what to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemKind {
            $($(#[$doc])* $name,)*
        }

        impl ProblemKind {
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
    /// The identity number has a holder, or as many accounts as it may have; or the phone has an account.
    AlreadyRegistered 409 "already-registered";
    /// The state allows no such change.
    NotEditable 409 "not-editable";
    /// The account has something under review, and cannot be closed.
    AccountInUse 409 "account-in-use";
    /// What is asked for cannot be made good, and has to be confirmed.
    ConfirmationRequired 409 "confirmation-required";
    /// Somebody else has to do this: a second pair of eyes.
    SecondReviewer 409 "second-reviewer";
    /// The reviewer holds as many cases as one may.
    TooManyClaims 409 "too-many-claims";
    /// The reviewer held the case for as long as one may.
    ClaimNotRenewable 409 "claim-not-renewable";
    /// The reviewer has not opened what they decide on.
    NotOpened 409 "not-opened";
    /// The applicant's real-name verification is not in force.
    ApplicantNotVerified 409 "applicant-not-verified";
    /// Pictures that are to be decided on are gone.
    PicturesMissing 409 "pictures-missing";
    /// Another account was verified with the applicant's identity number.
    NumberTaken 409 "number-taken";
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

/// Whom a problem is told to. What is the same problem has the same code for both; its words may differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// Applicants, and whoever has not logged in.
    #[default]
    Applicants,
    /// Reviewers.
    Reviewers,
}

impl ProblemKind {
    /// The text of one of its parts (`title`, `detail`): the reviewers' own, where there is one.
    pub fn text(self, part: &str, audience: Audience, lang: Lang) -> &'static str {
        let code = self.code();
        let own = match audience {
            Audience::Applicants => None,
            Audience::Reviewers => messages::find(&format!("problem.{code}.reviewer.{part}"), lang),
        };
        own.unwrap_or_else(|| messages::text(&format!("problem.{code}.{part}"), lang))
    }
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
    kind: ProblemKind,
    faults: Vec<Fault>,
    /// How many more there are.
    omitted: usize,
    retry_after: Option<u64>,
    says: Option<&'static str>,
    members: Vec<(&'static str, Value)>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Problem {
    /// A problem of that kind.
    pub const fn new(kind: ProblemKind) -> Self {
        Self {
            kind,
            faults: Vec::new(),
            omitted: 0,
            retry_after: None,
            says: None,
            members: Vec::new(),
            cause: None,
        }
    }

    /// Fields at fault; the first `MAX_FAULTS` are listed.
    pub fn fields(kind: ProblemKind, faults: &Faults) -> Self {
        let omitted = faults.iter().count().saturating_sub(MAX_FAULTS);
        Self { faults: faults.iter().take(MAX_FAULTS).cloned().collect(), omitted, ..Self::new(kind) }
    }

    /// A limit was reached for that many more seconds.
    pub fn wait(seconds: u64) -> Self {
        Self::new(ProblemKind::TooManyRequests).retry_after(seconds)
    }

    /// The caller may come again after that many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// A text of its own for `detail`, where the kind's says too little of what to do: the code of a message.
    #[must_use]
    pub fn saying(self, code: &'static str) -> Self {
        Self { says: Some(code), ..self }
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
    pub const fn kind(&self) -> ProblemKind {
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

    pub(crate) fn into_answer(self, request_id: &str, audience: Audience, lang: Lang) -> Response {
        let code = self.kind.code();
        let text = |part: &str| self.kind.text(part, audience, lang);
        let mut body = json!({
            "type": format!("urn:baoming:problem:{code}"),
            "code": code,
            "title": text("title"),
            "status": self.kind.status(),
            "detail": self.says.map_or_else(|| text("detail"), |code| messages::text(code, lang)),
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
        let answer = Response::raw(status, "application/problem+json", body.to_string());
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
        Self::fields(ProblemKind::InvalidRequest, &faults)
    }
}

impl From<PortError> for Problem {
    fn from(error: PortError) -> Self {
        let kind = match &error {
            PortError::Conflict => ProblemKind::Conflict,
            PortError::Unavailable(_) => {
                return Self::new(ProblemKind::Unavailable).retry_after(RETRY_SECONDS).because(error);
            }
            PortError::Corrupt(_) | PortError::Internal(_) => ProblemKind::Internal,
        };
        Self::new(kind).because(error)
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Self::new(match denied {
            Denied::State => ProblemKind::NotEditable,
            Denied::ClaimedByOther | Denied::NotHeld => ProblemKind::Conflict,
            Denied::NeedsSecondReviewer => ProblemKind::SecondReviewer,
            Denied::Renewed => ProblemKind::ClaimNotRenewable,
        })
    }
}

impl From<Ungrounded> for Problem {
    fn from(lack: Ungrounded) -> Self {
        let code = lack.code();
        match lack {
            Ungrounded::NotOpened => Self::new(ProblemKind::NotOpened),
            Ungrounded::NoConsent => Self::new(ProblemKind::ConsentRequired),
            Ungrounded::NotVerified => Self::new(ProblemKind::ApplicantNotVerified),
            Ungrounded::PicturesMissing(missing) => {
                let faults = missing.into_iter().map(|pointer| Fault { pointer, code }).collect();
                Self { faults, ..Self::new(ProblemKind::PicturesMissing) }
            }
        }
    }
}

impl From<NoSuchRow> for Problem {
    fn from(_: NoSuchRow) -> Self {
        Self::new(ProblemKind::NotFound)
    }
}

impl From<ports::codes::RetryAfter> for Problem {
    fn from(wait: ports::codes::RetryAfter) -> Self {
        Self::wait(wait.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_words_in_both_languages() {
        let unknown = messages::text("no.such.code", Lang::En);
        for kind in ProblemKind::ALL {
            for part in ["title", "detail"] {
                let code = format!("problem.{}.{part}", kind.code());
                assert_ne!(messages::text(&code, Lang::En), unknown, "{code}");
            }
        }
    }

    #[test]
    fn a_reviewer_is_told_in_words_for_reviewers() {
        // What only somebody who fills in pages of their own is told.
        let applicants = [
            "已保存",
            "已填写",
            "审核期间",
            "采集",
            "上传和提交",
            "saved",
            "during review",
            "Log in with the right",
        ];
        for kind in [
            ProblemKind::Unauthenticated,
            ProblemKind::Forbidden,
            ProblemKind::NotFound,
            ProblemKind::ConsentRequired,
            ProblemKind::NotEditable,
            ProblemKind::SecondReviewer,
            ProblemKind::TooManyClaims,
            ProblemKind::ClaimNotRenewable,
            ProblemKind::NotOpened,
            ProblemKind::ApplicantNotVerified,
            ProblemKind::PicturesMissing,
            ProblemKind::Conflict,
            ProblemKind::InvalidRequest,
            ProblemKind::TooManyRequests,
            ProblemKind::Internal,
            ProblemKind::Unavailable,
        ] {
            for (part, lang) in [("title", Lang::Zh), ("detail", Lang::Zh), ("detail", Lang::En)] {
                let text = kind.text(part, Audience::Reviewers, lang);
                assert!(applicants.iter().all(|word| !text.contains(word)), "{kind:?} {part}: {text}");
            }
        }
        let texts = [Audience::Applicants, Audience::Reviewers]
            .map(|to| ProblemKind::NotEditable.text("detail", to, Lang::En));
        assert_ne!(texts[0], texts[1]);
    }

    #[test]
    fn words_for_reviewers_are_those_of_a_problem() {
        let codes: Vec<String> =
            ProblemKind::ALL.iter().map(|kind| format!("problem.{}", kind.code())).collect();
        for code in messages::codes().filter(|code| code.contains(".reviewer.")) {
            let problem = code.split(".reviewer.").next().unwrap_or_default();
            assert!(codes.iter().any(|known| known == problem), "{code}");
        }
    }
}
