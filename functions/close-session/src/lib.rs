//! `DELETE /v1/sessions/current`: logging out.

use edge::{Answer, Call, Problem, session};
use ports::accounts::EndSession;

/// Ends the session whose refresh token the cookie holds; without one there is nothing to end, and that is fine.
pub async fn handle(call: Call, users: &impl EndSession) -> Result<Answer, Problem> {
    if let Ok(refresh) = session::refresh_token(&call) {
        users.end(refresh).await?;
    }
    Ok(session::ended())
}
