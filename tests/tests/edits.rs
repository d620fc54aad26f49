//! Doing it once, and on what was seen: `Idempotency-Key`, `ETag` and `If-Match`.

use std::time::{SystemTime, UNIX_EPOCH};

use journey::{Answer, Applicant, Stack, pages};
use serde_json::json;

/// A key that no other run used.
fn key(name: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    format!("{name}-{}", now.as_nanos())
}

fn header(answer: &Answer, name: &str) -> String {
    answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_write_on_another_version_than_was_seen_is_refused_with_the_current_one() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let first = applicant.api.put_page("scope", &pages::scope()).await.expect(200);
    assert_eq!(header(&first, "etag"), "\"1\"");
    assert_eq!(header(&applicant.api.collection().await, "etag"), "\"1\"");

    let second = applicant.api.with_header("if-match", "\"1\"");
    let second = second.put_page("department", &pages::department()).await.expect(200);
    assert_eq!(header(&second, "etag"), "\"2\"");
    for stale in ["\"1\"", "\"7\", W/\"9\"", "nonsense"] {
        let late = applicant.api.with_header("if-match", stale);
        let refused = late.put_page("scope", &pages::scope()).await.problem(412, "precondition-failed");
        assert_eq!(refused.number("/version"), 2, "{stale}");
    }
    assert_eq!(applicant.api.collection().await.number("/version"), 2, "a refused write moved the version");
    for (number, good) in [(3, "W/\"2\""), (4, "\"1\", \"3\""), (5, "*")] {
        let api = applicant.api.with_header("if-match", good);
        let written = api.put_page("scope", &pages::scope()).await.expect(200);
        assert_eq!(header(&written, "etag"), format!("\"{number}\""), "{good}");
    }
}

#[tokio::test]
async fn of_two_writers_who_saw_the_same_one_wins() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let _ = applicant.api.put_page("scope", &pages::scope()).await.expect(200);
    let api = applicant.api.with_header("if-match", "\"1\"");
    let (scope, department) = (pages::scope(), pages::department());
    let (one, other) = tokio::join!(api.put_page("scope", &scope), api.put_page("department", &department));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert!(matches!(statuses, [200, 409 | 412]), "{statuses:?}");
    assert_eq!(applicant.api.collection().await.number("/version"), 2);
}

#[tokio::test]
async fn a_request_sent_again_with_its_key_does_nothing_and_gets_the_first_answer() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let education = pages::education(&applicant.person, &draft.certificate);
    let education = pages::spoilt(&education, "school", json!("另一所示例大学"));
    let key = key("education");
    let api = applicant.api.with_header("idempotency-key", &key);
    let first = api.add_row("educations", &education).await.expect(201);
    let again = api.add_row("educations", &education).await.expect(201);
    assert_eq!((&first.body, header(&again, "idempotency-replayed")), (&again.body, "true".to_owned()));
    assert_eq!(applicant.api.collection().await.list("/educations").len(), 2, "the row was added twice");

    let other = pages::spoilt(&education, "school", json!("第三所示例大学"));
    let _ = api.add_row("educations", &other).await.problem(422, "idempotency-key-reused");

    // Another person's requests are others, whatever their key.
    let (stranger, theirs) = Applicant::with_draft(&stack).await;
    let row = pages::education(&stranger.person, &theirs.certificate);
    let row = pages::spoilt(&row, "school", json!("另一所示例大学"));
    let answer =
        stranger.api.with_header("idempotency-key", &key).add_row("educations", &row).await.expect(201);
    assert_eq!(header(&answer, "idempotency-replayed"), "");
}

#[tokio::test]
async fn twenty_of_the_same_request_at_once_are_one() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let education = pages::education(&applicant.person, &draft.certificate);
    let education = pages::spoilt(&education, "school", json!("另一所示例大学"));
    let api = applicant.api.with_header("idempotency-key", key("twenty"));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (api, education) = (api.clone(), education.clone());
        calls.spawn(async move { api.add_row("educations", &education).await });
    }
    while let Some(answer) = calls.join_next().await {
        let answer = answer.expect("the call ends");
        if answer.status != 201 {
            let _ = answer.problem(409, "idempotency-in-progress");
        }
    }
    assert_eq!(applicant.api.collection().await.list("/educations").len(), 2);
}

#[tokio::test]
async fn a_request_that_was_refused_can_be_mended_under_the_same_key() {
    let stack = Stack::required();
    let (applicant, _) = Applicant::with_draft(&stack).await;
    let api = applicant.api.with_header("idempotency-key", key("submission"));
    let path = "/v1/collection/submission";
    let _ = api.send_json("POST", path, &json!({"declared": false})).await.problem(422, "invalid-request");
    let receipt = api.send_json("POST", path, &json!({"declared": true})).await.expect(201);
    let again = api.send_json("POST", path, &json!({"declared": true})).await.expect(201);
    assert_eq!(receipt.body, again.body);
    let short = applicant.api.with_header("idempotency-key", "short");
    let _ = short.send_json("POST", path, &json!({"declared": true})).await.problem(400, "malformed-request");
    let history = applicant.api.status().await.list("/history").len();
    assert_eq!(history, 1, "handed in more than once");
}
