//! `GET /v1/departments?division=`: the departments of a division.

use domain::{
    divisions::Division,
    fault::{Code, Faults, Pointer},
    form,
};
use edge::{Problem, Request, Response};
use ports::people::ListDepartments;
use serde_json::json;

/// Lists a division's departments with their contact.
pub async fn handle(req: Request, table: &impl ListDepartments) -> Result<Response, Problem> {
    let at = Pointer::root().child("division");
    let division = match req.query("division") {
        None => Err(form::REQUIRED),
        Some(code) => Division::parse(code).map_err(Code::from),
    };
    let division = division.map_err(|code| Faults::one(at, code))?;
    let items = table.list_departments(division).await?;
    Ok(Response::ok(&json!({"items": items})))
}
