//! The whole draft, to whose it is, with what identifies them masked.

use domain::ids::AccountId;
use edge::testing::{TestRequest, TestResponse};
use get_collection::handle;
use ports::fakes::{Fakes, each_failure};

async fn get(fakes: &Fakes, owner: AccountId) -> TestResponse {
    let ask = TestRequest::new("GET /v1/collection").applicant(owner);
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.keys, &fakes.clock).await)
}

#[tokio::test]
async fn it_is_there_before_it_was_begun_and_masked_all_the_time() {
    let fakes = Fakes::new();
    let owner = fakes.verified(1).await;
    let empty = get(&fakes, owner).await;
    assert_eq!((&empty.body["version"], &empty.body["editable"]), (&0.into(), &true.into()));
    fakes.draft(owner).await;
    let full = get(&fakes, owner).await;
    assert_eq!((&full.body["version"], full.header("etag")), (&1.into(), Some("\"1\"")));
    let who = fakes.identity(1);
    for secret in [who.number.expose(), who.mobile.expose()] {
        assert!(!full.body.to_string().contains(secret));
    }
    assert_eq!(get(&fakes, fakes.applicant(2)).await.summary(), "403 real-name-required");
}

#[tokio::test]
async fn whatever_fails_nothing_is_half_shown() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.verified(1).await;
        fakes.script.arm(failure);
        let reply = get(fakes, owner).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || reply.is_failure(), "{} at {failed:?}", reply.summary());
        failed
    })
    .await;
    assert_eq!(failed, ["load_person", "open"]);
}
