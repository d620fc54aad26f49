//! `Idempotency-Key`: a repeated request gets the response of the first one, and has no further effect.

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

/// How long a request counts as in progress if the end of the invocation is unknown: no function runs longer.
const IN_PROGRESS: SignedDuration = SignedDuration::from_secs(60);

/// How long a request counts as in progress after the end of the invocation; differences between clocks are smaller.
const MARGIN: SignedDuration = SignedDuration::from_secs(1);

/// How long responses are stored.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A repeatable request that is in progress.
#[derive(Debug)]
pub(crate) struct Began {
    /// When it started for the first time.
    since: Moment,
    /// Whether an earlier try started and did not finish.
    pub(crate) again: bool,
    /// Derived from the caller, the content and the key.
    seed: u128,
}

impl Began {
    /// The id of the item that the request creates.
    pub(crate) fn id(&self) -> Ulid {
        Ulid::from_parts(self.since.as_millisecond().unsigned_abs(), self.seed)
    }
}

/// Runs `handler`, or returns the stored response of an equal request, if `authorize` allows the request now.
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
    // Before any lookup or write: even that a key was used is information.
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

/// Stores a success. A problem is not stored, so that the same request can be tried again. If the request failed on our
/// side or met a conflict, its result is unknown, and it can be tried again at once as the same request. If this write
/// fails, the request counts as in progress until its deadline and can then be resumed.
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
        Err(error) => tracing::warn!(?error, "could not store the response for repeated requests"),
    }
}

/// The hashed key, which depends on caller, path, key and scope, and the fingerprint of the content. The key itself is
/// not stored, so that no one can guess the content of a fingerprint.
fn repeatable(req: &Request, key: &str, standing: &ReplayScope) -> Repeatable {
    let anonymous = if req.caller().is_empty() { req.address() } else { "" };
    let scope = [req.caller(), anonymous, req.method().as_str(), req.raw_path(), key, &standing.0];
    Repeatable {
        key: hash(&scope.map(str::as_bytes)),
        fingerprint: hash(&[key.as_bytes(), req.raw_query().as_bytes(), req.bytes()]),
    }
}

/// The random part of an id. It depends on the body too: a different request with an old key gets a different id.
fn seed(request: &Repeatable) -> u128 {
    let digest = digest(&[b"id", request.key.as_bytes(), request.fingerprint.as_bytes()]);
    digest.first_chunk().map_or(0, |bytes| u128::from_be_bytes(*bytes))
}

/// SHA-256 of the parts, each preceded by its length.
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
