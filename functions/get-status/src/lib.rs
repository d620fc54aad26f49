//! `GET /v1/collection/status`: 审核告知, what became of the collection.

use applicant::view;
use edge::{Answer, Call, Problem};
use ports::{
    Clock,
    cases::LoadHistory,
    people::{LoadDepartment, LoadPerson},
};
use serde_json::json;

/// Shows state, department with its contact, comments and history.
pub async fn handle(
    call: Call,
    table: &(impl LoadPerson + LoadDepartment + LoadHistory),
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let now = clock.now();
    let mut person = applicant::verified_caller(&call, table, now).await?;
    let filed = applicant::take_collection(&mut person, now);
    let case = &filed.case.as_of(now);
    let department = match &filed.pages.department {
        Some(choice) => table.load_department(choice.department_id).await?,
        None => None,
    };
    let history = table.load_history(case.id).await?;
    let (comments, opinion) = case.remarks();
    let answer = Answer::ok(&json!({
        "caseId": case.id,
        "state": case.state,
        "stateText": view::state_text(case, call.lang()),
        "version": case.version,
        "round": case.round,
        "submittedAt": case.submitted_at,
        "dueAt": case.due_at(),
        "inForce": case.in_force,
        "transfer": case.transfer.as_ref().map(view::transfer),
        "department": department,
        "comments": view::comments(comments, call.lang()),
        "opinion": opinion,
        "history": view::history(&history),
    }));
    Ok(answer.at_version(case.version))
}
