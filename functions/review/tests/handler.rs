//! The desk: its own division's cases only, one reviewer at a time, and each decision once.

use std::collections::HashSet;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    case::{Actor, ClaimLimits, Command, Event, List, State, desk::Reviewer},
    ids::CaseId,
};
use edge::testing::{TestRequest, TestResponse};
use futures_util::future::{join, join_all};
use jiff::SignedDuration;
use ports::fakes::{COUNTY, Fakes, each_failure};
use review::handle;
use serde_json::{Value, json};

/// What a case is asked.
const NEXT: &str = "POST /v1/review/queue/next";
const SHOW: &str = "GET /v1/review/cases/{id}";
const CLAIM: &str = "POST /v1/review/cases/{id}/claim";
const RELEASE: &str = "DELETE /v1/review/cases/{id}/claim";
const DECIDE: &str = "POST /v1/review/cases/{id}/decision";

async fn run(fakes: &Fakes, ask: TestRequest) -> TestResponse {
    let Fakes { table, keys, objects, clock, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, objects, ClaimLimits::default(), clock).await)
}

async fn ask(fakes: &Fakes, route: &str, case: CaseId, by: &Reviewer) -> TestResponse {
    run(fakes, TestRequest::new(route).path("id", case).reviewer(by.id)).await
}

async fn decide(fakes: &Fakes, case: CaseId, by: &Reviewer, body: &Value) -> TestResponse {
    run(fakes, TestRequest::new(DECIDE).path("id", case).reviewer(by.id).json(body)).await
}

fn approval(version: u64) -> Value {
    json!({"version": version, "decision": "approve"})
}

async fn list(fakes: &Fakes, by: &Reviewer, query: &str) -> TestResponse {
    run(fakes, TestRequest::new("GET /v1/review/queue").query(query).reviewer(by.id)).await
}

/// A case that is handed in, at version 2, and a reviewer of its county.
async fn scene(fakes: &Fakes) -> (CaseId, Reviewer) {
    (fakes.submitted(1).await, fakes.reviewer(COUNTY))
}

fn events(fakes: &Fakes, case: CaseId) -> Vec<Event> {
    let stored = fakes.table.look();
    stored.history.iter().filter(|((of, _), _)| *of == case).map(|(_, entry)| entry.event).collect()
}

fn state(fakes: &Fakes, case: CaseId) -> (State, u64) {
    let stored = fakes.table.look();
    let case = &stored.cases[&case].case;
    (case.state, case.version)
}

#[tokio::test]
async fn a_case_is_found_opened_taken_on_and_decided() {
    let fakes = Fakes::new();
    let (case, reviewer) = scene(&fakes).await;
    let queue = list(&fakes, &reviewer, "").await.body;
    assert_eq!((queue["items"].as_array().unwrap().len(), &queue["next"]), (1, &Value::Null));
    assert_eq!(queue["items"][0]["caseId"], json!(case));

    let shown = ask(&fakes, SHOW, case, &reviewer).await;
    assert_eq!((shown.summary().as_str(), &shown.body["version"]), ("200", &json!(2)));
    let pictures = shown.body["pictures"].as_array().unwrap();
    assert!(pictures.len() == 5 && pictures.iter().all(|picture| picture["url"].is_string()));
    let text = shown.body.to_string();
    for secret in [fakes.identity(1).number.expose(), fakes.identity(1).mobile.expose(), "rev_"] {
        assert!(!text.contains(secret), "nobody needs {secret} to decide");
    }

    let claimed = ask(&fakes, CLAIM, case, &reviewer).await;
    assert_eq!(claimed.body["claim"]["mine"], true);
    assert_eq!(decide(&fakes, case, &reviewer, &approval(3)).await.summary(), "200");
    assert_eq!(state(&fakes, case), (State::Approved, 4));
    assert_eq!(events(&fakes, case), [Event::Submitted, Event::Claimed, Event::Approved]);
    let lists: Vec<List> = fakes.table.look().queues.keys().map(|(list, ..)| *list).collect();
    assert_eq!(lists, [List::Decided, List::Decided], "that of the verification, and this one");
}

#[tokio::test]
async fn the_desk_sees_by_when_a_case_is_due_also_when_it_is_late() {
    let fakes = Fakes::new();
    // Friday, before a weekend.
    fakes.clock.set("2026-11-27T15:00:00.000+08:00".to_owned().try_into().unwrap());
    let (case, reviewer) = scene(&fakes).await;
    for _ in 0..2 {
        let queue = list(&fakes, &reviewer, "").await.body;
        let shown = ask(&fakes, SHOW, case, &reviewer).await.body;
        for due in [&queue["items"][0]["dueAt"], &shown["dueAt"]] {
            assert_eq!(due, "2026-12-02T15:00:00.000+08:00");
        }
        fakes.clock.advance(SignedDuration::from_hours(24 * 7));
    }
}

#[tokio::test]
async fn to_another_division_there_is_no_such_case() {
    let fakes = Fakes::new();
    let (case, own) = scene(&fakes).await;
    ask(&fakes, CLAIM, case, &own).await;
    let unknown = CaseId { owner: domain::ids::AccountId::new(own.id.ulid()), ..case };
    for division in ["110102", "310101", "310000"] {
        let other = fakes.reviewer(division);
        let missing = ask(&fakes, SHOW, unknown, &other).await;
        for route in [SHOW, CLAIM, RELEASE, DECIDE] {
            let reply =
                run(&fakes, TestRequest::new(route).path("id", case).reviewer(other.id).json(&approval(3)))
                    .await;
            assert_eq!((reply.status, &reply.body), (404, &missing.body), "{route} from {division}");
        }
        assert_eq!(list(&fakes, &other, "").await.body["items"], json!([]));
    }
    assert_eq!(state(&fakes, case), (State::UnderReview, 3));
}

#[tokio::test]
async fn the_divisions_above_look_on_and_decide_nothing_until_it_is_theirs() {
    let fakes = Fakes::new();
    let (case, own) = scene(&fakes).await;
    for division in ["110100", "110000"] {
        let above = fakes.reviewer(division);
        assert_eq!(list(&fakes, &above, "").await.body["items"], json!([]), "their own queue is empty");
        let below = list(&fakes, &above, &format!("division={COUNTY}")).await.body;
        assert_eq!(below["items"][0]["caseId"], json!(case));
        assert_eq!(ask(&fakes, SHOW, case, &above).await.summary(), "200");
        for route in [CLAIM, RELEASE, DECIDE] {
            let reply =
                run(&fakes, TestRequest::new(route).path("id", case).reviewer(above.id).json(&approval(2)))
                    .await;
            assert_eq!(reply.summary(), "403 forbidden", "{route} from {division}");
        }
        assert_eq!(run(&fakes, TestRequest::new(NEXT).reviewer(above.id)).await.body, json!({"case": null}));
    }
    assert_eq!(state(&fakes, case), (State::Submitted, 2));
    for (division, summary) in [("110102", "403 forbidden"), ("110100", "403 forbidden"), (COUNTY, "200")] {
        assert_eq!(
            list(&fakes, &own, &format!("division={division}")).await.summary(),
            summary,
            "{division}"
        );
    }
    let unknown = list(&fakes, &own, "division=999999").await;
    assert_eq!(unknown.faults(), ["/division division.UNKNOWN"]);

    fakes.follow(case, &Command::Escalate, &Actor::Clock).await;
    assert_eq!(ask(&fakes, CLAIM, case, &fakes.reviewer("110100")).await.summary(), "200", "escalated to it");
    assert_eq!(ask(&fakes, CLAIM, case, &fakes.reviewer("110000")).await.summary(), "403 forbidden");
}

#[tokio::test]
async fn the_next_case_is_the_longest_waiting_that_nobody_holds() {
    let fakes = Fakes::new();
    let (first, own) = scene(&fakes).await;
    fakes.clock.advance(SignedDuration::from_secs(1));
    let second = fakes.submitted(2).await;
    let next = async |by: &Reviewer| run(&fakes, TestRequest::new(NEXT).reviewer(by.id)).await.body;
    let other = fakes.reviewer(COUNTY);
    assert_eq!(next(&own).await["case"]["caseId"], json!(first));
    assert_eq!(next(&other).await["case"]["caseId"], json!(second), "the first is held");
    assert_eq!(next(&own).await, json!({"case": null}));
    // The first's hold ends; its owner is a reviewer too, and gets the other one only.
    fakes.clock.advance(SignedDuration::from_mins(31));
    fakes.table.look().reviewers.get_mut(&own.id).unwrap().own_account = Some(first.owner);
    assert_eq!(next(&own).await["case"]["caseId"], json!(second));
    assert_eq!(next(&other).await["case"]["caseId"], json!(first));
    let wrong = run(&fakes, TestRequest::new(NEXT).query("kind=other").reviewer(own.id)).await;
    assert_eq!(wrong.faults(), ["/kind code.UNKNOWN"]);
}

#[tokio::test]
async fn fifty_reviewers_who_ask_at_once_never_hold_the_same_case() {
    let fakes = Fakes::new();
    for number in 1..=30 {
        fakes.submitted(number).await;
    }
    let reviewers: Vec<_> = (0..50).map(|_| fakes.reviewer(COUNTY)).collect();
    let asked = reviewers.iter().map(|by| run(&fakes, TestRequest::new(NEXT).reviewer(by.id)));
    let replies = join_all(asked).await;
    assert!(replies.iter().all(|reply| reply.summary() == "200"));
    let held: Vec<_> = replies.iter().filter_map(|reply| reply.body["case"]["caseId"].as_str()).collect();
    let distinct: HashSet<_> = held.iter().collect();
    assert_eq!((held.len(), distinct.len()), (30, 30));
}

#[tokio::test]
async fn whatever_fails_the_next_case_is_held_once() {
    let failed = each_failure(async |fakes, failure| {
        let (case, reviewer) = scene(fakes).await;
        fakes.script.arm(failure);
        let first = run(fakes, TestRequest::new(NEXT).reviewer(reviewer.id)).await;
        let failed = fakes.script.disarm();
        // A conflict that is nobody's is no failure: the next case is tried.
        let moved_on = first.summary() == "200";
        assert!(failed.is_none() || first.is_failure() || moved_on, "{} at {failed:?}", first.summary());
        let claimed = first.body["case"].is_object();
        assert!(failed.is_none() || !claimed || failed == Some("save_grounded_change"), "{failed:?}");
        run(fakes, TestRequest::new(NEXT).reviewer(reviewer.id)).await;
        assert_eq!(state(fakes, case), (State::UnderReview, 3));
        assert_eq!(events(fakes, case), [Event::Submitted, Event::Claimed]);
        failed
    })
    .await;
    let calls = ["load_claims", "load_account", "save_grounded_change"];
    assert_eq!(failed, [&["load_reviewer", "list_queue", "load_case"][..], &calls].concat());
}

#[tokio::test]
async fn who_is_no_reviewer_or_no_longer_one_has_no_desk() {
    let fakes = Fakes::new();
    let (case, reviewer) = scene(&fakes).await;
    let at = || TestRequest::new(SHOW).path("id", case);
    let claims = |use_| json!({"token_use": use_, "username": reviewer.id, "cognito:groups": "[reviewers]"});
    for (ask, summary) in [
        (at(), "401 unauthenticated"),
        (at().claims(&claims("id")), "401 unauthenticated"),
        (at().applicant(case.owner), "403 forbidden"),
        (at().reviewer(domain::ids::ReviewerId::new(case.owner.ulid())), "403 forbidden"),
        (at().claims(&claims("access")), "200"),
    ] {
        assert_eq!(run(&fakes, ask).await.summary(), summary);
    }
    fakes.table.look().reviewers.get_mut(&reviewer.id).unwrap().own_account = Some(case.owner);
    assert_eq!(ask(&fakes, SHOW, case, &reviewer).await.summary(), "404 not-found", "one's own case");
    fakes.table.look().reviewers.get_mut(&reviewer.id).unwrap().active = false;
    assert_eq!(ask(&fakes, SHOW, case, &reviewer).await.summary(), "403 forbidden", "dismissed since");
    let elsewhere = TestRequest::new("GET /v1/review/everything").reviewer(fakes.reviewer("110102").id);
    assert_eq!(run(&fakes, elsewhere).await.summary(), "404 not-found");
}

#[tokio::test]
async fn pages_follow_each_other_and_a_cursor_is_good_at_its_own_desk_only() {
    let fakes = Fakes::new();
    for number in 1..=3 {
        fakes.submitted(number).await;
        fakes.clock.advance(SignedDuration::from_secs(1));
    }
    let reviewer = fakes.reviewer(COUNTY);
    let first = list(&fakes, &reviewer, "limit=2").await.body;
    let next = first["next"].as_str().unwrap();
    let second = list(&fakes, &reviewer, &format!("limit=2&cursor={next}")).await.body;
    let ids = |page: &Value| {
        page["items"].as_array().unwrap().iter().map(|item| item["since"].to_string()).collect::<Vec<_>>()
    };
    let all: Vec<String> = ids(&first).into_iter().chain(ids(&second)).collect();
    assert!(all.len() == 3 && all.is_sorted(), "{all:?}");
    assert_eq!(second["next"], Value::Null);

    let other = fakes.reviewer("110102");
    let forged = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let moment = all[0].trim_matches('"').to_owned();
    let case = first["items"][0]["caseId"].as_str().unwrap();
    for (cursor, by) in [
        (next.to_owned(), &other),
        ("nonsense!".to_owned(), &reviewer),
        (forged("open 110101"), &reviewer),
        (forged(&format!("open 110102 {moment} {case}")), &reviewer),
        (forged(&format!("open 110101 {moment} {case} more")), &reviewer),
        (forged(&format!("open 110101 yesterday {case}")), &reviewer),
        (forged(&format!("decided 110101 {moment} {case}")), &reviewer),
        (forged(&format!("open 110101 {moment} QUEUE#110102")), &reviewer),
        (BASE64_URL_SAFE_NO_PAD.encode([0xff, 0xfe]), &reviewer),
    ] {
        let reply = list(&fakes, by, &format!("cursor={cursor}")).await;
        assert_eq!(reply.summary(), "400 malformed-request", "{cursor}");
    }
    for (query, fault) in [
        ("limit=0", "/limit form.TYPE"),
        ("limit=101", "/limit form.TYPE"),
        ("limit=-1", "/limit form.TYPE"),
        ("limit=many", "/limit form.TYPE"),
        ("kind=other", "/kind code.UNKNOWN"),
    ] {
        assert_eq!(list(&fakes, &reviewer, query).await.faults(), [fault], "{query}");
    }
    assert_eq!(list(&fakes, &reviewer, "kind=real-name").await.body["items"], json!([]));
}

#[tokio::test]
async fn only_the_version_that_was_seen_is_decided() {
    let fakes = Fakes::new();
    let (case, reviewer) = scene(&fakes).await;
    assert_eq!(
        decide(&fakes, case, &reviewer, &approval(2)).await.summary(),
        "409 not-editable",
        "not taken on"
    );
    ask(&fakes, SHOW, case, &reviewer).await;
    ask(&fakes, CLAIM, case, &reviewer).await;
    for version in [2, 4] {
        assert_eq!(decide(&fakes, case, &reviewer, &approval(version)).await.summary(), "409 conflict");
    }
    for (body, fault) in [
        (json!({"decision": "approve"}), "/version form.REQUIRED"),
        (json!({"version": 3, "decision": "maybe"}), "/decision decision.NOT_ALLOWED"),
        (json!({"version": 3, "decision": "approve", "by": "x"}), "/by form.UNKNOWN_FIELD"),
    ] {
        assert_eq!(decide(&fakes, case, &reviewer, &body).await.faults(), [fault]);
    }
    assert_eq!(state(&fakes, case), (State::UnderReview, 3));
    assert_eq!(decide(&fakes, case, &reviewer, &approval(3)).await.summary(), "200");
    assert_eq!(decide(&fakes, case, &reviewer, &approval(4)).await.summary(), "409 not-editable", "decided");
}

#[tokio::test]
async fn of_two_who_take_a_case_on_or_decide_it_at_once_one_does() {
    let fakes = Fakes::new();
    let (case, one) = scene(&fakes).await;
    let other = fakes.reviewer(COUNTY);
    let (first, second) =
        join(Box::pin(ask(&fakes, CLAIM, case, &one)), Box::pin(ask(&fakes, CLAIM, case, &other))).await;
    assert_eq!((first.summary().as_str(), second.summary().as_str()), ("200", "409 conflict"));
    assert_eq!(ask(&fakes, CLAIM, case, &other).await.summary(), "409 conflict", "it is held");
    assert_eq!(ask(&fakes, RELEASE, case, &other).await.summary(), "409 conflict");
    assert_eq!(decide(&fakes, case, &other, &approval(3)).await.summary(), "409 conflict");
    assert_eq!(ask(&fakes, SHOW, case, &other).await.body["claim"]["mine"], false);
    ask(&fakes, SHOW, case, &one).await;

    let approve = approval(3);
    let (first, second) =
        join(Box::pin(decide(&fakes, case, &one, &approve)), Box::pin(decide(&fakes, case, &one, &approve)))
            .await;
    assert_eq!((first.summary().as_str(), second.summary().as_str()), ("200", "409 conflict"));
    assert_eq!(events(&fakes, case), [Event::Submitted, Event::Claimed, Event::Approved]);
}

#[tokio::test]
async fn a_hold_that_has_ended_is_anybodys_to_take() {
    let fakes = Fakes::new();
    let (case, one) = scene(&fakes).await;
    let other = fakes.reviewer(COUNTY);
    ask(&fakes, CLAIM, case, &one).await;
    fakes.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(decide(&fakes, case, &one, &approval(3)).await.summary(), "409 conflict", "too late");
    let opened = ask(&fakes, SHOW, case, &one).await;
    assert_eq!((&opened.body["state"], &opened.body["claim"]), (&json!("SUBMITTED"), &Value::Null));
    assert_eq!(list(&fakes, &other, "").await.body["items"][0]["claim"], Value::Null);
    assert_eq!(ask(&fakes, CLAIM, case, &other).await.summary(), "200");
    assert_eq!(ask(&fakes, RELEASE, case, &other).await.summary(), "204");
    assert_eq!(state(&fakes, case), (State::Submitted, 5));
}

#[tokio::test]
async fn whatever_fails_a_decision_is_taken_once_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let (case, reviewer) = scene(fakes).await;
        ask(fakes, SHOW, case, &reviewer).await;
        ask(fakes, CLAIM, case, &reviewer).await;
        fakes.script.arm(failure);
        let first = decide(fakes, case, &reviewer, &approval(3)).await;
        let failed = fakes.script.disarm();
        // A write that met another one is tried again.
        let tried_again = first.summary() == "200" && failed == Some("save_grounded_change");
        assert!(failed.is_none() || first.is_failure() || tried_again, "{} at {failed:?}", first.summary());
        let again = decide(fakes, case, &reviewer, &approval(3)).await.summary();
        assert!(["200", "409 conflict"].contains(&again.as_str()), "{again} after {failure:?}");
        assert_eq!(events(fakes, case), [Event::Submitted, Event::Claimed, Event::Approved]);
        assert_eq!(state(fakes, case), (State::Approved, 4));
        assert!(fakes.table.look().queues.keys().all(|(list, ..)| *list == List::Decided));
        failed
    })
    .await;
    let read = ["load_reviewer", "load_case", "load_submission", "load_window"];
    let grounds = ["load_person", "load_uploads", "has_opened", "save_grounded_change"];
    assert_eq!(failed, [read, grounds].concat());
}

#[tokio::test]
async fn whatever_fails_a_case_is_taken_on_or_let_go_with_one_entry_for_each_version() {
    for route in [CLAIM, RELEASE] {
        let failed = each_failure(async |fakes, failure| {
            let (case, reviewer) = scene(fakes).await;
            if route == RELEASE {
                ask(fakes, CLAIM, case, &reviewer).await;
            }
            fakes.script.arm(failure);
            let first = ask(fakes, route, case, &reviewer).await;
            let failed = fakes.script.disarm();
            // A claim that met another write is tried again.
            let tried_again = first.summary() == "200" && failed == Some("save_grounded_change");
            assert!(
                failed.is_none() || first.is_failure() || tried_again,
                "{} at {failed:?}",
                first.summary()
            );
            ask(fakes, route, case, &reviewer).await;
            let (now, version) = state(fakes, case);
            assert_eq!(now, if route == CLAIM { State::UnderReview } else { State::Submitted });
            assert_eq!(events(fakes, case).len() as u64, version - 1, "the draft's version has none");
            let open = |(list, ..): &&(List, _, _, _)| *list == List::Open;
            assert_eq!(fakes.table.look().queues.keys().filter(open).count(), 1);
            failed
        })
        .await;
        let calls = match route {
            CLAIM => &["load_claims", "load_account", "save_grounded_change"][..],
            _ => &["save_change"],
        };
        assert_eq!(failed, [&["load_reviewer", "load_case"][..], calls].concat());
    }
}

#[tokio::test]
async fn whatever_fails_nothing_is_half_shown() {
    let failed = each_failure(async |fakes, failure| {
        let (case, reviewer) = scene(fakes).await;
        fakes.script.arm(failure);
        let reply = ask(fakes, SHOW, case, &reviewer).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || reply.is_failure(), "{} at {failed:?}", reply.summary());
        failed
    })
    .await;
    assert_eq!(failed.len(), 15, "{failed:?}");
}
