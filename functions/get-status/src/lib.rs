//! `GET /v1/collection/status`: 审核告知, what became of the collection.

use applicant::view;
use edge::{Problem, Request, Response};
use ports::{
    Clock,
    cases::LoadHistory,
    people::{LoadDepartment, LoadPerson},
};
use serde_json::json;

/// Shows state, department with its contact, comments and history.
pub async fn handle(
    req: Request,
    table: &(impl LoadPerson + LoadDepartment + LoadHistory),
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let now = clock.now();
    let mut person = applicant::verified_caller(&req, table, now).await?;
    let filed = applicant::take_collection(&mut person, now);
    let case = &filed.case.as_of(now);
    let department = match &filed.pages.department {
        Some(choice) => table.load_department(choice.department_id).await?,
        None => None,
    };
    let history = table.load_history(case.id).await?;
    let (comments, opinion) = case.remarks();
    let answer = Response::ok(&json!({
        "caseId": case.id,
        "state": case.state,
        "stateText": view::state_text(case, req.lang()),
        "version": case.version,
        "round": case.round,
        "submittedAt": case.submitted_at,
        "dueAt": case.due_at(),
        "inForce": case.in_force,
        "transfer": case.transfer.as_ref().map(view::transfer),
        "department": department,
        "comments": view::comments(comments, req.lang()),
        "opinion": opinion,
        "history": view::history(&history),
    }));
    Ok(answer.at_version(case.version))
}
