//! `PUT /v1/collection/scope`: the first page.

use applicant::Draft;
use domain::collection::Scope;
use edge::{Problem, Request, Response};
use ports::{Clock, cases::SaveDraft, people::LoadPerson, secrets::OpenIdentity};
use serde_json::json;

/// Saves the page.
pub async fn handle(
    req: Request,
    table: &(impl LoadPerson + SaveDraft),
    keys: &impl OpenIdentity,
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let mut draft = Draft::open(&req, table, keys, clock.now()).await?;
    let page = Scope::parse(&req.json()?)?;
    draft.pages.scope = Some(page.clone());
    let version = draft.save(table).await?;
    Ok(Response::ok(&json!({"version": version, "scope": page})).at_version(version))
}
