//! `/v1/collection/amendment`: 信息变更, changing what is in force. `/v1/collection/transfer`: 调转, moving to another department.

use applicant::{
    check_version,
    readiness::{about_window, check_late, window_of},
    take_collection, verified_caller, view,
};
use domain::{
    case::{Actor, Case, CaseFile, Change, Command, State, request::TransferRequest},
    fault::{Code, Faults, Pointer},
    ids::AccountId,
    moment::Moment,
};
use edge::{Problem, ProblemKind, ReplayScope, Request, Response};
use ports::{
    Clock, PortError,
    cases::{LoadSubmission, SaveChange, SaveRestored},
    people::{LoadDepartment, LoadPerson},
    windows::LoadWindow,
};
use serde_json::json;

/// What this function may do with the table.
pub trait Changes:
    LoadPerson + LoadDepartment + LoadSubmission + LoadWindow + SaveChange + SaveRestored
{
}

impl<T: LoadPerson + LoadDepartment + LoadSubmission + LoadWindow + SaveChange + SaveRestored> Changes for T {}

/// Whether the caller may ask: for `edge::serve_once`.
pub async fn authorize(
    req: &Request,
    table: &impl LoadPerson,
    clock: &impl Clock,
) -> Result<ReplayScope, Problem> {
    applicant::authorize_verified(req, table, clock).await
}

/// Begins, or ends without a change.
pub async fn handle(req: Request, table: &impl Changes, clock: &impl Clock) -> Result<Response, Problem> {
    let now = clock.now();
    let mut person = verified_caller(&req, table, now).await?;
    let owner = person.id;
    let CaseFile { case, pages } = take_collection(&mut person, now);
    check_version(&req, &case)?;
    match req.route().as_str() {
        "POST /v1/collection/amendment" => {
            let amended = case.apply(&Command::Amend, &Actor::Applicant(owner), now)?;
            // It could not be submitted, and the case would not be approved meanwhile.
            let window = window_of(table, &pages).await?;
            let state = amended.after.state;
            match window.filter(|window| window.is_over(state, req.received_at(now))) {
                Some(window) => Err(about_window(ProblemKind::OutsideWindow, &window)),
                None => save(table, &amended).await,
            }
        }
        "DELETE /v1/collection/amendment" => {
            let discarded = case.apply(&Command::Discard, &Actor::Applicant(owner), now)?;
            // What is discarded would have to be begun again.
            check_late(&req, table, &pages, State::ChangeDraft, now).await?;
            discard(table, &case, &discarded).await
        }
        "POST /v1/collection/transfer" => {
            let TransferRequest { to, reason } = TransferRequest::parse(&req.json()?)?;
            if table.load_department(to).await?.is_none() {
                let at = Pointer::root().child("departmentId");
                return Err(Faults::one(at, Code("department.UNKNOWN")).into());
            }
            change(table, &case, &Command::AskTransfer(to, reason), owner, now).await
        }
        "DELETE /v1/collection/transfer" => change(table, &case, &Command::CancelTransfer, owner, now).await,
        _ => Err(Problem::new(ProblemKind::NotFound)),
    }
}

async fn change(
    table: &impl SaveChange,
    case: &Case,
    command: &Command,
    owner: AccountId,
    now: Moment,
) -> Result<Response, Problem> {
    save(table, &case.apply(command, &Actor::Applicant(owner), now)?).await
}

async fn save(table: &impl SaveChange, change: &Change) -> Result<Response, Problem> {
    table.save_change(change).await?;
    Ok(answer(change))
}

/// The pages are again what they were when they were approved.
async fn discard(
    table: &(impl LoadSubmission + SaveRestored),
    case: &Case,
    change: &Change,
) -> Result<Response, Problem> {
    let missing = || PortError::Corrupt(format!("what is in force of {}", case.id));
    let version = change.after.submitted_version.ok_or_else(missing)?;
    let mut pages = table.load_submission(case.id, version).await?.ok_or_else(missing)?;
    // It may have moved since it was handed in.
    if let Some(department) = case.moved_to {
        pages["department"]["departmentId"] = json!(department);
    }
    table.save_restored(change, &pages).await?;
    Ok(answer(change))
}

fn answer(change: &Change) -> Response {
    let case = &change.after;
    let answer = Response::ok(&json!({
        "caseId": case.id,
        "state": case.state,
        "version": case.version,
        "inForce": case.in_force,
        "transfer": case.transfer.as_ref().map(view::transfer),
    }));
    answer.at_version(case.version)
}
