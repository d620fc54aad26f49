//! Tokens and cookies: what opens a door, what keeps it open, and what never should.

use journey::{Applicant, Client, Stack, client, tokens};
use reqwest::header::SET_COOKIE;
use serde_json::json;

use journey::scenario::log_in;

#[tokio::test]
async fn the_refresh_token_lives_in_a_cookie_that_scripts_cannot_read() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let person = &applicant.person;
    let api = applicant.api.anonymous();
    let session = log_in(&stack, &api, "applicant", &person.mobile, &person.password).await.expect(201);
    assert_eq!(session.str("/tokenType"), "Bearer");
    assert_eq!(session.number("/expiresIn"), 900);
    let header = session.headers[SET_COOKIE].to_str().expect("a cookie in ASCII").to_lowercase();
    assert!(header.contains("httponly") && header.contains("samesite=strict"), "{header}");
    let secret = client::cookie(&session).expect("a refresh cookie");
    let secret = secret.split_once('=').expect("a name and a value").1;
    assert!(!session.text.contains(secret), "the refresh token is in the body as well");
}

#[tokio::test]
async fn a_session_is_renewed_by_its_cookie_and_by_nothing_else() {
    let stack = Stack::required();
    let mut applicant = Applicant::registered(&stack).await;
    let _ = applicant.api.anonymous().refresh().await.problem(401, "session-expired");
    let token = applicant.api.token.clone().expect("a token");
    let _ = applicant.api.with_token(&token).refresh().await.problem(401, "session-expired");
    let mut stranger = applicant.api.anonymous();
    stranger.cookie = applicant.api.cookie.as_deref().map(changed);
    let _ = stranger.refresh().await.problem(401, "session-expired");

    let renewed = applicant.api.refresh().await.expect(200);
    assert_eq!(renewed.number("/expiresIn"), 900);
    applicant.api.remember(&renewed);
    let _ = applicant.api.real_name().await.expect(200);
}

/// The cookie with another letter in its middle.
fn changed(cookie: &str) -> String {
    let (before, after) = cookie.split_at(cookie.len() / 2);
    let other = if after.starts_with('a') { 'b' } else { 'a' };
    format!("{before}{other}{}", &after[1..])
}

#[tokio::test]
async fn logging_out_ends_the_refresh_token() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let left = applicant.api.log_out().await.expect(204);
    assert_eq!(client::cookie(&left), None, "the cookie is taken away: {:?}", left.headers);
    let _ = applicant.api.refresh().await.problem(401, "session-expired");
}

#[tokio::test]
async fn a_token_that_was_tampered_with_opens_nothing() {
    let stack = Stack::required();
    let (applicant, other) = tokio::join!(Applicant::registered(&stack), Applicant::registered(&stack));
    let token = applicant.api.token.clone().expect("a token");
    let other_claims = tokens::claims(other.api.token.as_deref().expect("a token"));
    let other_sub = other_claims["sub"].as_str().expect("a subject");
    let cut = &token[..token.len() - 8];
    let tampered = [
        tokens::forged(&token, "sub", other_sub),
        tokens::forged(&token, "cognito:groups", "reviewers"),
        tokens::unsigned(&token),
        cut.to_owned(),
        "not-a-token".to_owned(),
    ];
    for token in tampered {
        for path in ["/v1/real-name", "/v1/review/queue"] {
            let answer = applicant.api.with_token(&token).send("GET", path).await;
            assert_eq!(answer.status, 401, "{path} for {}…: {}", &token[..10.min(token.len())], answer.text);
        }
    }
    let _ = applicant.api.with_token(&token).real_name().await.expect(200);
}

/// The identity provider gives ID tokens to whoever holds the refresh token, where the cookie is that token.
async fn id_token(stack: &Stack, api: &Client) -> Option<String> {
    let claims = tokens::claims(api.token.as_deref()?);
    let refresh = api.cookie.as_deref()?.split_once('=')?.1;
    let body = json!({
        "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": claims["client_id"],
        "AuthParameters": {"REFRESH_TOKEN": refresh},
    });
    let target = "AWSCognitoIdentityProviderService.InitiateAuth";
    let answer = api.anonymous().send_aws_json(&stack.endpoint, target, &body).await;
    answer.body["AuthenticationResult"]["IdToken"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let Some(token) = id_token(&stack, &applicant.api).await else {
        println!("skipped: the identity provider gives no ID token for this session's cookie");
        return;
    };
    assert_eq!(tokens::claims(&token)["token_use"], "id");
    let answer = applicant.api.with_token(&token).real_name().await;
    assert!(matches!(answer.status, 401 | 403), "an ID token was taken: {} {}", answer.status, answer.text);
}
