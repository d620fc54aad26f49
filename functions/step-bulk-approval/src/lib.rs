//! A case of a selection is approved, by the rules that hold for one: the step of the state machine of bulk approvals.
//!
//! It may run twice, and be killed anywhere: what it did is found in the case, and what became of it is written once.

use domain::{
    case::{
        Actor, Case, Command, Decision,
        bulk::{Refusal, Selected, Step},
        desk::Reviewer,
    },
    ids::{BulkId, CaseId, CaseKind, ReviewerId},
    moment::Moment,
};
use lambda_runtime::Diagnostic;
use ports::{
    Clock, PortError, PortResult,
    audit::FindView,
    bulk::{BulkResult, LoadBulk, SaveBulkResult},
    cases::{LoadCase, LoadSubmission, SaveGroundedChange},
    numbers::LoadNumber,
    people::{LoadPerson, LoadReviewer},
    pictures::LoadUploads,
    windows::LoadWindow,
};
use reviewer_auth::grounds;
use serde::Deserialize;

/// Taking on, approving, and finding that it is done; and once more where somebody else was faster.
const STEPS: usize = 4;

/// A case, as the state machine hands it out.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Turn {
    /// Whose selection.
    pub reviewer_id: ReviewerId,
    /// Which.
    pub bulk_id: BulkId,
    /// The case.
    pub case_id: CaseId,
    /// The version that was selected.
    pub version: u64,
    /// Whether it was tried as often as it may be: then that is what became of it.
    #[serde(default)]
    pub give_up: bool,
}

/// Something did not answer; the machine tries again.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct TurnError(#[from] PortError);

impl From<TurnError> for Diagnostic {
    /// The names that the state machine retries.
    fn from(TurnError(error): TurnError) -> Self {
        let error_type = match error {
            PortError::Conflict | PortError::Unavailable(_) => "TryAgain",
            PortError::Corrupt(_) | PortError::Internal(_) => "Failed",
        };
        Self { error_type: error_type.to_owned(), error_message: error.to_string() }
    }
}

/// What this function may do with the table.
pub trait Records:
    LoadReviewer + LoadCase + LoadWindow + LoadNumber + LoadBulk + SaveBulkResult + Decisions
{
}

impl<T: LoadReviewer + LoadCase + LoadWindow + LoadNumber + LoadBulk + SaveBulkResult + Decisions> Records
    for T
{
}

/// What deciding does with it.
pub trait Decisions: LoadSubmission + LoadPerson + LoadUploads + FindView + SaveGroundedChange {}

impl<T: LoadSubmission + LoadPerson + LoadUploads + FindView + SaveGroundedChange> Decisions for T {}

/// Takes a case's turn.
pub async fn handle(turn: Turn, table: &impl Records, clock: &impl Clock) -> Result<(), TurnError> {
    if table.load_bulk_result(turn.bulk_id, turn.case_id).await?.is_some() {
        return Ok(());
    }
    let refusal =
        if turn.give_up { Some(Refusal::Failed) } else { approve(&turn, table, clock).await?.err() };
    let result = BulkResult { case: turn.case_id, at: clock.now(), refusal };
    Ok(table.save_bulk_result(turn.bulk_id, &result).await?)
}

async fn approve(turn: &Turn, table: &impl Records, clock: &impl Clock) -> PortResult<Result<(), Refusal>> {
    let bulk = table.load_bulk(turn.reviewer_id, turn.bulk_id).await?;
    let reviewer = table.load_reviewer(turn.reviewer_id).await?;
    let (Some(bulk), Some(reviewer)) = (bulk, reviewer) else { return Ok(Err(Refusal::NotFound)) };
    let selected = Selected { case_id: turn.case_id, version: turn.version };
    for _ in 0..STEPS {
        let now = clock.now();
        let Some(case) = table.load_case(turn.case_id).await? else { return Ok(Err(Refusal::NotFound)) };
        let step = match selected.next(&case, &reviewer, table.load_four_eyes(&case).await?, now) {
            Ok(Step::Claim) if bulk.cancelled_at.is_some() => return Ok(Err(Refusal::Cancelled)),
            Ok(step) => step,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if step != Step::Done && is_number_shared(&case, table).await? {
            return Ok(Err(Refusal::NumberShared));
        }
        let command = match step {
            Step::Claim => Command::Claim,
            Step::Approve => Command::Decide(Decision::Approve),
            Step::Done => return Ok(Ok(())),
        };
        match take(&case, &command, &reviewer, now, table).await {
            Ok(Err(refusal)) => return Ok(Err(refusal)),
            // Somebody was faster: the next look says at what.
            Ok(Ok(())) | Err(PortError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Err(PortError::Conflict)
}

/// Whether the approval would take the applicant's identity number from other accounts.
async fn is_number_shared(case: &Case, table: &impl LoadNumber) -> PortResult<bool> {
    if case.id.kind != CaseKind::RealName {
        return Ok(false);
    }
    let number = table.load_number(case.id.owner).await?;
    Ok(number.is_some_and(|number| !number.others(case.id.owner).is_empty()))
}

/// Claims or approves the case, if it can be approved: what is claimed here is approved in the next step, so that both rest on
/// the same. Such a claim lasts a moment, and is not counted among those of the reviewer.
async fn take(
    case: &Case,
    command: &Command,
    reviewer: &Reviewer,
    now: Moment,
    table: &impl Decisions,
) -> PortResult<Result<(), Refusal>> {
    let missing = || PortError::Corrupt(format!("{} was handed in without pages", case.id));
    let submission = case.shown_version().ok_or_else(missing)?;
    let pages = table.load_submission(case.id, submission).await?.ok_or_else(missing)?;
    let read = grounds::foundation(case, &pages, reviewer.id, table, now).await?;
    let Some(read) = read else { return Ok(Err(Refusal::NotFound)) };
    if let Err(lack) = case.check_grounds(&Decision::Approve, &read.grounds) {
        return Ok(Err(lack.into()));
    }
    let Ok(change) = case.apply(command, &Actor::Reviewer(reviewer.id), now) else {
        return Err(PortError::Conflict);
    };
    table.save_grounded_change(&change, &read.basis(case, &Decision::Approve)).await.map(Ok)
}
