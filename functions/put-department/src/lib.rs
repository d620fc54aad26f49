//! `PUT /v1/collection/department`: the last page.

use applicant::Draft;
use domain::{
    collection::DepartmentChoice,
    fault::{Code, Faults, Pointer},
};
use edge::{Problem, Request, Response};
use ports::{
    Clock,
    cases::SaveDraft,
    people::{LoadDepartment, LoadPerson},
    secrets::OpenIdentity,
};
use serde_json::json;

/// Saves the page, if there is such a department.
pub async fn handle(
    req: Request,
    table: &(impl LoadPerson + LoadDepartment + SaveDraft),
    keys: &impl OpenIdentity,
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let mut draft = Draft::open(&req, table, keys, clock.now()).await?;
    let page = DepartmentChoice::parse(&req.json()?)?;
    if table.load_department(page.department_id).await?.is_none() {
        return Err(Faults::one(Pointer::root().child("departmentId"), Code("department.UNKNOWN")).into());
    }
    let stays = |division| page.department_id.division.follows(division);
    if draft.case.in_force.is_some() && !draft.case.division.is_some_and(stays) {
        return Err(Faults::one(Pointer::root().child("departmentId"), Code("department.MOVES")).into());
    }
    draft.pages.department = Some(page.clone());
    let version = draft.save(table).await?;
    Ok(Response::ok(&json!({"version": version, "department": page})).at_version(version))
}
