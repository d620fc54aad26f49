//! `GET /v1/me/exports/{id}`: how far an export has come, and where it lies.

use domain::ids::ExportId;
use edge::{Answer, Call, Kind, Problem};
use jiff::SignedDuration;
use ports::{
    Clock,
    exports::{ExportState, LinkExport, LoadExport},
};
use serde_json::json;

/// After that long nobody makes it any more: the queue has given up on it, at the latest (`template.yaml`).
const GIVEN_UP: SignedDuration = SignedDuration::from_mins(20);

/// Shows the caller's own export, with a link once it is ready.
pub async fn handle(
    call: Call,
    table: &impl LoadExport,
    files: &impl LinkExport,
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let owner = call.applicant()?;
    let id = call.path("id", ExportId::parse)?;
    let export = table.load_export(owner, id).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let now = clock.now();
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
    Ok(Answer::ok(&view))
}
