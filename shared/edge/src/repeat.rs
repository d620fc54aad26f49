//! `Idempotency-Key`: a request that is sent again gets the answer to the first one, and does nothing.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::moment::Moment;
use jiff::SignedDuration;
use ports::{
    Clock, PortError,
    idempotency::{Repeatable, SaveResponse, Seen},
};
use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::{Problem, ProblemKind, ReplayScope, Request, Response};

/// For how long a request is in progress where the invocation's end is not known: no function runs longer.
const IN_PROGRESS: SignedDuration = SignedDuration::from_secs(60);

/// How long after the invocation's end a request still counts as in progress: clocks differ by less.
const MARGIN: SignedDuration = SignedDuration::from_secs(1);

/// How long answers are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A request that can be sent again, and is being answered.
#[derive(Debug)]
pub(crate) struct Began {
    /// When it began for the first time.
    since: Moment,
    /// Whether that was before, and came to no end.
    pub(crate) again: bool,
    /// Made of who asks, what for, and their key.
    seed: u128,
}

impl Began {
    /// The id of what the request makes.
    pub(crate) fn id(&self) -> Ulid {
        Ulid::from_parts(self.since.as_millisecond().unsigned_abs(), self.seed)
    }
}

/// Answers a call with `handler`, or as it was answered before: if `authorize` lets it pass, as of now.
pub(crate) async fn once<A, F>(
    req: Request,
    answers: &impl SaveResponse,
    clock: &impl Clock,
    authorize: &A,
    handler: impl Fn(Request) -> F,
) -> Result<Response, Problem>
where
    A: AsyncFn(&Request) -> Result<ReplayScope, Problem>,
    F: Future<Output = Result<Response, Problem>>,
{
    let Some(key) = req.idempotency_key()?.map(str::to_owned) else { return handler(req).await };
    // Before anything is looked up or noted: that a key was used is an answer as well.
    let standing = authorize(&req).await?;
    let request = repeatable(&req, &key, &standing);
    let now = clock.now();
    let deadline = req.deadline().filter(|deadline| *deadline > now);
    let deadline = deadline.map_or_else(|| now.after(IN_PROGRESS), |deadline| deadline.after(MARGIN));
    let (since, again) = match answers.begin(&request, now, deadline, now.after(KEPT)).await? {
        Seen::New => (now, false),
        Seen::Resumed { since } => (since, true),
        Seen::Answered(answer) => return Ok(Response::kept(answer)),
        Seen::InProgress => return Err(Problem::new(ProblemKind::IdempotencyInProgress).retry_after(1)),
        Seen::Differently => return Err(Problem::new(ProblemKind::IdempotencyKeyReused)),
    };
    let req = req.begun(Began { since, again, seed: seed(&request) });
    let result = handler(req).await;
    note(&result, &request, since, answers, clock.now()).await;
    result
}

/// A success is kept; a problem is not, so that the same request can be tried again. What became of a request that failed on
/// our side, or met another one, is not known: it can be tried again at once, as the same one. If noting fails, the request counts as in progress
/// until its deadline, and is then taken up again.
async fn note(
    result: &Result<Response, Problem>,
    request: &Repeatable,
    since: Moment,
    answers: &impl SaveResponse,
    now: Moment,
) {
    let until = now.after(KEPT);
    let noted = match result {
        Ok(answer) => answers.keep(request, &answer.to_kept(), now, until).await,
        Err(problem) if problem.kind().status() >= 500 || problem.kind() == ProblemKind::Conflict => {
            answers.release(request, since, now, until).await
        }
        Err(_) => answers.forget(request).await,
    };
    match noted {
        Ok(()) | Err(PortError::Conflict) => {}
        Err(error) => tracing::warn!(?error, "an answer was not kept for a repeated request"),
    }
}

/// The call's key, as its caller's on its path, with their standing; and what it asks. The key itself is kept nowhere, so that
/// nobody can try out what a fingerprint was made of.
fn repeatable(req: &Request, key: &str, standing: &ReplayScope) -> Repeatable {
    let anonymous = if req.caller().is_empty() { req.address() } else { "" };
    let scope = [req.caller(), anonymous, req.method().as_str(), req.raw_path(), key, &standing.0];
    Repeatable {
        key: hash(&scope.map(str::as_bytes)),
        fingerprint: hash(&[key.as_bytes(), req.raw_query().as_bytes(), req.bytes()]),
    }
}

/// The part of an id that is not its time. It is of the request's body as well: what else is asked under an old key makes
/// something else.
fn seed(request: &Repeatable) -> u128 {
    let digest = digest(&[b"id", request.key.as_bytes(), request.fingerprint.as_bytes()]);
    digest.first_chunk().map_or(0, |bytes| u128::from_be_bytes(*bytes))
}

/// SHA-256 of the parts, each with its length before it.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

fn hash(parts: &[&[u8]]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(parts))
}
