//! Lists as files are asked for and fetched by whoever may read the lists, and by nobody else.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::case::desk::Reviewer;
use edge::testing::{TestRequest, TestResponse};
use jiff::SignedDuration;
use ports::{
    exports::ExportState,
    fakes::{COUNTY, Fakes},
};
use request_case_list::handle;
use serde_json::{Value, json};

const ASK: &str = "POST /v1/review/exports";
const LIST: &str = "GET /v1/review/exports";
const SHOW: &str = "GET /v1/review/exports/{id}";

async fn run(fakes: &Fakes, ask: TestRequest, by: &Reviewer) -> TestResponse {
    let req = ask.reviewer(by.id).call();
    TestResponse::of(handle(req, &fakes.table, &fakes.objects, &fakes.clock, &fakes.chance).await)
}

async fn ask(fakes: &Fakes, by: &Reviewer, more: Value) -> TestResponse {
    let mut body = json!({"list": "open", "format": "csv"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    run(fakes, TestRequest::new(ASK).json(&body), by).await
}

fn supervise(fakes: &Fakes, reviewer: &Reviewer, supervisor: bool) {
    fakes.table.look().reviewers.get_mut(&reviewer.id).unwrap().supervisor = supervisor;
}

/// As if it had been made.
fn finish(fakes: &Fakes) {
    for case_list in fakes.table.look().case_lists.values_mut() {
        case_list.state = ExportState::Ready;
    }
}

#[tokio::test]
async fn a_list_is_asked_for_and_fetched_by_whoever_asked() {
    let fakes = Fakes::new();
    let (reviewer, somebody) = (fakes.reviewer(COUNTY), fakes.reviewer(COUNTY));
    let asked = ask(&fakes, &reviewer, json!({"overdue": true})).await;
    assert_eq!((asked.status, &asked.body["state"]), (202, &json!("pending")));
    assert_eq!((&asked.body["filter"]["overdue"], &asked.body["division"]), (&json!(true), &json!(COUNTY)));
    let id = asked.body["exportId"].as_str().unwrap();
    let show = |by| run(&fakes, TestRequest::new(SHOW).path("id", id), by);
    assert_eq!(show(&reviewer).await.body["url"], Value::Null);
    finish(&fakes);
    assert!(show(&reviewer).await.body["url"].as_str().unwrap().ends_with(id));
    assert_eq!(show(&somebody).await.summary(), "404 not-found");
    let listed = run(&fakes, TestRequest::new(LIST), &reviewer).await.body;
    assert_eq!((&listed["items"][0]["exportId"], &listed["items"][0]["url"]), (&json!(id), &Value::Null));
    assert_eq!(run(&fakes, TestRequest::new(LIST), &somebody).await.body, json!({"items": []}));
}

#[tokio::test]
async fn lists_of_others_and_unmasked_ones_are_not_for_everybody() {
    let fakes = Fakes::new();
    let reviewer = fakes.reviewer(COUNTY);
    let reveal = json!({"revealReason": "逐一电话通知"});
    assert_eq!(ask(&fakes, &reviewer, json!({"division": "110102"})).await.summary(), "403 forbidden");
    assert_eq!(ask(&fakes, &reviewer, reveal.clone()).await.summary(), "403 forbidden");
    assert!(fakes.table.look().case_lists.is_empty(), "nothing was asked for");
    supervise(&fakes, &reviewer, true);
    let asked = ask(&fakes, &reviewer, reveal).await;
    assert_eq!((asked.status, &asked.body["revealReason"]), (202, &json!("逐一电话通知")));
    finish(&fakes);
    let id = asked.body["exportId"].as_str().unwrap();
    assert_eq!(run(&fakes, TestRequest::new(SHOW).path("id", id), &reviewer).await.status, 200);
    supervise(&fakes, &reviewer, false);
    assert_eq!(
        run(&fakes, TestRequest::new(SHOW).path("id", id), &reviewer).await.summary(),
        "403 forbidden"
    );
}

#[tokio::test]
async fn what_nobody_makes_any_more_has_failed_and_there_are_forty_a_day() {
    let fakes = Fakes::new();
    let reviewer = fakes.reviewer(COUNTY);
    for _ in 0..40 {
        assert_eq!(ask(&fakes, &reviewer, json!({})).await.status, 202);
    }
    assert_eq!(ask(&fakes, &reviewer, json!({})).await.summary(), "429 too-many-requests");
    fakes.clock.advance(SignedDuration::from_mins(41));
    let listed = run(&fakes, TestRequest::new(LIST), &reviewer).await.body;
    assert_eq!(listed["items"].as_array().unwrap().len(), 40);
    assert!(listed["items"].as_array().unwrap().iter().all(|item| item["state"] == "failed"));
}
