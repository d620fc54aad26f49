//! `/v1/review/reviewers/{account}/lock`: letting a colleague in again whom wrong passwords locked out.

use domain::{case::desk::Reviewer, moment::Moment, staff::StaffAccount};
use edge::{Answer, Call, Kind, Problem};
use ports::{
    codes::{Forgive, ForgiveSources},
    log_in::{LiftedLock, RecordLift, lift_lock},
    people::{FindAccount, LoadReviewer},
};

/// Ends every wait for a reviewer whom the supervisor answers for; who did it is kept first.
pub(crate) async fn lift(
    call: &Call,
    table: &(impl FindAccount + LoadReviewer + RecordLift + Forgive + ForgiveSources),
    supervisor: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    if !supervisor.supervisor {
        return Err(Problem::new(Kind::Forbidden));
    }
    let account = call.path("account", StaffAccount::parse)?;
    let found = match table.find_staff(account.as_str()).await? {
        Some(id) => table.load_reviewer(id).await?,
        None => None,
    };
    let reviewer = found.filter(|reviewer| supervisor.answers_for(reviewer));
    let reviewer = reviewer.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let lift = LiftedLock { reviewer: reviewer.id, by: supervisor.id.to_string(), at: now, reason: None };
    table.record_lift(&lift).await?;
    lift_lock(table, &reviewer.id.into()).await?;
    Ok(Answer::no_content())
}
