//! Verification by Alipay, against the local gateway: every way that it may end, and what goes wrong on the way.

use aws_sdk_dynamodb::types::AttributeValue;
use journey::alipay::{Scan, calls, consent, open, order, scan, spoil};
use journey::scenario::{Reviewer, solved_captcha};
use journey::stack::COUNTY;
use journey::{Applicant, Response, Stack, table};
use serde_json::{Value, json};

/// Somebody new with an attempt that runs.
async fn begun(stack: &Stack) -> (Applicant, Response) {
    let applicant = Applicant::registered(stack).await;
    let attempt = applicant.begin_alipay().await.expect(201);
    (applicant, attempt)
}

async fn state(applicant: &Applicant) -> String {
    applicant.api.real_name().await.expect(200).str("/state").to_owned()
}

/// How the person's attempts are stored: their names, and how often the item was written.
async fn stored(stack: &Stack, applicant: &Applicant) -> (Vec<String>, String) {
    let items = table::partition(stack, &format!("PERSON#{}", applicant.ulid()), "ALIPAY").await;
    let [item] = &items[..] else { panic!("{} items", items.len()) };
    let attempts = item["attempts"].as_l().expect("a list").iter();
    let progress = attempts.map(|attempt| {
        let progress = attempt.as_m().expect("a map")["progress"].as_m().expect("a map");
        progress["state"].as_s().expect("a text").clone()
    });
    (progress.collect(), item["version"].as_n().expect("a number").clone())
}

/// Puts the deadline of the person's last attempt into the past.
async fn let_it_expire(stack: &Stack, applicant: &Applicant) {
    let items = table::partition(stack, &format!("PERSON#{}", applicant.ulid()), "ALIPAY").await;
    let mut item = items[0].clone();
    let Some(AttributeValue::L(attempts)) = item.get_mut("attempts") else { panic!("no attempts") };
    let Some(AttributeValue::M(last)) = attempts.last_mut() else { panic!("no attempt") };
    let past = AttributeValue::S("2026-01-01T00:00:00.000+08:00".to_owned());
    last.insert("expiresAt".to_owned(), past);
    table::put(stack, item).await;
}

#[tokio::test]
async fn who_scans_and_passes_is_verified_and_may_go_on() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let before = applicant.api.real_name().await.expect(200);
    assert_eq!((before.str("/state"), before.str("/next/code")), ("NONE", "real_name.CHOOSE"));
    assert_eq!(before.body["ways"], json!(["alipay", "online"]));

    let attempt = applicant.begin_alipay().await.expect(201);
    assert_eq!((attempt.str("/state"), attempt.str("/attemptId")), ("STARTED", &applicant.attempt(1)[..]));
    assert!(attempt.str("/qr").starts_with("<svg "));
    let again = applicant.begin_alipay().await.expect(200);
    assert_eq!(again.str("/attemptId"), attempt.str("/attemptId"));
    let pending = applicant.api.real_name().await.expect(200);
    assert_eq!((pending.str("/state"), pending.str("/next/code")), ("ALIPAY_PENDING", "real_name.SCAN"));
    let _ = applicant.api.collection().await.problem(403, "real-name-required");
    let id = attempt.str("/attemptId");
    assert_eq!(applicant.api.alipay(id).await.expect(200).str("/state"), "STARTED");

    // An answer may be written in two ways; both links lead to the same page.
    let (status, page) = open(again.str("/link")).await;
    assert!(status == 200 && page.contains(id), "{page}");
    scan(&stack, &attempt, Scan::Pass).await;
    let passed = applicant.api.alipay(id).await.expect(200);
    assert_eq!((passed.str("/state"), passed.str("/code")), ("PASSED", "alipay.PASSED"));
    let now = applicant.api.real_name().await.expect(200);
    assert_eq!((now.str("/state"), now.str("/verification/way")), ("VERIFIED", "alipay"));
    assert_eq!(now.body["ways"], json!([]));
    let _ = applicant.api.collection().await.expect(200);

    // Once is enough, by either way.
    let _ = applicant.begin_alipay().await.problem(409, "already-verified");
    let online = json!({"idFront": "x", "idBack": "x", "idHolding": "x", "division": COUNTY});
    let _ = applicant.api.request_real_name(&online).await.problem(409, "already-verified");
    assert_eq!(applicant.api.alipay(id).await.expect(200).body, passed.body);
    assert_eq!(stored(&stack, &applicant).await, (vec!["PASSED".to_owned()], "3".to_owned()));
    assert_eq!(order(&stack, id).await.expect("an order")["times"], 1);
    assert_eq!(calls(&stack, id).await, ["initialize 10000", "query 10000", "query 10000"]);
}

#[tokio::test]
async fn every_other_end_is_told_in_words_and_another_attempt_may_be_begun() {
    let stack = Stack::required();
    for (what, returned, state_of_attempt, code) in [
        (Scan::Fail, false, "FAILED", "alipay.NOT_PASSED"),
        (Scan::Other, false, "FAILED", "alipay.OTHER_PERSON"),
        (Scan::Cancel, true, "CANCELLED", "alipay.CANCELLED"),
        (Scan::Gone, false, "EXPIRED", "alipay.EXPIRED"),
    ] {
        let (applicant, attempt) = begun(&stack).await;
        let id = attempt.str("/attemptId");
        scan(&stack, &attempt, what).await;
        let api = &applicant.api;
        let ended = if returned { api.alipay_after_return(id).await } else { api.alipay(id).await };
        let ended = ended.expect(200);
        assert_eq!((ended.str("/state"), ended.str("/code")), (state_of_attempt, code), "{what:?}");
        assert!(ended.str("/message").chars().count() > 8, "{}", ended.text);
        let stands = api.real_name().await.expect(200);
        assert_eq!(
            (stands.str("/state"), stands.str("/next/code")),
            ("ALIPAY_FAILED", "real_name.TRY_AGAIN")
        );
        assert_eq!(stands.body["ways"], json!(["alipay", "online"]));
        let _ = api.collection().await.problem(403, "real-name-required");
        assert_eq!(api.alipay(id).await.expect(200).body, ended.body, "what has ended stays");

        let second = applicant.begin_alipay().await.expect(201);
        assert_eq!(second.str("/attemptId"), applicant.attempt(2));
        scan(&stack, &second, Scan::Pass).await;
        assert_eq!(api.alipay(second.str("/attemptId")).await.expect(200).str("/state"), "PASSED");
        assert_eq!(api.alipay(id).await.expect(200).str("/state"), state_of_attempt);
        assert_eq!(state(&applicant).await, "VERIFIED");
    }
}

#[tokio::test]
async fn the_way_back_alone_is_not_believed() {
    let stack = Stack::required();
    let (applicant, attempt) = begun(&stack).await;
    scan(&stack, &attempt, Scan::Pass).await;
    let id = attempt.str("/attemptId");
    assert_eq!(applicant.api.alipay_after_return(id).await.expect(200).str("/state"), "PASSED");
}

#[tokio::test]
async fn an_attempt_whose_time_is_over_is_asked_about_once_more() {
    let stack = Stack::required();
    let (late, attempt) = begun(&stack).await;
    let_it_expire(&stack, &late).await;
    assert_eq!(state(&late).await, "ALIPAY_FAILED");
    let id = attempt.str("/attemptId");
    let expired = late.api.alipay(id).await.expect(200);
    assert_eq!((expired.str("/state"), expired.str("/code")), ("EXPIRED", "alipay.EXPIRED"));
    assert_eq!(late.begin_alipay().await.expect(201).str("/attemptId"), late.attempt(2));

    let (passed, attempt) = begun(&stack).await;
    scan(&stack, &attempt, Scan::Pass).await;
    let_it_expire(&stack, &passed).await;
    let _ = passed.begin_alipay().await.problem(409, "already-verified");
    assert_eq!(stored(&stack, &passed).await.0, ["PASSED"]);
}

#[tokio::test]
async fn alipay_may_refuse_name_and_number() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let id = applicant.attempt(1);
    spoil(&stack, &id, "initialize", json!({"do": "refuse"})).await;
    let refused = applicant.begin_alipay().await.expect(201);
    assert_eq!((refused.str("/state"), refused.str("/reason")), ("FAILED", "REFUSED"));
    assert_eq!(refused.body["link"], Value::Null);
    assert_eq!(state(&applicant).await, "ALIPAY_FAILED");
    assert_eq!(order(&stack, &id).await, None);
}

#[tokio::test]
async fn nothing_follows_from_an_answer_that_is_not_alipays() {
    let stack = Stack::required();
    for wrong in ["wrong-signature", "unsigned", "changed", "garbage"] {
        let applicant = Applicant::registered(&stack).await;
        let id = applicant.attempt(1);
        if wrong != "changed" {
            spoil(&stack, &id, "initialize", json!({"do": wrong, "times": 1})).await;
            let _ = applicant.begin_alipay().await.problem(503, "alipay-unavailable");
            assert_eq!(state(&applicant).await, "ALIPAY_PENDING", "{wrong}");
        }
        let attempt = applicant.begin_alipay().await;
        assert!(attempt.is_success(), "{wrong}: {}", attempt.text);
        spoil(&stack, &id, "query", json!({"do": wrong, "times": 1})).await;
        let refused = applicant.api.alipay(&id).await.problem(503, "alipay-unavailable");
        assert_eq!(refused.header("retry-after"), Some("5"));
        assert_eq!(applicant.api.alipay(&id).await.expect(200).str("/state"), "STARTED", "{wrong}");
        assert_eq!(stored(&stack, &applicant).await, (vec!["STARTED".to_owned()], "2".to_owned()), "{wrong}");
    }
}

#[tokio::test]
async fn an_answer_that_was_given_to_another_is_not_taken() {
    let stack = Stack::required();
    let (_, earlier) = begun(&stack).await;
    let applicant = Applicant::registered(&stack).await;
    let id = applicant.attempt(1);
    spoil(&stack, &id, "initialize", json!({"do": "replay", "of": earlier.str("/attemptId"), "times": 1}))
        .await;
    // Rightly signed, and another one's.
    let _ = applicant.begin_alipay().await.problem(409, "conflict");
    scan(&stack, &earlier, Scan::Pass).await;
    assert_eq!(applicant.api.alipay(&id).await.expect(200).str("/state"), "STARTED");
    assert_eq!(applicant.begin_alipay().await.expect(200).str("/attemptId"), id);
    assert_eq!(applicant.api.alipay(&id).await.expect(200).str("/state"), "STARTED");
    assert_eq!(order(&stack, &id).await.expect("an order")["times"], 2, "one order, told twice");
}

#[tokio::test]
async fn a_pass_of_one_person_sent_again_to_another_verifies_nobody() {
    let stack = Stack::required();
    let (passed, earlier) = begun(&stack).await;
    scan(&stack, &earlier, Scan::Pass).await;
    let _ = passed.api.alipay(earlier.str("/attemptId")).await.expect(200);
    let (applicant, attempt) = begun(&stack).await;
    let id = attempt.str("/attemptId");
    // Rightly signed, fresh, and used already.
    spoil(&stack, id, "query", json!({"do": "replay", "of": earlier.str("/attemptId"), "times": 2})).await;
    for _ in 0..2 {
        let _ = applicant.api.alipay(id).await.problem(503, "alipay-unavailable");
    }
    assert_eq!(state(&applicant).await, "ALIPAY_PENDING");
    assert_eq!(stored(&stack, &applicant).await, (vec!["STARTED".to_owned()], "2".to_owned()));
    // Alipay's own word about this attempt counts as ever.
    scan(&stack, &attempt, Scan::Pass).await;
    assert_eq!(applicant.api.alipay(id).await.expect(200).str("/state"), "PASSED");
    assert_eq!(state(&passed).await, "VERIFIED");
}

#[tokio::test]
async fn an_answer_that_is_too_old_is_not_taken() {
    let stack = Stack::required();
    let (applicant, attempt) = begun(&stack).await;
    let id = attempt.str("/attemptId");
    scan(&stack, &attempt, Scan::Pass).await;
    spoil(&stack, id, "query", json!({"do": "stale", "times": 1})).await;
    let _ = applicant.api.alipay(id).await.problem(503, "alipay-unavailable");
    assert_eq!(state(&applicant).await, "ALIPAY_PENDING");
    assert_eq!(applicant.api.alipay(id).await.expect(200).str("/state"), "PASSED");
}

#[tokio::test]
async fn a_gateway_that_is_slow_or_busy_loses_and_doubles_nothing() {
    let stack = Stack::required();
    // One lost answer is not noticed; the order is the same.
    let applicant = Applicant::registered(&stack).await;
    let id = applicant.attempt(1);
    spoil(&stack, &id, "initialize", json!({"do": "busy", "times": 1})).await;
    let _ = applicant.begin_alipay().await.expect(201);
    spoil(&stack, &id, "query", json!({"status": 500, "times": 1})).await;
    assert_eq!(applicant.api.alipay(&id).await.expect(200).str("/state"), "STARTED");
    assert_eq!(order(&stack, &id).await.expect("an order")["times"], 1);

    // Two are told, and the attempt goes on where it stood.
    for call in ["initialize", "query"] {
        let applicant = Applicant::registered(&stack).await;
        let id = applicant.attempt(1);
        if call == "query" {
            let _ = applicant.begin_alipay().await.expect(201);
        }
        spoil(&stack, &id, call, json!({"seconds": 6, "times": 2})).await;
        let slow =
            if call == "query" { applicant.api.alipay(&id).await } else { applicant.begin_alipay().await };
        let _ = slow.problem(503, "alipay-unavailable");
        assert_eq!(state(&applicant).await, "ALIPAY_PENDING", "{call}");
        let attempt = applicant.begin_alipay().await.expect(200);
        scan(&stack, &attempt, Scan::Pass).await;
        assert_eq!(applicant.api.alipay(&id).await.expect(200).str("/state"), "PASSED", "{call}");
        assert_eq!(stored(&stack, &applicant).await.1, "3", "{call}");
        let times = order(&stack, &id).await.expect("an order")["times"].clone();
        assert_eq!(times, if call == "query" { 1 } else { 3 }, "{call}: the same order, whoever tells of it");
    }
}

#[tokio::test]
async fn either_way_verifies_whichever_was_taken_first() {
    let stack = Stack::required();
    let (applicant, attempt) = begun(&stack).await;
    let asked = applicant.request_real_name(&stack).await.expect(201);
    assert_eq!(asked.str("/state"), "ALIPAY_PENDING", "what ends first is told first");
    scan(&stack, &attempt, Scan::Fail).await;
    let _ = applicant.api.alipay(attempt.str("/attemptId")).await.expect(200);
    let waits = applicant.api.real_name().await.expect(200);
    assert_eq!((waits.str("/state"), &waits.body["ways"]), ("MANUAL_PENDING", &json!(["alipay"])));

    let second = applicant.begin_alipay().await.expect(201);
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("real-name", &applicant.real_name_case()).await;
    reviewer.approve(&applicant.real_name_case()).await;
    let verified = applicant.api.real_name().await.expect(200);
    assert_eq!((verified.str("/state"), verified.str("/verification/way")), ("VERIFIED", "online"));
    scan(&stack, &second, Scan::Fail).await;
    assert_eq!(applicant.api.alipay(second.str("/attemptId")).await.expect(200).str("/state"), "FAILED");
    assert_eq!(state(&applicant).await, "VERIFIED", "what the county found stays found");
}

#[tokio::test]
async fn who_passes_meanwhile_is_not_looked_at_by_the_county() {
    let stack = Stack::required();
    let (applicant, attempt) = begun(&stack).await;
    let _ = applicant.request_real_name(&stack).await.expect(201);
    let (case, reviewer) = (applicant.real_name_case(), Reviewer::of(&stack, COUNTY).await);
    reviewer.find("real-name", &case).await;
    scan(&stack, &attempt, Scan::Pass).await;
    assert_eq!(applicant.api.alipay(attempt.str("/attemptId")).await.expect(200).str("/state"), "PASSED");
    assert_eq!(state(&applicant).await, "VERIFIED");
    reviewer.miss("real-name", &case).await;
    // A draft again, which is nobody's but the applicant's.
    let _ = reviewer.api.claim(&case).await.problem(404, "not-found");
}

#[tokio::test]
async fn an_attempt_needs_the_consent_that_stands_and_a_day_has_five() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let api = &applicant.api;
    api.begin_alipay(&json!({}))
        .await
        .problem(422, "invalid-request")
        .assert_fault("/consentVersion", "form.REQUIRED");
    let old = api.begin_alipay(&json!({"consentVersion": "2019-01"})).await.problem(422, "invalid-request");
    old.assert_fault("/consentVersion", "consent.VERSION");
    let shown = api.reference("consents").await.expect(200);
    assert_eq!(shown.body["version"], consent()["consentVersion"]);
    assert!(shown.list("/items").iter().any(|item| item["code"] == "alipay"));
    for _ in 0..5 {
        let attempt = applicant.begin_alipay().await.expect(201);
        scan(&stack, &attempt, Scan::Fail).await;
        let _ = api.alipay(attempt.str("/attemptId")).await.expect(200);
    }
    let _ = applicant.begin_alipay().await.problem(429, "too-many-requests");
    let stands = api.real_name().await.expect(200);
    assert_eq!((stands.str("/next/code"), &stands.body["ways"]), ("real_name.TOMORROW", &json!(["online"])));
}

#[tokio::test]
async fn another_ones_attempt_does_not_exist() {
    let stack = Stack::required();
    let (owner, attempt) = begun(&stack).await;
    let (other, _) = begun(&stack).await;
    let id = attempt.str("/attemptId");
    let _ = other.api.alipay(id).await.problem(404, "not-found");
    let _ = owner.api.alipay(&owner.attempt(2)).await.problem(404, "not-found");
    let _ = owner.api.alipay(id).await.expect(200);
}

#[tokio::test]
async fn a_closed_account_leaves_no_attempt_and_begins_none() {
    let stack = Stack::required();
    let (applicant, attempt) = begun(&stack).await;
    scan(&stack, &attempt, Scan::Pass).await;
    let (captcha, answer) = solved_captcha(&stack, &applicant.api).await;
    let closed = applicant.api.close_account(&applicant.person.password, (&captcha, &answer)).await;
    let _ = closed.expect(204);
    let _ = applicant.api.alipay(attempt.str("/attemptId")).await.problem(401, "unauthenticated");
    let _ = applicant.begin_alipay().await.problem(401, "unauthenticated");
    let left = table::partition(&stack, &format!("PERSON#{}", applicant.ulid()), "ALIPAY").await;
    assert!(left.is_empty(), "{left:?}");
}
