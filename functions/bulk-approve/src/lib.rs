//! `/v1/review/approvals`: 批量通过, approving a selection of cases in the background.

use desk::reviewer;
use domain::{
    case::bulk::BulkRequest,
    ids::BulkId,
    messages::{self, Lang},
    moment::Moment,
};
use edge::{Answer, Call, Kind, Problem, Standing};
use jiff::SignedDuration;
use ports::{
    Chance, Clock,
    bulk::{Bulk, BulkResult, ListBulkResults, LoadBulk, SaveBulk},
    people::LoadReviewer,
};
use serde_json::{Value, json};

/// After that long a selection that is not done has failed (ours): the stream tries to start the work for an hour, and 500
/// cases take minutes.
const GIVEN_UP: SignedDuration = SignedDuration::from_hours(2);

/// What this function may do with the table.
pub trait Bulks: LoadReviewer + SaveBulk + LoadBulk + ListBulkResults {}

impl<T: LoadReviewer + SaveBulk + LoadBulk + ListBulkResults> Bulks for T {}

/// Whether the caller may ask: for `edge::serve_once`.
pub async fn authorize(call: &Call, table: &impl LoadReviewer) -> Result<Standing, Problem> {
    Ok(desk::standing(&reviewer(call, table).await?))
}

/// Begins, shows, or cancels.
pub async fn handle(
    call: Call,
    table: &impl Bulks,
    clock: &impl Clock,
    chance: &impl Chance,
) -> Result<Answer, Problem> {
    let reviewer = reviewer(&call, table).await?;
    let now = clock.now();
    match call.route().as_str() {
        "POST /v1/review/approvals" => {
            let cases = BulkRequest::parse(&call.json()?)?.cases;
            let id = BulkId::new(call.new_id(chance));
            if call.is_taken_up_again()
                && let Some(bulk) = table.load_bulk(reviewer.id, id).await?
            {
                let results = table.list_bulk_results(id).await?;
                return Ok(Answer::accepted(&view(&bulk, &results, now, call.lang())));
            }
            let bulk = Bulk { id, reviewer: reviewer.id, requested_at: now, cancelled_at: None, cases };
            // The table's stream starts the work (`run-workflow`): there is no moment at which one is there without the other.
            table.save_bulk(&bulk).await?;
            Ok(Answer::accepted(&view(&bulk, &[], now, call.lang())))
        }
        "GET /v1/review/approvals/{id}" => {
            let bulk = load(&call, table, reviewer.id).await?;
            let results = table.list_bulk_results(bulk.id).await?;
            Ok(Answer::ok(&view(&bulk, &results, now, call.lang())))
        }
        "DELETE /v1/review/approvals/{id}" => {
            let bulk = load(&call, table, reviewer.id).await?;
            table.cancel_bulk(reviewer.id, bulk.id, now).await?;
            Ok(Answer::no_content())
        }
        _ => Err(Problem::new(Kind::NotFound)),
    }
}

async fn load(
    call: &Call,
    table: &impl LoadBulk,
    reviewer: domain::ids::ReviewerId,
) -> Result<Bulk, Problem> {
    let id = call.path("id", BulkId::parse)?;
    table.load_bulk(reviewer, id).await?.ok_or_else(|| Problem::new(Kind::NotFound))
}

/// How far it has come, and what was refused.
fn view(bulk: &Bulk, results: &[BulkResult], now: Moment, lang: Lang) -> Value {
    let refused = results.iter().filter_map(|result| {
        let code = result.refusal?.code();
        Some(json!({"caseId": result.case, "code": code, "message": messages::text(code, lang)}))
    });
    let refused: Vec<Value> = refused.collect();
    let state = match (results.len() == bulk.cases.len(), bulk.cancelled_at) {
        (_, Some(_)) => "cancelled",
        (true, None) => "done",
        (false, None) if bulk.requested_at.after(GIVEN_UP) < now => "failed",
        (false, None) => "working",
    };
    json!({
        "approvalId": bulk.id,
        "state": state,
        "progress": {"done": results.len(), "total": bulk.cases.len()},
        "approved": results.len() - refused.len(),
        "refused": refused,
    })
}
