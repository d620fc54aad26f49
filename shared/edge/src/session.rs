//! Sessions over HTTP: the access token in the body, the refresh token in a cookie that no script can read.

use http::header;
use ports::accounts::Tokens;
use serde_json::json;

use crate::{Problem, ProblemKind, Request, Response};

/// The cookie's name.
const COOKIE: &str = "baoming_refresh";

/// How long a session can be renewed, in seconds; equal to the lifetime of the user pool's refresh tokens
/// (`template.yaml`).
const MAX_AGE: u32 = 8 * 3_600;

/// The refresh token of the caller's session.
pub fn refresh_token(req: &Request) -> Result<&str, Problem> {
    req.cookie(COOKIE).ok_or_else(|| Problem::new(ProblemKind::SessionExpired))
}

/// The response body with the access token.
fn body(tokens: &Tokens) -> serde_json::Value {
    json!({"accessToken": tokens.access, "tokenType": "Bearer", "expiresIn": tokens.expires_in})
}

fn with_cookie(answer: Response, value: &str, max_age: u32) -> Response {
    let attributes = "Path=/v1/sessions; HttpOnly; Secure; SameSite=Strict";
    answer.with(header::SET_COOKIE, &format!("{COOKIE}={value}; Max-Age={max_age}; {attributes}"))
}

/// The response that starts a session.
pub fn begun(tokens: &Tokens) -> Response {
    renew_cookie(Response::created(&body(tokens)), tokens)
}

/// The response that renews a session.
pub fn renewed(tokens: &Tokens) -> Response {
    renew_cookie(Response::ok(&body(tokens)), tokens)
}

fn renew_cookie(answer: Response, tokens: &Tokens) -> Response {
    match &tokens.refresh {
        Some(refresh) => with_cookie(answer, refresh, MAX_AGE),
        None => answer,
    }
}

/// The response that ends a session: it deletes the cookie.
pub fn ended() -> Response {
    with_cookie(Response::no_content(), "", 0)
}
