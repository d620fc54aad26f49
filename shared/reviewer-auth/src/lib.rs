//! What the reviewers' functions share. The only ways to a case are [`see_case`], [`handle_case`] and [`supervise_case`], and
//! they ask whether the case is the caller's to see, to decide, or to answer for.

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

/// The reviewer who calls, as the table knows them now: a token outlives a dismissal.
pub async fn reviewer(req: &Request, table: &impl LoadReviewer) -> Result<Reviewer, Problem> {
    let reviewer = table.load_reviewer(req.reviewer()?).await?;
    reviewer.filter(|reviewer| reviewer.active).ok_or_else(|| Problem::new(ProblemKind::Forbidden))
}

/// What kept answers to a reviewer are bound to: what was answered to them in one division is not theirs in another.
pub fn standing(reviewer: &Reviewer) -> ReplayScope {
    ReplayScope::of(reviewer.division.code())
}

/// The case that the path names, if it is the reviewer's to decide. Whoever may only look at it is told so.
pub async fn handle_case(
    req: &Request,
    table: &impl LoadCase,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Case, Problem> {
    let case = see_case(req, table, reviewer, now).await?;
    if reviewer.may_handle(&case, now) { Ok(case) } else { Err(Problem::new(ProblemKind::Forbidden)) }
}

/// The case that the path names, if the reviewer answers for those who decide it.
pub async fn supervise_case(
    req: &Request,
    table: &impl LoadCase,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Case, Problem> {
    let case = see_case(req, table, reviewer, now).await?;
    if reviewer.may_supervise(&case) { Ok(case) } else { Err(Problem::new(ProblemKind::Forbidden)) }
}

/// The case that the path names, if it is the reviewer's to look at; to anybody else there is no such case.
///
/// It is the case as it was saved: a claim that has ended is still in it, so that whoever held it can be told. What is
/// shown is [`Case::as_of`] now.
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

/// The pages as they were handed in: what the applicant changes after a return is not the desk's to see.
pub async fn load_pages(case: &Case, table: &impl LoadSubmission) -> Result<Value, Problem> {
    let missing = || PortError::Corrupt(format!("{} was handed in without pages", case.id));
    let version = case.shown_version().ok_or_else(missing)?;
    Ok(table.load_submission(case.id, version).await?.ok_or_else(missing)?)
}
