//! `/v1/review/cases/{id}/decision`: approving, returning with comments, rejecting, and taking that back.
//! `POST /v1/review/cases/{id}/reopening`: having it decided once more.

use domain::{
    case::{Actor, Case, Command, UNDO, decision::DecisionRequest, desk::Reviewer, request::ReopenRequest},
    moment::Moment,
};
use edge::{Answer, Call, Kind, Problem};
use ports::{
    cases::{LoadCase, LoadSubmission, SaveChange},
    windows::LoadWindow,
};
use serde_json::{Value, json};

/// Decides the version that the reviewer saw, and no other; or proposes the decision, where a second reviewer has to take it.
pub(crate) async fn take(
    call: &Call,
    table: &(impl LoadCase + LoadSubmission + LoadWindow + SaveChange),
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let case = desk::handle_case(call, table, reviewer, now).await?;
    let pages = desk::load_pages(&case, table).await?;
    let request = DecisionRequest::parse(&call.json()?, case.may_be_rejected(), &pages)?;
    if request.version != case.version {
        return Err(Problem::new(Kind::Conflict));
    }
    let command = case.decide(request.decision, reviewer.id, table.load_four_eyes(&case).await?);
    let case = crate::change(table, &case, &command, reviewer, now).await?.after;
    Ok(Answer::ok(&view(&case)))
}

/// Takes the caller's own decision back, within a minute.
pub(crate) async fn undo(
    call: &Call,
    table: &(impl LoadCase + SaveChange),
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let case = desk::handle_case(call, table, reviewer, now).await?;
    let case = crate::change(table, &case, &Command::Undo, reviewer, now).await?.after;
    Ok(Answer::ok(&crate::claim::view(&case, reviewer, now)))
}

/// Has the case decided once more, by somebody else.
pub(crate) async fn reopen(
    call: &Call,
    table: &(impl LoadCase + SaveChange),
    supervisor: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let case = desk::supervise_case(call, table, supervisor, now).await?;
    let command = Command::Reopen(ReopenRequest::parse(&call.json()?)?.reason);
    let change = crate::save(table, &case, &command, &Actor::Supervisor(supervisor.id), now).await?;
    Ok(Answer::ok(&view(&change.after)))
}

/// What became of a case: decided, until when that can be taken back, or proposed to a second reviewer.
fn view(case: &Case) -> Value {
    let undo_until = case.undo.as_ref().and(case.verdict.as_ref()).map(|ruling| ruling.at.after(UNDO));
    json!({
        "caseId": case.id,
        "state": case.state,
        "version": case.version,
        "proposed": case.proposal.is_some(),
        "undoUntil": undo_until,
    })
}
