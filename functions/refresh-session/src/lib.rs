//! `POST /v1/sessions/refresh`: a new access token for a session.

use edge::{Problem, ProblemKind, Request, Response, session};
use ports::{
    PortResult,
    accounts::{EndSession, RenewSession, Username},
    people::{LoadAccount, LoadReviewer},
};

/// Renews the session whose refresh token the cookie holds, while its user may still come in: a session outlives an account
/// that is closed, and a reviewer who is dismissed.
pub async fn handle(
    req: Request,
    table: &(impl LoadAccount + LoadReviewer),
    users: &(impl RenewSession + EndSession),
) -> Result<Response, Problem> {
    let refresh = session::refresh_token(&req)?;
    let ended = || Problem::new(ProblemKind::SessionExpired);
    let renewed = users.renew(refresh).await?.ok_or_else(ended)?;
    if !may_come_in(renewed.user, table).await? {
        users.end(refresh).await?;
        return Err(ended());
    }
    Ok(session::renewed(&renewed.tokens))
}

async fn may_come_in(user: Username, table: &(impl LoadAccount + LoadReviewer)) -> PortResult<bool> {
    Ok(match user {
        Username::Applicant(id) => table.load_account(id).await?.is_some(),
        Username::Reviewer(id) => table.load_reviewer(id).await?.is_some_and(|reviewer| reviewer.active),
    })
}
