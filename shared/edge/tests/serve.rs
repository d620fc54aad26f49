//! What all functions have in common: ids, headers, problems, panics, and requests that are sent again.

#![expect(clippy::panic, reason = "clippy.toml allows it in tests, but not in the handlers they share")]

use std::sync::atomic::{AtomicUsize, Ordering};

use edge::{
    Answer, Call, Kind, Problem,
    testing::{self, Ask, REQUEST_ID, Reply},
};
use jiff::SignedDuration;
use ports::{
    PortError,
    fakes::{Fakes, each_failure},
};
use serde_json::json;

/// A handler for each kind of answer, by the query.
async fn handler(call: Call) -> Result<Answer, Problem> {
    match call.query("do").unwrap_or_default() {
        "panic" => panic!("table baoming of arn:aws:dynamodb"),
        "internal" => Err(PortError::Internal("arn:aws:dynamodb:secret".into()).into()),
        "corrupt" => Err(PortError::Corrupt("PERSON#01".to_owned()).into()),
        "unavailable" => Err(PortError::Unavailable("10.0.0.1 refused".into()).into()),
        "wait" => Err(Problem::wait(17)),
        "public" => Ok(Answer::public(&call, "{}", 60)),
        "file" => Ok(Answer::file("application/pdf", "a.pdf", vec![1])),
        "nothing" => Ok(Answer::no_content()),
        _ => Ok(Answer::ok(&json!({})).at_version(3)),
    }
}

async fn ask(what: &str) -> Reply {
    let ask = Ask::new("GET /v1/me").query(&format!("do={what}"));
    testing::serve(&Fakes::new().clock, &handler, &ask).await
}

#[tokio::test]
async fn every_answer_has_its_request_id_and_the_headers_that_protect() {
    for what in ["ok", "nothing", "file", "public", "wait", "internal", "unavailable", "panic"] {
        let reply = ask(what).await;
        for (name, value) in [
            ("x-request-id", REQUEST_ID),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("cache-control", if what == "public" { "public, max-age=60" } else { "no-store" }),
        ] {
            assert_eq!(reply.header(name), Some(value), "{what}: {name}");
        }
    }
}

#[tokio::test]
async fn what_went_wrong_inside_is_not_told() {
    for (what, said) in [
        ("panic", "500 internal"),
        ("internal", "500 internal"),
        ("corrupt", "500 internal"),
        ("unavailable", "503 unavailable"),
    ] {
        let reply = ask(what).await;
        assert_eq!(reply.said(), said);
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        assert_eq!(reply.body["instance"], format!("urn:baoming:request:{REQUEST_ID}"));
        let text = reply.body.to_string();
        for inside in ["arn:", "PERSON#", "10.0.0.1", "panic", "baoming of"] {
            assert!(!text.contains(inside), "{what}: {text}");
        }
    }
    assert_eq!(ask("unavailable").await.header("retry-after"), Some("2"));
    assert_eq!(ask("wait").await.header("retry-after"), Some("17"));
}

#[tokio::test]
async fn a_panic_ends_one_request_only() {
    assert_eq!(ask("panic").await.said(), "500 internal");
    assert_eq!(ask("ok").await.said(), "200");
    let at_once = |call: Call| {
        assert!(call.has_path("id"), "a handler may panic before it waits for anything");
        async { Ok(Answer::no_content()) }
    };
    let reply = testing::serve(&Fakes::new().clock, &at_once, &Ask::new("GET /v1/me")).await;
    assert_eq!(reply.said(), "500 internal");
}

#[tokio::test]
async fn a_problem_speaks_the_callers_language() {
    let refuse = |_| async { Err(Problem::new(Kind::NotFound)) };
    let clock = Fakes::new().clock;
    let said = async |language| {
        let ask = Ask::new("GET /v1/me").header("accept-language", language);
        testing::serve(&clock, &refuse, &ask).await.body["title"].clone()
    };
    assert!(said("en").await.as_str().unwrap().is_ascii());
    assert!(!said("zh-CN").await.as_str().unwrap().is_ascii());
}

/// A `POST` with a key, by `username`, and a handler that counts how often it acts.
struct Acts<'f> {
    fakes: &'f Fakes,
    count: AtomicUsize,
}

impl<'f> Acts<'f> {
    fn new(fakes: &'f Fakes) -> Self {
        Self { fakes, count: AtomicUsize::new(0) }
    }

    fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    async fn post(&self, ask: &Ask) -> Reply {
        let act = |_| async {
            let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
            Ok(Answer::created(&json!({"count": count})))
        };
        testing::once(&self.fakes.clock, &self.fakes.table, act, ask).await
    }
}

fn post(username: &str, body: &str) -> Ask {
    let claims = json!({"token_use": "access", "username": username});
    Ask::new("POST /v1/things").claims(&claims).header("idempotency-key", "a-key-of-mine").body(body)
}

#[tokio::test]
async fn a_request_that_is_sent_again_gets_the_first_answer_and_does_nothing() {
    let fakes = Fakes::new();
    let acts = Acts::new(&fakes);
    let first = acts.post(&post("a", "{}")).await;
    let again = acts.post(&post("a", "{}")).await;
    assert_eq!((first.said(), again.said()), ("201".to_owned(), "201".to_owned()));
    assert_eq!((acts.count(), &again.body), (1, &first.body));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(acts.post(&post("a", "{\"x\":1}")).await.said(), "422 idempotency-key-reused");
    let elsewhere = post("a", "{}").query("kind=other");
    assert_eq!(acts.post(&elsewhere).await.said(), "422 idempotency-key-reused", "the query is part of it");
    assert_eq!(acts.post(&post("b", "{}")).await.said(), "201", "another's key is another key");
    acts.fakes.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(acts.post(&post("a", "{}")).await.body["count"], 3, "a day later it is another request");
}

#[tokio::test]
async fn a_key_must_be_of_sensible_length() {
    for key in ["short", "0123456789012345678901234567890123456789012345678901234567890123456"] {
        let ask = post("a", "{}").header("idempotency-key", key);
        assert_eq!(Acts::new(&Fakes::new()).post(&ask).await.said(), "400 malformed-request", "{key}");
    }
    let fakes = Fakes::new();
    let acts = Acts::new(&fakes);
    let keyless = post("a", "{}").header("idempotency-key", None);
    for _ in 0..2 {
        assert_eq!(acts.post(&keyless).await.said(), "201");
    }
    assert_eq!(acts.count(), 2, "without a key each request is another");
}

#[tokio::test]
async fn of_two_equal_requests_at_once_one_acts_and_the_other_waits() {
    let fakes = Fakes::new();
    let acted = AtomicUsize::new(0);
    let act = |_| async {
        ports::codes::TakeCaptcha::take_captcha(
            &fakes.table,
            fakes.captcha(),
            ports::Clock::now(&fakes.clock),
        )
        .await?;
        acted.fetch_add(1, Ordering::Relaxed);
        Ok(Answer::no_content())
    };
    let ask = post("a", "{}");
    let one = testing::once(&fakes.clock, &fakes.table, act, &ask);
    let other = testing::once(&fakes.clock, &fakes.table, act, &ask);
    let (one, other) = futures_util::future::join(one, other).await;
    assert_eq!((one.said().as_str(), other.said().as_str()), ("204", "409 idempotency-in-progress"));
    assert_eq!(other.header("retry-after"), Some("1"));
    assert_eq!(acted.into_inner(), 1);
}

#[tokio::test]
async fn a_failure_around_a_request_never_has_it_done_twice() {
    let failed = each_failure(async |fakes, failure| {
        let acts = Acts::new(fakes);
        acts.fakes.script.arm(failure);
        let first = acts.post(&post("a", "{}")).await;
        let failed = acts.fakes.script.disarm();
        if failed == Some("begin") {
            assert!(first.is_failure() && acts.count() == 0, "{}", first.said());
        } else {
            assert_eq!(first.said(), "201", "whether the answer could be kept is not the caller's trouble");
        }
        let again = acts.post(&post("a", "{}")).await;
        let known = ["201", "409 idempotency-in-progress"].contains(&again.said().as_str());
        assert!(known && acts.count() <= 1, "{} after {failure:?}", again.said());
        acts.fakes.clock.advance(SignedDuration::from_secs(60));
        let later = acts.post(&post("a", "{}")).await;
        assert_eq!(later.said(), "201", "whoever was to answer is gone: {failure:?}");
        failed
    })
    .await;
    assert_eq!(failed, ["begin", "keep"]);
}

#[tokio::test]
async fn a_problem_is_not_kept() {
    let fakes = Fakes::new();
    let refuse = |_| async { Err(Problem::new(Kind::NotEditable)) };
    for _ in 0..2 {
        let reply = testing::once(&fakes.clock, &fakes.table, refuse, &post("a", "{}")).await;
        assert_eq!(reply.said(), "409 not-editable");
    }
    assert!(fakes.table.look().answers.is_empty());
}
