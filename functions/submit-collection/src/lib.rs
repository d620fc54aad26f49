//! `/v1/collection/submission`: handing the collection in, and taking it back.

use applicant::{
    check_version,
    readiness::{Readiness, about_window, check_late, readiness},
    verified_caller, why_not_submitted,
};
use domain::{
    case::{Actor, Change, Command, Submission},
    collection::readiness::parse_declaration,
};
use edge::{Problem, ProblemKind, ReplayScope, Request, Response};
use http::Method;
use ports::{
    Clock,
    cases::{Basis, SaveChange, SaveSubmission},
    people::{LoadDepartment, LoadPerson},
    pictures::LoadUploads,
    windows::LoadWindow,
};
use serde_json::{Value, json};

/// Whether the caller may submit: verified, and with a consent to pictures in force. For `edge::serve_once`.
pub async fn authorize(
    req: &Request,
    table: &impl LoadPerson,
    clock: &impl Clock,
) -> Result<ReplayScope, Problem> {
    let person = verified_caller(req, table, clock.now()).await?;
    applicant::check_consent(&person.biometrics)?;
    Ok(ReplayScope::default())
}

/// Hands in, or takes back.
pub async fn handle(
    req: Request,
    table: &(impl LoadPerson + LoadUploads + LoadDepartment + LoadWindow + SaveSubmission + SaveChange),
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let now = clock.now();
    let mut person = verified_caller(&req, table, now).await?;
    let (owner, basis) = (person.id, Basis::of(&person));
    let filed = applicant::take_collection(&mut person, now);
    let by = Actor::Applicant(owner);
    if req.method() == Method::DELETE {
        let change = filed.case.apply(&Command::Withdraw, &by, now)?;
        check_version(&req, &filed.case)?;
        check_late(&req, table, &filed.pages, change.after.state, now).await?;
        table.save_change(&change).await?;
        return Ok(Response::ok(&receipt(&change)).at_version(change.after.version));
    }

    parse_declaration(&req.json()?)?;
    if !filed.case.state.is_editable() {
        return Err(Problem::new(ProblemKind::NotEditable));
    }
    check_version(&req, &filed.case)?;
    applicant::check_consent(&person.biometrics)?;
    let pages = &filed.pages;
    let Readiness { faults, window } = readiness(table, owner, pages, now).await?;
    if let Some(window) = window {
        let allowed = window.allows(filed.case.state, req.received_at(now));
        allowed.map_err(|_| about_window(ProblemKind::OutsideWindow, &window))?;
    }
    let flagged = faults.map_err(|faults| Problem::fields(ProblemKind::NotReady, &faults))?;
    let department =
        pages.department.as_ref().ok_or_else(|| Problem::new(ProblemKind::NotReady))?.department_id;
    let submission = Submission { division: department.division, flagged };
    let change = filed.case.apply(&Command::Submit(submission), &by, now)?;
    if let Err(error) = table.save_submission(&change, pages, &basis).await {
        return Err(why_not_submitted(error, &req, table, now).await);
    }
    Ok(Response::created(&receipt(&change)).at_version(change.after.version))
}

fn receipt(change: &Change) -> Value {
    let case = &change.after;
    json!({
        "caseId": case.id,
        "state": case.state,
        "version": case.version,
        "round": case.round,
        "submittedAt": case.submitted_at,
        "dueAt": case.due_at(),
    })
}
