//! What all functions have in common: request ids, headers, problems, panics and repeated requests.

#![expect(clippy::panic, reason = "clippy.toml allows it in tests, but not in the handlers they share")]

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use edge::{
    Problem, ProblemKind, ReplayScope, Request, Response,
    testing::{self, REQUEST_ID, TestRequest, TestResponse},
};
use jiff::SignedDuration;
use ports::{
    PortError,
    fakes::{Fakes, each_failure},
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A handler whose result depends on the query.
async fn handler(req: Request) -> Result<Response, Problem> {
    match req.query("do").unwrap_or_default() {
        "panic" => panic!("table baoming of arn:aws:dynamodb"),
        "internal" => Err(PortError::Internal("arn:aws:dynamodb:secret".into()).into()),
        "corrupt" => Err(PortError::Corrupt("PERSON#01".to_owned()).into()),
        "unavailable" => Err(PortError::Unavailable("10.0.0.1 refused".into()).into()),
        "wait" => Err(Problem::wait(17)),
        "public" => Ok(Response::public(&req, "{}", 60)),
        "file" => Ok(Response::file("application/pdf", "a.pdf", vec![1])),
        "nothing" => Ok(Response::no_content()),
        _ => Ok(Response::ok(&json!({})).at_version(3)),
    }
}

async fn ask(what: &str) -> TestResponse {
    let ask = TestRequest::new("GET /v1/me").query(&format!("do={what}"));
    testing::serve(&Fakes::new().clock, &handler, &ask).await
}

#[tokio::test]
async fn every_response_has_request_id_and_security_headers() {
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
async fn internal_causes_are_not_in_the_response() {
    for (what, summary) in [
        ("panic", "500 internal"),
        ("internal", "500 internal"),
        ("corrupt", "500 internal"),
        ("unavailable", "503 unavailable"),
    ] {
        let reply = ask(what).await;
        assert_eq!(reply.summary(), summary);
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
async fn panic_ends_only_its_request() {
    assert_eq!(ask("panic").await.summary(), "500 internal");
    assert_eq!(ask("ok").await.summary(), "200");
    let at_once = |req: Request| {
        assert!(req.has_path("id"), "a handler may panic before its first await");
        async { Ok(Response::no_content()) }
    };
    let reply = testing::serve(&Fakes::new().clock, &at_once, &TestRequest::new("GET /v1/me")).await;
    assert_eq!(reply.summary(), "500 internal");
}

#[tokio::test]
async fn problem_is_in_the_callers_language() {
    let refuse = |_| async { Err(Problem::new(ProblemKind::NotFound)) };
    let clock = Fakes::new().clock;
    let summary = async |language| {
        let ask = TestRequest::new("GET /v1/me").header("accept-language", language);
        testing::serve(&clock, &refuse, &ask).await.body["title"].clone()
    };
    assert!(summary("en").await.as_str().unwrap().is_ascii());
    assert!(!summary("zh-CN").await.as_str().unwrap().is_ascii());
}

/// `POST` requests with a key, sent as `username`, and a handler that counts how often it runs.
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

    async fn act(&self, _: Request) -> Result<Response, Problem> {
        let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        std::future::ready(Ok(Response::created(&json!({"count": count})))).await
    }

    async fn post(&self, ask: &TestRequest) -> TestResponse {
        testing::once(&self.fakes.clock, &self.fakes.table, |req| self.act(req), ask).await
    }
}

fn post(username: &str, body: &str) -> TestRequest {
    let claims = json!({"token_use": "access", "username": username});
    TestRequest::new("POST /v1/things").claims(&claims).header("idempotency-key", "a-key-of-mine").body(body)
}

#[tokio::test]
async fn repeated_request_gets_the_first_response_without_effect() {
    let fakes = Fakes::new();
    let acts = Acts::new(&fakes);
    let first = acts.post(&post("a", "{}")).await;
    let again = acts.post(&post("a", "{}")).await;
    assert_eq!((first.summary(), again.summary()), ("201".to_owned(), "201".to_owned()));
    assert_eq!((acts.count(), &again.body), (1, &first.body));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(acts.post(&post("a", "{\"x\":1}")).await.summary(), "422 idempotency-key-reused");
    let elsewhere = post("a", "{}").query("kind=other");
    assert_eq!(
        acts.post(&elsewhere).await.summary(),
        "422 idempotency-key-reused",
        "the query is part of the content"
    );
    assert_eq!(
        acts.post(&post("b", "{}")).await.summary(),
        "201",
        "keys of different callers are independent"
    );
    acts.fakes.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(acts.post(&post("a", "{}")).await.body["count"], 3, "the stored response expires after a day");
}

#[tokio::test]
async fn idempotency_key_must_have_8_to_64_characters() {
    for key in ["short", "0123456789012345678901234567890123456789012345678901234567890123456"] {
        let ask = post("a", "{}").header("idempotency-key", key);
        assert_eq!(Acts::new(&Fakes::new()).post(&ask).await.summary(), "400 malformed-request", "{key}");
    }
    let fakes = Fakes::new();
    let acts = Acts::new(&fakes);
    let keyless = post("a", "{}").header("idempotency-key", None);
    for _ in 0..2 {
        assert_eq!(acts.post(&keyless).await.summary(), "201");
    }
    assert_eq!(acts.count(), 2, "requests without a key are independent");
}

#[tokio::test]
async fn concurrent_equal_request_returns_in_progress() {
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
        Ok(Response::no_content())
    };
    let ask = post("a", "{}");
    let one = testing::once(&fakes.clock, &fakes.table, act, &ask);
    let other = testing::once(&fakes.clock, &fakes.table, act, &ask);
    let (one, other) = futures_util::future::join(one, other).await;
    assert_eq!((one.summary().as_str(), other.summary().as_str()), ("204", "409 idempotency-in-progress"));
    assert_eq!(other.header("retry-after"), Some("1"));
    assert_eq!(acted.into_inner(), 1);
}

#[tokio::test]
async fn failing_port_never_makes_a_request_run_twice() {
    let failed = each_failure(async |fakes, failure| {
        let acts = Acts::new(fakes);
        acts.fakes.script.arm(failure);
        let first = acts.post(&post("a", "{}")).await;
        let failed = acts.fakes.script.disarm();
        if failed == Some("begin") {
            assert!(first.is_failure() && acts.count() == 0, "{}", first.summary());
        } else {
            assert_eq!(first.summary(), "201", "a failure to store the response does not affect it");
        }
        let again = acts.post(&post("a", "{}")).await;
        let known = ["201", "409 idempotency-in-progress"].contains(&again.summary().as_str());
        assert!(known && acts.count() <= 1, "{} after {failure:?}", again.summary());
        acts.fakes.clock.advance(SignedDuration::from_secs(60));
        let later = acts.post(&post("a", "{}")).await;
        assert_eq!(later.summary(), "201", "the deadline of the first try has passed: {failure:?}");
        failed
    })
    .await;
    assert_eq!(failed, ["begin", "keep"]);
}

/// Authorization that can be switched off.
struct Gate {
    is_open: AtomicBool,
    division: Mutex<&'static str>,
}

impl Gate {
    fn new() -> Self {
        Self { is_open: AtomicBool::new(true), division: Mutex::new("110101") }
    }

    async fn authorize(&self, _: &Request) -> Result<ReplayScope, Problem> {
        let division = self.division.lock().ok().filter(|_| self.is_open.load(Ordering::Relaxed));
        let standing = division.map(|division| ReplayScope::of(*division));
        std::future::ready(standing.ok_or_else(|| Problem::new(ProblemKind::Forbidden))).await
    }
}

#[tokio::test]
async fn caller_without_permission_gets_no_stored_response() {
    let (fakes, gate) = (Fakes::new(), Gate::new());
    let acts = Acts::new(&fakes);
    let authorize = async |req: &Request| gate.authorize(req).await;
    let post = async |body: &str| {
        let act = |req| acts.act(req);
        testing::once_if(&fakes.clock, &fakes.table, &authorize, act, &post("a", body), None).await
    };
    assert_eq!(post("{}").await.summary(), "201");
    assert_eq!(post("{}").await.header("idempotency-replayed"), Some("true"));
    gate.is_open.store(false, Ordering::Relaxed);
    fakes.script.take_calls();
    for body in ["{}", "{\"x\":1}"] {
        assert_eq!(post(body).await.summary(), "403 forbidden", "does not reveal that the key was used");
    }
    assert_eq!(fakes.script.take_calls(), Vec::<&str>::new(), "no record was read or written");
    gate.is_open.store(true, Ordering::Relaxed);
    assert_eq!(post("{}").await.header("idempotency-replayed"), Some("true"));
    *gate.division.lock().unwrap() = "110102";
    let elsewhere = post("{}").await;
    assert_eq!((elsewhere.header("idempotency-replayed"), acts.count()), (None, 2), "a different request");
}

#[tokio::test]
async fn request_of_killed_function_is_resumed_after_its_deadline() {
    let fakes = Fakes::new();
    let acts = Acts::new(&fakes);
    let now = ports::Clock::now(&fakes.clock);
    let deadline = Some(now.after(SignedDuration::from_secs(15)));
    let ids = Mutex::new(Vec::new());
    let killed = |req: Request| {
        ids.lock().unwrap().push((req.new_id(&fakes.chance), req.is_taken_up_again()));
        std::future::pending::<Result<Response, Problem>>()
    };
    let ask = post("a", "{}");
    // The process is killed while the handler waits: the future is not polled any more.
    let dies = testing::once_if(&fakes.clock, &fakes.table, &edge::anyone, killed, &ask, deadline);
    let others = async {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    };
    {
        let ended = futures_util::future::select(Box::pin(dies), Box::pin(others)).await;
        assert!(matches!(ended, futures_util::future::Either::Right(_)));
    }
    assert_eq!(ids.lock().unwrap().len(), 1, "it had started");
    assert_eq!(acts.post(&ask).await.summary(), "409 idempotency-in-progress");
    fakes.clock.advance(SignedDuration::from_millis(15_999));
    assert_eq!(acts.post(&ask).await.summary(), "409 idempotency-in-progress");
    fakes.clock.advance(SignedDuration::from_millis(1));
    let again = |req: Request| {
        ids.lock().unwrap().push((req.new_id(&fakes.chance), req.is_taken_up_again()));
        acts.act(req)
    };
    let reply = testing::once_if(&fakes.clock, &fakes.table, &edge::anyone, again, &ask, None).await;
    assert_eq!(reply.summary(), "201");
    let ids = ids.lock().unwrap();
    assert_eq!((ids[0].0, ids[0].1, ids[1].1), (ids[1].0, false, true), "the item has the same id");
    let millis = i64::try_from(ids[0].0.timestamp_ms()).unwrap();
    assert_eq!(millis, now.as_millisecond(), "ids sort by when requests started");
}

#[tokio::test]
async fn different_requests_get_different_ids() {
    let fakes = Fakes::new();
    let ids = Mutex::new(std::collections::BTreeSet::new());
    let note = |req: Request| {
        ids.lock().unwrap().insert(req.new_id(&fakes.chance));
        async { Err(Problem::new(ProblemKind::Unavailable)) }
    };
    let keyed = |username: &str, body: &str, key| post(username, body).header("idempotency-key", key);
    let asks = [
        keyed("a", "{}", "a-key-of-mine"),
        keyed("b", "{}", "a-key-of-mine"),
        keyed("a", "{\"x\":1}", "a-key-of-mine"),
        keyed("a", "{}", "another-key"),
        post("a", "{}").header("idempotency-key", None),
        post("a", "{}").header("idempotency-key", None),
    ];
    for ask in &asks {
        testing::once(&fakes.clock, &fakes.table, note, ask).await;
    }
    assert_eq!(ids.lock().unwrap().len(), asks.len());
    testing::once(&fakes.clock, &fakes.table, note, &asks[3]).await;
    assert_eq!(ids.lock().unwrap().len(), asks.len(), "after a failure on our side, a retry has the same id");
}

#[tokio::test]
async fn unreadable_event_returns_malformed_request() {
    let clock = Fakes::new().clock;
    let handler = |_| async { panic!("an unreadable event must not reach the handler") };
    let event =
        || serde_json::from_str::<Value>(include_str!("../../../events/http-registration.json")).unwrap();
    let set = |path: &str, value: Value| {
        let mut event = event();
        let (parent, name) = path.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap()[name] = value;
        event.to_string()
    };
    for (name, event) in [
        ("a control character", set("/headers/x-note", json!("a\u{1}b"))),
        ("a line feed", set("/headers/accept-language", json!("en\nx: y"))),
        ("DEL", set("/headers/user-agent", json!("\u{7f}"))),
        ("C1", set("/headers/user-agent", json!("\u{85}"))),
        ("a name", set("/headers/a\u{0}b", json!("c"))),
        ("a cookie", set("/cookies", json!(["baoming_refresh=a\rb"]))),
        ("a path", set("/rawPath", json!("/v1/%zz"))),
        ("a path that is not UTF-8", set("/rawPath", json!("/v1/%ff"))),
        ("a query", set("/rawQueryString", json!("cursor=%E5%8C"))),
        ("a query with NUL", set("/rawQueryString", json!("a=%00"))),
        ("a method", set("/requestContext/http/method", json!("GE T"))),
        ("no object", "[]".to_owned()),
        ("a header that is none", set("/headers/accept", json!({"a": 1}))),
        ("half a surrogate pair", event().to_string().replace("Mozilla", "\\ud800")),
        ("Base64", {
            let mut event = event();
            event["isBase64Encoded"] = json!(true);
            event["body"] = json!("{}");
            event.to_string()
        }),
    ] {
        let reply = testing::serve_event(&clock, &handler, &event).await;
        assert_eq!(reply.summary(), "400 malformed-request", "{name}");
        assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{name}");
        assert_eq!(reply.header("x-request-id"), Some(REQUEST_ID), "{name}");
    }
    let tab = set("/headers/x-note", json!("a\tb 北京"));
    let fine = |_| async { Ok(Response::no_content()) };
    assert_eq!(
        testing::serve_event(&clock, &fine, &tab).await.summary(),
        "204",
        "tabs and letters are allowed"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever the caller controls in an event, it gets a response of ours, and never causes a panic or an error of
    /// the runtime.
    #[test]
    fn any_event_gets_a_response(
        path in ".{0,40}",
        query in "[ -~]{0,40}|.{0,20}",
        name in "[a-zA-Z-]{1,12}|.{1,8}",
        value in ".{0,40}|\\PC{0,40}",
        cookie in ".{0,20}",
        body in proptest::option::of(".{0,60}"),
        is_base64 in any::<bool>(),
        cut in proptest::option::of(0_usize..2_000),
    ) {
        let mut event: Value = serde_json::from_str(include_str!("../../../events/http-registration.json")).unwrap();
        event["rawPath"] = json!(path);
        event["rawQueryString"] = json!(query);
        event["headers"][name] = json!(value);
        event["cookies"] = json!([cookie]);
        event["body"] = json!(body);
        event["isBase64Encoded"] = json!(is_base64);
        let mut text = event.to_string();
        if let Some(cut) = cut {
            text.truncate((0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0));
        }
        let handler = |req: Request| async move {
            let _ = (req.json(), req.query("a"), req.cookie("baoming_refresh"), req.matches(1), req.address());
            Ok(Response::no_content())
        };
        let clock = Fakes::new().clock;
        let reply = futures_util::FutureExt::now_or_never(testing::serve_event(&clock, &handler, &text)).unwrap();
        prop_assert!([204, 400].contains(&reply.status), "{}", reply.summary());
    }
}

#[tokio::test]
async fn response_lists_at_most_100_faults_with_short_pointers() {
    let form =
        |body: &Value| {
            domain::form::Form::read(body, |form| {
                let rows = form.rows("rows", 2_000, |row| row.flag("a"));
                let texts = form.texts("texts", 20_000, |text| {
                    if text.is_empty() { Ok(()) } else { Err(domain::form::TYPE) }
                });
                rows.zip(texts).map(drop)
            })
        };
    let many = |name: &dyn Fn(usize) -> String| -> Value {
        Value::Object((0..8_651).map(|index| (name(index), json!(1))).collect())
    };
    let wide = |c: char| many(&|index| format!("{}{index}", c.to_string().repeat(200)));
    for (body, count) in [
        (many(&|index| format!("m{index}")), 8_651),
        (wide('北'), 8_651),
        (wide('\u{1}'), 8_651),
        (wide('😀'), 8_651),
        (wide('~'), 8_651),
        (json!({"rows": vec![json!({}); 1_000]}), 1_000),
        (json!({"texts": vec!["x"; 10_000]}), 10_000),
        (json!({"x".repeat(60_000): 1}), 1),
    ] {
        let problem = Problem::from(form(&body).unwrap_err());
        let reply = TestResponse::of(Err(problem));
        let listed = reply.body["errors"].as_array().unwrap();
        let omitted = reply.body["omittedErrors"].as_u64().unwrap_or(0);
        assert_eq!(listed.len() as u64 + omitted, count);
        assert!(listed.len() <= 100 && (omitted > 0) == (count > 100));
        let bytes = reply.body.to_string().len();
        assert!(bytes < 65_536, "{bytes}");
        let control = |fault: &Value| fault["pointer"].as_str().unwrap().contains(char::is_control);
        assert!(!listed.iter().any(control));
    }
}

#[tokio::test]
async fn problem_is_not_stored() {
    let fakes = Fakes::new();
    let refuse = |_| async { Err(Problem::new(ProblemKind::NotEditable)) };
    for _ in 0..2 {
        let reply = testing::once(&fakes.clock, &fakes.table, refuse, &post("a", "{}")).await;
        assert_eq!(reply.summary(), "409 not-editable");
    }
    assert!(fakes.table.look().answers.is_empty());
}
