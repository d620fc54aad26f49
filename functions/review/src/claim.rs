//! `/v1/review/cases/{id}/claim`: taking a case on, giving it to somebody, and letting go of it.

use domain::{
    case::{Actor, Case, Command, desk::Reviewer, request::ReassignRequest},
    fault::{Code, Faults, Pointer},
    moment::Moment,
};
use edge::{Answer, Call, Problem};
use ports::{
    cases::{LoadCase, SaveChange},
    people::{FindAccount, LoadReviewer},
};
use serde_json::{Value, json};

/// Takes the case on, or holds it longer.
pub(crate) async fn take(
    call: &Call,
    table: &(impl LoadCase + SaveChange),
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let case = desk::handle_case(call, table, reviewer, now).await?;
    Ok(Answer::ok(&hold(table, &case, reviewer, now).await?))
}

/// Takes a case on; what to say of it.
pub(crate) async fn hold(
    table: &impl SaveChange,
    case: &Case,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Value, Problem> {
    let change = crate::change(table, case, &Command::Claim, reviewer, now).await?;
    Ok(view(&change.after, reviewer, now))
}

/// What to say of a case that is held.
pub(crate) fn view(case: &Case, reviewer: &Reviewer, now: Moment) -> Value {
    json!({
        "caseId": case.id,
        "state": case.state,
        "version": case.version,
        "claim": crate::claim_view(case.claim.as_ref(), reviewer, now),
    })
}

/// Gives the case to another reviewer who may decide it.
pub(crate) async fn give(
    call: &Call,
    table: &(impl LoadCase + SaveChange + FindAccount + LoadReviewer),
    supervisor: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let case = desk::supervise_case(call, table, supervisor, now).await?;
    let ReassignRequest { to, reason } = ReassignRequest::parse(&call.json()?)?;
    let found = match table.find_staff(&to).await? {
        Some(id) => table.load_reviewer(id).await?.filter(|reviewer| reviewer.may_handle(&case, now)),
        None => None,
    };
    let unknown = || Faults::one(Pointer::root().child("to"), Code("reviewer.UNKNOWN"));
    let command = Command::Reassign(found.ok_or_else(unknown)?.id, reason);
    let change = crate::save(table, &case, &command, &Actor::Supervisor(supervisor.id), now).await?;
    Ok(Answer::ok(&view(&change.after, supervisor, now)))
}

/// Lets go of the case.
pub(crate) async fn release(
    call: &Call,
    table: &(impl LoadCase + SaveChange),
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let case = desk::handle_case(call, table, reviewer, now).await?;
    crate::change(table, &case, &Command::Release, reviewer, now).await?;
    Ok(Answer::no_content())
}
