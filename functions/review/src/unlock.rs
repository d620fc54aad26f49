//! `/v1/review/reviewers/{account}/lock`: letting a colleague in again whom wrong passwords locked out.

use domain::{case::desk::Reviewer, moment::Moment, staff::StaffAccount};
use edge::{Problem, ProblemKind, Request, Response};
use ports::{
    codes::{ForgiveSources, ResetRateLimit},
    log_in::{LiftedLock, RecordLift, lift_lock},
    people::{FindAccount, LoadReviewer},
};

/// Ends every wait for a reviewer whom the supervisor answers for; who did it is kept first.
pub(crate) async fn lift(
    req: &Request,
    table: &(impl FindAccount + LoadReviewer + RecordLift + ResetRateLimit + ForgiveSources),
    supervisor: &Reviewer,
    now: Moment,
) -> Result<Response, Problem> {
    if !supervisor.supervisor {
        return Err(Problem::new(ProblemKind::Forbidden));
    }
    let account = req.path("account", StaffAccount::parse)?;
    let found = match table.find_staff(account.as_str()).await? {
        Some(id) => table.load_reviewer(id).await?,
        None => None,
    };
    let reviewer = found.filter(|reviewer| supervisor.answers_for(reviewer));
    let reviewer = reviewer.ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let lift = LiftedLock { reviewer: reviewer.id, by: supervisor.id.to_string(), at: now, reason: None };
    table.record_lift(&lift).await?;
    lift_lock(table, &reviewer.id.into()).await?;
    Ok(Response::no_content())
}
