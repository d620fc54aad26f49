//! `POST /v1/sessions/refresh`: a new access token for a session.

use edge::{Answer, Call, Kind, Problem, session};
use ports::accounts::RenewSession;

/// Renews the session whose refresh token the cookie holds.
pub async fn handle(call: Call, users: &impl RenewSession) -> Result<Answer, Problem> {
    let refresh = session::refresh_token(&call)?;
    let tokens = users.renew(refresh).await?;
    let tokens = tokens.ok_or_else(|| Problem::new(Kind::SessionExpired))?;
    Ok(session::renewed(&tokens))
}
