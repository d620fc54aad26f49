//! The first page: saved over what was read, and by nobody else.

use domain::ids::AccountId;
use edge::testing::{TestRequest, TestResponse};
use futures_util::future::join;
use ports::fakes::{Fakes, each_failure};
use put_scope::handle;
use serde_json::json;

fn put(owner: AccountId) -> TestRequest {
    TestRequest::new("PUT /v1/collection/scope")
        .applicant(owner)
        .json(&json!({"scope": "1", "noticeRead": true}))
}

async fn run(fakes: &Fakes, ask: TestRequest) -> TestResponse {
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.keys, &fakes.clock).await)
}

/// The version that is stored; 0 where nothing is.
fn version(fakes: &Fakes, owner: AccountId) -> u64 {
    let id = domain::ids::CaseId { kind: domain::ids::CaseKind::Collection, owner };
    fakes.table.look().cases.get(&id).map_or(0, |stored| stored.case.version)
}

#[tokio::test]
async fn the_first_page_begins_the_collection_and_each_save_is_a_version() {
    let fakes = Fakes::new();
    let owner = fakes.verified(1).await;
    for number in 1..=2 {
        let reply = run(&fakes, put(owner)).await;
        assert_eq!((reply.summary().as_str(), &reply.body["version"]), ("200", &json!(number)));
        assert_eq!(reply.header("etag"), Some(format!("\"{number}\"").as_str()));
        assert_eq!(version(&fakes, owner), number);
    }
}

#[tokio::test]
async fn of_two_who_save_at_once_one_is_told_that_somebody_was_faster() {
    let fakes = Fakes::new();
    let owner = fakes.verified(1).await;
    let (one, other) = join(Box::pin(run(&fakes, put(owner))), Box::pin(run(&fakes, put(owner)))).await;
    assert_eq!((one.summary().as_str(), other.summary().as_str()), ("200", "409 conflict"));
    assert_eq!(version(&fakes, owner), 1);
}

#[tokio::test]
async fn a_page_that_was_read_at_another_version_is_not_overwritten() {
    let fakes = Fakes::new();
    let owner = fakes.verified(1).await;
    fakes.draft(owner).await;
    let reply = run(&fakes, put(owner).header("if-match", "\"0\"")).await;
    assert_eq!((reply.summary().as_str(), &reply.body["version"]), ("412 precondition-failed", &json!(1)));
    assert_eq!(run(&fakes, put(owner).header("if-match", "\"1\"")).await.summary(), "200");
}

#[tokio::test]
async fn who_may_not_write_is_told_why() {
    let fakes = Fakes::new();
    let submitted = fakes.submitted(1).await.owner;
    let verified = fakes.verified(2).await;
    for (ask, summary) in [
        (put(submitted), "409 not-editable"),
        (put(fakes.applicant(3)), "403 real-name-required"),
        (put(verified).claims(&json!({"token_use": "id", "username": verified})), "401 unauthenticated"),
        (put(verified).reviewer(fakes.reviewer("110101").id), "403 forbidden"),
        (put(verified).json(&json!({"scope": "1", "noticeRead": true, "version": 9})), "422 invalid-request"),
        (put(verified).json(&json!({"scope": "1", "noticeRead": false})), "422 invalid-request"),
        (put(verified).body("{"), "400 malformed-request"),
        (put(verified).header("content-type", "text/plain"), "415 unsupported-media-type"),
    ] {
        assert_eq!(run(&fakes, ask).await.summary(), summary);
    }
    assert_eq!(version(&fakes, verified), 0);
}

#[tokio::test]
async fn whatever_fails_the_page_is_saved_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.verified(1).await;
        fakes.script.arm(failure);
        let first = run(fakes, put(owner)).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        let again = run(fakes, put(owner)).await;
        assert_eq!(
            (again.summary().as_str(), &again.body["version"]),
            ("200", &json!(version(fakes, owner)))
        );
        failed
    })
    .await;
    assert_eq!(failed, ["load_person", "open", "save_draft"]);
}
