//! Selections: begun, watched, cancelled, and nobody else's.

use bulk_approve::{authorize, handle};
use domain::{
    case::bulk::{MAX_CASES, Refusal},
    ids::CaseId,
    moment::Moment,
};
use edge::{
    Request,
    testing::{TestRequest, TestResponse, once_if},
};
use jiff::SignedDuration;
use ports::{
    Clock,
    bulk::{Bulk, BulkResult, SaveBulkResult},
    fakes::{COUNTY, Fakes, each_failure},
};
use serde_json::{Value, json};

async fn run(fakes: &Fakes, ask: TestRequest) -> TestResponse {
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.clock, &fakes.chance).await)
}

fn body(cases: &[(CaseId, u64)]) -> Value {
    let cases = cases.iter().map(|(case, version)| json!({"caseId": case, "version": version}));
    json!({"cases": cases.collect::<Vec<_>>()})
}

#[tokio::test]
async fn a_selection_is_begun_watched_and_cancelled_by_whoever_made_it() {
    let fakes = Fakes::new();
    let (one, other) = (fakes.submitted(1).await, fakes.submitted(2).await);
    let (reviewer, somebody) = (fakes.reviewer(COUNTY), fakes.reviewer(COUNTY));
    let ask = TestRequest::new("POST /v1/review/approvals")
        .reviewer(reviewer.id)
        .json(&body(&[(one, 2), (other, 2)]));
    let begun = run(&fakes, ask).await;
    assert_eq!((begun.status, &begun.body["state"]), (202, &json!("working")));
    let kept: Vec<Bulk> = fakes.table.look().bulks.values().cloned().collect();
    let [bulk] = kept.as_slice() else { panic!("{kept:?}") };
    let id = begun.body["approvalId"].as_str().unwrap().to_owned();
    let at = |route: &str, by: &domain::case::desk::Reviewer| {
        TestRequest::new(route).path("id", &id).reviewer(by.id)
    };
    let (show, cancel) = ("GET /v1/review/approvals/{id}", "DELETE /v1/review/approvals/{id}");
    for route in [show, cancel] {
        assert_eq!(run(&fakes, at(route, &somebody)).await.summary(), "404 not-found", "{route}");
    }
    let now: Moment = fakes.clock.now();
    for (case, refusal) in [(one, None), (other, Some(Refusal::Flagged))] {
        fakes.table.save_bulk_result(bulk.id, &BulkResult { case, at: now, refusal }).await.unwrap();
    }
    let shown = run(&fakes, at(show, &reviewer)).await.body;
    assert_eq!((&shown["state"], &shown["progress"]), (&json!("done"), &json!({"done": 2, "total": 2})));
    assert_eq!((&shown["approved"], &shown["refused"][0]["code"]), (&json!(1), &json!("bulk.FLAGGED")));
    assert_eq!(shown["refused"][0]["caseId"], json!(other));
    assert_eq!(run(&fakes, at(cancel, &reviewer)).await.summary(), "204");
    assert_eq!(run(&fakes, at(show, &reviewer)).await.body["state"], "cancelled");
}

#[tokio::test]
async fn a_selection_has_some_cases_and_none_twice() {
    let fakes = Fakes::new();
    let (case, reviewer) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    let many: Vec<_> = (0..=MAX_CASES as u64).map(|version| (case, version)).collect();
    for (body, faults) in [
        (json!({"cases": []}), vec!["/cases form.TOO_FEW"]),
        (json!({}), vec!["/cases form.TOO_FEW"]),
        (body(&[(case, 2), (case, 2)]), vec!["/cases/1/caseId form.DUPLICATE"]),
        (body(&many), vec!["/cases form.TOO_MANY"]),
        (
            json!({"cases": [{"caseId": "everything"}]}),
            vec!["/cases/0/caseId code.UNKNOWN", "/cases/0/version form.REQUIRED"],
        ),
    ] {
        let ask = TestRequest::new("POST /v1/review/approvals").reviewer(reviewer.id).json(&body);
        assert_eq!(run(&fakes, ask).await.faults(), faults);
    }
    assert!(fakes.table.look().bulks.is_empty());
    let applicant =
        TestRequest::new("POST /v1/review/approvals").applicant(case.owner).json(&body(&[(case, 2)]));
    assert_eq!(run(&fakes, applicant).await.summary(), "403 forbidden");
}

#[tokio::test]
async fn what_is_not_done_in_two_hours_has_failed() {
    let fakes = Fakes::new();
    let (case, reviewer) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    let ask = TestRequest::new("POST /v1/review/approvals").reviewer(reviewer.id).json(&body(&[(case, 2)]));
    let id = run(&fakes, ask).await.body["approvalId"].as_str().unwrap().to_owned();
    let state = async || {
        let ask = TestRequest::new("GET /v1/review/approvals/{id}").path("id", &id).reviewer(reviewer.id);
        run(&fakes, ask).await.body["state"].clone()
    };
    fakes.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(state().await, "working");
    fakes.clock.advance(SignedDuration::from_millis(1));
    assert_eq!(state().await, "failed");
    let bulk = fakes.table.look().bulks.keys().next().unwrap().1;
    let result = BulkResult { case, at: fakes.clock.now(), refusal: None };
    fakes.table.save_bulk_result(bulk, &result).await.unwrap();
    assert_eq!(state().await, "done", "late is better than never");
}

#[tokio::test]
async fn repeated_request_with_its_key_makes_one_selection_whatever_fails() {
    let failed = each_failure(async |fakes, failure| {
        let (case, reviewer) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
        let ask =
            TestRequest::new("POST /v1/review/approvals").reviewer(reviewer.id).json(&body(&[(case, 2)]));
        let ask = ask.header("idempotency-key", "a-key-of-mine");
        let handler = |req| handle(req, &fakes.table, &fakes.clock, &fakes.chance);
        let authorize = async |req: &Request| authorize(req, &fakes.table).await;
        let once = async || once_if(&fakes.clock, &fakes.table, &authorize, handler, &ask, None).await;
        fakes.script.arm(failure);
        once().await;
        let failed = fakes.script.disarm();
        // Whoever was to answer is gone.
        fakes.clock.advance(SignedDuration::from_secs(60));
        assert_eq!(once().await.summary(), "202", "{failed:?}");
        assert_eq!(fakes.table.look().bulks.len(), 1, "{failed:?}");
        failed
    })
    .await;
    assert_eq!(failed, ["load_reviewer", "begin", "load_reviewer", "save_bulk", "keep"]);
}
