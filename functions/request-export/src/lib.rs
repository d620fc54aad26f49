//! `POST /v1/me/exports`: asking for a copy of everything that is kept about the caller.

use domain::ids::ExportId;
use edge::{Problem, ReplayScope, Request, Response};
use jiff::SignedDuration;
use ports::{
    Clock, Random,
    codes::{CheckRateLimit, RateLimit, RateLimitKey},
    exports::{Export, ExportState, LoadExport, SaveExport},
    people::LoadAccount,
};
use serde_json::json;

/// An export reads and packs tens of megabytes: three a day (ours).
const RATE: RateLimit = RateLimit { name: "export-account", max: 3, window: SignedDuration::from_hours(24) };

/// Whether the caller may ask: for `edge::serve_once`.
pub async fn authorize(req: &Request, table: &impl LoadAccount) -> Result<ReplayScope, Problem> {
    applicant::account(req, table).await.map(|_| ReplayScope::default())
}

/// Writes down that an export is wanted; the table's stream has it passed on to whoever makes it.
pub async fn handle(
    req: Request,
    table: &(impl LoadAccount + CheckRateLimit + LoadExport + SaveExport),
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    let owner = applicant::account(&req, table).await?.id;
    let now = clock.now();
    let id = ExportId::new(req.new_id(chance));
    if req.is_taken_up_again()
        && let Some(export) = table.load_export(owner, id).await?
    {
        return Ok(answer(&export));
    }
    table.count(RATE, &RateLimitKey::Account(owner), now).await??;
    let export = Export { id, owner, requested_at: now, state: ExportState::Pending, done: 0, total: 0 };
    if let Err(error) = table.save_export(&export).await {
        return Err(applicant::not_kept(error, owner, table).await);
    }
    Ok(answer(&export))
}

fn answer(export: &Export) -> Response {
    Response::accepted(&json!({"exportId": export.id, "state": export.state}))
}
