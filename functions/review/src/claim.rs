//! `/v1/review/cases/{id}/claim`: taking a case on, and letting go of it.

use domain::{
    case::{Case, Command, desk::Reviewer},
    moment::Moment,
};
use edge::{Answer, Call, Problem};
use ports::cases::{LoadCase, SaveChange};
use serde_json::{Value, json};

/// Takes the case on, or holds it longer.
pub(crate) async fn take(
    call: &Call,
    table: &(impl LoadCase + SaveChange),
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let case = desk::handle_case(call, table, reviewer).await?;
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

/// Lets go of the case.
pub(crate) async fn release(
    call: &Call,
    table: &(impl LoadCase + SaveChange),
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let case = desk::handle_case(call, table, reviewer).await?;
    crate::change(table, &case, &Command::Release, reviewer, now).await?;
    Ok(Answer::no_content())
}
