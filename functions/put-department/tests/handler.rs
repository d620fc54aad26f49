//! The last page: a department that there is.

use domain::ids::AccountId;
use edge::testing::{TestRequest, TestResponse};
use ports::fakes::{Fakes, body, each_failure};
use put_department::handle;
use serde_json::json;

async fn put(fakes: &Fakes, owner: AccountId) -> TestResponse {
    let ask = TestRequest::new("PUT /v1/collection/department").applicant(owner).json(&body::department());
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.keys, &fakes.clock).await)
}

#[tokio::test]
async fn a_department_that_is_known_is_chosen_and_no_other() {
    let fakes = Fakes::new();
    let owner = fakes.verified(1).await;
    assert_eq!(put(&fakes, owner).await.faults(), ["/departmentId department.UNKNOWN"]);
    fakes.department();
    let reply = put(&fakes, owner).await;
    assert_eq!((reply.summary().as_str(), &reply.body["department"]), ("200", &body::department()));
}

#[tokio::test]
async fn a_department_of_a_closed_division_is_not_chosen() {
    let fakes = Fakes::new();
    let owner = fakes.verified(1).await;
    fakes.department_of("500112-1");
    let page = json!({"departmentId": "500112-1", "basis": "workplace"});
    let ask = TestRequest::new("PUT /v1/collection/department").applicant(owner).json(&page);
    let reply = TestResponse::of(handle(ask.call(), &fakes.table, &fakes.keys, &fakes.clock).await);
    assert_eq!(reply.faults(), ["/departmentId department.CLOSED"]);
}

#[tokio::test]
async fn whatever_fails_the_page_is_saved_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.verified(1).await;
        fakes.department();
        fakes.script.arm(failure);
        let first = put(fakes, owner).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        assert_eq!(put(fakes, owner).await.summary(), "200", "{failure:?}");
        failed
    })
    .await;
    assert_eq!(failed, ["load_person", "open", "load_department", "save_draft"]);
}
