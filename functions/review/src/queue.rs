//! `GET /v1/review/queue`: who waits longest.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    case::{REVIEW_TIME, desk::Reviewer},
    fault::{Code, Faults, Pointer},
    ids::{CaseId, CaseKind},
    moment::Moment,
};
use edge::{Answer, Call, Kind, Problem};
use ports::cases::{ListQueue, QueueItem};
use serde_json::{Value, json};

/// Lines of a page unless told, and at most.
const LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// Lists the queue of the reviewer's own division; no parameter names another.
pub(crate) async fn list(
    call: &Call,
    table: &impl ListQueue,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let at = |name| Pointer::root().child(name);
    let kind = call.query("kind").map(|kind| CaseKind::parse(kind).ok_or(kind)).transpose();
    let kind = kind.map_err(|_| Faults::one(at("kind"), Code("code.UNKNOWN")))?;
    let limit = call.query("limit").map_or(Ok(LIMIT), str::parse);
    let limit = limit.ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    let limit = limit.ok_or_else(|| Faults::one(at("limit"), Code("form.TYPE")))?;
    let after = call.query("cursor").map(|cursor| read_cursor(cursor, reviewer)).transpose()?;

    let items = table.list_queue(reviewer.division, kind, after.as_ref(), limit).await?;
    let next = items.last().filter(|_| items.len() == limit).map(|last| write_cursor(last, reviewer));
    let items: Vec<Value> = items.iter().map(|item| line(item, reviewer, now)).collect();
    Ok(Answer::ok(&json!({"items": items, "next": next})))
}

fn line(item: &QueueItem, reviewer: &Reviewer, now: Moment) -> Value {
    json!({
        "caseId": item.case,
        "kind": item.case.kind,
        "state": item.state_at(now),
        "round": item.round,
        "submittedAt": item.since,
        "dueAt": item.since.after(REVIEW_TIME),
        "claim": crate::claim_view(item.claim.as_ref(), reviewer, now),
    })
}

/// A cursor names the last line seen, and whose queue it was: it is good there only. It cannot widen anything,
/// since the queue is always the reviewer's own.
fn write_cursor(last: &QueueItem, reviewer: &Reviewer) -> String {
    let text = format!("{} {} {}", reviewer.division.code(), last.since, last.case);
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

fn read_cursor(cursor: &str, reviewer: &Reviewer) -> Result<(Moment, CaseId), Problem> {
    let read = || {
        let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let mut parts = text.split(' ');
        let ours = parts.next()? == reviewer.division.code();
        let since = Moment::try_from(parts.next()?.to_owned()).ok()?;
        let case = CaseId::parse(parts.next()?).ok()?;
        (ours && parts.next().is_none()).then_some((since, case))
    };
    read().ok_or_else(|| Problem::new(Kind::MalformedRequest))
}
