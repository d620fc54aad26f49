//! `Idempotency-Key`: a request that is sent again gets the answer to the first one, and does nothing.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::moment::Moment;
use jiff::SignedDuration;
use ports::{
    Clock, PortError,
    idempotency::{KeepAnswer, Repeatable, Seen},
};
use sha2::{Digest, Sha256};

use crate::{Answer, Call, Kind, Problem};

/// No function runs longer: whoever began to answer is gone by then.
const IN_PROGRESS: SignedDuration = SignedDuration::from_secs(60);

/// How long answers are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Answers a call with `handler`, or as it was answered before.
pub(crate) async fn once<F>(
    call: Call,
    answers: &impl KeepAnswer,
    clock: &impl Clock,
    handler: impl Fn(Call) -> F,
) -> Result<Answer, Problem>
where
    F: Future<Output = Result<Answer, Problem>>,
{
    let Some(request) = repeatable(&call)? else { return handler(call).await };
    let now = clock.now();
    match answers.begin(&request, now, now.after(IN_PROGRESS)).await? {
        Seen::Never => {}
        Seen::Answered(answer) => return Ok(Answer::kept(answer)),
        Seen::InProgress => return Err(Problem::new(Kind::IdempotencyInProgress).retry_after(1)),
        Seen::Differently => return Err(Problem::new(Kind::IdempotencyKeyReused)),
    }
    let result = handler(call).await;
    note(&result, &request, answers, now).await;
    result
}

/// A success is kept; a problem is not, so that the same request can be tried again. If that fails, the request
/// counts as in progress for a minute, and is then answered anew.
async fn note(
    result: &Result<Answer, Problem>,
    request: &Repeatable,
    answers: &impl KeepAnswer,
    now: Moment,
) {
    let noted = match result {
        Ok(answer) => answers.keep(request, &answer.to_kept(), now, now.after(KEPT)).await,
        Err(_) => answers.forget(request).await,
    };
    match noted {
        Ok(()) | Err(PortError::Conflict) => {}
        Err(error) => tracing::warn!(%error, "an answer was not kept for a repeated request"),
    }
}

/// The call's key, as its caller's on its path; and what it asks. The key itself is kept nowhere, so that nobody can
/// try out what a fingerprint was made of.
fn repeatable(call: &Call) -> Result<Option<Repeatable>, Problem> {
    let Some(key) = call.idempotency_key()? else { return Ok(None) };
    let anonymous = if call.caller().is_empty() { call.address() } else { "" };
    let scope = [call.caller(), anonymous, call.method().as_str(), call.raw_path(), key];
    Ok(Some(Repeatable {
        key: hash(&scope.map(str::as_bytes)),
        fingerprint: hash(&[key.as_bytes(), call.raw_query().as_bytes(), call.bytes()]),
    }))
}

/// SHA-256 of the parts, each with its length before it.
fn hash(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    BASE64_URL_SAFE_NO_PAD.encode(digest.finalize())
}
