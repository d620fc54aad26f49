//! Handing in and taking back: once, whole, and in time.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    case::{Actor, Command, Decision, Event, FourEyes, List, State, decision::ReviewNote},
    divisions::Division,
    ids::{AccountId, CaseId, CaseKind, ReviewerId},
    moment::Moment,
    upload::Purpose,
    window::Window,
};
use edge::testing::{TestRequest, TestResponse};
use futures_util::future::join;
use jiff::SignedDuration;
use ports::{
    Clock,
    fakes::{Fakes, each_failure},
    pictures::Progress,
};
use serde_json::json;
use submit_collection::handle;

const ROUTE: &str = "/v1/collection/submission";

async fn run(fakes: &Fakes, ask: TestRequest) -> TestResponse {
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.clock).await)
}

fn submission(owner: AccountId) -> TestRequest {
    TestRequest::new(&format!("POST {ROUTE}")).applicant(owner).json(&json!({"declared": true}))
}

async fn submit(fakes: &Fakes, owner: AccountId) -> TestResponse {
    run(fakes, submission(owner)).await
}

async fn withdraw(fakes: &Fakes, owner: AccountId) -> TestResponse {
    run(fakes, TestRequest::new(&format!("DELETE {ROUTE}")).applicant(owner)).await
}

/// A verified applicant with a complete draft.
async fn ready(fakes: &Fakes) -> AccountId {
    let owner = fakes.verified(1).await;
    fakes.draft(owner).await;
    owner
}

fn case(owner: AccountId) -> CaseId {
    CaseId { kind: CaseKind::Collection, owner }
}

/// The events of the collection's history, and how many copies and queue lines there are.
fn stored(fakes: &Fakes, owner: AccountId) -> (Vec<Event>, usize, usize) {
    let (stored, case) = (fakes.table.look(), case(owner));
    let events = stored.history.iter().filter(|((of, _), _)| *of == case);
    let copies = stored.submissions.keys().filter(|(of, _)| *of == case);
    let open = stored.queues.keys().filter(|(list, ..)| *list == List::Open);
    (events.map(|(_, entry)| entry.event).collect(), copies.count(), open.count())
}

#[tokio::test]
async fn a_complete_collection_is_handed_in_frozen_and_queued() {
    let fakes = Fakes::new();
    let owner = ready(&fakes).await;
    let reply = submit(&fakes, owner).await;
    assert_eq!(reply.summary(), "201", "{:?}", reply.faults());
    assert_eq!((&reply.body["state"], &reply.body["version"]), (&json!("SUBMITTED"), &json!(2)));
    assert_eq!(stored(&fakes, owner), (vec![Event::Submitted], 1, 1));
    let stored = fakes.table.look();
    assert_eq!(stored.submissions[&(case(owner), 2)], stored.cases[&case(owner)].pages);
}

#[tokio::test]
async fn what_was_handed_in_is_not_handed_in_again() {
    let fakes = Fakes::new();
    let owner = ready(&fakes).await;
    submit(&fakes, owner).await;
    assert_eq!(submit(&fakes, owner).await.summary(), "409 not-editable");
    assert_eq!(stored(&fakes, owner), (vec![Event::Submitted], 1, 1));
}

#[tokio::test]
async fn only_the_version_that_was_seen_is_handed_in_or_taken_back() {
    let fakes = Fakes::new();
    let owner = ready(&fakes).await;
    let stale = |ask: TestRequest| ask.header("if-match", "\"99\"");
    let refused = run(&fakes, stale(submission(owner))).await;
    assert_eq!(refused.summary(), "412 precondition-failed");
    let version = refused.body["version"].as_u64().unwrap();
    let submitted = submit(&fakes, owner).await;
    assert_eq!(submitted.header("etag"), Some(format!("\"{}\"", version + 1).as_str()));
    let withdrawal = TestRequest::new(&format!("DELETE {ROUTE}")).applicant(owner);
    assert_eq!(run(&fakes, stale(withdrawal)).await.summary(), "412 precondition-failed");
    assert_eq!(stored(&fakes, owner), (vec![Event::Submitted], 1, 1));
    let taken_back = withdraw(&fakes, owner).await;
    assert_eq!(taken_back.header("etag"), Some(format!("\"{}\"", version + 2).as_str()));
}

#[tokio::test]
async fn of_two_submissions_at_once_one_is_made() {
    let fakes = Fakes::new();
    let owner = ready(&fakes).await;
    let (one, other) = join(Box::pin(submit(&fakes, owner)), Box::pin(submit(&fakes, owner))).await;
    assert_eq!((one.summary().as_str(), other.summary().as_str()), ("201", "409 conflict"));
    assert_eq!(stored(&fakes, owner), (vec![Event::Submitted], 1, 1));
}

#[tokio::test]
async fn a_submission_and_a_withdrawal_follow_each_other_as_often_as_one_likes() {
    let fakes = Fakes::new();
    let owner = ready(&fakes).await;
    assert_eq!(withdraw(&fakes, owner).await.summary(), "409 not-editable", "nothing to take back");
    for round in 1..=2 {
        assert_eq!(submit(&fakes, owner).await.body["round"], round);
        assert_eq!(withdraw(&fakes, owner).await.summary(), "200");
        assert_eq!(withdraw(&fakes, owner).await.summary(), "409 not-editable");
    }
    let events = [Event::Submitted, Event::Withdrawn].repeat(2);
    assert_eq!(stored(&fakes, owner), (events, 2, 0));
}

#[tokio::test]
async fn whatever_is_missing_is_told_at_once_and_nothing_is_written() {
    let fakes = Fakes::new();
    let owner = fakes.verified(1).await;
    let mut filed = fakes.draft(owner).await;
    (filed.pages.scope, filed.case.version) = (None, 2);
    filed.pages.educations.clear();
    let photo = fakes.upload(owner, Purpose::Photo, Progress::Pending);
    filed.pages.basic.as_mut().unwrap().photo = photo;
    ports::cases::SaveDraft::save_draft(&fakes.table, &filed).await.unwrap();
    fakes.table.look().departments.clear();
    let reply = submit(&fakes, owner).await;
    assert_eq!(reply.summary(), "422 not-ready");
    let pointers: Vec<String> =
        reply.faults().iter().map(|fault| fault.split(' ').next().unwrap().to_owned()).collect();
    for pointer in ["/scope", "/educations", "/department/departmentId", "/basic/photo"] {
        assert!(pointers.iter().any(|found| found == pointer), "{pointer} in {pointers:?}");
    }
    assert_eq!(stored(&fakes, owner), (vec![], 0, 0));
}

#[tokio::test]
async fn who_may_not_hand_in_is_told_why() {
    let fakes = Fakes::new();
    let unverified = fakes.applicant(2);
    assert_eq!(submit(&fakes, unverified).await.summary(), "403 real-name-required");
    let nobody =
        AccountId::new(domain::ids::CaptchaId::parse("cap_01M86GZZ76GMAEDCT0NQP1KGT4").unwrap().ulid());
    assert_eq!(submit(&fakes, nobody).await.summary(), "401 unauthenticated", "the account is gone");
    let owner = ready(&fakes).await;
    for (ask, summary) in [
        (submission(owner).json(&json!({})), "422 invalid-request"),
        (submission(owner).json(&json!({"declared": false})), "422 invalid-request"),
        (submission(owner).json(&json!({"declared": true, "state": "APPROVED"})), "422 invalid-request"),
        (submission(owner).claims(&json!({"token_use": "id", "username": owner})), "401 unauthenticated"),
    ] {
        assert_eq!(run(&fakes, ask).await.summary(), summary);
    }
    assert_eq!(stored(&fakes, owner), (vec![], 0, 0));
}

#[tokio::test]
async fn the_gateways_receipt_decides_whether_it_was_in_time() {
    let fakes = Fakes::new();
    let owner = ready(&fakes).await;
    let closes_at = fakes.clock.now();
    let before = |millis| Moment::from_millisecond(closes_at.as_millisecond() - millis).unwrap();
    let province = Division::parse("110000").unwrap();
    let window = Window {
        province,
        exam_year: 2027,
        opens_at: before(1_000),
        closes_at,
        grace_seconds: 60,
        enforces_eligibility: false,
        four_eyes: FourEyes::default(),
    };
    fakes.table.look().windows.insert(province.code(), window);
    fakes.clock.advance(SignedDuration::from_secs(5));
    for (received, summary) in
        [(before(1_001), "403 outside-window"), (closes_at, "403 outside-window"), (before(1), "201")]
    {
        assert_eq!(run(&fakes, submission(owner).received_at(received)).await.summary(), summary);
    }
    let late = run(&fakes, submission(owner).received_at(closes_at)).await;
    assert_eq!(late.summary(), "409 not-editable", "what is handed in already is told first");

    let reviewer = Actor::Reviewer(ReviewerId::new(owner.ulid()));
    fakes.follow(case(owner), &Command::Claim, &reviewer).await;
    let opinion = ReviewNote::parse("请补充材料").unwrap();
    let back = Command::Decide(Decision::Return { opinion, comments: Vec::new() });
    assert_eq!(fakes.follow(case(owner), &back, &reviewer).await.state, State::Returned);
    let received = closes_at.after(SignedDuration::from_secs(4));
    let reply = run(&fakes, submission(owner).received_at(received)).await;
    assert_eq!(
        (reply.summary().as_str(), &reply.body["state"]),
        ("201", &json!("RESUBMITTED")),
        "a correction"
    );
}

#[tokio::test]
async fn whatever_fails_there_is_one_submission_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let owner = ready(fakes).await;
        fakes.script.arm(failure);
        let first = submit(fakes, owner).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        let again = submit(fakes, owner).await.summary();
        assert!(["201", "409 not-editable"].contains(&again.as_str()), "{again} after {failure:?}");
        assert_eq!(stored(fakes, owner), (vec![Event::Submitted], 1, 1));
        failed
    })
    .await;
    assert_eq!(failed, ["load_person", "load_window", "load_department", "load_uploads", "save_submission"]);
}

#[tokio::test]
async fn whatever_fails_it_is_taken_back_once_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.submitted(1).await.owner;
        fakes.script.arm(failure);
        let first = withdraw(fakes, owner).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        let again = withdraw(fakes, owner).await.summary();
        assert!(["200", "409 not-editable"].contains(&again.as_str()), "{again} after {failure:?}");
        assert_eq!(stored(fakes, owner), (vec![Event::Submitted, Event::Withdrawn], 1, 0));
        failed
    })
    .await;
    assert_eq!(failed, ["load_person", "load_window", "save_change"]);
}

/// Sets the window of the province: it closes `seconds` from now, with a grace of an hour.
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
async fn late_withdrawal_has_to_be_confirmed() {
    for (seconds, summary) in [
        (601, "200"),
        (600, "409 confirmation-required"),
        (0, "409 confirmation-required"),
        (-100_000, "409 confirmation-required"),
    ] {
        let fakes = Fakes::new();
        let owner = fakes.submitted(1).await.owner;
        closes_in(&fakes, seconds);
        let reply = withdraw(&fakes, owner).await;
        assert_eq!(reply.summary(), summary, "{seconds}");
        if reply.status == 409 {
            assert!(["opensAt", "closesAt", "correctionsUntil"].iter().all(|at| reply.body[at].is_string()));
            assert_eq!(stored(&fakes, owner).0, [Event::Submitted], "nothing was changed");
            let confirmed = TestRequest::new("DELETE /v1/collection/submission").applicant(owner);
            let unclear = run(&fakes, confirmed.clone().query("afterWindowClosed=1")).await;
            assert_eq!(unclear.faults(), ["/afterWindowClosed form.TYPE"]);
            let confirmed = run(&fakes, confirmed.query("afterWindowClosed=true")).await;
            assert_eq!((confirmed.summary().as_str(), &confirmed.body["state"]), ("200", &json!("DRAFT")));
        }
    }
}

#[tokio::test]
async fn resubmission_is_withdrawn_freely_within_the_grace() {
    for (seconds, summary) in [(-1, "200"), (-2_999, "200"), (-3_000, "409 confirmation-required")] {
        let fakes = Fakes::new();
        let owner = fakes.submitted(1).await.owner;
        let reviewer = Actor::Reviewer(ReviewerId::new(owner.ulid()));
        fakes.follow(case(owner), &Command::Claim, &reviewer).await;
        let opinion = ReviewNote::parse("请补充材料").unwrap();
        let back = Command::Decide(Decision::Return { opinion, comments: Vec::new() });
        fakes.follow(case(owner), &back, &reviewer).await;
        assert_eq!(submit(&fakes, owner).await.summary(), "201");
        closes_in(&fakes, seconds);
        assert_eq!(withdraw(&fakes, owner).await.summary(), summary, "{seconds}");
    }
}

/// What happens just before the submission is written.
fn just_before(fakes: &Fakes, happens: impl FnOnce(&mut ports::fakes::Stored) + Send + 'static) {
    let table = fakes.table.clone();
    fakes.script.meanwhile("save_submission", move || happens(&mut table.look()));
}

#[tokio::test]
async fn what_a_submission_rests_on_is_so_when_it_is_written() {
    for summary in ["403 consent-required", "403 real-name-required", "401 unauthenticated", "409 conflict"] {
        let fakes = Fakes::new();
        let (owner, now) = (ready(&fakes).await, fakes.clock.now());
        just_before(&fakes, move |stored| {
            let biometrics = stored.accounts[&owner].biometrics.clone();
            let account = stored.accounts.get_mut(&owner).unwrap();
            match summary {
                "403 consent-required" => account.biometrics = biometrics.withdrawn(now),
                // Withdrawn and given again: the pictures of before are gone.
                "409 conflict" => account.biometrics = biometrics.withdrawn(now).given(now),
                "401 unauthenticated" => drop(stored.accounts.remove(&owner)),
                _ => {
                    let verification = CaseId { kind: CaseKind::RealName, owner };
                    let found = stored.cases.get_mut(&verification).unwrap();
                    let again = Command::Reopen(ReviewNote::parse("证件须重新核验").unwrap());
                    let head = Actor::Supervisor(ReviewerId::new(owner.ulid()));
                    found.case = found.case.apply(&again, &head, now).unwrap().after;
                }
            }
        });
        assert_eq!(submit(&fakes, owner).await.summary(), summary);
        assert_eq!(stored(&fakes, owner).0, vec![], "{summary}");
    }
}

#[tokio::test]
async fn a_new_text_asks_for_a_new_consent_before_anything_is_submitted() {
    let fakes = Fakes::new();
    let owner = ready(&fakes).await;
    let old = json!([{"version": "2025-01", "givenAt": fakes.clock.now()}]);
    fakes.table.look().accounts.get_mut(&owner).unwrap().biometrics = serde_json::from_value(old).unwrap();
    assert_eq!(submit(&fakes, owner).await.summary(), "403 consent-required");
}
