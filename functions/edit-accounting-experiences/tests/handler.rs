//! Accounting work within an employment: rows of a row.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    collection::MAX_EXPERIENCES,
    ids::{AccountId, CaseId, CaseKind},
};
use edge::testing::{TestRequest, TestResponse};
use edit_accounting_experiences::handle;
use ports::fakes::{Fakes, body, each_failure};
use serde_json::{Value, json};

const ROWS: &str = "/v1/collection/employments/{id}/accounting-experiences";

async fn run(fakes: &Fakes, ask: TestRequest) -> TestResponse {
    let Fakes { table, keys, clock, chance, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, clock, chance).await)
}

async fn add(fakes: &Fakes, owner: AccountId, employment: &str) -> TestResponse {
    let ask = TestRequest::new(&format!("POST {ROWS}")).path("id", employment);
    run(fakes, ask.applicant(owner).json(&body::experience())).await
}

async fn with(fakes: &Fakes, method: &str, owner: AccountId, [employment, id]: [&str; 2]) -> TestResponse {
    let ask = TestRequest::new(&format!("{method} {ROWS}/{{experienceId}}"));
    let ask = ask.path("id", employment).path("experienceId", id);
    run(fakes, ask.applicant(owner).json(&body::experience())).await
}

/// The employment of a complete draft, as it is stored.
fn employment(fakes: &Fakes, owner: AccountId) -> Value {
    let id = CaseId { kind: CaseKind::Collection, owner };
    fakes.table.look().cases[&id].pages["employments"][0].clone()
}

fn rows(fakes: &Fakes, owner: AccountId) -> usize {
    employment(fakes, owner)["accountingExperiences"].as_array().map_or(0, Vec::len)
}

/// A verified applicant with a draft of one employment, and that employment's id.
async fn scene(fakes: &Fakes, number: u16) -> (AccountId, String) {
    let owner = fakes.verified(number).await;
    fakes.draft(owner).await;
    let id = employment(fakes, owner)["id"].as_str().unwrap().to_owned();
    (owner, id)
}

#[tokio::test]
async fn a_row_is_added_shown_replaced_and_taken_away() {
    let fakes = Fakes::new();
    let (owner, employment) = scene(&fakes, 1).await;
    let added = add(&fakes, owner, &employment).await;
    assert_eq!(
        (added.summary().as_str(), &added.body["version"]),
        ("201", &json!(2)),
        "{:?}",
        added.faults()
    );
    let id = added.body["accountingExperience"]["id"].as_str().unwrap();
    let at = [employment.as_str(), id];
    assert_eq!(with(&fakes, "GET", owner, at).await.body, added.body);
    assert_eq!(with(&fakes, "PUT", owner, at).await.body["version"], 3);
    assert_eq!(rows(&fakes, owner), 2);
    assert_eq!(with(&fakes, "DELETE", owner, at).await.summary(), "204");
    assert_eq!(with(&fakes, "DELETE", owner, at).await.summary(), "404 not-found");
    assert_eq!(rows(&fakes, owner), 1);
}

#[tokio::test]
async fn rows_and_employments_that_are_not_there_or_anothers_are_not_found() {
    let fakes = Fakes::new();
    let (owner, employment) = scene(&fakes, 1).await;
    let (other, theirs) = scene(&fakes, 2).await;
    let row =
        add(&fakes, other, &theirs).await.body["accountingExperience"]["id"].as_str().unwrap().to_owned();
    assert_eq!(add(&fakes, owner, &theirs).await.summary(), "404 not-found");
    for at in [[theirs.as_str(), &row], [&employment, &row], [&employment, "exp_1"], ["emp_1", &row]] {
        for method in ["GET", "PUT", "DELETE"] {
            assert_eq!(with(&fakes, method, owner, at).await.summary(), "404 not-found", "{method} {at:?}");
        }
    }
    assert_eq!((rows(&fakes, owner), rows(&fakes, other)), (1, 2));
}

#[tokio::test]
async fn one_row_too_many_is_refused() {
    let fakes = Fakes::new();
    let (owner, employment) = scene(&fakes, 1).await;
    for _ in 1..MAX_EXPERIENCES {
        assert_eq!(add(&fakes, owner, &employment).await.summary(), "201");
    }
    assert_eq!(add(&fakes, owner, &employment).await.summary(), "422 invalid-request");
    assert_eq!(rows(&fakes, owner), MAX_EXPERIENCES);
}

#[tokio::test]
async fn what_was_handed_in_is_not_changed() {
    let fakes = Fakes::new();
    let owner = fakes.submitted(1).await.owner;
    let employment = employment(&fakes, owner)["id"].as_str().unwrap().to_owned();
    assert_eq!(add(&fakes, owner, &employment).await.summary(), "409 not-editable");
}

#[tokio::test]
async fn whatever_fails_nothing_is_half_done() {
    let failed = each_failure(async |fakes, failure| {
        let (owner, employment) = scene(fakes, 1).await;
        fakes.script.arm(failure);
        let first = add(fakes, owner, &employment).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        // Without an Idempotency-Key, a row whose answer was lost is there, and a second one is added.
        let kept = rows(fakes, owner);
        assert!(kept == 1 || failed == Some("save_draft") || failed.is_none());
        assert_eq!(add(fakes, owner, &employment).await.body["version"], kept + 1);
        assert_eq!(rows(fakes, owner), kept + 1);
        failed
    })
    .await;
    assert_eq!(failed, ["load_person", "open", "save_draft"]);
}
