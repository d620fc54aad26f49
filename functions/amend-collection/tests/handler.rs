//! Changing what is in force, and asking for another department.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use amend_collection::handle;
use domain::{
    case::{Actor, Command, Decision, Event, FourEyes, State},
    divisions::Division,
    ids::{AccountId, CaseId, CaseKind, ReviewerId},
    window::Window,
};
use edge::testing::{TestRequest, TestResponse};
use jiff::SignedDuration;
use ports::{
    Clock,
    fakes::{Fakes, each_failure},
};
use serde_json::{Value, json};

const CHANGE: &str = "/v1/collection/amendment";
const TRANSFER: &str = "/v1/collection/transfer";

async fn run(fakes: &Fakes, ask: TestRequest) -> TestResponse {
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.clock).await)
}

async fn ask(fakes: &Fakes, method: &str, path: &str, owner: AccountId) -> TestResponse {
    run(fakes, TestRequest::new(&format!("{method} {path}")).applicant(owner)).await
}

async fn transfer(fakes: &Fakes, owner: AccountId, body: &Value) -> TestResponse {
    run(fakes, TestRequest::new(&format!("POST {TRANSFER}")).applicant(owner).json(body)).await
}

fn case(owner: AccountId) -> CaseId {
    CaseId { kind: CaseKind::Collection, owner }
}

/// An applicant whose collection was approved, at version 4.
async fn approved(fakes: &Fakes) -> AccountId {
    let case = fakes.submitted(1).await;
    let reviewer = Actor::Reviewer(ReviewerId::new(case.owner.ulid()));
    for command in [Command::Claim, Command::Decide(Decision::Approve)] {
        fakes.follow(case, &command, &reviewer).await;
    }
    case.owner
}

fn stored(fakes: &Fakes, owner: AccountId) -> (State, u64, Value) {
    let stored = fakes.table.look();
    let found = &stored.cases[&case(owner)];
    (found.case.state, found.case.version, found.pages.clone())
}

fn last_event(fakes: &Fakes, owner: AccountId) -> Event {
    let stored = fakes.table.look();
    stored.history.range((case(owner), 0)..=(case(owner), u64::MAX)).next_back().unwrap().1.event
}

#[tokio::test]
async fn a_change_begins_beside_what_is_in_force_and_may_be_left() {
    let fakes = Fakes::new();
    let owner = approved(&fakes).await;
    let (_, _, before) = stored(&fakes, owner);
    let begun = ask(&fakes, "POST", CHANGE, owner).await;
    assert_eq!((begun.summary().as_str(), &begun.body["state"]), ("200", &json!("CHANGE_DRAFT")));
    assert_eq!(begun.body["inForce"]["version"], 2);
    assert_eq!(ask(&fakes, "POST", CHANGE, owner).await.summary(), "409 not-editable", "it was begun");

    fakes.table.look().cases.get_mut(&case(owner)).unwrap().pages["educations"] = json!([]);
    let left = ask(&fakes, "DELETE", CHANGE, owner).await;
    assert_eq!((left.summary().as_str(), &left.body["state"]), ("200", &json!("APPROVED")));
    let (state, _, after) = stored(&fakes, owner);
    assert_eq!((state, after), (State::Approved, before), "the pages are what they were");
    assert_eq!(ask(&fakes, "DELETE", CHANGE, owner).await.summary(), "409 not-editable");
}

#[tokio::test]
async fn what_is_not_in_force_is_not_changed() {
    let fakes = Fakes::new();
    let owner = fakes.submitted(1).await.owner;
    for (method, path) in [("POST", CHANGE), ("DELETE", CHANGE), ("DELETE", TRANSFER)] {
        assert_eq!(ask(&fakes, method, path, owner).await.summary(), "409 not-editable", "{method} {path}");
    }
    let stale = TestRequest::new(&format!("POST {CHANGE}")).applicant(owner).header("if-match", "\"1\"");
    assert_eq!(run(&fakes, stale).await.summary(), "412 precondition-failed");
    let stranger = fakes.applicant(2);
    assert_eq!(ask(&fakes, "POST", CHANGE, stranger).await.summary(), "403 real-name-required");
    let elsewhere = TestRequest::new("POST /v1/collection/other").applicant(owner);
    assert_eq!(run(&fakes, elsewhere).await.summary(), "404 not-found");
}

#[tokio::test]
async fn a_transfer_is_asked_for_once_and_to_a_department_that_there_is() {
    let fakes = Fakes::new();
    let owner = approved(&fakes).await;
    let body = |to: &str| json!({"departmentId": to, "reason": "因户籍迁移"});
    for (body, faults) in [
        (json!({}), vec!["/departmentId form.REQUIRED", "/reason form.REQUIRED"]),
        (body("110102-9"), vec!["/departmentId department.UNKNOWN"]),
        (json!({"departmentId": "110102-1", "reason": "搬家"}), vec!["/reason form.TOO_SHORT"]),
    ] {
        assert_eq!(transfer(&fakes, owner, &body).await.faults(), faults);
    }
    assert_eq!(transfer(&fakes, owner, &body("110101-1")).await.summary(), "409 not-editable", "it is there");
    fakes.department_of("110102-1");
    let asked = transfer(&fakes, owner, &body("110102-1")).await;
    assert_eq!(
        (asked.summary().as_str(), &asked.body["transfer"]["departmentId"]),
        ("200", &json!("110102-1"))
    );
    assert_eq!(
        transfer(&fakes, owner, &body("110102-1")).await.summary(),
        "409 not-editable",
        "one at a time"
    );
    let cancelled = ask(&fakes, "DELETE", TRANSFER, owner).await;
    assert_eq!((cancelled.summary().as_str(), &cancelled.body["transfer"]), ("200", &Value::Null));
    assert_eq!(last_event(&fakes, owner), Event::TransferCancelled);
}

#[tokio::test]
async fn a_change_that_is_left_stays_with_the_department_that_has_it() {
    let fakes = Fakes::new();
    let owner = approved(&fakes).await;
    let to = fakes.department_of("110102-1");
    let reason = domain::case::ReviewNote::parse("因户籍迁移").unwrap();
    let reviewer = Actor::Reviewer(ReviewerId::new(owner.ulid()));
    for (command, by) in [
        (Command::AskTransfer(to, reason), Actor::Applicant(owner)),
        (Command::ReleaseTransfer, reviewer.clone()),
        (Command::AcceptTransfer, reviewer),
        (Command::Amend, Actor::Applicant(owner)),
    ] {
        fakes.follow(case(owner), &command, &by).await;
    }
    assert_eq!(ask(&fakes, "DELETE", CHANGE, owner).await.summary(), "200");
    assert_eq!(stored(&fakes, owner).2["department"]["departmentId"], "110102-1");
}

#[tokio::test]
async fn whatever_fails_a_change_begins_and_ends_once() {
    for method in ["POST", "DELETE"] {
        let failed = each_failure(async |fakes, failure| {
            let owner = approved(fakes).await;
            if method == "DELETE" {
                ask(fakes, "POST", CHANGE, owner).await;
            }
            let (_, version, _) = stored(fakes, owner);
            fakes.script.arm(failure);
            let first = ask(fakes, method, CHANGE, owner).await;
            let failed = fakes.script.disarm();
            assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
            ask(fakes, method, CHANGE, owner).await;
            let state = if method == "POST" { State::ChangeDraft } else { State::Approved };
            let (now, after, _) = stored(fakes, owner);
            assert_eq!((now, after), (state, version + 1), "after {failed:?}");
            failed
        })
        .await;
        let save = if method == "POST" { "save_change" } else { "save_restored" };
        assert_eq!(failed.last(), Some(&save));
    }
}

/// Sets the window of the province: it closes `seconds` from now.
fn closes_in(fakes: &Fakes, seconds: i64) {
    let province = Division::parse("110000").unwrap();
    let at = |seconds| fakes.clock.now().after(SignedDuration::from_secs(seconds));
    let window = Window {
        province,
        exam_year: 2027,
        opens_at: at(-1_000_000),
        closes_at: at(seconds),
        grace_seconds: 3_600,
        enforces_eligibility: false,
        four_eyes: FourEyes::default(),
    };
    fakes.table.look().windows.insert(province.code(), window);
}

#[tokio::test]
async fn amendment_needs_an_open_window_and_its_end_after_that_a_confirmation() {
    let fakes = Fakes::new();
    let owner = approved(&fakes).await;
    closes_in(&fakes, 0);
    let refused = ask(&fakes, "POST", CHANGE, owner).await;
    assert_eq!(refused.summary(), "403 outside-window");
    assert!(refused.body["closesAt"].is_string());
    assert_eq!(stored(&fakes, owner).0, State::Approved, "it is in force as before");
    closes_in(&fakes, 1);
    assert_eq!(ask(&fakes, "POST", CHANGE, owner).await.summary(), "200");
    assert_eq!(ask(&fakes, "DELETE", CHANGE, owner).await.summary(), "409 confirmation-required");
    assert_eq!(stored(&fakes, owner).0, State::ChangeDraft);
    let confirmed =
        TestRequest::new(&format!("DELETE {CHANGE}")).applicant(owner).query("afterWindowClosed=true");
    assert_eq!(run(&fakes, confirmed).await.summary(), "200");
    assert_eq!(stored(&fakes, owner).0, State::Approved);
}
