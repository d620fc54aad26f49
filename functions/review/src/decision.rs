//! `POST /v1/review/cases/{id}/decision`: approving, returning with comments, rejecting.

use domain::{
    case::{Command, decision::DecisionRequest, desk::Reviewer},
    moment::Moment,
};
use edge::{Answer, Call, Kind, Problem};
use ports::cases::{LoadCase, LoadSubmission, SaveChange};
use serde_json::json;

/// Decides the version that the reviewer saw, and no other.
pub(crate) async fn take(
    call: &Call,
    table: &(impl LoadCase + LoadSubmission + SaveChange),
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let case = desk::handle_case(call, table, reviewer).await?;
    let pages = desk::load_pages(&case, table).await?;
    let request = DecisionRequest::parse(&call.json()?, case.id.kind, &pages)?;
    if request.version != case.version {
        return Err(Problem::new(Kind::Conflict));
    }
    let case = crate::change(table, &case, &Command::Decide(request.decision), reviewer, now).await?.after;
    Ok(Answer::ok(&json!({"caseId": case.id, "state": case.state, "version": case.version})))
}
