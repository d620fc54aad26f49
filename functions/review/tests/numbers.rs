//! Requests for verification of accounts that share an identity number: the desk shows it, and one of them is approved.

use domain::{
    case::{ClaimLimits, State, desk::Reviewer},
    ids::CaseId,
};
use edge::testing::{TestRequest, TestResponse};
use ports::fakes::{COUNTY, Fakes};
use review::handle;
use serde_json::{Value, json};

async fn run(fakes: &Fakes, ask: TestRequest) -> TestResponse {
    let Fakes { table, keys, objects, clock, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, objects, ClaimLimits::default(), clock).await)
}

async fn shown(fakes: &Fakes, case: CaseId, by: &Reviewer) -> TestResponse {
    run(fakes, TestRequest::new("GET /v1/review/cases/{id}").path("id", case).reviewer(by.id)).await
}

/// Takes the case on, opens it, and approves what it shows.
async fn approve(fakes: &Fakes, case: CaseId, by: &Reviewer) -> TestResponse {
    let claim = TestRequest::new("POST /v1/review/cases/{id}/claim").path("id", case).reviewer(by.id);
    assert_eq!(run(fakes, claim).await.summary(), "200");
    let version = shown(fakes, case, by).await.body["version"].clone();
    let body = json!({"version": version, "decision": "approve"});
    run(
        fakes,
        TestRequest::new("POST /v1/review/cases/{id}/decision").path("id", case).reviewer(by.id).json(&body),
    )
    .await
}

#[tokio::test]
async fn case_shows_how_many_other_accounts_have_the_number_and_nothing_of_them() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let other = fakes.registered_too(owner, 2);
    let (case, by) = (fakes.asked_to_be_verified(owner).await, fakes.reviewer(COUNTY));
    let reply = shown(&fakes, case, &by).await;
    assert_eq!((reply.summary().as_str(), &reply.body["otherAccounts"]), ("200", &json!(1)));
    assert!(!reply.body.to_string().contains(&other.ulid().to_string()), "nobody is named");
    let alone = fakes.applicant(3);
    let case = fakes.asked_to_be_verified(alone).await;
    assert_eq!(shown(&fakes, case, &by).await.body["otherAccounts"], json!(0));
    let collection = fakes.submitted(4).await;
    assert_eq!(shown(&fakes, collection, &by).await.body["otherAccounts"], Value::Null);
}

#[tokio::test]
async fn second_account_with_a_number_is_not_approved() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let other = fakes.registered_too(owner, 2);
    let (mine, theirs) = (fakes.asked_to_be_verified(owner).await, fakes.asked_to_be_verified(other).await);
    let (one, two) = (fakes.reviewer(COUNTY), fakes.reviewer(COUNTY));
    assert_eq!(approve(&fakes, mine, &one).await.summary(), "200");
    let refused = approve(&fakes, theirs, &two).await;
    assert_eq!(refused.summary(), "409 number-taken");
    assert!(refused.body["detail"].as_str().unwrap().contains("return"), "{}", refused.body["detail"]);
    assert_eq!(fakes.table.look().cases[&theirs].case.state, State::UnderReview, "nothing was written");

    // Taken back in time, it is the other's to be approved.
    let undo = TestRequest::new("DELETE /v1/review/cases/{id}/decision").path("id", mine).reviewer(one.id);
    assert_eq!(run(&fakes, undo).await.summary(), "200");
    let version = shown(&fakes, theirs, &two).await.body["version"].clone();
    let body = json!({"version": version, "decision": "approve"});
    let decide = TestRequest::new("POST /v1/review/cases/{id}/decision").path("id", theirs).reviewer(two.id);
    assert_eq!(run(&fakes, decide.json(&body)).await.summary(), "200");
}
