//! `GET /v1/real-name`: where the caller's verification stands.

use applicant::view;
use edge::{Problem, Request, Response};
use ports::{Clock, people::LoadPerson};

/// Shows the state of the caller's real-name verification.
pub async fn handle(req: Request, table: &impl LoadPerson, clock: &impl Clock) -> Result<Response, Problem> {
    let person = applicant::caller(&req, table).await?;
    Ok(Response::ok(&view::real_name(&person, clock.now(), req.lang())))
}
