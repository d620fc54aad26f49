//! `DELETE /v1/sessions/current`: logging out.

use edge::{Problem, Request, Response, session};
use ports::accounts::EndSession;

/// Ends the session whose refresh token the cookie holds; without one there is nothing to end, and that is fine.
pub async fn handle(req: Request, users: &impl EndSession) -> Result<Response, Problem> {
    if let Ok(refresh) = session::refresh_token(&req) {
        users.end(refresh).await?;
    }
    Ok(session::ended())
}
