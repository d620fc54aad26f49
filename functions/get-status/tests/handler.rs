//! What became of a collection, without telling who the reviewers are.

use domain::{
    case::{Actor, Command},
    ids::{AccountId, ReviewerId},
};
use edge::testing::{TestRequest, TestResponse};
use get_status::handle;
use jiff::SignedDuration;
use ports::fakes::{Fakes, each_failure};

async fn get(fakes: &Fakes, owner: AccountId) -> TestResponse {
    let ask = TestRequest::new("GET /v1/collection/status").applicant(owner);
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.clock).await)
}

#[tokio::test]
async fn a_claim_is_shown_while_it_lasts_and_never_whose_it_is() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    fakes.follow(case, &Command::Claim, &Actor::Reviewer(ReviewerId::new(case.owner.ulid()))).await;
    let reply = get(&fakes, case.owner).await;
    assert_eq!(
        (&reply.body["state"], reply.body["history"].as_array().map(Vec::len)),
        (&"UNDER_REVIEW".into(), Some(2))
    );
    assert!(!reply.body.to_string().contains("rev_"));
    fakes.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(get(&fakes, case.owner).await.body["state"], "SUBMITTED");
}

#[tokio::test]
async fn whatever_fails_nothing_is_half_shown() {
    let failed = each_failure(async |fakes, failure| {
        let case = fakes.submitted(1).await;
        fakes.script.arm(failure);
        let reply = get(fakes, case.owner).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || reply.is_failure(), "{} at {failed:?}", reply.summary());
        failed
    })
    .await;
    assert_eq!(failed, ["load_person", "load_department", "load_history"]);
}
