//! `/v1/review/cases/{id}/decision`: approving, returning with comments, rejecting, and taking that back.
//! `POST /v1/review/cases/{id}/reopening`: having it decided once more.

use domain::{
    case::{Actor, Case, Command, UNDO, decision::DecisionRequest, desk::Reviewer, request::ReopenRequest},
    ids::CaseKind,
    moment::Moment,
};
use edge::{Problem, ProblemKind, Request, Response};
use ports::{
    PortError,
    audit::FindView,
    cases::{LoadCase, LoadSubmission, SaveChange, SaveGroundedChange},
    numbers::LoadNumber,
    people::LoadPerson,
    pictures::LoadUploads,
    windows::LoadWindow,
};
use reviewer_auth::grounds;
use serde_json::{Value, json};

use crate::claim;

/// How often a decision is tried that meets another write: what it rests on is then read again, and told if it is gone.
const TRIES: usize = 2;

/// What deciding does with the table.
pub(crate) trait Decisions:
    LoadCase + LoadSubmission + LoadWindow + LoadNumber + LoadPerson + LoadUploads + FindView + SaveGroundedChange
{
}

impl<T> Decisions for T where
    T: LoadCase
        + LoadSubmission
        + LoadWindow
        + LoadNumber
        + LoadPerson
        + LoadUploads
        + FindView
        + SaveGroundedChange
{
}

/// Decides the version that the reviewer saw, and no other; or proposes the decision, where a second reviewer has to take it.
pub(crate) async fn take(
    req: &Request,
    table: &impl Decisions,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Response, Problem> {
    for _ in 0..TRIES {
        if let Some(case) = decide(req, table, reviewer, now).await? {
            return Ok(Response::ok(&view(&case)));
        }
    }
    Err(Problem::new(ProblemKind::Conflict))
}

/// The case once it is decided; nothing where the write met another one.
async fn decide(
    req: &Request,
    table: &impl Decisions,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Option<Case>, Problem> {
    let case = reviewer_auth::handle_case(req, table, reviewer, now).await?;
    let pages = reviewer_auth::load_pages(&case, table).await?;
    let request = DecisionRequest::parse(&req.json()?, case.may_be_rejected(), &pages)?;
    if request.version != case.version {
        return Err(Problem::new(ProblemKind::Conflict));
    }
    let decision = request.decision;
    let command = case.decide(decision.clone(), reviewer.id, table.load_four_eyes(&case).await?);
    let change = case.apply(&command, &Actor::Reviewer(reviewer.id), now)?;
    let read = grounds::foundation(&case, &pages, reviewer.id, table, now).await?;
    let read = read.ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    case.check_grounds(&decision, &read.grounds)?;
    match table.save_grounded_change(&change, &read.basis(&case, &decision)).await {
        Ok(()) => Ok(Some(change.after)),
        Err(PortError::Conflict) if is_number_taken(table, &case).await? => {
            Err(Problem::new(ProblemKind::NumberTaken))
        }
        Err(PortError::Conflict) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether another account was verified with the identity number of the case's applicant.
async fn is_number_taken(table: &impl LoadNumber, case: &Case) -> Result<bool, Problem> {
    let (kind, owner) = (case.id.kind, case.id.owner);
    let number = if kind == CaseKind::RealName { table.load_number(owner).await? } else { None };
    Ok(number.is_some_and(|number| number.is_held_by_another(owner)))
}

/// Takes the caller's own decision back, within a minute.
///
/// The case is open again, and in the reviewer's hands: that rests on the applicant's consent as a claim does.
pub(crate) async fn undo(
    req: &Request,
    table: &impl claim::Claims,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Response, Problem> {
    let case = reviewer_auth::handle_case(req, table, reviewer, now).await?;
    let by = Actor::Reviewer(reviewer.id);
    let change = claim::save_given(table, &case, &Command::Undo, &by, reviewer.id, now).await?;
    Ok(Response::ok(&claim::view(&change.after, reviewer, now)))
}

/// Has the case decided once more, by somebody else.
pub(crate) async fn reopen(
    req: &Request,
    table: &(impl LoadCase + SaveChange),
    supervisor: &Reviewer,
    now: Moment,
) -> Result<Response, Problem> {
    let case = reviewer_auth::supervise_case(req, table, supervisor, now).await?;
    let command = Command::Reopen(ReopenRequest::parse(&req.json()?)?.reason);
    let change = crate::save(table, &case, &command, &Actor::Supervisor(supervisor.id), now).await?;
    Ok(Response::ok(&view(&change.after)))
}

/// What became of a case: decided, until when that can be taken back, or proposed to a second reviewer.
fn view(case: &Case) -> Value {
    let undo_until = case.undo.as_ref().and(case.verdict.as_ref()).map(|ruling| ruling.at.after(UNDO));
    json!({
        "caseId": case.id,
        "state": case.state,
        "version": case.version,
        "proposed": case.proposal.is_some(),
        "undoUntil": undo_until,
    })
}
