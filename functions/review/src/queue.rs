//! `GET /v1/review/queue`: who waits longest. `POST /v1/review/queue/next`: the one of them to look at now.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    case::{
        Case, ClaimLimits, List, State,
        desk::Reviewer,
        listing::{Filter, ListItem},
    },
    divisions::Division,
    fault::{Code, Faults, Pointer},
    ids::{CaseId, CaseKind},
    moment::Moment,
};
use edge::{Problem, ProblemKind, Request, Response};
use ports::cases::ListQueue;
use serde_json::{Value, json};

use crate::claim::{self, Claims};

/// Lines of a page unless told, and at most.
const LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;

/// Lines of one look for the next case, and how many looks there are: with more cases held by others than that, somebody
/// has to wait a moment.
const LOOK: usize = 50;
const LOOKS: usize = 4;

/// Lines that are looked at for one page, where only some are asked for: a page may be short, or empty, and have a next one.
const FILTERED: usize = 200;

/// Cases that one person may have in a list.
const OWN: usize = CaseKind::ALL.len();

/// What of the list is asked for.
fn read_filter(req: &Request) -> Result<Filter, Faults> {
    let state = req.query("state").map(|state| State::parse(state).ok_or(())).transpose();
    let state = state.map_err(|()| Faults::one(at("state"), Code("code.UNKNOWN")));
    let (flagged, resubmitted) = (flag(req, "flagged"), flag(req, "resubmitted"));
    let read = Faults::both(Faults::both(state, flagged), Faults::both(resubmitted, flag(req, "overdue")))?;
    let ((state, flagged), (resubmitted, overdue)) = read;
    Ok(Filter { state, flagged, resubmitted, overdue })
}

fn flag(req: &Request, name: &'static str) -> Result<Option<bool>, Faults> {
    let flag = req.query(name).map(str::parse).transpose();
    flag.map_err(|_| Faults::one(at(name), Code("form.TYPE")))
}

fn at(name: &str) -> Pointer {
    Pointer::root().child(name)
}

/// Lists one of the lists of the reviewer's division, or of one below it.
pub(crate) async fn list(
    req: &Request,
    table: &impl ListQueue,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Response, Problem> {
    let kind = read_kind(req)?;
    let list = req.query("list").map_or(Ok(List::Open), |list| List::parse(list).ok_or(()));
    let list = list.map_err(|()| Faults::one(at("list"), Code("code.UNKNOWN")))?;
    let filter = read_filter(req)?;
    let limit = req.query("limit").map_or(Ok(LIMIT), str::parse);
    let limit = limit.ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    let limit = limit.ok_or_else(|| Faults::one(at("limit"), Code("form.TYPE")))?;
    let division = read_division(req, reviewer)?;
    if !reviewer.may_list(division) {
        return Err(Problem::new(ProblemKind::Forbidden));
    }
    let place = Cursor { list, division };
    let after = req.query("cursor").map(|cursor| place.read(cursor)).transpose()?;

    let looked_at = if filter.is_empty() { limit } else { FILTERED };
    // why: one's own cases are left out afterwards, and a page without a line would have no next one.
    let looked_at = looked_at + if reviewer.own_account.is_some() { OWN } else { 0 };
    let items = table.list_queue(list, division, kind, after.as_ref(), looked_at).await?;
    let is_last = items.len() < looked_at;
    let items: Vec<ListItem> = items.into_iter().filter(|item| !reviewer.is_own(item.case.owner)).collect();
    let (mut lines, mut end) = (Vec::new(), None);
    for item in &items {
        if lines.len() == limit {
            break;
        }
        end = Some(item);
        if filter.has(item, now) {
            lines.push(line(item, reviewer, now));
        }
    }
    let is_whole = is_last && end == items.last();
    let next = end.filter(|_| !is_whole).map(|end| place.write(end));
    Ok(Response::ok(&json!({"items": lines, "next": next})))
}

/// Takes on the case that waits longest and that nobody holds, of the reviewer's own division or one that was delegated to
/// them; what they returned before comes first. Nothing if there is none.
///
/// Others do the same at the same moment: whoever comes second to a case goes on to the next.
pub(crate) async fn next(
    req: &Request,
    table: &(impl ListQueue + Claims),
    reviewer: &Reviewer,
    limits: ClaimLimits,
    now: Moment,
) -> Result<Response, Problem> {
    let kind = read_kind(req)?;
    let division = served_division(req, reviewer, now)?;
    let mut after = None;
    for _ in 0..LOOKS {
        let items = table.list_queue(List::Open, division, kind, after.as_ref(), LOOK).await?;
        let (known, others): (Vec<_>, Vec<_>) =
            items.iter().partition(|item| item.decided_by == Some(reviewer.id));
        for item in known.into_iter().chain(others).filter(|item| item.claim_at(now).is_none()) {
            if let Some(claimed) = try_to_hold(table, item.case, reviewer, limits, now).await? {
                return Ok(Response::ok(&json!({"case": claimed})));
            }
        }
        after = items.last().filter(|_| items.len() == LOOK).map(|last| (last.since, last.case));
        if after.is_none() {
            break;
        }
    }
    Ok(Response::ok(&json!({"case": null})))
}

/// Takes that case on, unless it is somebody else's to do so, or somebody was faster.
async fn try_to_hold(
    table: &impl Claims,
    id: CaseId,
    reviewer: &Reviewer,
    limits: ClaimLimits,
    now: Moment,
) -> Result<Option<Value>, Problem> {
    let ours = |case: &Case| case.claim.as_ref().is_some_and(|claim| claim.by == reviewer.id);
    for attempt in 0..claim::TRIES {
        // why: the queue is read a moment late, and lines say nothing of whose case it is.
        let case = table.load_case(id).await?.filter(|case| reviewer.may_handle(case, now));
        let Some(case) = case else { return Ok(None) };
        let current = case.as_of(now);
        if current.claim.is_some() {
            // why: where an answer was lost on its way, the conflict was with oneself.
            let is_answer = attempt > 0 && ours(&current);
            return Ok(is_answer.then(|| claim::view(&current, reviewer, now)));
        }
        match claim::hold(table, &case, reviewer, limits, now).await {
            Ok(Some(claimed)) => return Ok(Some(claimed)),
            // Somebody was faster, or the reviewer claims another case at the same moment: the next look says which.
            Ok(None) => {}
            Err(problem) if is_for_somebody_else(problem.kind()) => return Ok(None),
            Err(problem) => return Err(problem),
        }
    }
    Ok(None)
}

/// Whether a case that cannot be claimed for that reason is passed over.
fn is_for_somebody_else(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::Conflict
            | ProblemKind::NotEditable
            | ProblemKind::SecondReviewer
            | ProblemKind::ClaimNotRenewable
            | ProblemKind::ConsentRequired
    )
}

/// The division whose next case is asked for, if its cases are the reviewer's to decide.
pub(crate) fn served_division(req: &Request, reviewer: &Reviewer, now: Moment) -> Result<Division, Problem> {
    let division = read_division(req, reviewer)?;
    if reviewer.may_serve(division, now) { Ok(division) } else { Err(Problem::new(ProblemKind::Forbidden)) }
}

fn read_division(req: &Request, reviewer: &Reviewer) -> Result<Division, Faults> {
    let division = req.query("division").map_or(Ok(reviewer.division), Division::parse);
    division.map_err(|error| Faults::one(at("division"), error))
}

fn read_kind(req: &Request) -> Result<Option<CaseKind>, Faults> {
    let kind = req.query("kind").map(|kind| CaseKind::parse(kind).ok_or(kind)).transpose();
    kind.map_err(|_| Faults::one(at("kind"), Code("code.UNKNOWN")))
}

fn line(item: &ListItem, reviewer: &Reviewer, now: Moment) -> Value {
    json!({
        "caseId": item.case,
        "kind": item.case.kind,
        "state": item.state_at(now),
        "round": item.round,
        "since": item.since,
        "dueAt": item.due_at(now),
        "flagged": item.flagged,
        "claim": crate::claim_view(item.claim.as_ref(), reviewer, now),
    })
}

/// A cursor names the last line seen, and whose list it was: it is good there only. It cannot widen anything,
/// since whose list is read is asked each time.
struct Cursor {
    list: List,
    division: Division,
}

impl Cursor {
    fn write(&self, last: &ListItem) -> String {
        let text = format!("{} {} {} {}", self.list.as_str(), self.division.code(), last.since, last.case);
        BASE64_URL_SAFE_NO_PAD.encode(text)
    }

    fn read(&self, cursor: &str) -> Result<(Moment, CaseId), Problem> {
        let read = || {
            let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
            let mut parts = text.split(' ');
            let ours = parts.next()? == self.list.as_str() && parts.next()? == self.division.code();
            let since = Moment::try_from(parts.next()?.to_owned()).ok()?;
            let case = CaseId::parse(parts.next()?).ok()?;
            (ours && parts.next().is_none()).then_some((since, case))
        };
        read().ok_or_else(|| Problem::new(ProblemKind::MalformedRequest))
    }
}
