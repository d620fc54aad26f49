//! The contract: the same to everybody, and sent once.

use edge::testing::{TestRequest, TestResponse};
use get_openapi::{handle, page};

async fn get(path: &str, known: impl Into<Option<&'static str>>) -> TestResponse {
    let ask = TestRequest::new(&format!("GET {path}")).header("if-none-match", known);
    TestResponse::of(handle(ask.call()).await)
}

#[tokio::test]
async fn the_document_is_the_checked_in_one_with_a_tag_and_may_be_kept() {
    let sent = get("/v1/openapi.json", None).await;
    let checked_in: serde_json::Value =
        serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap();
    assert_eq!((sent.summary().as_str(), &sent.body), ("200", &checked_in));
    assert_eq!(sent.header("cache-control"), Some("public, max-age=300"));
    let tag: &'static str = sent.header("etag").unwrap().to_owned().leak();
    let kept = get("/v1/openapi.json", tag).await;
    assert_eq!((kept.summary().as_str(), kept.header("etag")), ("304", Some(tag)));
    assert_eq!(get("/v1/openapi.json", "\"another\"").await.summary(), "200");
    assert_eq!(get("/v1/docs", None).await.summary(), "200", "the page has another tag");
}

#[tokio::test]
async fn the_page_allows_its_own_style_and_nothing_else() {
    let sent = get("/v1/docs", None).await;
    assert_eq!(sent.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = sent.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
    assert_eq!(sent.body, page());
}

#[tokio::test]
async fn other_routes_are_not_its() {
    assert_eq!(get("/v1/swagger", None).await.summary(), "404 not-found");
}
