//! `GET /v1/real-name`: where the caller's verification stands.

use applicant::view;
use edge::{Answer, Call, Problem};
use ports::{Clock, people::LoadPerson};

/// Shows the state of the caller's real-name verification.
pub async fn handle(call: Call, table: &impl LoadPerson, clock: &impl Clock) -> Result<Answer, Problem> {
    let person = applicant::caller(&call, table).await?;
    Ok(Answer::ok(&view::real_name(&person, clock.now(), call.lang())))
}
