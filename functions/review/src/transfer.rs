//! `POST /v1/review/cases/{id}/transfer`: 调转, what the two departments say to it.

use domain::{
    case::{Case, desk::Reviewer, request::TransferAnswer},
    moment::Moment,
};
use edge::{Problem, ProblemKind, Request, Response};
use ports::cases::{LoadCase, SaveChange};
use serde_json::json;

/// The department that has the case lets it go, the other takes it; either may refuse.
pub(crate) async fn answer(
    req: &Request,
    table: &(impl LoadCase + SaveChange),
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Response, Problem> {
    let case = reviewer_auth::see_case(req, table, reviewer, now).await?;
    let answer = TransferAnswer::parse(&req.json()?)?;
    if !may_answer(&answer, &case, reviewer, now) {
        return Err(Problem::new(ProblemKind::Forbidden));
    }
    let case = crate::change(table, &case, &answer.command(), reviewer, now).await?.after;
    Ok(Response::ok(&json!({"caseId": case.id, "state": case.state, "version": case.version})))
}

fn may_answer(answer: &TransferAnswer, case: &Case, reviewer: &Reviewer, now: Moment) -> bool {
    match answer {
        TransferAnswer::Release => reviewer.may_handle(case, now),
        TransferAnswer::Accept => reviewer.may_receive(case),
        TransferAnswer::Refuse(_) => reviewer.may_handle(case, now) || reviewer.may_receive(case),
    }
}
