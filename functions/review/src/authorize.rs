//! Whether a request of the desk is still the caller's to make, asked before a kept answer is looked for. Each route asks
//! what its own file asks before it acts.

use domain::moment::Moment;
use edge::{Call, Kind, Problem, Standing};
use ports::{Clock, cases::LoadCase, people::LoadReviewer};

use crate::queue;

/// Whether the reviewer who calls may make this request, now. A `POST` that is not listed here is not served with a key.
pub async fn authorize(
    call: &Call,
    table: &(impl LoadReviewer + LoadCase),
    clock: &impl Clock,
) -> Result<Standing, Problem> {
    let reviewer = desk::reviewer(call, table).await?;
    let now: Moment = clock.now();
    match call.route().as_str() {
        "POST /v1/review/queue/next" => {
            queue::served_division(call, &reviewer, now)?;
        }
        "POST /v1/review/cases/{id}/claim" | "POST /v1/review/cases/{id}/decision" => {
            desk::handle_case(call, table, &reviewer, now).await?;
        }
        "POST /v1/review/cases/{id}/reopening" => {
            desk::supervise_case(call, table, &reviewer, now).await?;
        }
        "POST /v1/review/cases/{id}/transfer" => {
            desk::see_case(call, table, &reviewer, now).await?;
        }
        _ => return Err(Problem::new(Kind::NotFound)),
    }
    Ok(desk::standing(&reviewer))
}
