//! `GET /v1/collection`: the whole draft in one read.

use applicant::view;
use edge::{Answer, Call, Problem};
use ports::{Clock, people::LoadPerson, secrets::OpenIdentity};

/// Shows the caller's collection, whatever state it is in.
pub async fn handle(
    call: Call,
    table: &impl LoadPerson,
    keys: &impl OpenIdentity,
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let now = clock.now();
    let mut person = applicant::verified_caller(&call, table, now).await?;
    let filed = applicant::take_collection(&mut person, now);
    let identity = keys.open(person.id, person.id_type, &person.sealed).await?;
    let answer = Answer::ok(&view::collection(&filed, &identity, call.lang()));
    Ok(answer.at_version(filed.case.version))
}
