//! Inboxes: one's own, newest first, page by page.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    case::{Actor, AuditEntry, Case, Command, Submission},
    divisions::Division,
    ids::{AccountId, CaseId, CaseKind},
    notification::Notification,
};
use edge::testing::{TestRequest, TestResponse};
use jiff::SignedDuration;
use list_notifications::handle;
use ports::{
    Clock,
    fakes::{Failure, Fakes, How, each_failure},
    notifications::SaveNotification,
};

async fn ask(fakes: &Fakes, ask: TestRequest) -> TestResponse {
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.clock).await)
}

async fn list(fakes: &Fakes, owner: AccountId, query: &str) -> TestResponse {
    ask(fakes, TestRequest::new("GET /v1/me/notifications").query(query).applicant(owner)).await
}

async fn read(fakes: &Fakes, owner: AccountId, id: &str) -> TestResponse {
    ask(fakes, TestRequest::new("PUT /v1/me/notifications/{id}/read").path("id", id).applicant(owner)).await
}

/// Puts so many notifications into an inbox, a minute apart; their ids, newest first.
async fn told(fakes: &Fakes, owner: AccountId, count: u64) -> Vec<String> {
    let mut ids = Vec::new();
    for version in 1..=count {
        fakes.clock.advance(SignedDuration::from_mins(1));
        let id = CaseId { kind: CaseKind::Collection, owner };
        let submit =
            Command::Submit(Submission { division: Division::parse("110101").unwrap(), flagged: false });
        let case = Case::draft(id, fakes.clock.now());
        let entry = case.apply(&submit, &Actor::Applicant(owner), fakes.clock.now()).unwrap().entry;
        let notification = Notification::of(&AuditEntry { version, ..entry }).unwrap();
        fakes.table.save_notification(&notification).await.unwrap();
        ids.insert(0, notification.id.to_string());
    }
    ids
}

fn ids(reply: &TestResponse) -> Vec<String> {
    let items = reply.body["items"].as_array().unwrap();
    items.iter().map(|item| item["notificationId"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_inbox_is_told_newest_first_page_by_page() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let all = told(&fakes, owner, 25).await;
    let first = list(&fakes, owner, "").await;
    assert_eq!((first.summary().as_str(), ids(&first)), ("200", all[..20].to_vec()));
    assert_eq!((&first.body["unread"], &first.body["next"]), (&25.into(), &all[19].as_str().into()));
    // Something comes in between two pages, and moves nothing.
    told(&fakes, owner, 26).await;
    let second = list(&fakes, owner, &format!("cursor={}&limit=3", all[19])).await;
    assert_eq!(ids(&second), all[20..23].to_vec());
    let last = list(&fakes, owner, &format!("cursor={}&limit=3", all[22])).await;
    assert_eq!((ids(&last), &last.body["next"]), (all[23..].to_vec(), &serde_json::Value::Null));
    let none = list(&fakes, owner, &format!("cursor={}", all[24])).await;
    assert_eq!((ids(&none).len(), none.summary().as_str()), (0, "200"));

    let item = &list(&fakes, owner, "limit=1").await.body["items"][0];
    assert_eq!((&item["about"], &item["kind"]), (&"collection".into(), &"received".into()));
    assert_eq!((&item["title"], &item["readAt"]), (&"Collection handed in".into(), &serde_json::Value::Null));
}

#[tokio::test]
async fn the_unread_ones_are_counted_up_to_a_hundred() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    assert_eq!(list(&fakes, owner, "").await.body["unread"], 0);
    let all = told(&fakes, owner, 101).await;
    assert_eq!(list(&fakes, owner, "limit=1").await.body["unread"], 100);
    assert_eq!(read(&fakes, owner, &all[0]).await.summary(), "204");
    let after = list(&fakes, owner, &format!("limit=1&cursor={}", all[50])).await;
    assert_eq!(after.body["unread"], 99, "whichever page is asked for");
}

#[tokio::test]
async fn a_notification_is_read_once_and_by_its_owner() {
    let fakes = Fakes::new();
    let (owner, other) = (fakes.applicant(1), fakes.applicant(2));
    let all = told(&fakes, owner, 1).await;
    let read_at = async || list(&fakes, owner, "").await.body["items"][0]["readAt"].clone();
    assert_eq!(read(&fakes, other, &all[0]).await.summary(), "404 not-found");
    assert!(ids(&list(&fakes, other, "").await).is_empty());
    assert!(read_at().await.is_null());
    let now = fakes.clock.now();
    assert_eq!(read(&fakes, owner, &all[0]).await.summary(), "204");
    fakes.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(read(&fakes, owner, &all[0]).await.summary(), "204", "again");
    assert_eq!(read_at().await, now.to_string());
    for id in ["ntc_01J8XQ4A4N5VQ2V5W3RZ7M9K2C", "upl_01J8XQ4A4N5VQ2V5W3RZ7M9K2C", "none", ""] {
        assert_eq!(read(&fakes, owner, id).await.summary(), "404 not-found", "{id}");
    }
}

#[tokio::test]
async fn what_is_asked_wrongly_is_refused() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    for limit in ["0", "101", "-1", "x", "1.5"] {
        let reply = list(&fakes, owner, &format!("limit={limit}")).await;
        assert_eq!(reply.faults(), ["/limit form.TYPE"], "{limit}");
    }
    assert_eq!(list(&fakes, owner, "cursor=x").await.summary(), "400 malformed-request");
    assert_eq!(list(&fakes, owner, "limit=100&cursor=").await.summary(), "200");
    let reviewer = fakes.reviewer("110101").id;
    let desk = TestRequest::new("GET /v1/me/notifications").reviewer(reviewer);
    assert_eq!(ask(&fakes, desk).await.summary(), "403 forbidden");
    assert_eq!(
        ask(&fakes, TestRequest::new("GET /v1/me/notifications")).await.summary(),
        "401 unauthenticated"
    );
    fakes.table.look().accounts.remove(&owner);
    assert_eq!(list(&fakes, owner, "").await.summary(), "401 unauthenticated", "the account was closed");
}

#[tokio::test]
async fn whatever_fails_is_told_and_can_be_asked_for_again() {
    let failed = each_failure(async |fakes: &Fakes, failure: Failure| {
        let owner = fakes.applicant(1);
        let all = told(fakes, owner, 1).await;
        fakes.script.arm(failure);
        let reply = read(fakes, owner, &all[0]).await;
        let failed = fakes.script.disarm();
        assert!(
            failed.is_none() || reply.is_failure() || failure.how == How::Conflict,
            "{}",
            reply.summary()
        );
        assert_eq!(read(fakes, owner, &all[0]).await.summary(), "204");
        failed
    })
    .await;
    assert_eq!(failed, ["load_account", "read_notice"]);
}
