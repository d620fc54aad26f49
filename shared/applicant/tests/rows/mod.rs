//! Tests for the rows of any page: adding, showing, replacing, removing, and the maximum number.
//!
//! A function's test includes this module by its path and defines what is specific to the page: `handle`, `row` (a body
//! with its own pictures), `ROWS` and `ROW` (their names in the API), `NOBODYS` (the id of no row) and `MAX_ROWS`.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::ids::{AccountId, CaseId, CaseKind};
use edge::testing::{TestRequest, TestResponse};
use ports::fakes::{Fakes, each_failure};
use serde_json::{Value, json};

use super::{MAX_ROWS, NOBODYS, ROW, ROWS, handle, row};

async fn run(fakes: &Fakes, ask: TestRequest) -> TestResponse {
    let Fakes { table, keys, clock, chance, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, clock, chance).await)
}

async fn add(fakes: &Fakes, owner: AccountId, body: &Value) -> TestResponse {
    run(fakes, TestRequest::new(&format!("POST /v1/collection/{ROWS}")).applicant(owner).json(body)).await
}

async fn with(fakes: &Fakes, method: &str, owner: AccountId, id: &str, body: &Value) -> TestResponse {
    let ask = TestRequest::new(&format!("{method} /v1/collection/{ROWS}/{{id}}")).path("id", id);
    run(fakes, ask.applicant(owner).json(body)).await
}

/// The ids of the stored rows.
fn ids(fakes: &Fakes, owner: AccountId) -> Vec<String> {
    let id = CaseId { kind: CaseKind::Collection, owner };
    let pages = fakes.table.look().cases.get(&id).map(|stored| stored.pages.clone()).unwrap_or_default();
    let rows = pages[ROWS].as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn row_can_be_added_shown_replaced_and_removed() {
    let fakes = Fakes::new();
    let owner = fakes.verified(1).await;
    let body = row(&fakes, owner);
    let added = add(&fakes, owner, &body).await;
    assert_eq!(added.summary(), "201", "{:?}", added.faults());
    let id = added.body[ROW]["id"].as_str().unwrap();
    assert_eq!(ids(&fakes, owner), [id]);
    assert_eq!(with(&fakes, "GET", owner, id, &body).await.body, added.body);
    let replaced = with(&fakes, "PUT", owner, id, &body).await;
    assert_eq!((replaced.summary().as_str(), &replaced.body["version"]), ("200", &json!(2)));
    let removed = with(&fakes, "DELETE", owner, id, &body).await;
    assert_eq!((removed.summary().as_str(), removed.header("etag")), ("204", Some("\"3\"")));
    assert!(ids(&fakes, owner).is_empty());
}

#[tokio::test]
async fn missing_row_or_row_of_other_applicant_is_not_found() {
    let fakes = Fakes::new();
    let (owner, other) = (fakes.verified(1).await, fakes.verified(2).await);
    let (body, theirs) = (row(&fakes, owner), row(&fakes, other));
    let added = add(&fakes, other, &theirs).await;
    let id = added.body[ROW]["id"].as_str().unwrap();
    for missing in [id, NOBODYS, "acc_01M86GZZ76GMAEDCT0NQP1KGT4", "..", &id.to_lowercase()] {
        for method in ["GET", "PUT", "DELETE"] {
            assert_eq!(
                with(&fakes, method, owner, missing, &body).await.summary(),
                "404 not-found",
                "{method} {missing}"
            );
        }
    }
    assert_eq!((ids(&fakes, owner).len(), ids(&fakes, other).len()), (0, 1));
}

#[tokio::test]
async fn row_beyond_the_maximum_is_refused() {
    let fakes = Fakes::new();
    let owner = fakes.verified(1).await;
    let body = row(&fakes, owner);
    for _ in 0..MAX_ROWS {
        assert_eq!(add(&fakes, owner, &body).await.summary(), "201");
    }
    assert_eq!(add(&fakes, owner, &body).await.summary(), "422 invalid-request");
    assert_eq!(ids(&fakes, owner).len(), MAX_ROWS);
}

#[tokio::test]
async fn submitted_rows_can_be_read_but_not_changed() {
    let fakes = Fakes::new();
    let owner = fakes.submitted(1).await.owner;
    let (body, id) = (row(&fakes, owner), ids(&fakes, owner).remove(0));
    assert_eq!(with(&fakes, "GET", owner, &id, &body).await.summary(), "200");
    assert_eq!(add(&fakes, owner, &body).await.summary(), "409 not-editable");
    for method in ["PUT", "DELETE"] {
        assert_eq!(with(&fakes, method, owner, &id, &body).await.summary(), "409 not-editable", "{method}");
    }
}

#[tokio::test]
async fn failing_port_leaves_no_partial_row() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.verified(1).await;
        let body = row(fakes, owner);
        fakes.script.arm(failure);
        let first = add(fakes, owner, &body).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        // Without an Idempotency-Key, a row whose response was lost exists, and the retry adds a second row.
        let kept = ids(fakes, owner).len();
        assert!(kept == 0 || failed == Some("save_draft") || failed.is_none());
        assert_eq!(add(fakes, owner, &body).await.body["version"], kept + 1);
        assert_eq!(ids(fakes, owner).len(), kept + 1);
        failed
    })
    .await;
    assert_eq!(failed, ["load_person", "open", "load_uploads", "save_draft"]);
}
