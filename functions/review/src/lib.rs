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
use edge::{Problem, ProblemKind, Request, Response};
use ports::{
    Clock,
    audit::{FindView, RecordView},
    cases::{ListQueue, LoadCase, LoadClaims, LoadHistory, LoadSubmission, SaveChange, SaveGroundedChange},
    codes::{ForgiveSources, ResetRateLimit},
    evidence::{LoadEvidence, OpenTranscript},
    log_in::RecordLift,
    match_keys::LoadMatchKeys,
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
    + LoadMatchKeys
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
    + ResetRateLimit
    + ForgiveSources
{
}

impl<T> Desk for T where
    T: LoadReviewer
        + LoadPerson
        + LoadUploads
        + LoadEvidence
        + LoadMatchKeys
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
        + ResetRateLimit
        + ForgiveSources
{
}

/// Answers the desk's routes.
pub async fn handle(
    req: Request,
    table: &impl Desk,
    keys: &(impl OpenIdentity + OpenTranscript),
    pictures: &impl LinkPicture,
    limits: ClaimLimits,
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let reviewer = reviewer_auth::reviewer(&req, table).await?;
    let now = clock.now();
    match req.route().as_str() {
        "GET /v1/review/queue" => queue::list(&req, table, &reviewer, now).await,
        "POST /v1/review/queue/next" => queue::next(&req, table, &reviewer, limits, now).await,
        "GET /v1/review/cases/{id}" => {
            // Boxed, as a decision is: what it keeps while it waits is large, and the other routes need none of it.
            Box::pin(case::show(&req, table, keys, pictures, &reviewer, now)).await
        }
        "POST /v1/review/cases/{id}/claim" => claim::take(&req, table, &reviewer, limits, now).await,
        "DELETE /v1/review/cases/{id}/claim" => claim::release(&req, table, &reviewer, now).await,
        "PUT /v1/review/cases/{id}/claim" => claim::give(&req, table, &reviewer, now).await,
        "POST /v1/review/cases/{id}/decision" => Box::pin(decision::take(&req, table, &reviewer, now)).await,
        "DELETE /v1/review/cases/{id}/decision" => decision::undo(&req, table, &reviewer, now).await,
        "POST /v1/review/cases/{id}/reopening" => decision::reopen(&req, table, &reviewer, now).await,
        "POST /v1/review/cases/{id}/transfer" => transfer::answer(&req, table, &reviewer, now).await,
        "DELETE /v1/review/reviewers/{account}/lock" => unlock::lift(&req, table, &reviewer, now).await,
        _ => Err(Problem::new(ProblemKind::NotFound)),
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
