//! What a claim and a decision need beside the state of the case: a look, consent, a verification, pictures, and room.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use std::sync::Arc;

use domain::{
    case::{Actor, ClaimLimits, Command, ReviewNote, State, desk::Reviewer},
    collection::department::DepartmentId,
    ids::{AccountId, CaseId, CaseKind},
    moment::Moment,
    upload::Purpose,
};
use edge::testing::{TestRequest, TestResponse, serve};
use futures_util::future::join_all;
use jiff::SignedDuration;
use ports::{
    Clock,
    fakes::{COUNTY, Fakes, Stored},
};
use review::handle;
use serde_json::{Value, json};

const NEXT: &str = "POST /v1/review/queue/next";
const SHOW: &str = "GET /v1/review/cases/{id}";
const CLAIM: &str = "POST /v1/review/cases/{id}/claim";
const RELEASE: &str = "DELETE /v1/review/cases/{id}/claim";
const GIVE: &str = "PUT /v1/review/cases/{id}/claim";
const DECIDE: &str = "POST /v1/review/cases/{id}/decision";
const UNDO: &str = "DELETE /v1/review/cases/{id}/decision";

async fn run(fakes: &Fakes, ask: TestRequest) -> TestResponse {
    let Fakes { table, keys, objects, clock, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, objects, ClaimLimits::default(), clock).await)
}

async fn ask(fakes: &Fakes, route: &str, case: CaseId, by: &Reviewer) -> TestResponse {
    run(fakes, TestRequest::new(route).path("id", case).reviewer(by.id)).await
}

async fn next(fakes: &Fakes, by: &Reviewer) -> TestResponse {
    run(fakes, TestRequest::new(NEXT).reviewer(by.id)).await
}

async fn list(fakes: &Fakes, by: &Reviewer, query: &str) -> TestResponse {
    run(fakes, TestRequest::new("GET /v1/review/queue").query(query).reviewer(by.id)).await
}

/// Decides the case at its version as it is.
async fn decide(fakes: &Fakes, case: CaseId, by: &Reviewer, word: &str) -> TestResponse {
    let version = fakes.table.look().cases[&case].case.version;
    let pointer = if case.kind == CaseKind::RealName { "/idFront" } else { "/basic/photo" };
    let comments = json!([{"pointer": pointer, "reasonCode": "PHOTO_BLUR"}]);
    let body = match word {
        "approve" => json!({"version": version, "decision": word}),
        _ => json!({"version": version, "decision": word, "opinion": "请重新上传照片", "comments": comments}),
    };
    run(fakes, TestRequest::new(DECIDE).path("id", case).reviewer(by.id).json(&body)).await
}

/// A case that the reviewer opened and claimed.
async fn opened(fakes: &Fakes) -> (CaseId, Reviewer) {
    let (case, reviewer) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    assert_eq!(ask(fakes, CLAIM, case, &reviewer).await.summary(), "200");
    assert_eq!(ask(fakes, SHOW, case, &reviewer).await.summary(), "200");
    (case, reviewer)
}

fn state(fakes: &Fakes, case: CaseId) -> State {
    fakes.table.look().cases[&case].case.state
}

fn withdraw_consent(stored: &mut Stored, owner: AccountId, now: Moment) {
    let account = stored.accounts.get_mut(&owner).unwrap();
    account.biometrics = account.biometrics.withdrawn(now);
}

/// A supervisor has the person's verification decided again.
fn reopen_verification(stored: &mut Stored, owner: AccountId, now: Moment) {
    let head = Actor::Supervisor(domain::ids::ReviewerId::new(owner.ulid()));
    let found = stored.cases.get_mut(&CaseId { kind: CaseKind::RealName, owner }).unwrap();
    let again = Command::Reopen(ReviewNote::parse("证件须重新核验").unwrap());
    found.case = found.case.apply(&again, &head, now).unwrap().after;
}

/// What happens just before a claim or a decision is written.
fn just_before(fakes: &Fakes, happens: impl FnOnce(&mut Stored, Moment) + Send + 'static) {
    let (table, now) = (fakes.table.clone(), fakes.clock.now());
    fakes.script.meanwhile("save_grounded_change", move || happens(&mut table.look(), now));
}

fn own(fakes: &Fakes, reviewer: &Reviewer, owner: AccountId) {
    fakes.table.look().reviewers.get_mut(&reviewer.id).unwrap().own_account = Some(owner);
}

#[tokio::test]
async fn a_decision_needs_a_look_of_its_reviewer_at_what_was_submitted_last() {
    let fakes = Fakes::new();
    let (case, one, other) = (fakes.submitted(1).await, fakes.reviewer(COUNTY), fakes.reviewer(COUNTY));
    assert_eq!(ask(&fakes, SHOW, case, &other).await.summary(), "200", "another one's look");
    assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "200");
    for word in ["approve", "return", "reject"] {
        assert_eq!(decide(&fakes, case, &one, word).await.summary(), "409 not-opened", "{word}");
    }
    assert_eq!(state(&fakes, case), State::UnderReview);
    assert_eq!(ask(&fakes, SHOW, case, &one).await.body["obstacles"], json!([]));
    assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "200", "a renewal changes no page");
    assert_eq!(decide(&fakes, case, &one, "return").await.summary(), "200");

    fakes.hand_in_with_school(case, "另一所示例大学").await;
    assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "200");
    assert_eq!(decide(&fakes, case, &one, "approve").await.summary(), "409 not-opened", "other pages");
    assert_eq!(ask(&fakes, SHOW, case, &one).await.summary(), "200");
    assert_eq!(decide(&fakes, case, &one, "approve").await.summary(), "200");
}

#[tokio::test]
async fn a_decision_that_is_undone_needs_no_further_look() {
    let fakes = Fakes::new();
    let (case, one) = opened(&fakes).await;
    assert_eq!(decide(&fakes, case, &one, "return").await.summary(), "200");
    assert_eq!(ask(&fakes, UNDO, case, &one).await.summary(), "200");
    assert_eq!(decide(&fakes, case, &one, "approve").await.summary(), "200");
}

#[tokio::test]
async fn nothing_is_claimed_or_decided_without_the_applicants_consent() {
    for moment in ["before", "meanwhile"] {
        let fakes = Fakes::new();
        let (case, one) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
        let now = fakes.clock.now();
        if moment == "before" {
            withdraw_consent(&mut fakes.table.look(), case.owner, now);
        } else {
            just_before(&fakes, move |stored, now| withdraw_consent(stored, case.owner, now));
        }
        assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "403 consent-required", "{moment}");
        assert_eq!(next(&fakes, &one).await.body, json!({"case": null}), "{moment}");
        let head = fakes.reviewer(COUNTY);
        fakes.table.look().reviewers.get_mut(&head.id).unwrap().supervisor = true;
        fakes.table.look().staff.insert("dongcheng-2".to_owned(), one.id);
        let body = json!({"to": "dongcheng-2", "reason": "原审核员请假"});
        let given = run(&fakes, TestRequest::new(GIVE).path("id", case).reviewer(head.id).json(&body)).await;
        assert_eq!(given.summary(), "403 consent-required", "{moment}");
        assert_eq!(state(&fakes, case), State::Submitted, "{moment}");
    }
    for word in ["approve", "return", "reject"] {
        let fakes = Fakes::new();
        let (case, one) = opened(&fakes).await;
        just_before(&fakes, move |stored, now| withdraw_consent(stored, case.owner, now));
        assert_eq!(decide(&fakes, case, &one, word).await.summary(), "403 consent-required", "{word}");
        let shown = ask(&fakes, SHOW, case, &one).await.body;
        assert_eq!(shown["obstacles"][0]["code"], "approval.NO_CONSENT");
        assert_eq!(state(&fakes, case), State::UnderReview);
    }
}

#[tokio::test]
async fn a_decision_is_not_undone_once_the_consent_is_withdrawn() {
    let fakes = Fakes::new();
    let (case, one) = opened(&fakes).await;
    assert_eq!(decide(&fakes, case, &one, "approve").await.summary(), "200");
    just_before(&fakes, move |stored, now| withdraw_consent(stored, case.owner, now));
    assert_eq!(ask(&fakes, UNDO, case, &one).await.summary(), "409 conflict");
    assert_eq!(ask(&fakes, UNDO, case, &one).await.summary(), "403 consent-required");
    assert_eq!(state(&fakes, case), State::Approved);
}

#[tokio::test]
async fn what_a_supervisor_reopened_is_decided_whatever_became_of_the_consent() {
    let fakes = Fakes::new();
    let (case, one) = opened(&fakes).await;
    assert_eq!(decide(&fakes, case, &one, "approve").await.summary(), "200");
    withdraw_consent(&mut fakes.table.look(), case.owner, fakes.clock.now());
    let head = Actor::Supervisor(fakes.reviewer(COUNTY).id);
    fakes.follow(case, &Command::Reopen(ReviewNote::parse("有举报须核验").unwrap()), &head).await;
    assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "200");
    assert_eq!(decide(&fakes, case, &one, "return").await.summary(), "200");
}

#[tokio::test]
async fn what_waits_is_decided_under_the_text_that_it_was_submitted_under() {
    let fakes = Fakes::new();
    let (case, one) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    let old = json!([{"version": "2025-01", "givenAt": fakes.clock.now()}]);
    fakes.table.look().accounts.get_mut(&case.owner).unwrap().biometrics =
        serde_json::from_value(old).unwrap();
    assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "200");
    assert_eq!(ask(&fakes, SHOW, case, &one).await.summary(), "200");
    assert_eq!(decide(&fakes, case, &one, "approve").await.summary(), "200");
}

#[tokio::test]
async fn only_who_is_verified_is_approved_and_the_desk_shows_why_not() {
    for moment in ["before", "meanwhile"] {
        let fakes = Fakes::new();
        let (case, one) = opened(&fakes).await;
        let shown = ask(&fakes, SHOW, case, &one).await.body;
        assert_eq!(
            (&shown["verification"]["state"], &shown["verification"]["way"]),
            (&json!("VERIFIED"), &json!("online"))
        );
        fakes.clock.advance(SignedDuration::from_secs(60));
        let since = fakes.clock.now();
        if moment == "before" {
            reopen_verification(&mut fakes.table.look(), case.owner, since);
        } else {
            just_before(&fakes, move |stored, now| reopen_verification(stored, case.owner, now));
        }
        assert_eq!(
            decide(&fakes, case, &one, "approve").await.summary(),
            "409 applicant-not-verified",
            "{moment}"
        );
        let shown = ask(&fakes, SHOW, case, &one).await.body;
        let verification = json!({"state": "MANUAL_PENDING", "since": since, "way": null, "until": null});
        assert_eq!(shown["verification"], verification, "{moment}");
        assert_eq!(shown["obstacles"][0]["code"], "approval.NOT_VERIFIED");
        assert_eq!(decide(&fakes, case, &one, "return").await.summary(), "200", "that may be why");
    }
}

#[tokio::test]
async fn a_verification_that_is_returned_or_verified_again_is_seen_at_once() {
    let fakes = Fakes::new();
    let (case, one) = opened(&fakes).await;
    let verification = CaseId { kind: CaseKind::RealName, ..case };
    let now = fakes.clock.now();
    reopen_verification(&mut fakes.table.look(), case.owner, now);
    let reviewer = fakes.reviewer(COUNTY);
    assert_eq!(ask(&fakes, CLAIM, verification, &reviewer).await.summary(), "200");
    assert_eq!(ask(&fakes, SHOW, verification, &reviewer).await.body["verification"], Value::Null);
    assert_eq!(decide(&fakes, verification, &reviewer, "return").await.summary(), "200");
    assert_eq!(decide(&fakes, case, &one, "approve").await.summary(), "409 applicant-not-verified");
    assert_eq!(ask(&fakes, UNDO, verification, &reviewer).await.summary(), "200");
    assert_eq!(decide(&fakes, verification, &reviewer, "approve").await.summary(), "200");
    assert_eq!(decide(&fakes, case, &one, "approve").await.summary(), "200");
}

#[tokio::test]
async fn what_is_approved_is_there() {
    let fakes = Fakes::new();
    let (case, one) = opened(&fakes).await;
    fakes
        .table
        .look()
        .uploads
        .retain(|(owner, _), upload| *owner != case.owner || upload.purpose != Purpose::Photo);
    let refused = decide(&fakes, case, &one, "approve").await;
    assert_eq!(refused.summary(), "409 pictures-missing");
    assert_eq!(refused.faults(), ["/basic/photo approval.PICTURES_MISSING"]);
    let shown = ask(&fakes, SHOW, case, &one).await.body;
    assert_eq!(shown["obstacles"][0]["pointer"], "/basic/photo");
    assert_eq!(decide(&fakes, case, &one, "return").await.summary(), "200");
}

#[tokio::test]
async fn three_cases_are_held_at_once_however_they_are_claimed() {
    let fakes = Fakes::new();
    let mut cases = Vec::new();
    for number in 1..=6 {
        cases.push(fakes.submitted(number).await);
    }
    let one = fakes.reviewer(COUNTY);
    let replies = join_all(cases.iter().map(|case| ask(&fakes, CLAIM, *case, &one))).await;
    let claimed = replies.iter().filter(|reply| reply.summary() == "200").count();
    assert!(replies.iter().all(|reply| reply.status == 200 || reply.status == 409));
    let held = || {
        cases.iter().filter(|case| state(&fakes, **case) == State::UnderReview).copied().collect::<Vec<_>>()
    };
    assert_eq!((held().len(), claimed <= 3), (claimed, true));
    while held().len() < 3 {
        assert_eq!(next(&fakes, &one).await.summary(), "200");
    }
    let free = *cases.iter().find(|case| state(&fakes, **case) == State::Submitted).unwrap();
    let refused = ask(&fakes, CLAIM, free, &one).await;
    assert_eq!((refused.summary().as_str(), &refused.body["limit"]), ("409 too-many-claims", &json!(3)));
    assert_eq!(refused.body["held"].as_array().map(Vec::len), Some(3));
    assert_eq!(next(&fakes, &one).await.summary(), "409 too-many-claims");
    assert_eq!(ask(&fakes, CLAIM, held()[0], &one).await.summary(), "200", "a renewal is no further case");
    assert_eq!(ask(&fakes, CLAIM, free, &fakes.reviewer(COUNTY)).await.summary(), "200", "another reviewer");

    // What is decided, released, given away or has ended counts no longer.
    let mut held = held().into_iter().filter(|case| *case != free);
    let (decided, released) = (held.next().unwrap(), held.next().unwrap());
    ask(&fakes, SHOW, decided, &one).await;
    assert_eq!(decide(&fakes, decided, &one, "approve").await.summary(), "200");
    assert_eq!(next(&fakes, &one).await.summary(), "200");
    assert_eq!(ask(&fakes, CLAIM, released, &one).await.summary(), "200");
    assert_eq!(ask(&fakes, RELEASE, released, &one).await.summary(), "204");
    assert_eq!(ask(&fakes, CLAIM, released, &one).await.summary(), "200");
    assert_eq!(
        ask(&fakes, UNDO, decided, &one).await.summary(),
        "200",
        "what one decided is undone all the same"
    );
    let record = fakes.table.look().claims[&one.id].clone();
    assert_eq!(record.others(free, fakes.clock.now()).len(), 4, "and counts");
    fakes.clock.advance(SignedDuration::from_mins(31));
    assert_eq!(next(&fakes, &one).await.summary(), "200");
}

#[tokio::test]
async fn a_claim_is_renewed_so_often_and_then_it_is_for_somebody_else() {
    let fakes = Fakes::new();
    let (case, one, other) = (fakes.submitted(1).await, fakes.reviewer(COUNTY), fakes.reviewer(COUNTY));
    for _ in 0..=ClaimLimits::default().renewals {
        assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "200");
        fakes.clock.advance(SignedDuration::from_mins(29));
    }
    assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "409 claim-not-renewable");
    ask(&fakes, SHOW, case, &one).await;
    assert_eq!(ask(&fakes, RELEASE, case, &one).await.summary(), "204");
    for _ in 0..2 {
        assert_eq!(
            ask(&fakes, CLAIM, case, &one).await.summary(),
            "409 claim-not-renewable",
            "not by releasing it"
        );
        assert_eq!(next(&fakes, &one).await.body, json!({"case": null}));
        fakes.clock.advance(SignedDuration::from_mins(29));
    }
    fakes.clock.advance(SignedDuration::from_mins(-28));
    assert_eq!(
        ask(&fakes, CLAIM, case, &one).await.summary(),
        "200",
        "nobody else wanted it for half an hour"
    );
    // A hold that ends by itself is counted as well, and another's claim ends the counting.
    for _ in 0..ClaimLimits::default().renewals {
        assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "200");
    }
    fakes.clock.advance(SignedDuration::from_mins(31));
    assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "409 claim-not-renewable");
    assert_eq!(ask(&fakes, CLAIM, case, &other).await.summary(), "200");
    assert_eq!(ask(&fakes, RELEASE, case, &other).await.summary(), "204");
    assert_eq!(ask(&fakes, CLAIM, case, &one).await.summary(), "200");
}

#[tokio::test]
async fn own_cases_of_a_reviewer_are_on_no_list_and_theirs_to_no_purpose() {
    let fakes = Fakes::new();
    let (mine, one) = (fakes.submitted(1).await, fakes.reviewer(COUNTY));
    fakes.clock.advance(SignedDuration::from_secs(1));
    let others = [fakes.submitted(2).await, fakes.submitted(3).await];
    own(&fakes, &one, mine.owner);
    let to = DepartmentId::parse("110102-1").unwrap();
    let asked = Command::AskTransfer(to, ReviewNote::parse("因户籍迁移").unwrap());
    for case in [mine, others[0]] {
        fakes.follow(case, &asked, &Actor::Applicant(case.owner)).await;
    }
    for query in [
        "",
        "limit=1",
        "limit=2",
        "kind=collection&limit=1",
        "flagged=false",
        "list=decided&limit=1",
        "list=transfers",
    ] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = list(&fakes, &one, &format!("{query}&{cursor}")).await;
            assert_eq!(page.summary(), "200", "{query}");
            found.extend(page.body["items"].as_array().unwrap().iter().map(|item| item["caseId"].clone()));
            let Some(next) = page.body["next"].as_str() else { break };
            cursor = format!("cursor={next}");
        }
        let owners = if query.starts_with("list=transfers") { 1 } else { 2 };
        assert_eq!(found.len(), owners, "{query}: {found:?}");
        assert!(
            !found.contains(&json!(mine))
                && !found.iter().any(|case| case.as_str().unwrap().ends_with(&mine.owner.ulid().to_string()))
        );
    }
    for route in [SHOW, CLAIM, RELEASE] {
        assert_eq!(ask(&fakes, route, mine, &one).await.summary(), "404 not-found", "{route}");
    }
    assert_eq!(decide(&fakes, mine, &one, "approve").await.summary(), "404 not-found");
}

#[tokio::test]
async fn a_reviewer_is_told_in_words_for_reviewers() {
    let fakes = Arc::new(Fakes::new());
    let (case, one) = opened(&fakes).await;
    fakes.clock.advance(SignedDuration::from_mins(31));
    let handler = |req| {
        let fakes = Arc::clone(&fakes);
        async move {
            let Fakes { table, keys, objects, clock, .. } = &*fakes;
            handle(req, table, keys, objects, ClaimLimits::default(), clock).await
        }
    };
    let version = fakes.table.look().cases[&case].case.version;
    let body = json!({"version": version, "decision": "approve"});
    let late = TestRequest::new(DECIDE)
        .path("id", case)
        .reviewer(one.id)
        .json(&body)
        .header("accept-language", "en");
    let told = serve(&fakes.clock, &handler, &late).await;
    assert_eq!(told.summary(), "409 conflict");
    assert!(told.body["detail"].as_str().unwrap().contains("your claim has ended"), "{}", told.body);
    fakes.follow(case, &Command::Withdraw, &Actor::Applicant(case.owner)).await;
    let gone = TestRequest::new(SHOW).path("id", case).reviewer(one.id).header("accept-language", "en");
    let told = serve(&fakes.clock, &handler, &gone).await;
    assert!(told.body["detail"].as_str().unwrap().contains("no longer your department's"), "{}", told.body);
    let applicant =
        TestRequest::new(SHOW).path("id", case).applicant(case.owner).header("accept-language", "en");
    let told = serve(&fakes.clock, &handler, &applicant).await;
    assert!(told.body["detail"].as_str().unwrap().contains("right kind of account"), "{}", told.body);
}
