//! Reading requests: the caller, headers, path, query and body.

use domain::ids::{AccountId, ReviewerId};
use edge::{
    Problem, ProblemKind, Request,
    testing::{TestRequest, TestResponse},
};
use serde_json::{Value, json};

const APPLICANT: &str = "acc_01M86GZZ76GMAEDCT0NQP1KGT4";
const REVIEWER: &str = "rev_01JD9Z6V8R4T2M7XQ1N5C3B0A1";

fn kind<T>(result: Result<T, Problem>) -> Result<T, ProblemKind> {
    result.map_err(|problem| problem.kind())
}

fn with_claims(claims: &Value) -> Request {
    TestRequest::new("GET /v1/me").claims(claims).call()
}

#[test]
fn captured_event_of_reviewer_is_read() {
    let req = TestRequest::event(include_str!("../../../events/http-review-case.json")).call();
    assert_eq!(req.route(), "GET /v1/review/cases/{id}");
    assert_eq!(kind(req.reviewer()), Ok(ReviewerId::parse(REVIEWER).unwrap()));
    assert_eq!(kind(req.applicant()), Err(ProblemKind::Forbidden));
    assert_eq!(req.cookie("baoming_refresh"), Some("EXAMPLE"));
    assert_eq!(req.address(), "203.0.113.9");
    assert!(req.has_path("id"));
}

#[test]
fn captured_event_without_token_is_read() {
    let req = TestRequest::event(include_str!("../../../events/http-registration.json")).call();
    assert_eq!(req.json().unwrap()["idType"], "RIC");
    assert_eq!(kind(req.applicant()), Err(ProblemKind::Unauthenticated));
    assert_eq!(kind(req.reviewer()), Err(ProblemKind::Unauthenticated));
}

#[test]
fn reviewer_is_recognized_in_every_notation_of_groups() {
    let id = ReviewerId::parse(REVIEWER).unwrap();
    for groups in ["[reviewers]", "[a reviewers]", "[reviewers b]", "reviewers", "[\"a\",\"reviewers\"]"] {
        let claims = json!({"token_use": "access", "username": REVIEWER, "cognito:groups": groups});
        let req = with_claims(&claims);
        assert_eq!(kind(req.reviewer()), Ok(id), "{groups}");
        assert_eq!(kind(req.applicant()), Err(ProblemKind::Forbidden), "{groups}");
    }
    for groups in ["", "[]", "[reviewers2]", "[not-reviewers]", "[Reviewers]", "[a.reviewers]"] {
        let claims = json!({"token_use": "access", "username": REVIEWER, "cognito:groups": groups});
        assert_eq!(kind(with_claims(&claims).reviewer()), Err(ProblemKind::Forbidden), "{groups}");
    }
}

#[test]
fn only_access_token_with_known_username_is_accepted() {
    let account = AccountId::parse(APPLICANT).unwrap();
    let good = json!({"token_use": "access", "username": APPLICANT});
    assert_eq!(kind(with_claims(&good).applicant()), Ok(account));
    for (claims, refused) in [
        (json!({"token_use": "id", "username": APPLICANT}), ProblemKind::Unauthenticated),
        (json!({"token_use": "id", "cognito:username": APPLICANT}), ProblemKind::Unauthenticated),
        (json!({"username": APPLICANT}), ProblemKind::Unauthenticated),
        (json!({"token_use": "access"}), ProblemKind::Unauthenticated),
        (json!({"token_use": "access", "cognito:username": APPLICANT}), ProblemKind::Unauthenticated),
        (json!({"token_use": "access", "username": ""}), ProblemKind::Forbidden),
        (json!({"token_use": "access", "username": REVIEWER}), ProblemKind::Forbidden),
        (json!({"token_use": "access", "username": APPLICANT.to_lowercase()}), ProblemKind::Forbidden),
    ] {
        assert_eq!(kind(with_claims(&claims).applicant()), Err(refused), "{claims}");
    }
}

#[test]
fn headers_do_not_authenticate() {
    let ask = TestRequest::new("GET /v1/me").header("username", APPLICANT).header("x-user-id", APPLICANT);
    let ask = ask.header("authorization", "Bearer eyJhbGciOiJub25lIn0.e30.");
    assert_eq!(kind(ask.call().applicant()), Err(ProblemKind::Unauthenticated));
}

/// A body, and the expected result.
#[test]
fn body_must_be_json_object_of_at_most_64_kibibytes() {
    let sized = |bytes: usize| json!({"a": "x".repeat(bytes - r#"{"a":""}"#.len())}).to_string();
    let nested =
        |open: &str, close: &str| format!("{{\"a\":{}1{}}}", open.repeat(10_000), close.repeat(10_000));
    let put = || TestRequest::new("PUT /v1/collection/scope");
    for (name, ask, expected) in [
        ("an object", put().body(r#"{"a":1}"#), Ok(())),
        ("the maximum length", put().body(&sized(65_536)), Ok(())),
        ("one byte too long", put().body(&sized(65_537)), Err(ProblemKind::PayloadTooLarge)),
        ("too long, and not JSON", put().body(&"[".repeat(65_537)), Err(ProblemKind::PayloadTooLarge)),
        ("10,000 arrays", put().body(&nested("[", "]")), Err(ProblemKind::MalformedRequest)),
        ("9,000 objects", put().body(&"{\"a\":".repeat(9_000)), Err(ProblemKind::MalformedRequest)),
        ("truncated", put().body(r#"{"a":"#), Err(ProblemKind::MalformedRequest)),
        ("text after the object", put().body(r#"{"a":1}{}"#), Err(ProblemKind::MalformedRequest)),
        ("an array", put().body("[1]"), Err(ProblemKind::MalformedRequest)),
        ("null", put().body("null"), Err(ProblemKind::MalformedRequest)),
        ("not a number", put().body(r#"{"a":NaN}"#), Err(ProblemKind::MalformedRequest)),
        ("a huge number", put().body(r#"{"a":1e999}"#), Err(ProblemKind::MalformedRequest)),
        ("half a surrogate pair", put().body(r#"{"a":"\ud800"}"#), Err(ProblemKind::MalformedRequest)),
        ("empty", put().body(""), Err(ProblemKind::MalformedRequest)),
        ("none", put(), Err(ProblemKind::MalformedRequest)),
        ("with a byte order mark", put().body("\u{feff}{\"a\":1}"), Ok(())),
        ("with two byte order marks", put().body("\u{feff}\u{feff}{}"), Err(ProblemKind::MalformedRequest)),
        ("only a byte order mark", put().body("\u{feff}"), Err(ProblemKind::MalformedRequest)),
        ("with a byte order mark, in Base64", put().base64("77u/eyJhIjoxfQ=="), Ok(())),
        ("content type in capitals", put().body("{}").header("content-type", "APPLICATION/JSON"), Ok(())),
        (
            "content type with parameters",
            put().body("{}").header("content-type", "application/json ; charset=\"UTF-8\"; v=1"),
            Ok(()),
        ),
        (
            "a `+json` content type",
            put().body("{}").header("content-type", "application/merge-patch+json"),
            Err(ProblemKind::UnsupportedMediaType),
        ),
        ("in Base64", put().base64("eyJhIjoxfQ=="), Ok(())),
        ("in Base64, not UTF-8", put().base64("eyJhIjoi/yJ9"), Err(ProblemKind::MalformedRequest)),
        (
            "as text",
            put().body("{}").header("content-type", "text/plain"),
            Err(ProblemKind::UnsupportedMediaType),
        ),
        (
            "as a form",
            put().body("{}").header("content-type", "multipart/form-data"),
            Err(ProblemKind::UnsupportedMediaType),
        ),
        ("untyped", put().body("{}").header("content-type", None), Err(ProblemKind::UnsupportedMediaType)),
        (
            "content type with a charset",
            put().body("{}").header("content-type", "Application/JSON; charset=utf-8"),
            Ok(()),
        ),
    ] {
        assert_eq!(kind(ask.call().json()).map(|_| ()), expected, "{name}");
    }
}

#[test]
fn last_value_of_duplicate_json_key_counts() {
    let req = TestRequest::new("PUT /v1/collection/scope").body(r#"{"a":1,"a":2}"#).call();
    assert_eq!(req.json().unwrap(), json!({"a": 2}));
}

#[test]
fn cookies_are_matched_by_their_whole_name() {
    let cookie = |line: &str| {
        let req = TestRequest::new("POST /v1/sessions/refresh").cookie(line).call();
        req.cookie("baoming_refresh").map(str::to_owned)
    };
    assert_eq!(cookie("other=1; baoming_refresh=token").as_deref(), Some("token"));
    assert_eq!(cookie("xbaoming_refresh=1; baoming_refresh2=2"), None);
    assert_eq!(cookie("baoming_refresh="), None);
}

#[test]
fn if_match_with_other_version_does_not_match() {
    for (header, expected) in [
        ("\"3\"", true),
        ("W/\"3\"", true),
        ("\"2\", \"3\"", true),
        ("*", true),
        ("\"2\"", false),
        ("3", false),
    ] {
        let req = TestRequest::new("PUT /v1/collection/scope").header("if-match", header).call();
        assert_eq!(req.matches(3), expected, "{header}");
    }
    assert!(TestRequest::new("PUT /v1/collection/scope").call().matches(3), "no If-Match header");
}

#[test]
fn stored_copy_is_current_with_its_etag_or_asterisk() {
    for (header, expected) in
        [("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false)]
    {
        let req = TestRequest::new("GET /v1/reference/{table}").header("if-none-match", header).call();
        assert_eq!(req.has_current("\"a\""), expected, "{header}");
    }
    assert!(!TestRequest::new("GET /v1/reference/{table}").call().has_current("\"a\""));
}

#[test]
fn path_and_query_parameters_are_decoded() {
    let id = AccountId::parse(APPLICANT).unwrap();
    let ask = TestRequest::new("GET /v1/uploads/{id}").path("id", id).query("limit=5&cursor=a%2Bb&empty=");
    let req = ask.call();
    assert_eq!(kind(req.path("id", AccountId::parse)), Ok(id));
    assert_eq!(kind(req.path("other", AccountId::parse)), Err(ProblemKind::NotFound));
    assert_eq!((req.query("limit"), req.query("cursor")), (Some("5"), Some("a+b")));
    assert_eq!((req.query("empty"), req.query("none")), (None, None));
    let reply = TestResponse::of(Err(Problem::new(ProblemKind::NotFound)));
    assert_eq!(reply.summary(), "404 not-found");
}
