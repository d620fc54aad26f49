//! Asking for verification: once at a time, with three pictures of one's own.

use domain::{
    case::{Actor, Command, Event},
    ids::{AccountId, CaseId, CaseKind, ReviewerId},
};
use edge::testing::{TestRequest, TestResponse};
use ports::{
    Clock,
    fakes::{Fakes, each_failure},
};
use request_real_name::handle;
use serde_json::{Value, json};

async fn post(fakes: &Fakes, owner: AccountId, body: &Value) -> TestResponse {
    let ask = TestRequest::new("POST /v1/real-name/online").applicant(owner).json(body);
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.clock).await)
}

fn stored(fakes: &Fakes) -> (Vec<Event>, usize, usize) {
    let stored = fakes.table.look();
    (
        stored.history.values().map(|entry| entry.event).collect(),
        stored.submissions.len(),
        stored.queues.len(),
    )
}

#[tokio::test]
async fn a_request_goes_to_the_county_and_is_not_made_twice() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let body = json!(fakes.real_name_request(owner));
    let reply = post(&fakes, owner, &body).await;
    assert_eq!((reply.summary().as_str(), &reply.body["state"]), ("201", &json!("MANUAL_PENDING")));
    assert_eq!(post(&fakes, owner, &body).await.summary(), "409 not-editable");
    assert_eq!(stored(&fakes), (vec![Event::Submitted], 1, 1));
}

#[tokio::test]
async fn another_ones_pictures_will_not_do() {
    let fakes = Fakes::new();
    let (owner, other) = (fakes.applicant(1), fakes.applicant(2));
    let reply = post(&fakes, owner, &json!(fakes.real_name_request(other))).await;
    assert_eq!((reply.summary().as_str(), reply.faults().len()), ("422 invalid-request", 3));
    let mut body = json!(fakes.real_name_request(owner));
    body["state"] = json!("VERIFIED");
    assert_eq!(post(&fakes, owner, &body).await.faults(), ["/state form.UNKNOWN_FIELD"]);
    assert_eq!(stored(&fakes), (vec![], 0, 0));
}

#[tokio::test]
async fn what_was_returned_is_asked_again() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let body = json!(fakes.real_name_request(owner));
    post(&fakes, owner, &body).await;
    let case = CaseId { kind: CaseKind::RealName, owner };
    fakes.follow(case, &Command::Withdraw, &Actor::Applicant(owner)).await;
    assert_eq!(post(&fakes, owner, &body).await.summary(), "201");
    fakes.follow(case, &Command::Claim, &Actor::Reviewer(ReviewerId::new(owner.ulid()))).await;
    assert_eq!(post(&fakes, owner, &body).await.summary(), "409 not-editable", "somebody looks at it");
}

#[tokio::test]
async fn whatever_fails_there_is_one_request_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.applicant(1);
        let body = json!(fakes.real_name_request(owner));
        fakes.script.arm(failure);
        let first = post(fakes, owner, &body).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        let again = post(fakes, owner, &body).await.summary();
        assert!(["201", "409 not-editable"].contains(&again.as_str()), "{again} after {failure:?}");
        assert_eq!(stored(fakes), (vec![Event::Submitted], 1, 1));
        failed
    })
    .await;
    assert_eq!(failed, ["load_person", "load_uploads", "save_submission"]);
}

#[tokio::test]
async fn what_a_request_rests_on_is_so_when_it_is_written() {
    for summary in ["403 consent-required", "401 unauthenticated"] {
        let fakes = Fakes::new();
        let owner = fakes.applicant(1);
        let body = json!(fakes.real_name_request(owner));
        let (table, now) = (fakes.table.clone(), fakes.clock.now());
        fakes.script.meanwhile("save_submission", move || {
            let mut stored = table.look();
            let account = stored.accounts.get_mut(&owner).unwrap();
            account.biometrics = account.biometrics.withdrawn(now);
            if summary == "401 unauthenticated" {
                stored.accounts.remove(&owner);
            }
        });
        assert_eq!(post(&fakes, owner, &body).await.summary(), summary);
        assert_eq!(stored(&fakes), (vec![], 0, 0));
    }
}
