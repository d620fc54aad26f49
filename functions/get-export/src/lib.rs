//! `GET /v1/me/exports/{id}`: how far an export has come, and where it lies.

use domain::ids::ExportId;
use edge::{Problem, ProblemKind, Request, Response};
use jiff::SignedDuration;
use ports::{
    Clock,
    exports::{ExportState, LinkExport, LoadExport},
    people::LoadAccount,
};
use serde_json::json;

/// After that long nobody makes it any more: the queue has given up on it, at the latest (`template.yaml`).
const GIVEN_UP: SignedDuration = SignedDuration::from_mins(20);

/// Shows the caller's own export, with a link once it is ready.
pub async fn handle(
    req: Request,
    table: &(impl LoadAccount + LoadExport),
    files: &impl LinkExport,
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let account = applicant::account(&req, table).await?;
    let id = req.path("id", ExportId::parse)?;
    let found = table.load_export(account.id, id).await?;
    let mut export = found.ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let now = clock.now();
    // Whether or not the file is gone yet: what shows pictures that are no longer to be shown is not handed out.
    if account.biometrics.was_withdrawn_since(export.requested_at) {
        export.state = ExportState::Removed;
    }
    let mut view = json!({
        "exportId": export.id,
        "state": export.state.told(export.requested_at.after(GIVEN_UP), now),
        "progress": {"done": export.done, "total": export.total},
        "url": null,
        "expiresAt": null,
        "keptUntil": export.kept_until(),
    });
    if export.state == ExportState::Ready {
        let link = files.link_export(&export, now).await?;
        view["url"] = json!(link.url);
        view["expiresAt"] = json!(link.expires_at);
    }
    Ok(Response::ok(&view))
}
