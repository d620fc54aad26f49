//! A copy of one's data is asked for, once for each request.

use edge::{
    Request,
    testing::{TestRequest, TestResponse, once_if},
};
use jiff::SignedDuration;
use ports::fakes::{Fakes, each_failure};
use request_export::{authorize, handle};
use serde_json::json;

const EXPORTS: &str = "POST /v1/me/exports";

#[tokio::test]
async fn three_a_day_and_none_for_a_closed_account() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let ask = async || {
        let ask = TestRequest::new(EXPORTS).applicant(owner);
        TestResponse::of(handle(ask.call(), &fakes.table, &fakes.clock, &fakes.chance).await)
    };
    for _ in 0..3 {
        assert_eq!(ask().await.summary(), "202");
    }
    assert_eq!(ask().await.summary(), "429 too-many-requests");
    fakes.table.look().accounts.clear();
    assert_eq!(ask().await.summary(), "401 unauthenticated");
}

#[tokio::test]
async fn repeated_request_with_its_key_makes_one_export_whatever_fails() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.applicant(1);
        let ask = TestRequest::new(EXPORTS).applicant(owner).header("idempotency-key", "a-key-of-mine");
        let Fakes { table, clock, chance, .. } = fakes;
        let handler = |req| handle(req, table, clock, chance);
        let gate = async |req: &Request| authorize(req, table).await;
        let once = async || once_if(clock, table, &gate, handler, &ask, None).await;
        fakes.script.arm(failure);
        once().await;
        let failed = fakes.script.disarm();
        // Whoever was to answer is gone.
        clock.advance(SignedDuration::from_secs(60));
        let again = once().await;
        assert_eq!(again.summary(), "202", "{failed:?}");
        let ids: Vec<_> = table.look().exports.values().map(|export| json!(export.id)).collect();
        assert_eq!(ids, [again.body["exportId"].clone()], "{failed:?}");
        failed
    })
    .await;
    assert_eq!(failed, ["load_account", "begin", "load_account", "count", "save_export", "keep"]);
}

#[tokio::test]
async fn closed_account_gets_no_kept_answer() {
    let fakes = Fakes::new();
    let ask =
        TestRequest::new(EXPORTS).applicant(fakes.applicant(1)).header("idempotency-key", "a-key-of-mine");
    let Fakes { table, clock, chance, .. } = &fakes;
    let handler = |req| handle(req, table, clock, chance);
    let gate = async |req: &Request| authorize(req, table).await;
    let once = async || once_if(clock, table, &gate, handler, &ask, None).await;
    assert_eq!(once().await.summary(), "202");
    assert_eq!(once().await.header("idempotency-replayed"), Some("true"));
    table.look().accounts.clear();
    assert_eq!(once().await.summary(), "401 unauthenticated");
}
