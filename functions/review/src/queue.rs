//! `GET /v1/review/queue`: who waits longest. `POST /v1/review/queue/next`: the one of them to look at now.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    case::{self, Case, desk::Reviewer},
    divisions::Division,
    fault::{Code, Faults, Pointer},
    ids::{CaseId, CaseKind},
    moment::Moment,
};
use edge::{Answer, Call, Kind, Problem};
use ports::cases::{ListQueue, LoadCase, QueueItem, SaveChange};
use serde_json::{Value, json};

use crate::claim;

/// Lines of a page unless told, and at most.
const LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// Lines of one look for the next case, and how many looks there are: with more cases held by others than that, somebody
/// has to wait a moment.
const LOOK: usize = 50;
const LOOKS: usize = 4;

/// Lists the queue of the reviewer's division, or of one below it.
pub(crate) async fn list(
    call: &Call,
    table: &impl ListQueue,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let at = |name| Pointer::root().child(name);
    let kind = read_kind(call)?;
    let limit = call.query("limit").map_or(Ok(LIMIT), str::parse);
    let limit = limit.ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    let limit = limit.ok_or_else(|| Faults::one(at("limit"), Code("form.TYPE")))?;
    let division = call.query("division").map_or(Ok(reviewer.division), Division::parse);
    let division = division.map_err(|error| Faults::one(at("division"), error))?;
    if !reviewer.may_list(division) {
        return Err(Problem::new(Kind::Forbidden));
    }
    let after = call.query("cursor").map(|cursor| read_cursor(cursor, division)).transpose()?;

    let items = table.list_queue(division, kind, after.as_ref(), limit).await?;
    let next = items.last().filter(|_| items.len() == limit).map(|last| write_cursor(last, division));
    let items: Vec<Value> = items.iter().map(|item| line(item, reviewer, now)).collect();
    Ok(Answer::ok(&json!({"items": items, "next": next})))
}

/// Takes on the case of the reviewer's own division that waits longest and that nobody holds; nothing if there is none.
///
/// Others do the same at the same moment: whoever comes second to a case goes on to the next.
pub(crate) async fn next(
    call: &Call,
    table: &(impl ListQueue + LoadCase + SaveChange),
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let kind = read_kind(call)?;
    let mut after = None;
    for _ in 0..LOOKS {
        let items = table.list_queue(reviewer.division, kind, after.as_ref(), LOOK).await?;
        for item in items.iter().filter(|item| item.claim_at(now).is_none()) {
            // why: the queue is read a moment late, and lines say nothing of whose case it is.
            let case = table.load_case(item.case).await?.filter(|case| reviewer.may_handle(case));
            let Some(case) = case.filter(|case| case.as_of(now).claim.is_none()) else { continue };
            match claim::hold(table, &case, reviewer, now).await {
                Ok(claimed) => return Ok(Answer::ok(&json!({"case": claimed}))),
                Err(problem) if matches!(problem.kind(), Kind::Conflict | Kind::NotEditable) => {
                    // why: where an answer was lost on its way, the conflict is with oneself.
                    let again = table.load_case(item.case).await?.map(|case| case.as_of(now));
                    let ours = |case: &Case| case.claim.as_ref().is_some_and(|claim| claim.by == reviewer.id);
                    if let Some(case) = again.filter(ours) {
                        return Ok(Answer::ok(&json!({"case": claim::view(&case, reviewer, now)})));
                    }
                }
                Err(problem) => return Err(problem),
            }
        }
        after = items.last().filter(|_| items.len() == LOOK).map(|last| (last.since, last.case));
        if after.is_none() {
            break;
        }
    }
    Ok(Answer::ok(&json!({"case": null})))
}

fn read_kind(call: &Call) -> Result<Option<CaseKind>, Faults> {
    let kind = call.query("kind").map(|kind| CaseKind::parse(kind).ok_or(kind)).transpose();
    kind.map_err(|_| Faults::one(Pointer::root().child("kind"), Code("code.UNKNOWN")))
}

fn line(item: &QueueItem, reviewer: &Reviewer, now: Moment) -> Value {
    json!({
        "caseId": item.case,
        "kind": item.case.kind,
        "state": item.state_at(now),
        "round": item.round,
        "submittedAt": item.since,
        "dueAt": case::due_at(item.since),
        "claim": crate::claim_view(item.claim.as_ref(), reviewer, now),
    })
}

/// A cursor names the last line seen, and whose queue it was: it is good there only. It cannot widen anything,
/// since whose queue is read is asked each time.
fn write_cursor(last: &QueueItem, division: Division) -> String {
    let text = format!("{} {} {}", division.code(), last.since, last.case);
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

fn read_cursor(cursor: &str, division: Division) -> Result<(Moment, CaseId), Problem> {
    let read = || {
        let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let mut parts = text.split(' ');
        let ours = parts.next()? == division.code();
        let since = Moment::try_from(parts.next()?.to_owned()).ok()?;
        let case = CaseId::parse(parts.next()?).ok()?;
        (ours && parts.next().is_none()).then_some((since, case))
    };
    read().ok_or_else(|| Problem::new(Kind::MalformedRequest))
}
