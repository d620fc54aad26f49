//! Picture codes: shown to people, and not too many of them.

use create_captcha::handle;
use edge::testing::{TestRequest, TestResponse};
use ports::fakes::{Fakes, each_failure};

async fn post(fakes: &Fakes, address: &str) -> TestResponse {
    let ask = TestRequest::new("POST /v1/captchas").address(address);
    let Fakes { table, keys, outgoing, clock, chance, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, outgoing, clock, chance).await)
}

#[tokio::test]
async fn the_answer_is_kept_hashed_and_in_the_picture_only() {
    let fakes = Fakes::new();
    let reply = post(&fakes, "203.0.113.7").await;
    assert_eq!(reply.summary(), "201");
    let (id, answer) = fakes.outgoing.captchas().remove(0);
    assert_eq!(reply.body["captchaId"], id.to_string());
    let mut members: Vec<&String> =
        reply.body.as_object().into_iter().flatten().map(|(name, _)| name).collect();
    members.sort();
    assert_eq!(members, ["captchaId", "expiresAt", "imagePng"]);
    assert!(!answer.is_empty() && fakes.table.look().captchas.contains_key(&id));
}

#[test]
fn what_is_drawn_can_be_an_answer() {
    assert_eq!(captcha::LENGTH, applicant::codes::CAPTCHA_LENGTH);
}

#[tokio::test]
async fn thirty_in_ten_minutes_are_enough_for_an_address() {
    let fakes = Fakes::new();
    for _ in 0..30 {
        assert_eq!(post(&fakes, "203.0.113.7").await.summary(), "201");
    }
    assert_eq!(post(&fakes, "203.0.113.7").await.summary(), "429 too-many-requests");
    assert_eq!(post(&fakes, "203.0.113.8").await.summary(), "201");
    assert_eq!(fakes.table.look().captchas.len(), 31);
}

#[tokio::test]
async fn whatever_fails_the_next_picture_can_be_answered() {
    let failed = each_failure(async |fakes, failure| {
        fakes.script.arm(failure);
        let first = post(fakes, "203.0.113.7").await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        let again = post(fakes, "203.0.113.7").await;
        let shown = fakes.outgoing.captchas();
        let last = shown.last().map(|(id, _)| id.to_string());
        assert_eq!(again.body["captchaId"].as_str(), last.as_deref());
        failed
    })
    .await;
    assert_eq!(failed, ["tag", "count", "tag", "save_captcha", "show_captcha"]);
}
