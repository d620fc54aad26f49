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
        /// The kinds of problems; `docs/api.md` explains what a client should do about each.
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
    /// The request is not JSON, or cannot be parsed as what it should be.
    MalformedRequest 400 "malformed-request";
    /// The token is missing or not valid for this request.
    Unauthenticated 401 "unauthenticated";
    /// The account or password is wrong.
    LoginFailed 401 "login-failed";
    /// There is no session to renew.
    SessionExpired 401 "session-expired";
    /// The caller is of the wrong kind.
    Forbidden 403 "forbidden";
    /// The collection is closed until the applicant is verified.
    RealNameRequired 403 "real-name-required";
    /// The province does not accept collections at this time.
    OutsideWindow 403 "outside-window";
    /// The resource does not exist or is not the caller's.
    NotFound 404 "not-found";
    /// There is no consent to pictures of the applicant's face.
    ConsentRequired 403 "consent-required";
    /// The identity number has a holder or the maximum number of accounts, or the phone has an account.
    AlreadyRegistered 409 "already-registered";
    /// The state does not allow this change.
    NotEditable 409 "not-editable";
    /// The account has a case under review and cannot be closed.
    AccountInUse 409 "account-in-use";
    /// The effect of the request could not be reversed, so it must be confirmed.
    ConfirmationRequired 409 "confirmation-required";
    /// Another reviewer has to do this: the second review.
    SecondReviewer 409 "second-reviewer";
    /// The reviewer has the maximum number of claims.
    TooManyClaims 409 "too-many-claims";
    /// The reviewer has held the case for the maximum time.
    ClaimNotRenewable 409 "claim-not-renewable";
    /// The reviewer has not opened the submission that they decide on.
    NotOpened 409 "not-opened";
    /// The applicant's real-name verification is not in force.
    ApplicantNotVerified 409 "applicant-not-verified";
    /// Pictures that the decision is about no longer exist.
    PicturesMissing 409 "pictures-missing";
    /// Another account was verified with the applicant's identity number.
    NumberTaken 409 "number-taken";
    /// The applicant is already verified.
    AlreadyVerified 409 "already-verified";
    /// Alipay does not support this kind of document.
    AlipayNotOffered 409 "alipay-not-offered";
    /// A concurrent change was faster.
    Conflict 409 "conflict";
    /// A request with the same idempotency key is in progress.
    IdempotencyInProgress 409 "idempotency-in-progress";
    /// The page was read at a version that is no longer current.
    PreconditionFailed 412 "precondition-failed";
    /// The body is too long.
    PayloadTooLarge 413 "payload-too-large";
    /// The content type of the body is not JSON.
    UnsupportedMediaType 415 "unsupported-media-type";
    /// One or more fields have faults.
    InvalidRequest 422 "invalid-request";
    /// The idempotency key was used for a different request.
    IdempotencyKeyReused 422 "idempotency-key-reused";
    /// The collection is not ready to be submitted.
    NotReady 422 "not-ready";
    /// The pages would be unreadable as one picture.
    NotMergeable 422 "not-mergeable";
    /// A rate limit was reached.
    TooManyRequests 429 "too-many-requests";
    /// Our mistake.
    Internal 500 "internal";
    /// A service that we need does not respond.
    Unavailable 503 "unavailable";
    /// Alipay does not respond, or its response cannot be trusted.
    AlipayUnavailable 503 "alipay-unavailable";
}

/// Who reads a problem. The same problem has the same code for both audiences, but its text may differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// Applicants, and callers who are not logged in.
    #[default]
    Applicants,
    /// Reviewers.
    Reviewers,
}

impl ProblemKind {
    /// The text of one of its parts (`title`, `detail`); for reviewers, their own text if there is one.
    pub fn text(self, part: &str, audience: Audience, lang: Lang) -> &'static str {
        let code = self.code();
        let own = match audience {
            Audience::Applicants => None,
            Audience::Reviewers => messages::find(&format!("problem.{code}.reviewer.{part}"), lang),
        };
        own.unwrap_or_else(|| messages::text(&format!("problem.{code}.{part}"), lang))
    }
}

/// Seconds until a retry, if a service did not respond.
const RETRY_SECONDS: u64 = 2;

/// Maximum number of faults in a response (ours): more than any form has fields. The response states how many were left
/// out.
pub const MAX_FAULTS: usize = 100;

/// Maximum number of characters of a pointer in a response (ours): twice the length of the longest pointer to a field.
const MAX_POINTER: usize = 100;

/// An error response.
#[derive(Debug)]
pub struct Problem {
    kind: ProblemKind,
    faults: Vec<Fault>,
    /// The number of faults that were left out.
    omitted: usize,
    retry_after: Option<u64>,
    says: Option<&'static str>,
    members: Vec<(&'static str, Value)>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Problem {
    /// Creates a problem of that kind.
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

    /// A problem with faults of fields; the first `MAX_FAULTS` are listed.
    pub fn fields(kind: ProblemKind, faults: &Faults) -> Self {
        let omitted = faults.iter().count().saturating_sub(MAX_FAULTS);
        Self { faults: faults.iter().take(MAX_FAULTS).cloned().collect(), omitted, ..Self::new(kind) }
    }

    /// A rate limit was reached, and will be for that many seconds.
    pub fn wait(seconds: u64) -> Self {
        Self::new(ProblemKind::TooManyRequests).retry_after(seconds)
    }

    /// Sets the number of seconds until a retry.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Replaces the kind's `detail` by the text of this message code, where an applicant or reviewer needs more
    /// specific instructions.
    #[must_use]
    pub fn saying(self, code: &'static str) -> Self {
        Self { says: Some(code), ..self }
    }

    /// Adds a fact that the page needs, as an extension member (RFC 9457, section 3.2).
    #[must_use]
    pub fn with(mut self, member: &'static str, value: impl Serialize) -> Self {
        self.members.push((member, json!(value)));
        self
    }

    /// Sets the cause, which is logged and never sent to the caller.
    #[must_use]
    pub fn because(self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// The kind of problem.
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

/// A pointer as the response shows it. The names of members come from the caller: they may be as long as a body and
/// contain anything.
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
    fn every_problem_has_texts_in_both_languages() {
        let unknown = messages::text("no.such.code", Lang::En);
        for kind in ProblemKind::ALL {
            for part in ["title", "detail"] {
                let code = format!("problem.{}.{part}", kind.code());
                assert_ne!(messages::text(&code, Lang::En), unknown, "{code}");
            }
        }
    }

    #[test]
    fn problem_texts_for_reviewers_do_not_address_applicants() {
        // Words that make sense only to an applicant who fills in pages.
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
    fn every_text_for_reviewers_belongs_to_a_problem() {
        let codes: Vec<String> =
            ProblemKind::ALL.iter().map(|kind| format!("problem.{}", kind.code())).collect();
        for code in messages::codes().filter(|code| code.contains(".reviewer.")) {
            let problem = code.split(".reviewer.").next().unwrap_or_default();
            assert!(codes.iter().any(|known| known == problem), "{code}");
        }
    }
}
