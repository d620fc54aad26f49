//! Somebody registers another person's identity number: whoever is verified with it gets it, and the other loses everything.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use journey::admin::{admin, done};
use journey::alipay::{Scan, scan};
use journey::scenario::{Reviewer, approval, consent, log_in, received_sms, solved_captcha};
use journey::stack::COUNTY;
use journey::table;
use journey::{Applicant, Client, Person, Response, Stack, outbox, wait};
use serde_json::json;

/// Somebody, and another account with their number under another name.
async fn squatted(stack: &Stack) -> (Person, Applicant) {
    let person = Person::random();
    let squatter = Person { id_number: person.id_number.clone(), ..Person::random() };
    (person, Applicant::registered_as(stack, squatter).await)
}

/// Passes with Alipay.
async fn pass(stack: &Stack, applicant: &Applicant) -> Response {
    let attempt = applicant.begin_alipay().await.expect(201);
    scan(stack, &attempt, Scan::Pass).await;
    applicant.api.alipay(attempt.str("/attemptId")).await.expect(200)
}

async fn log_in_as(stack: &Stack, account: &str, password: &str) -> Response {
    log_in(stack, &Client::new(stack), "applicant", account, password).await
}

/// The attribute of an account's item, if it has such.
async fn of_account(stack: &Stack, applicant: &Applicant, name: &str) -> Option<String> {
    let items = table::partition(stack, &format!("PERSON#{}", applicant.ulid()), "ACCOUNT").await;
    items.first()?.get(name)?.as_s().ok().cloned()
}

/// Waits until the account is closed and nothing remains of it but what histories are.
async fn await_closed(stack: &Stack, loser: &Applicant) {
    let closed =
        async || (of_account(stack, loser, "state").await.as_deref() == Some("closed")).then_some(());
    wait::until("the account that lost its number to be closed", wait::SOON, closed).await;
    let items = table::items(stack, loser.ulid()).await;
    let keys: BTreeSet<String> = items
        .iter()
        .map(|item| item["sk"].as_s().expect("a text").clone())
        .filter(|key| !key.starts_with("AUDIT#") && !key.starts_with("VIEW#"))
        .collect();
    let rest: BTreeSet<String> = ["ACCOUNT", "CASE#collection", "CASE#real-name"].map(str::to_owned).into();
    assert!(keys.is_subset(&rest), "{keys:?}");
    let account =
        items.iter().find(|item| item["sk"].as_s().is_ok_and(|key| key == "ACCOUNT")).expect("an account");
    for name in ["sealed", "idType", "identity", "mobile", "biometrics"] {
        assert!(!account.contains_key(name), "{name} is left");
    }
    for case in items.iter().filter(|item| item.contains_key("pages")) {
        assert!(matches!(case["pages"], AttributeValue::Null(true)), "pages are left");
    }
}

#[tokio::test]
async fn whoever_passes_with_alipay_gets_the_number_that_somebody_else_had_registered() {
    let stack = Stack::required();
    let (person, squatter) = squatted(&stack).await;
    let _ = squatter.request_real_name(&stack).await.expect(201);
    let (case, reviewer) = (squatter.real_name_case(), Reviewer::of(&stack, COUNTY).await);
    reviewer.find("real-name", &case).await;

    // The owner registers as if nobody had, and finds their account by either name.
    let owner = Applicant::registered_as(&stack, person.clone()).await;
    for account in [&person.id_number, &person.mobile] {
        let _ = log_in_as(&stack, account, &person.password).await.expect(201);
    }
    let _ = log_in_as(&stack, &person.id_number, &squatter.person.password).await.expect(201);
    let passed = pass(&stack, &owner).await;
    assert_eq!(passed.str("/state"), "PASSED", "{}", passed.text);

    await_closed(&stack, &squatter).await;
    for answer in [squatter.api.me().await, squatter.api.real_name().await, squatter.begin_alipay().await] {
        let _ = answer.problem(401, "unauthenticated");
    }
    for account in [&squatter.person.id_number, &squatter.person.mobile] {
        let late = log_in_as(&stack, account, &squatter.person.password).await;
        let _ = late.problem(401, "login-failed");
    }
    reviewer.miss("real-name", &case).await;
    let _ = reviewer.api.case(&case).await.problem(404, "not-found");
    let _ = log_in_as(&stack, &person.id_number, &person.password).await.expect(201);
    assert_eq!(owner.api.real_name().await.expect(200).str("/state"), "VERIFIED");

    // Both know, and so does the administrator.
    let (_, notification) = owner.notification("real-name", "number-held").await;
    assert!(!notification["title"].as_str().unwrap_or_default().is_empty(), "{notification}");
    let told = outbox::texts(&stack, "sms", &squatter.person.mobile).await;
    assert_eq!(
        told.iter().filter(|text| text.contains("证件号码已由他人通过实名认证")).count(),
        1,
        "{told:?}"
    );
    assert!(!told.concat().contains(&person.id_number) && !told.concat().contains(&person.name));
    let trail = done(&admin(&stack, &["audit-trail", "--from", "2020-01-01T00:00:00+08:00"]));
    let line = trail.lines().find(|line| line.contains(&owner.account_id) && line.contains("lost by"));
    assert!(line.is_some_and(|line| line.contains(&squatter.account_id)), "no entry of it");

    // The number is its owner's; the phone is free.
    let again = Person { id_number: person.id_number.clone(), ..Person::random() };
    let api = Client::new(&stack);
    let code = received_sms(&stack, &api, &again.mobile).await;
    let refused = api.register(&again.registration(&code, &consent(&api).await)).await;
    let _ = refused.problem(409, "already-registered");
    let tag = of_account(&stack, &owner, "mobile").await;
    assert!(tag.is_some());
}

#[tokio::test]
async fn whoever_the_county_approves_gets_the_number_and_the_other_is_refused() {
    let stack = Stack::required();
    let (person, squatter) = squatted(&stack).await;
    let owner = Applicant::registered_as(&stack, person).await;
    for applicant in [&squatter, &owner] {
        let _ = applicant.request_real_name(&stack).await.expect(201);
    }
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    let (mine, theirs) = (owner.real_name_case(), squatter.real_name_case());
    for case in [&mine, &theirs] {
        reviewer.find("real-name", case).await;
    }
    let version = reviewer.take(&theirs).await;
    let mut shown = reviewer.api.case(&mine).await.expect(200);
    assert_eq!(shown.number("/otherAccounts"), 1, "{}", shown.text);
    // Drawn pictures are alike, and cases of the county that show such are named beside this one.
    shown.body["shared"].take();
    let body = shown.body.to_string();
    assert!(!body.contains(squatter.ulid()), "the other account is named: {body}");
    reviewer.approve(&mine).await;
    let late = reviewer.api.decide(&theirs, &approval(version)).await;
    assert!(["number-taken", "not-found"].iter().any(|code| late.text.contains(code)), "{}", late.text);

    await_closed(&stack, &squatter).await;
    reviewer.miss("real-name", &theirs).await;
    assert_eq!(owner.api.real_name().await.expect(200).str("/state"), "VERIFIED");
    let (_, _) = owner.notification("real-name", "number-held").await;
}

#[tokio::test]
async fn of_two_who_pass_at_once_one_is_verified() {
    let stack = Stack::required();
    let (person, other) = squatted(&stack).await;
    let one = Applicant::registered_as(&stack, person).await;
    let mut attempts = Vec::new();
    for applicant in [&one, &other] {
        let attempt = applicant.begin_alipay().await.expect(201);
        scan(&stack, &attempt, Scan::Pass).await;
        attempts.push(attempt.str("/attemptId").to_owned());
    }
    let (first, second) = tokio::join!(one.api.alipay(&attempts[0]), other.api.alipay(&attempts[1]));
    // Whoever met the other's write asks once more, unless the account is closed by then.
    let mut verified = Vec::new();
    for (answer, applicant, attempt) in [(first, &one, &attempts[0]), (second, &other, &attempts[1])] {
        let answer = if answer.is_success() { answer } else { applicant.api.alipay(attempt).await };
        assert!(answer.status < 500, "{}", answer.text);
        if answer.is_success() && answer.str("/state") == "PASSED" {
            verified.push(applicant);
        } else if answer.is_success() {
            assert_eq!((answer.str("/state"), answer.str("/code")), ("FAILED", "alipay.NUMBER_TAKEN"));
        }
    }
    assert_eq!(verified.len(), 1, "exactly one is verified");
    let loser = if verified[0].ulid() == one.ulid() { &other } else { &one };
    await_closed(&stack, loser).await;
    assert_eq!(verified[0].api.real_name().await.expect(200).str("/state"), "VERIFIED");
}

#[tokio::test]
async fn five_accounts_may_have_a_number_that_nobody_was_verified_with() {
    let stack = Stack::required();
    let (person, squatter) = squatted(&stack).await;
    let api = Client::new(&stack);
    let consent = consent(&api).await;
    for place in 1..=5 {
        let again = Person { id_number: person.id_number.clone(), ..Person::random() };
        let code = received_sms(&stack, &api, &again.mobile).await;
        let answer = api.register(&again.registration(&code, &consent)).await;
        if place == 5 {
            let refused = answer.problem(409, "already-registered");
            assert!(
                refused.text.contains("department") || refused.text.contains("会计管理部门"),
                "{}",
                refused.text
            );
        } else {
            let _ = answer.expect(201);
        }
    }
    // Whoever closes their account makes room.
    let (captcha, answer) = solved_captcha(&stack, &squatter.api).await;
    let closed = squatter.api.close_account(&squatter.person.password, (&captcha, &answer)).await;
    let _ = closed.expect(204);
    let owner = Applicant::registered_as(&stack, person).await;
    assert_eq!(owner.api.real_name().await.expect(200).body["ways"], json!(["alipay", "online"]));
}
