//! `/v1/review`: the desk of a division's reviewers. Its routes share one role and stay warm together.

mod authorize;
mod case;
mod claim;
mod decision;
mod evidence;
mod history;
mod queue;
mod shared;
mod transfer;
mod unlock;

use domain::{
    case::{Actor, Case, Change, Claim, ClaimLimits, Command, desk::Reviewer},
    moment::Moment,
};
use edge::{Answer, Call, Kind, Problem};
use ports::{
    Clock,
    audit::{FindView, RecordView},
    cases::{ListQueue, LoadCase, LoadClaims, LoadHistory, LoadSubmission, SaveChange, SaveGroundedChange},
    codes::{Forgive, ForgiveSources},
    evidence::{LoadEvidence, OpenTranscript},
    log_in::RecordLift,
    materials::LoadMaterials,
    numbers::LoadNumber,
    people::{FindAccount, LoadAccount, LoadPerson, LoadReviewer},
    pictures::{LinkPicture, LoadUploads},
    secrets::OpenIdentity,
    windows::LoadWindow,
};
use serde_json::Value;

pub use authorize::authorize;

/// What the desk may do with the table.
pub trait Desk:
    LoadReviewer
    + LoadPerson
    + LoadUploads
    + LoadEvidence
    + LoadMaterials
    + LoadNumber
    + LoadCase
    + LoadSubmission
    + LoadHistory
    + LoadWindow
    + ListQueue
    + FindAccount
    + LoadAccount
    + LoadClaims
    + SaveChange
    + SaveGroundedChange
    + FindView
    + RecordView
    + RecordLift
    + Forgive
    + ForgiveSources
{
}

impl<T> Desk for T where
    T: LoadReviewer
        + LoadPerson
        + LoadUploads
        + LoadEvidence
        + LoadMaterials
        + LoadNumber
        + LoadCase
        + LoadSubmission
        + LoadHistory
        + LoadWindow
        + ListQueue
        + FindAccount
        + LoadAccount
        + LoadClaims
        + SaveChange
        + SaveGroundedChange
        + FindView
        + RecordView
        + RecordLift
        + Forgive
        + ForgiveSources
{
}

/// Answers the desk's routes.
pub async fn handle(
    call: Call,
    table: &impl Desk,
    keys: &(impl OpenIdentity + OpenTranscript),
    pictures: &impl LinkPicture,
    limits: ClaimLimits,
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let reviewer = desk::reviewer(&call, table).await?;
    let now = clock.now();
    match call.route().as_str() {
        "GET /v1/review/queue" => queue::list(&call, table, &reviewer, now).await,
        "POST /v1/review/queue/next" => queue::next(&call, table, &reviewer, limits, now).await,
        "GET /v1/review/cases/{id}" => {
            // Boxed, as a decision is: what it keeps while it waits is large, and the other routes need none of it.
            Box::pin(case::show(&call, table, keys, pictures, &reviewer, now)).await
        }
        "POST /v1/review/cases/{id}/claim" => claim::take(&call, table, &reviewer, limits, now).await,
        "DELETE /v1/review/cases/{id}/claim" => claim::release(&call, table, &reviewer, now).await,
        "PUT /v1/review/cases/{id}/claim" => claim::give(&call, table, &reviewer, now).await,
        "POST /v1/review/cases/{id}/decision" => Box::pin(decision::take(&call, table, &reviewer, now)).await,
        "DELETE /v1/review/cases/{id}/decision" => decision::undo(&call, table, &reviewer, now).await,
        "POST /v1/review/cases/{id}/reopening" => decision::reopen(&call, table, &reviewer, now).await,
        "POST /v1/review/cases/{id}/transfer" => transfer::answer(&call, table, &reviewer, now).await,
        "DELETE /v1/review/reviewers/{account}/lock" => unlock::lift(&call, table, &reviewer, now).await,
        _ => Err(Problem::new(Kind::NotFound)),
    }
}

/// Carries out a reviewer's command and saves what follows.
async fn change(
    table: &impl SaveChange,
    case: &Case,
    command: &Command,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Change, Problem> {
    save(table, case, command, &Actor::Reviewer(reviewer.id), now).await
}

async fn save(
    table: &impl SaveChange,
    case: &Case,
    command: &Command,
    by: &Actor,
    now: Moment,
) -> Result<Change, Problem> {
    let change = case.apply(command, by, now)?;
    table.save_change(&change).await?;
    Ok(change)
}

/// A claim as the caller sees it: theirs or somebody's, but not whose.
fn claim_view(claim: Option<&Claim>, reviewer: &Reviewer, now: Moment) -> Value {
    match claim.filter(|claim| claim.until > now) {
        Some(claim) => serde_json::json!({"mine": claim.by == reviewer.id, "until": claim.until}),
        None => Value::Null,
    }
}
