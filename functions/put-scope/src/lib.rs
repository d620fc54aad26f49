//! `PUT /v1/collection/scope`: the first page.

use applicant::Draft;
use domain::collection::Scope;
use edge::{Answer, Call, Problem};
use ports::{Clock, cases::SaveDraft, people::LoadPerson, secrets::OpenIdentity};
use serde_json::json;

/// Saves the page.
pub async fn handle(
    call: Call,
    table: &(impl LoadPerson + SaveDraft),
    keys: &impl OpenIdentity,
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let mut draft = Draft::open(&call, table, keys, clock.now()).await?;
    let page = Scope::parse(&call.json()?)?;
    draft.pages.scope = Some(page.clone());
    let version = draft.save(table).await?;
    Ok(Answer::ok(&json!({"version": version, "scope": page})).at_version(version))
}
