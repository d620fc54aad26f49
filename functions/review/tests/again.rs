//! The desk: what is decided by two, taken back, given to another, decided once more, moved; and what is asked of lists.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    case::{Actor, ClaimLimits, Command, Decision, Event, FourEyes, List, ReviewNote, State, desk::Reviewer},
    collection::department::DepartmentId,
    divisions::Division,
    ids::CaseId,
    moment::Moment,
    window::Window,
};
use edge::testing::{TestRequest, TestResponse};
use jiff::SignedDuration;
use ports::{
    Clock,
    fakes::{COUNTY, Fakes, each_failure},
};
use review::handle;
use serde_json::{Value, json};

const NEXT: &str = "POST /v1/review/queue/next";
const SHOW: &str = "GET /v1/review/cases/{id}";
const CLAIM: &str = "POST /v1/review/cases/{id}/claim";
const GIVE: &str = "PUT /v1/review/cases/{id}/claim";
const DECIDE: &str = "POST /v1/review/cases/{id}/decision";
const UNDO: &str = "DELETE /v1/review/cases/{id}/decision";
const REOPEN: &str = "POST /v1/review/cases/{id}/reopening";
const TRANSFER: &str = "POST /v1/review/cases/{id}/transfer";

async fn run(fakes: &Fakes, ask: TestRequest) -> TestResponse {
    let Fakes { table, keys, objects, clock, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, objects, ClaimLimits::default(), clock).await)
}

async fn ask(fakes: &Fakes, route: &str, case: CaseId, by: &Reviewer) -> TestResponse {
    run(fakes, TestRequest::new(route).path("id", case).reviewer(by.id)).await
}

async fn send(fakes: &Fakes, route: &str, case: CaseId, by: &Reviewer, body: &Value) -> TestResponse {
    run(fakes, TestRequest::new(route).path("id", case).reviewer(by.id).json(body)).await
}

async fn list(fakes: &Fakes, by: &Reviewer, query: &str) -> TestResponse {
    run(fakes, TestRequest::new("GET /v1/review/queue").query(query).reviewer(by.id)).await
}

/// Opens the case, claims it, and decides what it shows.
async fn decide(fakes: &Fakes, case: CaseId, by: &Reviewer, word: &str) -> TestResponse {
    ask(fakes, SHOW, case, by).await;
    let version = ask(fakes, CLAIM, case, by).await.body["version"].clone();
    let comments = json!([{"pointer": "/basic/photo", "reasonCode": "PHOTO_BLUR"}]);
    let body = match word {
        "approve" => json!({"version": version, "decision": word}),
        _ => json!({"version": version, "decision": word, "opinion": "请重新上传照片", "comments": comments}),
    };
    send(fakes, DECIDE, case, by, &body).await
}

fn supervisor(fakes: &Fakes, division: &str) -> Reviewer {
    let reviewer = fakes.reviewer(division);
    let mut stored = fakes.table.look();
    let reviewer = stored.reviewers.get_mut(&reviewer.id).unwrap();
    reviewer.supervisor = true;
    reviewer.clone()
}

/// A reviewer who can be named.
fn named(fakes: &Fakes, division: &str, account: &str) -> Reviewer {
    let reviewer = fakes.reviewer(division);
    fakes.table.look().staff.insert(account.to_owned(), reviewer.id);
    reviewer
}

fn state(fakes: &Fakes, case: CaseId) -> State {
    fakes.table.look().cases[&case].case.state
}

fn last_event(fakes: &Fakes, case: CaseId) -> Event {
    let stored = fakes.table.look();
    stored.history.range((case, 0)..=(case, u64::MAX)).next_back().unwrap().1.event
}

#[tokio::test]
async fn a_rejection_is_proposed_and_then_taken_by_another() {
    let fakes = Fakes::new();
    let (case, one, other) = (fakes.submitted(1).await, fakes.reviewer(COUNTY), fakes.reviewer(COUNTY));
    let proposed = decide(&fakes, case, &one, "reject").await;
    assert_eq!((proposed.summary().as_str(), &proposed.body["proposed"]), ("200", &json!(true)));
    assert_eq!((state(&fakes, case), &proposed.body["undoUntil"]), (State::Submitted, &Value::Null));
    assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "409 second-reviewer");
    assert_eq!(run(&fakes, TestRequest::new(NEXT).reviewer(one.id)).await.body["case"], Value::Null);
    for (by, mine) in [(&one, true), (&other, false)] {
        let shown = ask(&fakes, SHOW, case, by).await.body;
        assert_eq!(
            (&shown["proposal"]["mine"], &shown["proposal"]["decision"]),
            (&json!(mine), &json!("reject"))
        );
    }
    let taken = decide(&fakes, case, &other, "reject").await.body;
    assert_eq!((&taken["proposed"], &taken["state"]), (&json!(false), &json!("REJECTED")));
}

#[tokio::test]
async fn a_province_may_want_two_for_everything() {
    let fakes = Fakes::new();
    let (case, one, other) = (fakes.submitted(1).await, fakes.reviewer(COUNTY), fakes.reviewer(COUNTY));
    let now = Moment::from_millisecond(0).unwrap();
    let window = Window {
        province: Division::parse("110000").unwrap(),
        exam_year: 2027,
        opens_at: now,
        closes_at: now,
        grace_seconds: 0,
        enforces_eligibility: false,
        four_eyes: FourEyes::All,
    };
    fakes.table.look().windows.insert("110000", window);
    assert_eq!(decide(&fakes, case, &one, "approve").await.body["proposed"], true);
    assert_eq!(decide(&fakes, case, &other, "approve").await.body["state"], "APPROVED");
}

#[tokio::test]
async fn a_decision_is_taken_back_within_a_minute() {
    let fakes = Fakes::new();
    let (case, one, other) = (fakes.submitted(1).await, fakes.reviewer(COUNTY), fakes.reviewer(COUNTY));
    assert_eq!(ask(&fakes, UNDO, case, &one).await.summary(), "409 not-editable", "nothing is decided");
    let decided = decide(&fakes, case, &one, "return").await.body;
    assert!(decided["undoUntil"].is_string());
    assert_eq!(ask(&fakes, UNDO, case, &other).await.summary(), "409 not-editable", "not theirs");
    assert_eq!(ask(&fakes, UNDO, case, &fakes.reviewer("110102")).await.summary(), "404 not-found");
    let undone = ask(&fakes, UNDO, case, &one).await.body;
    assert_eq!((&undone["state"], &undone["claim"]["mine"]), (&json!("UNDER_REVIEW"), &json!(true)));
    decide(&fakes, case, &one, "approve").await;
    fakes.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(ask(&fakes, UNDO, case, &one).await.summary(), "409 not-editable", "too late");
    assert_eq!(state(&fakes, case), State::Approved);
}

#[tokio::test]
async fn supervisors_give_cases_to_whoever_may_decide_them() {
    let fakes = Fakes::new();
    let (case, one) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    let other = named(&fakes, COUNTY, "dongcheng-2");
    named(&fakes, "110102", "xicheng-1");
    ask(&fakes, CLAIM, case, &one).await;
    let body = |to: &str| json!({"to": to, "reason": "原审核员今日请假"});
    assert_eq!(send(&fakes, GIVE, case, &one, &body("dongcheng-2")).await.summary(), "403 forbidden");
    let elsewhere = supervisor(&fakes, "110102");
    assert_eq!(send(&fakes, GIVE, case, &elsewhere, &body("dongcheng-2")).await.summary(), "404 not-found");
    for by in [supervisor(&fakes, COUNTY), supervisor(&fakes, "110000")] {
        for to in ["xicheng-1", "nobody"] {
            assert_eq!(send(&fakes, GIVE, case, &by, &body(to)).await.faults(), ["/to reviewer.UNKNOWN"]);
        }
        let given = send(&fakes, GIVE, case, &by, &body("Dongcheng\u{2011}2 ")).await;
        assert_eq!((given.summary().as_str(), &given.body["claim"]["mine"]), ("200", &json!(false)));
    }
    assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "409 conflict");
    assert_eq!(decide(&fakes, case, &other, "approve").await.summary(), "200");
}

#[tokio::test]
async fn what_was_decided_is_decided_once_more_by_somebody_else() {
    let fakes = Fakes::new();
    let (case, one) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    let head = supervisor(&fakes, COUNTY);
    decide(&fakes, case, &one, "approve").await;
    let reason = json!({"reason": "学历证书须重新核验"});
    assert_eq!(send(&fakes, REOPEN, case, &one, &reason).await.summary(), "403 forbidden");
    assert_eq!(send(&fakes, REOPEN, case, &head, &json!({})).await.faults(), ["/reason form.REQUIRED"]);
    let unseen = json!({"reason": "\u{3164}\u{2800}\u{FE0F}".repeat(9)});
    assert_eq!(send(&fakes, REOPEN, case, &head, &unseen).await.faults(), ["/reason form.TOO_SHORT"]);
    assert_eq!(send(&fakes, REOPEN, case, &head, &reason).await.body["state"], "SUBMITTED");
    assert_eq!(send(&fakes, REOPEN, case, &head, &reason).await.summary(), "409 not-editable");
    assert_eq!(ask(&fakes, CLAIM, case, &head).await.summary(), "409 second-reviewer");
    let shown = ask(&fakes, SHOW, case, &one).await.body;
    let reopened = shown["history"].as_array().unwrap().last().unwrap();
    assert_eq!((&reopened["event"], &reopened["reason"]), (&json!("reopened"), &reason["reason"]));
    assert_eq!(decide(&fakes, case, &one, "return").await.body["state"], "RETURNED");
}

#[tokio::test]
async fn a_transfer_needs_both_departments() {
    let fakes = Fakes::new();
    let (case, here, there) = (fakes.submitted(1).await, fakes.reviewer(COUNTY), fakes.reviewer("110102"));
    decide(&fakes, case, &here, "approve").await;
    let say = |word: &str| json!({"answer": word, "reason": "材料不在本区"});
    let to = DepartmentId::parse("110102-1").unwrap();
    let asked = Command::AskTransfer(to, ReviewNote::parse("因户籍迁移").unwrap());
    assert_eq!(send(&fakes, TRANSFER, case, &here, &say("release")).await.summary(), "409 not-editable");
    fakes.follow(case, &asked, &Actor::Applicant(case.owner)).await;
    assert_eq!(list(&fakes, &here, "list=transfers").await.body["items"][0]["caseId"], json!(case));
    for word in ["accept", "release", "refuse"] {
        assert_eq!(send(&fakes, TRANSFER, case, &there, &say(word)).await.summary(), "404 not-found");
    }
    assert_eq!(send(&fakes, TRANSFER, case, &here, &say("accept")).await.summary(), "403 forbidden");
    for (body, fault) in [
        (json!({"answer": "refuse"}), "/reason form.REQUIRED"),
        (json!({"answer": "perhaps"}), "/answer code.UNKNOWN"),
    ] {
        assert_eq!(send(&fakes, TRANSFER, case, &here, &body).await.faults(), [fault]);
    }
    assert_eq!(send(&fakes, TRANSFER, case, &here, &say("release")).await.summary(), "200");
    let coming = list(&fakes, &there, "list=transfers").await.body;
    assert_eq!(coming["items"][0]["caseId"], json!(case));
    let shown = ask(&fakes, SHOW, case, &there).await.body;
    assert!(shown["transfer"]["releasedAt"].is_string());
    assert_eq!(send(&fakes, TRANSFER, case, &there, &say("release")).await.summary(), "403 forbidden");
    assert_eq!(send(&fakes, TRANSFER, case, &there, &say("accept")).await.summary(), "200");
    assert_eq!((last_event(&fakes, case), state(&fakes, case)), (Event::Transferred, State::Approved));
    let chosen = fakes.table.look().cases[&case].pages["department"]["departmentId"].clone();
    assert_eq!(chosen, "110102-1", "the applicant's page names the department that has it");
    assert_eq!(ask(&fakes, SHOW, case, &here).await.summary(), "404 not-found");
    assert_eq!(list(&fakes, &there, "list=decided").await.body["items"][0]["caseId"], json!(case));
}

#[tokio::test]
async fn a_delegation_opens_the_queue_of_a_county() {
    let fakes = Fakes::new();
    let (case, city) = (fakes.submitted(1).await, fakes.reviewer("110100"));
    let next = || TestRequest::new(NEXT).query(&format!("division={COUNTY}")).reviewer(city.id);
    assert_eq!(run(&fakes, next()).await.summary(), "403 forbidden");
    let until = fakes.clock.now().after(SignedDuration::from_hours(1));
    let delegation = domain::case::desk::Delegation { division: Division::parse(COUNTY).unwrap(), until };
    fakes.table.look().reviewers.get_mut(&city.id).unwrap().delegations.push(delegation);
    assert_eq!(run(&fakes, next()).await.body["case"]["caseId"], json!(case));
    fakes.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(run(&fakes, next()).await.summary(), "403 forbidden", "it has ended");
}

#[tokio::test]
async fn what_a_closed_division_left_is_decided_by_its_successor() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let closed = Division::parse("500112").unwrap();
    fakes.table.look().cases.get_mut(&case).unwrap().case.division = Some(closed);
    let (heir, other) = (fakes.reviewer("500157"), fakes.reviewer("500109"));
    let next = |by: &Reviewer| TestRequest::new(NEXT).query("division=500112").reviewer(by.id);
    assert_eq!(run(&fakes, next(&heir)).await.summary(), "200");
    assert_eq!(run(&fakes, next(&other)).await.summary(), "403 forbidden");
    assert_eq!(list(&fakes, &heir, "division=500112").await.summary(), "200");
    assert_eq!(list(&fakes, &other, "division=500112").await.summary(), "403 forbidden");
    assert_eq!(ask(&fakes, SHOW, case, &other).await.summary(), "404 not-found");
    assert_eq!(ask(&fakes, SHOW, case, &heir).await.summary(), "200");
    assert_eq!(decide(&fakes, case, &heir, "approve").await.summary(), "200");
    assert_eq!(state(&fakes, case), State::Approved);
}

#[tokio::test]
async fn what_one_returned_comes_to_them_first() {
    let fakes = Fakes::new();
    let (first, one) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    decide(&fakes, first, &one, "return").await;
    fakes.clock.advance(SignedDuration::from_mins(5));
    let waiting = fakes.submitted(2).await;
    fakes.clock.advance(SignedDuration::from_mins(5));
    fakes.hand_in_again(first).await;
    let other = fakes.reviewer(COUNTY);
    assert_eq!(
        run(&fakes, TestRequest::new(NEXT).reviewer(one.id)).await.body["case"]["caseId"],
        json!(first)
    );
    assert_eq!(
        run(&fakes, TestRequest::new(NEXT).reviewer(other.id)).await.body["case"]["caseId"],
        json!(waiting)
    );
}

#[tokio::test]
async fn lists_are_filtered() {
    let fakes = Fakes::new();
    let (first, one) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    decide(&fakes, first, &one, "return").await;
    fakes.hand_in_again(first).await;
    fakes.clock.advance(SignedDuration::from_hours(24 * 8));
    let second = fakes.submitted(2).await;
    fakes.follow(second, &Command::Claim, &Actor::Reviewer(one.id)).await;
    let found = async |query: &str| {
        let page = list(&fakes, &one, query).await;
        assert_eq!(page.summary(), "200", "{query}");
        let items = page.body["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["caseId"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (one_case, other) = (first.to_string(), second.to_string());
    for (query, expected) in [
        ("", vec![&one_case, &other]),
        ("resubmitted=true", vec![&one_case]),
        ("resubmitted=false", vec![&other]),
        ("overdue=true", vec![&one_case]),
        ("overdue=false", vec![&other]),
        ("state=UNDER_REVIEW", vec![&other]),
        ("state=RESUBMITTED&overdue=true", vec![&one_case]),
        ("flagged=true", vec![]),
        ("flagged=false&limit=1", vec![&one_case]),
    ] {
        assert_eq!(found(query).await.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let page = list(&fakes, &one, "flagged=false&limit=1").await.body;
    let next = page["next"].as_str().unwrap();
    assert_eq!(found(&format!("flagged=false&limit=1&cursor={next}")).await, [other]);
    assert_eq!(list(&fakes, &one, "flagged=true").await.body["next"], Value::Null, "all was looked at");
    let wrong = list(&fakes, &one, "state=OPEN&flagged=maybe&overdue=1").await;
    assert_eq!(wrong.faults(), ["/state code.UNKNOWN", "/flagged form.TYPE", "/overdue form.TYPE"]);
    assert_eq!(list(&fakes, &one, "list=all").await.faults(), ["/list code.UNKNOWN"]);
    let decided = list(&fakes, &one, "list=decided&kind=collection").await.body;
    assert_eq!(decided["items"], json!([]), "it was handed in again");
}

#[tokio::test]
async fn the_desk_sees_what_changed_and_which_comments_were_answered() {
    let fakes = Fakes::new();
    let (case, one) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    let first = ask(&fakes, SHOW, case, &one).await.body;
    assert_eq!((&first["differences"], &first["comments"]), (&json!([]), &json!([])));
    let version = ask(&fakes, CLAIM, case, &one).await.body["version"].clone();
    let comments = json!([
        {"pointer": "/basic/photo", "reasonCode": "PHOTO_BLUR"},
        {"pointer": "/educations/0/school", "reasonCode": "OTHER", "text": "请填写全称"},
    ]);
    let body =
        json!({"version": version, "decision": "return", "opinion": "请修改后提交", "comments": comments});
    assert_eq!(send(&fakes, DECIDE, case, &one, &body).await.summary(), "200");
    let (was, is) = fakes.hand_in_with_school(case, "另一所示例大学").await;

    let shown = ask(&fakes, SHOW, case, &one).await.body;
    let difference = json!([{"pointer": "/educations/0/school", "before": was, "after": is}]);
    assert_eq!(shown["differences"], difference);
    let answered: Vec<_> = shown["comments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|summary| {
            (
                summary["pointer"].as_str().unwrap(),
                summary["answered"].as_bool().unwrap(),
                summary["round"].as_u64(),
            )
        })
        .collect();
    assert_eq!(answered, [("/basic/photo", false, Some(1)), ("/educations/0/school", true, Some(1))]);
    assert_eq!(shown["eligibility"]["examYear"], 2027);
}

#[tokio::test]
async fn whoever_looks_is_written_down() {
    let fakes = Fakes::new();
    let (case, one) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    let city = fakes.reviewer("110100");
    for by in [&one, &city, &fakes.reviewer("110102")] {
        ask(&fakes, SHOW, case, by).await;
    }
    let looked: Vec<_> =
        fakes.table.look().views.iter().map(|view| (view.case, view.by, view.version)).collect();
    assert_eq!(looked, [(case, one.id, 2), (case, city.id, 2)]);
}

#[tokio::test]
async fn whatever_fails_a_case_is_given_reopened_or_moved_once() {
    for route in [GIVE, REOPEN, UNDO, TRANSFER] {
        let failed = each_failure(async |fakes, failure| {
            let (case, one) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
            let head = supervisor(fakes, COUNTY);
            named(fakes, COUNTY, "dongcheng-2");
            let by = match route {
                GIVE => &head,
                TRANSFER => {
                    let to = DepartmentId::parse("110102-1").unwrap();
                    let asked = Command::AskTransfer(to, ReviewNote::parse("因户籍迁移").unwrap());
                    fakes.follow(case, &asked, &Actor::Applicant(case.owner)).await;
                    &one
                }
                _ => {
                    let reviewer = Actor::Reviewer(one.id);
                    fakes.follow(case, &Command::Claim, &reviewer).await;
                    fakes.follow(case, &Command::Decide(Decision::Approve), &reviewer).await;
                    if route == REOPEN { &head } else { &one }
                }
            };
            let body = match route {
                GIVE => json!({"to": "dongcheng-2", "reason": "原审核员请假"}),
                TRANSFER => json!({"answer": "release"}),
                _ => json!({"reason": "须重新核验"}),
            };
            let entries = fakes.table.look().history.len();
            fakes.script.arm(failure);
            let first = send(fakes, route, case, by, &body).await;
            let failed = fakes.script.disarm();
            assert!(failed.is_none() || first.is_failure(), "{route}: {} at {failed:?}", first.summary());
            if route != GIVE {
                send(fakes, route, case, by, &body).await;
                assert_eq!(fakes.table.look().history.len(), entries + 1, "{route} after {failed:?}");
            }
            failed
        })
        .await;
        let saved = if matches!(route, GIVE | UNDO) { "save_grounded_change" } else { "save_change" };
        assert_eq!(failed.last(), Some(&saved), "{route}");
    }
    let lists = List::ALL.map(List::as_str);
    assert_eq!(lists, ["open", "decided", "transfers"]);
}
