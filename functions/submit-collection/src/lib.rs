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
use edge::{Answer, Call, Kind, Problem, Standing};
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
    call: &Call,
    table: &impl LoadPerson,
    clock: &impl Clock,
) -> Result<Standing, Problem> {
    let person = verified_caller(call, table, clock.now()).await?;
    applicant::check_consent(&person.biometrics)?;
    Ok(Standing::default())
}

/// Hands in, or takes back.
pub async fn handle(
    call: Call,
    table: &(impl LoadPerson + LoadUploads + LoadDepartment + LoadWindow + SaveSubmission + SaveChange),
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let now = clock.now();
    let mut person = verified_caller(&call, table, now).await?;
    let (owner, basis) = (person.id, Basis::of(&person));
    let filed = applicant::take_collection(&mut person, now);
    let by = Actor::Applicant(owner);
    if call.method() == Method::DELETE {
        let change = filed.case.apply(&Command::Withdraw, &by, now)?;
        check_version(&call, &filed.case)?;
        check_late(&call, table, &filed.pages, change.after.state, now).await?;
        table.save_change(&change).await?;
        return Ok(Answer::ok(&receipt(&change)).at_version(change.after.version));
    }

    parse_declaration(&call.json()?)?;
    if !filed.case.state.is_editable() {
        return Err(Problem::new(Kind::NotEditable));
    }
    check_version(&call, &filed.case)?;
    applicant::check_consent(&person.biometrics)?;
    let pages = &filed.pages;
    let Readiness { faults, window } = readiness(table, owner, pages, now).await?;
    if let Some(window) = window {
        let allowed = window.allows(filed.case.state, call.received_at(now));
        allowed.map_err(|_| about_window(Kind::OutsideWindow, &window))?;
    }
    let flagged = faults.map_err(|faults| Problem::fields(Kind::NotReady, &faults))?;
    let department = pages.department.as_ref().ok_or_else(|| Problem::new(Kind::NotReady))?.department_id;
    let submission = Submission { division: department.division, flagged };
    let change = filed.case.apply(&Command::Submit(submission), &by, now)?;
    if let Err(error) = table.save_submission(&change, pages, &basis).await {
        return Err(why_not_submitted(error, &call, table, now).await);
    }
    Ok(Answer::created(&receipt(&change)).at_version(change.after.version))
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
