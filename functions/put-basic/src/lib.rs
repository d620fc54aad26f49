//! `PUT /v1/collection/basic`: the second page.

use applicant::{Draft, with_pictures};
use domain::{collection::Basic, fault::Pointer};
use edge::{Problem, Request, Response};
use ports::{Clock, cases::SaveDraft, people::LoadPerson, pictures::LoadUploads, secrets::OpenIdentity};
use serde_json::json;

/// Saves the page, if its pictures are the caller's and accepted.
pub async fn handle(
    req: Request,
    table: &(impl LoadPerson + LoadUploads + SaveDraft),
    keys: &impl OpenIdentity,
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let mut draft = Draft::open(&req, table, keys, clock.now()).await?;
    applicant::check_consent(&draft.person.biometrics)?;
    let body = req.json()?;
    let uses = Basic::named_uploads(&body, &Pointer::root());
    let page = with_pictures(Basic::parse(&body, &draft.about()), &uses, table, draft.person.id).await??;
    draft.pages.basic = Some(page.clone());
    let version = draft.save(table).await?;
    Ok(Response::ok(&json!({"version": version, "basic": page})).at_version(version))
}
