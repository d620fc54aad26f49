//! Shared code of the reviewers' functions. Cases can only be loaded with [`see_case`], [`handle_case`] and
//! [`supervise_case`], which check that the reviewer may see, decide or supervise the case.

pub mod grounds;

use domain::{
    case::{Case, desk::Reviewer},
    ids::CaseId,
    moment::Moment,
};
use edge::{Problem, ProblemKind, ReplayScope, Request};
use ports::{
    PortError,
    cases::{LoadCase, LoadSubmission},
    people::LoadReviewer,
};
use serde_json::Value;

/// The reviewer who makes the request, as currently stored: a token may be valid for longer than the reviewer is
/// active.
pub async fn reviewer(req: &Request, table: &impl LoadReviewer) -> Result<Reviewer, Problem> {
    let reviewer = table.load_reviewer(req.reviewer()?).await?;
    reviewer.filter(|reviewer| reviewer.active).ok_or_else(|| Problem::new(ProblemKind::Forbidden))
}

/// Binds stored responses to the reviewer's division: after a change of division they are not returned.
pub fn standing(reviewer: &Reviewer) -> ReplayScope {
    ReplayScope::of(reviewer.division.code())
}

/// The case in the path, if the reviewer may decide it; 403 if they may only see it.
pub async fn handle_case(
    req: &Request,
    table: &impl LoadCase,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Case, Problem> {
    let case = see_case(req, table, reviewer, now).await?;
    if reviewer.may_handle(&case, now) { Ok(case) } else { Err(Problem::new(ProblemKind::Forbidden)) }
}

/// The case in the path, if the reviewer may supervise it; 403 if they may only see it.
pub async fn supervise_case(
    req: &Request,
    table: &impl LoadCase,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Case, Problem> {
    let case = see_case(req, table, reviewer, now).await?;
    if reviewer.may_supervise(&case) { Ok(case) } else { Err(Problem::new(ProblemKind::Forbidden)) }
}

/// The case in the path, if the reviewer may see it; otherwise 404.
///
/// Returns the case as stored, including an expired claim, so that its reviewer can get a specific error. Responses
/// show [`Case::as_of`] now.
pub async fn see_case(
    req: &Request,
    table: &impl LoadCase,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Case, Problem> {
    let id = req.path("id", CaseId::parse)?;
    let case = table.load_case(id).await?;
    case.filter(|case| reviewer.may_see(case, now)).ok_or_else(|| Problem::new(ProblemKind::NotFound))
}

/// The submitted pages: reviewers must not see what the applicant changes after a return.
pub async fn load_pages(case: &Case, table: &impl LoadSubmission) -> Result<Value, Problem> {
    let missing = || PortError::Corrupt(format!("{} was handed in without pages", case.id));
    let version = case.shown_version().ok_or_else(missing)?;
    Ok(table.load_submission(case.id, version).await?.ok_or_else(missing)?)
}
