//! `POST /v1/me/exports`: asking for a copy of everything that is kept about the caller.

use domain::ids::ExportId;
use edge::{Answer, Call, Problem, Standing};
use jiff::SignedDuration;
use ports::{
    Chance, Clock,
    codes::{Count, Rate, Subject},
    exports::{Export, ExportState, LoadExport, SaveExport},
    people::LoadAccount,
};
use serde_json::json;

/// An export reads and packs tens of megabytes: three a day (ours).
const RATE: Rate = Rate { name: "export-account", max: 3, window: SignedDuration::from_hours(24) };

/// Whether the caller may ask: for `edge::serve_once`.
pub async fn authorize(call: &Call, table: &impl LoadAccount) -> Result<Standing, Problem> {
    applicant::account(call, table).await.map(|_| Standing::default())
}

/// Writes down that an export is wanted; the table's stream has it passed on to whoever makes it.
pub async fn handle(
    call: Call,
    table: &(impl LoadAccount + Count + LoadExport + SaveExport),
    clock: &impl Clock,
    chance: &impl Chance,
) -> Result<Answer, Problem> {
    let owner = applicant::account(&call, table).await?.id;
    let now = clock.now();
    let id = ExportId::new(call.new_id(chance));
    if call.is_taken_up_again()
        && let Some(export) = table.load_export(owner, id).await?
    {
        return Ok(answer(&export));
    }
    table.count(RATE, &Subject::Account(owner), now).await??;
    let export = Export { id, owner, requested_at: now, state: ExportState::Pending, done: 0, total: 0 };
    if let Err(error) = table.save_export(&export).await {
        return Err(applicant::not_kept(error, owner, table).await);
    }
    Ok(answer(&export))
}

fn answer(export: &Export) -> Answer {
    Answer::accepted(&json!({"exportId": export.id, "state": export.state}))
}
