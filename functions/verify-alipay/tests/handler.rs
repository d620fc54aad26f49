//! Verification by Alipay: begun once, followed to its end, and noted once, whatever fails.

use domain::{
    case::{Actor, Command, Event, State},
    identity::IdType,
    ids::{AccountId, ReviewerId},
    messages::{Lang, text},
    real_name::alipay::{AttemptHistory, CONSENT_VERSION, Certified, Holder, Progress},
};
use edge::testing::{TestRequest, TestResponse};
use jiff::SignedDuration;
use ports::fakes::{Fakes, each_failure};
use serde_json::{Value, json};
use verify_alipay::handle;

async fn post(fakes: &Fakes, owner: AccountId) -> TestResponse {
    send(fakes, owner, &json!({"consentVersion": CONSENT_VERSION})).await
}

async fn send(fakes: &Fakes, owner: AccountId, body: &Value) -> TestResponse {
    let ask = TestRequest::new("POST /v1/real-name/alipay").applicant(owner).json(body);
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.keys, &fakes.alipay, &fakes.clock).await)
}

async fn get(fakes: &Fakes, owner: AccountId, id: &str, query: &str) -> TestResponse {
    let ask = TestRequest::new("GET /v1/real-name/alipay/{id}").path("id", id).query(query).applicant(owner);
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.keys, &fakes.alipay, &fakes.clock).await)
}

/// Begins an attempt; its id.
async fn begun(fakes: &Fakes, owner: AccountId) -> String {
    let reply = post(fakes, owner).await;
    assert_eq!(reply.summary(), "201");
    reply.body["attemptId"].as_str().unwrap_or_default().to_owned()
}

fn stored(fakes: &Fakes, owner: AccountId) -> Option<AttemptHistory> {
    fakes.table.look().standings.get(&owner).cloned()
}

fn endings(fakes: &Fakes, owner: AccountId) -> Vec<&'static str> {
    let standing = stored(fakes, owner);
    standing.iter().flat_map(|standing| &standing.attempts).map(|it| it.progress.as_str()).collect()
}

fn minutes(fakes: &Fakes, count: i64) {
    fakes.clock.advance(SignedDuration::from_mins(count));
}

fn of_another() -> Certified {
    let number = Some("110101199003070038".to_owned());
    Certified::Passed(Holder { name: Some("吕小明".to_owned()), number, cert_type: None })
}

#[tokio::test]
async fn an_attempt_has_a_link_a_code_and_a_deadline_and_is_begun_once() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let first = post(&fakes, owner).await;
    let second = post(&fakes, owner).await;
    assert_eq!((first.summary(), second.summary()), ("201".to_owned(), "200".to_owned()));
    assert_eq!(first.body, second.body);
    let body = &first.body;
    assert_eq!(body["attemptId"], format!("{}000001", owner.ulid()));
    assert_eq!((&body["state"], &body["askAgainAfter"]), (&json!("STARTED"), &json!(2)));
    assert_eq!(body["link"], format!("https://alipay.example/page?certify=certify-{}000001", owner.ulid()));
    let app = body["appLink"].as_str().unwrap();
    assert!(
        app.starts_with("alipays://platformapi/startapp?appId=20000067&url=https%3A%2F%2Falipay.example")
    );
    assert!(body["qr"].as_str().unwrap().starts_with("<svg "));
    assert_eq!(fakes.alipay.orders().len(), 1);
    let standing = stored(&fakes, owner).unwrap();
    assert_eq!((standing.attempts.len(), standing.version), (1, 2));
    assert_eq!(standing.attempts[0].consent.version, CONSENT_VERSION);
}

#[tokio::test]
async fn without_consent_alipay_is_told_of_nobody() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    for (body, fault) in [
        (json!({}), "/consentVersion form.REQUIRED"),
        (json!({"consentVersion": "2019-01"}), "/consentVersion consent.VERSION"),
    ] {
        assert_eq!(send(&fakes, owner, &body).await.faults(), [fault]);
    }
    assert!(fakes.alipay.orders().is_empty() && stored(&fakes, owner).is_none());
}

#[tokio::test]
async fn each_ending_is_told_in_words_and_stays() {
    let passed = Certified::Passed(Holder::default());
    for (answer, query, state, code) in [
        (passed, "", "PASSED", "alipay.PASSED"),
        (Certified::NotPassed, "", "FAILED", "alipay.NOT_PASSED"),
        (of_another(), "", "FAILED", "alipay.OTHER_PERSON"),
        (Certified::NotYet, "returned=true", "CANCELLED", "alipay.CANCELLED"),
        (Certified::Gone, "", "EXPIRED", "alipay.EXPIRED"),
    ] {
        let fakes = Fakes::new();
        let owner = fakes.applicant(1);
        let id = begun(&fakes, owner).await;
        assert_eq!(get(&fakes, owner, &id, "").await.body["state"], "STARTED");
        fakes.alipay.answers(answer);
        let reply = get(&fakes, owner, &id, query).await;
        assert_eq!((&reply.body["state"], &reply.body["code"]), (&json!(state), &json!(code)));
        assert_eq!(reply.body["message"], text(code, Lang::En));
        assert!(reply.body["endedAt"].is_string() && reply.body["askAgainAfter"].is_null());
        let noted = stored(&fakes, owner);
        fakes.alipay.answers(Certified::Passed(Holder::default()));
        fakes.script.take_calls();
        assert_eq!(get(&fakes, owner, &id, "").await.body, reply.body, "it has ended");
        assert_eq!(fakes.script.take_calls(), ["load_person"], "Alipay is not asked again");
        assert_eq!(stored(&fakes, owner), noted);
        let again = if state == "PASSED" { "409 already-verified" } else { "201" };
        assert_eq!(post(&fakes, owner).await.summary(), again);
    }
}

#[tokio::test]
async fn alipay_may_refuse_name_and_number() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    fakes.alipay.refuses();
    let reply = post(&fakes, owner).await;
    assert_eq!(reply.summary(), "201");
    assert_eq!((&reply.body["reason"], &reply.body["code"]), (&json!("REFUSED"), &json!("alipay.REFUSED")));
    assert!(reply.body["link"].is_null() && reply.body["qr"].is_null() && reply.body["appLink"].is_null());
    assert_eq!(endings(&fakes, owner), ["FAILED"]);
}

#[tokio::test]
async fn what_is_overdue_is_asked_about_once_more_before_another_is_begun() {
    for (answer, summary, left) in [
        (Certified::NotYet, "201", vec!["EXPIRED", "STARTED"]),
        (Certified::Passed(Holder::default()), "409 already-verified", vec!["PASSED"]),
    ] {
        let fakes = Fakes::new();
        let owner = fakes.applicant(1);
        begun(&fakes, owner).await;
        minutes(&fakes, 15);
        fakes.alipay.answers(answer);
        assert_eq!(post(&fakes, owner).await.summary(), summary);
        assert_eq!(endings(&fakes, owner), left);
    }
}

#[tokio::test]
async fn a_day_has_five_attempts() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    fakes.alipay.answers(Certified::NotPassed);
    for _ in 0..5 {
        let id = begun(&fakes, owner).await;
        get(&fakes, owner, &id, "").await;
    }
    let reply = post(&fakes, owner).await;
    // It is ten in the morning.
    assert_eq!(
        (reply.summary().as_str(), reply.header("retry-after")),
        ("429 too-many-requests", Some("50400"))
    );
    assert_eq!(fakes.alipay.orders().len(), 5);
    minutes(&fakes, 14 * 60);
    assert_eq!(post(&fakes, owner).await.summary(), "201");
}

#[tokio::test]
async fn who_is_verified_by_the_county_needs_no_alipay() {
    let fakes = Fakes::new();
    let owner = fakes.verified(1).await;
    assert_eq!(post(&fakes, owner).await.summary(), "409 already-verified");
    assert!(fakes.alipay.orders().is_empty());
}

#[tokio::test]
async fn a_passport_is_not_for_alipay() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    fakes.table.look().accounts.get_mut(&owner).unwrap().id_type = IdType::Ppt;
    assert_eq!(post(&fakes, owner).await.summary(), "409 alipay-not-offered");
}

#[tokio::test]
async fn another_ones_attempt_does_not_exist() {
    let fakes = Fakes::new();
    let (owner, other) = (fakes.applicant(1), fakes.applicant(2));
    let id = begun(&fakes, owner).await;
    begun(&fakes, other).await;
    assert_eq!(get(&fakes, other, &id, "").await.summary(), "404 not-found");
    for id in [&id.replace("000001", "000002"), "x"] {
        assert_eq!(get(&fakes, owner, id, "").await.summary(), "404 not-found");
    }
    assert_eq!(get(&fakes, fakes.applicant(3), &id, "").await.summary(), "404 not-found");
}

#[tokio::test]
async fn an_answer_given_to_another_before_is_not_taken() {
    let fakes = Fakes::new();
    let (owner, other) = (fakes.applicant(1), fakes.applicant(2));
    let id = begun(&fakes, owner).await;
    let certify_id = stored(&fakes, owner).unwrap().attempts[0].certify_id.clone().unwrap();
    // As if Alipay had answered it to the other's order as well.
    let taken = format!("certify-{}000001", other.ulid());
    let attempt = stored(&fakes, owner).unwrap().attempts[0].id;
    fakes.table.look().certify_ids.insert(taken, attempt);
    assert_eq!(post(&fakes, other).await.summary(), "409 conflict");
    assert_eq!(stored(&fakes, other).unwrap().attempts[0].certify_id, None);
    assert!(certify_id.expose().contains(&id));
}

#[tokio::test]
async fn a_response_that_verified_one_person_verifies_no_other() {
    let fakes = Fakes::new();
    let (owner, other) = (fakes.applicant(1), fakes.applicant(2));
    let (first, second) = (begun(&fakes, owner).await, begun(&fakes, other).await);
    fakes.alipay.answers(Certified::Passed(Holder::default()));
    assert_eq!(get(&fakes, owner, &first, "").await.body["state"], "PASSED");
    fakes.alipay.replays();
    for query in ["", "returned=true"] {
        let reply = get(&fakes, other, &second, query).await;
        assert_eq!(reply.summary(), "503 alipay-unavailable");
        assert_eq!(endings(&fakes, other), ["STARTED"]);
    }
}

#[tokio::test]
async fn of_two_who_pass_with_one_number_the_first_is_verified() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let other = fakes.registered_too(owner, 2);
    let (first, second) = (begun(&fakes, owner).await, begun(&fakes, other).await);
    fakes.alipay.answers(Certified::Passed(Holder::default()));
    let (one, two) = tokio::join!(get(&fakes, owner, &first, ""), get(&fakes, other, &second, ""));
    let is_first = one.body["state"] == "PASSED";
    let (passed, winner, late, loser, id) =
        if is_first { (one, owner, two, other, second) } else { (two, other, one, owner, first) };
    assert_eq!((&passed.body["state"], &late.body["state"]), (&json!("PASSED"), &json!("FAILED")));
    let why = (&late.body["reason"], &late.body["code"]);
    assert_eq!(why, (&json!("NUMBER_TAKEN"), &json!("alipay.NUMBER_TAKEN")));
    assert_eq!(get(&fakes, loser, &id, "").await.body, late.body, "it has ended");
    assert_eq!((endings(&fakes, winner), endings(&fakes, loser)), (vec!["PASSED"], vec!["FAILED"]));
    let settlements: Vec<_> = fakes.table.look().settlements.keys().map(|(account, _)| *account).collect();
    assert_eq!(settlements, [winner]);
}

#[tokio::test]
async fn two_at_once_begin_one_attempt_and_note_one_end() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let (one, other) = tokio::join!(post(&fakes, owner), post(&fakes, owner));
    let mut summary = [one.summary(), other.summary()];
    summary.sort();
    assert_eq!(summary, ["201", "409 conflict"]);
    assert_eq!((endings(&fakes, owner), fakes.alipay.orders().len()), (vec!["STARTED"], 1));
    let id = post(&fakes, owner).await.body["attemptId"].as_str().unwrap().to_owned();
    fakes.alipay.answers(Certified::Passed(Holder::default()));
    let (one, other) = tokio::join!(get(&fakes, owner, &id, ""), get(&fakes, owner, &id, ""));
    assert_eq!((one.summary(), &one.body), ("200".to_owned(), &other.body));
    let standing = stored(&fakes, owner).unwrap();
    assert_eq!((standing.version, standing.attempts.len()), (3, 1));
}

/// Whether the first try said that something failed, and the state is one to go on from.
fn failed_well(reply: &TestResponse) -> bool {
    reply.is_failure() || reply.summary() == "503 alipay-unavailable"
}

#[tokio::test]
async fn whatever_fails_there_is_one_attempt_and_one_order_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.applicant(1);
        fakes.script.arm(failure);
        let first = post(fakes, owner).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || failed_well(&first), "{} at {failed:?}", first.summary());
        let again = post(fakes, owner).await;
        assert!(["200", "201"].contains(&again.summary().as_str()), "{} after {failure:?}", again.summary());
        assert!(again.body["link"].is_string());
        assert_eq!((endings(fakes, owner), fakes.alipay.orders().len()), (vec!["STARTED"], 1));
        failed
    })
    .await;
    assert_eq!(failed, ["load_person", "open", "save_standing", "initialize", "save_standing", "page"]);
}

#[tokio::test]
async fn whatever_fails_a_pass_is_noted_once_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.applicant(1);
        let id = begun(fakes, owner).await;
        fakes.alipay.answers(Certified::Passed(Holder::default()));
        fakes.script.arm(failure);
        let first = get(fakes, owner, &id, "").await;
        let failed = fakes.script.disarm();
        let is_right = match failed {
            // Another call seems to have noted it: what it noted is shown.
            Some("save_standing") => failed_well(&first) || first.summary() == "200",
            Some(_) => failed_well(&first),
            None => first.summary() == "200",
        };
        assert!(is_right, "{} at {failed:?}", first.summary());
        let again = get(fakes, owner, &id, "").await;
        assert_eq!((again.summary().as_str(), &again.body["state"]), ("200", &json!("PASSED")));
        let standing = stored(fakes, owner).unwrap();
        assert_eq!((standing.version, endings(fakes, owner)), (3, vec!["PASSED"]));
        failed
    })
    .await;
    assert_eq!(failed, ["load_person", "count", "open", "query", "save_standing"]);
}

/// Somebody whose request waits for the county, and who passes with Alipay meanwhile; the case's state after each failure
/// and another call.
#[tokio::test]
async fn who_passes_needs_the_county_no_more() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.applicant(1);
        let case = fakes.asked_to_be_verified(owner).await;
        let id = begun(fakes, owner).await;
        fakes.alipay.answers(Certified::Passed(Holder::default()));
        fakes.script.arm(failure);
        let _ = get(fakes, owner, &id, "").await;
        let failed = fakes.script.disarm();
        assert_eq!(get(fakes, owner, &id, "").await.summary(), "200");
        assert_eq!(fakes.table.look().cases[&case].case.state, State::Draft, "after {failed:?}");
        let events: Vec<_> = fakes.table.look().history.values().map(|entry| entry.event).collect();
        assert_eq!(events, [Event::Submitted, Event::Withdrawn]);
        failed
    })
    .await;
    assert!(failed.contains(&"save_change"), "{failed:?}");
}

#[tokio::test]
async fn alipay_is_asked_once_a_second_and_no_more() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let id = begun(&fakes, owner).await;
    for _ in 0..60 {
        assert_eq!(get(&fakes, owner, &id, "").await.summary(), "200");
    }
    assert_eq!(get(&fakes, owner, &id, "").await.summary(), "429 too-many-requests");
    minutes(&fakes, 1);
    assert_eq!(get(&fakes, owner, &id, "").await.summary(), "200");
}

#[tokio::test]
async fn what_a_reviewer_has_open_is_theirs_to_finish() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let case = fakes.asked_to_be_verified(owner).await;
    let id = begun(&fakes, owner).await;
    fakes.follow(case, &Command::Claim, &Actor::Reviewer(ReviewerId::new(owner.ulid()))).await;
    fakes.alipay.answers(Certified::Passed(Holder::default()));
    assert_eq!(get(&fakes, owner, &id, "").await.body["state"], "PASSED");
    assert_eq!(fakes.table.look().cases[&case].case.state, State::UnderReview);
}

#[tokio::test]
async fn what_alipay_does_not_know_yet_can_be_followed_and_ends_by_itself() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    begun(&fakes, owner).await;
    let standing = stored(&fakes, owner).unwrap();
    let mut unknown = standing.clone();
    unknown.attempts[0].certify_id = None;
    fakes.table.look().standings.insert(owner, unknown);
    let id = standing.attempts[0].id.to_string();
    fakes.script.take_calls();
    assert_eq!(get(&fakes, owner, &id, "returned=true").await.body["state"], "STARTED");
    assert_eq!(fakes.script.take_calls(), ["load_person", "count", "open"]);
    minutes(&fakes, 15);
    assert_eq!(get(&fakes, owner, &id, "").await.body["state"], "EXPIRED");
    assert!(matches!(stored(&fakes, owner).unwrap().attempts[0].progress, Progress::Expired { .. }));
}
