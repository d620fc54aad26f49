//! Whether a request of the desk is still the caller's to make, asked before a kept answer is looked for. Each route asks
//! what its own file asks before it acts.

use domain::moment::Moment;
use edge::{Problem, ProblemKind, ReplayScope, Request};
use ports::{Clock, cases::LoadCase, people::LoadReviewer};

use crate::queue;

/// Whether the reviewer who calls may make this request, now. A `POST` that is not listed here is not served with a key.
pub async fn authorize(
    req: &Request,
    table: &(impl LoadReviewer + LoadCase),
    clock: &impl Clock,
) -> Result<ReplayScope, Problem> {
    let reviewer = reviewer_auth::reviewer(req, table).await?;
    let now: Moment = clock.now();
    match req.route().as_str() {
        "POST /v1/review/queue/next" => {
            queue::served_division(req, &reviewer, now)?;
        }
        "POST /v1/review/cases/{id}/claim" | "POST /v1/review/cases/{id}/decision" => {
            reviewer_auth::handle_case(req, table, &reviewer, now).await?;
        }
        "POST /v1/review/cases/{id}/reopening" => {
            reviewer_auth::supervise_case(req, table, &reviewer, now).await?;
        }
        "POST /v1/review/cases/{id}/transfer" => {
            reviewer_auth::see_case(req, table, &reviewer, now).await?;
        }
        _ => return Err(Problem::new(ProblemKind::NotFound)),
    }
    Ok(reviewer_auth::standing(&reviewer))
}
