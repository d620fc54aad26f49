//! `GET /v1/collection`: the whole draft in one read.

use applicant::view;
use edge::{Problem, Request, Response};
use ports::{Clock, people::LoadPerson, secrets::OpenIdentity};

/// Shows the caller's collection, whatever state it is in.
pub async fn handle(
    req: Request,
    table: &impl LoadPerson,
    keys: &impl OpenIdentity,
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let now = clock.now();
    let mut person = applicant::verified_caller(&req, table, now).await?;
    let filed = applicant::take_collection(&mut person, now);
    let identity = keys.open(person.id, person.id_type, &person.sealed).await?;
    let answer = Response::ok(&view::collection(&filed, &identity, req.lang()));
    Ok(answer.at_version(filed.case.version))
}
