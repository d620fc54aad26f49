//! `GET /v1/collection/readiness`: everything that still stands between the draft and its submission.

use applicant::{
    readiness::{Readiness, readiness},
    take_collection, verified_caller, view,
};
use domain::fault::Faults;
use edge::{Problem, Request, Response};
use ports::{
    Clock,
    people::{LoadDepartment, LoadPerson},
    pictures::LoadUploads,
    windows::LoadWindow,
};
use serde_json::json;

/// Shows what a submission would be refused for, and what looks odd but would not stop it.
pub async fn handle(
    req: Request,
    table: &(impl LoadPerson + LoadUploads + LoadDepartment + LoadWindow),
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let now = clock.now();
    let mut person = verified_caller(&req, table, now).await?;
    let filed = take_collection(&mut person, now);
    let Readiness { faults, .. } = readiness(table, person.id, &filed.pages, now).await?;
    let faults = faults.err();
    let answer = Response::ok(&json!({
        "version": filed.case.version,
        "ready": faults.is_none(),
        "errors": view::faults(faults.iter().flat_map(Faults::iter), req.lang()),
        "warnings": view::faults(filed.pages.warnings().iter(), req.lang()),
    }));
    Ok(answer.at_version(filed.case.version))
}
