//! `/v1/review/approvals`: 批量通过, approving a selection of cases in the background.

use domain::{
    case::bulk::BulkRequest,
    ids::BulkId,
    messages::{self, Lang},
    moment::Moment,
};
use edge::{Problem, ProblemKind, ReplayScope, Request, Response};
use jiff::SignedDuration;
use ports::{
    Clock, Random,
    bulk::{Bulk, BulkResult, ListBulkResults, LoadBulk, SaveBulk},
    people::LoadReviewer,
};
use reviewer_auth::reviewer;
use serde_json::{Value, json};

/// After that long a selection that is not done has failed (ours): the stream tries to start the work for an hour, and 500
/// cases take minutes.
const GIVEN_UP: SignedDuration = SignedDuration::from_hours(2);

/// What this function may do with the table.
pub trait Bulks: LoadReviewer + SaveBulk + LoadBulk + ListBulkResults {}

impl<T: LoadReviewer + SaveBulk + LoadBulk + ListBulkResults> Bulks for T {}

/// Whether the caller may ask: for `edge::serve_once`.
pub async fn authorize(req: &Request, table: &impl LoadReviewer) -> Result<ReplayScope, Problem> {
    Ok(reviewer_auth::standing(&reviewer(req, table).await?))
}

/// Begins, shows, or cancels.
pub async fn handle(
    req: Request,
    table: &impl Bulks,
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    let reviewer = reviewer(&req, table).await?;
    let now = clock.now();
    match req.route().as_str() {
        "POST /v1/review/approvals" => {
            let cases = BulkRequest::parse(&req.json()?)?.cases;
            let id = BulkId::new(req.new_id(chance));
            if req.is_taken_up_again()
                && let Some(bulk) = table.load_bulk(reviewer.id, id).await?
            {
                let results = table.list_bulk_results(id).await?;
                return Ok(Response::accepted(&view(&bulk, &results, now, req.lang())));
            }
            let bulk = Bulk { id, reviewer: reviewer.id, requested_at: now, cancelled_at: None, cases };
            // The table's stream starts the work (`start-review-timer`): there is no moment at which one is there without the other.
            table.save_bulk(&bulk).await?;
            Ok(Response::accepted(&view(&bulk, &[], now, req.lang())))
        }
        "GET /v1/review/approvals/{id}" => {
            let bulk = load(&req, table, reviewer.id).await?;
            let results = table.list_bulk_results(bulk.id).await?;
            Ok(Response::ok(&view(&bulk, &results, now, req.lang())))
        }
        "DELETE /v1/review/approvals/{id}" => {
            let bulk = load(&req, table, reviewer.id).await?;
            table.cancel_bulk(reviewer.id, bulk.id, now).await?;
            Ok(Response::no_content())
        }
        _ => Err(Problem::new(ProblemKind::NotFound)),
    }
}

async fn load(
    req: &Request,
    table: &impl LoadBulk,
    reviewer: domain::ids::ReviewerId,
) -> Result<Bulk, Problem> {
    let id = req.path("id", BulkId::parse)?;
    table.load_bulk(reviewer, id).await?.ok_or_else(|| Problem::new(ProblemKind::NotFound))
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
