//! `/v1/collection/submission`: handing the collection in, and taking it back.

use applicant::{verified_caller, with_pictures};
use domain::{
    case::{Actor, Change, Command},
    collection::{department::DepartmentId, readiness},
    fault::{Code, Faults, Pointer},
};
use edge::{Answer, Call, Kind, Problem};
use http::Method;
use ports::{
    Clock, Outcome,
    cases::{SaveChange, SaveSubmission},
    people::{LoadDepartment, LoadPerson},
    pictures::LoadUploads,
};
use serde_json::{Value, json};

/// Hands in, or takes back.
pub async fn handle(
    call: Call,
    table: &(impl LoadPerson + LoadUploads + LoadDepartment + SaveSubmission + SaveChange),
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let mut person = verified_caller(&call, table).await?;
    let (owner, now) = (person.id, clock.now());
    let filed = applicant::take_collection(&mut person, now);
    let by = Actor::Applicant(owner);
    if call.method() == Method::DELETE {
        let change = filed.case.apply(&Command::Withdraw, &by, now)?;
        table.save_change(&change).await?;
        return Ok(Answer::ok(&receipt(&change)));
    }

    readiness::parse_declaration(&call.json()?)?;
    if !filed.case.state.is_editable() {
        return Err(Problem::new(Kind::NotEditable));
    }
    let (pages, department) = (&filed.pages, filed.pages.department.as_ref().map(|page| page.department_id));
    let ready = Faults::both(pages.readiness(), check_department(table, department).await?);
    let ready = with_pictures(ready, &pages.uploads(), table, owner).await?;
    let not_ready = |faults: Faults| Problem::fields(Kind::NotReady, &faults);
    ready.map_err(not_ready)?;
    let department = department.ok_or_else(|| Problem::new(Kind::NotReady))?;
    let change = filed.case.apply(&Command::Submit(department.division), &by, now)?;
    table.save_submission(&change, pages).await?;
    Ok(Answer::created(&receipt(&change)))
}

/// The department may have been closed since it was chosen.
async fn check_department(
    table: &impl LoadDepartment,
    id: Option<DepartmentId>,
) -> Outcome<Result<(), Faults>> {
    let Some(id) = id else { return Ok(Ok(())) };
    let at = Pointer::root().child("department").child("departmentId");
    let unknown = || Faults::one(at, Code("department.UNKNOWN"));
    Ok(table.load_department(id).await?.map(|_| ()).ok_or_else(unknown))
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
