//! `/v1/review/approvals`: 批量通过, approving a selection of cases in the background.

use desk::reviewer;
use domain::{
    case::bulk::BulkRequest,
    ids::BulkId,
    messages::{self, Lang},
};
use edge::{Answer, Call, Kind, Problem};
use ports::{
    Chance, Clock,
    bulk::{Bulk, BulkResult, ListBulkResults, LoadBulk, SaveBulk, StartBulk},
    people::LoadReviewer,
};
use serde_json::{Value, json};

/// What this function may do with the table.
pub trait Bulks: LoadReviewer + SaveBulk + LoadBulk + ListBulkResults {}

impl<T: LoadReviewer + SaveBulk + LoadBulk + ListBulkResults> Bulks for T {}

/// Begins, shows, or cancels.
pub async fn handle(
    call: Call,
    table: &impl Bulks,
    workflow: &impl StartBulk,
    clock: &impl Clock,
    chance: &impl Chance,
) -> Result<Answer, Problem> {
    let reviewer = reviewer(&call, table).await?;
    let now = clock.now();
    match call.route().as_str() {
        "POST /v1/review/approvals" => {
            let cases = BulkRequest::parse(&call.json()?)?.cases;
            let id = BulkId::new(chance.ulid());
            let bulk = Bulk { id, reviewer: reviewer.id, requested_at: now, cancelled_at: None, cases };
            table.save_bulk(&bulk).await?;
            workflow.start_bulk(&bulk).await?;
            Ok(Answer::accepted(&view(&bulk, &[], call.lang())))
        }
        "GET /v1/review/approvals/{id}" => {
            let bulk = load(&call, table, reviewer.id).await?;
            let results = table.list_bulk_results(bulk.id).await?;
            Ok(Answer::ok(&view(&bulk, &results, call.lang())))
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
fn view(bulk: &Bulk, results: &[BulkResult], lang: Lang) -> Value {
    let refused = results.iter().filter_map(|result| {
        let code = result.refusal?.code();
        Some(json!({"caseId": result.case, "code": code, "message": messages::text(code, lang)}))
    });
    let refused: Vec<Value> = refused.collect();
    let state = match (results.len() == bulk.cases.len(), bulk.cancelled_at) {
        (_, Some(_)) => "cancelled",
        (true, None) => "done",
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
