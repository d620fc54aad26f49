//! Registering, with all that can go wrong on the way.

use domain::{ids::SmsCodeId, person::SmsPurpose::Registration};
use edge::testing::{TestRequest, TestResponse};
use futures_util::future::join;
use ports::fakes::{Fakes, MOBILE, body, each_failure};
use register_applicant::handle;
use serde_json::{Value, json};

async fn register(fakes: &Fakes, body: &Value) -> TestResponse {
    let ask = TestRequest::new("POST /v1/registrations").json(body);
    let Fakes { table, keys, users, clock, chance, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, users, clock, chance).await)
}

async fn register_with_code(fakes: &Fakes) -> TestResponse {
    register(fakes, &body::registration(fakes.sms_code(Registration, MOBILE))).await
}

/// The accounts there are, by their users' names.
fn accounts(fakes: &Fakes) -> Vec<String> {
    fakes.table.look().accounts.keys().map(ToString::to_string).collect()
}

#[tokio::test]
async fn whoever_has_the_code_gets_an_account_and_a_user() {
    let fakes = Fakes::new();
    let ask = TestRequest::event(include_str!("../../../events/http-registration.json"));
    fakes.sms_code_for(SmsCodeId::parse("sms_01JDEXAMP0E00000000000000A").unwrap(), Registration, MOBILE);
    let result = handle(ask.call(), &fakes.table, &fakes.keys, &fakes.users, &fakes.clock, &fakes.chance);
    let reply = TestResponse::of(result.await);
    assert_eq!(reply.summary(), "201");
    assert_eq!(accounts(&fakes), [reply.body["accountId"].as_str().unwrap()]);
    assert_eq!(accounts(&fakes), fakes.users.names());
    let stored = fakes.table.look();
    assert!(stored.sms_codes.is_empty(), "the code is used up");
    assert_eq!((stored.numbers.len(), stored.mobiles.len()), (1, 1));
}

#[tokio::test]
async fn a_code_that_is_not_the_phones_makes_nobody() {
    let fakes = Fakes::new();
    let (request, right) = fakes.sms_code(Registration, MOBILE);
    for _ in 0..5 {
        let reply = register(&fakes, &body::registration((request, "000000"))).await;
        assert_eq!(
            (reply.summary().as_str(), reply.faults()),
            ("422 invalid-request", vec!["/smsCode sms_code.WRONG".to_owned()])
        );
    }
    let right = register(&fakes, &body::registration((request, right))).await;
    assert_eq!(right.summary(), "422 invalid-request", "five wrong tries burn the code");
    assert!(accounts(&fakes).is_empty() && fakes.users.names().is_empty());
}

#[tokio::test]
async fn a_stranger_without_the_request_spends_no_try_and_learns_nothing() {
    let fakes = Fakes::new();
    let owners = fakes.sms_code(Registration, MOBILE);
    let elsewhere = fakes.sms_code(Registration, "13911112222");
    let other_purpose = fakes.sms_code(domain::person::SmsPurpose::PasswordReset, MOBILE);
    let expired = fakes.sms_code(Registration, MOBILE);
    if let Some((sent, _)) = fakes.table.look().sms_codes.get_mut(&expired.0) {
        sent.expires = ports::Clock::now(&fakes.clock);
    }
    let unknown = SmsCodeId::new(ports::Random::ulid(&fakes.chance));
    let guess = body::registration((fakes.sms_code(Registration, MOBILE).0, "000000"));
    let wrong_code = register(&fakes, &guess).await;
    fakes.script.take_calls();
    let mut calls = Vec::new();
    for request in [unknown, elsewhere.0, other_purpose.0, expired.0] {
        for _ in 0..6 {
            let reply = register(&fakes, &body::registration((request, "004217"))).await;
            assert_eq!((reply.status, &reply.body), (wrong_code.status, &wrong_code.body), "{request}");
            calls.push(fakes.script.take_calls());
        }
    }
    assert!(calls.iter().all(|some| *some == calls[0]), "the same work: {calls:?}");
    assert!(fakes.table.look().sms_codes.values().filter(|(_, tries)| *tries > 0).count() == 1);
    assert_eq!(
        register(&fakes, &body::registration(owners)).await.summary(),
        "201",
        "the owner's code is as it was"
    );
}

#[tokio::test]
async fn a_source_may_try_a_hundred_registrations_an_hour() {
    let fakes = Fakes::new();
    let unknown = SmsCodeId::new(ports::Random::ulid(&fakes.chance));
    let body = body::registration((unknown, "000000"));
    for _ in 0..100 {
        assert_eq!(register(&fakes, &body).await.summary(), "422 invalid-request");
    }
    let reply = register(&fakes, &body).await;
    assert_eq!(
        (reply.summary().as_str(), reply.header("retry-after")),
        ("429 too-many-requests", Some("3600"))
    );
}

#[tokio::test]
async fn nobody_chooses_who_or_what_they_are() {
    let fakes = Fakes::new();
    for member in ["accountId", "role", "state", "groups", "verified"] {
        let mut body = body::registration(fakes.sms_code(Registration, MOBILE));
        body[member] = json!("x");
        let faults = register(&fakes, &body).await.faults();
        assert_eq!(faults, [format!("/{member} form.UNKNOWN_FIELD")]);
    }
    assert!(accounts(&fakes).is_empty());
}

#[tokio::test]
async fn of_two_who_register_the_same_person_at_once_one_does() {
    let fakes = Fakes::new();
    let body = body::registration(fakes.sms_code(Registration, MOBILE));
    let (one, other) = join(register(&fakes, &body), register(&fakes, &body)).await;
    assert_eq!((one.summary().as_str(), other.summary().as_str()), ("201", "409 already-registered"));
    assert_eq!(accounts(&fakes), fakes.users.names(), "the other's user is taken back");
    let again = register_with_code(&fakes).await;
    assert_eq!(again.summary(), "409 already-registered");
    assert_eq!(accounts(&fakes).len(), 1);
    assert_eq!(accounts(&fakes), fakes.users.names());
}

/// Registers the person of [`body::registration`] under another name and with another phone.
async fn register_elsewhere(fakes: &Fakes, phone: u64) -> TestResponse {
    let phone = (13_900_000_000 + phone).to_string();
    let mut body = body::registration(fakes.sms_code(Registration, &phone));
    (body["mobile"], body["name"]) = (json!(phone), json!("王小明"));
    register(fakes, &body).await
}

#[tokio::test]
async fn a_number_that_nobody_was_verified_with_keeps_nobody_out() {
    let fakes = Fakes::new();
    assert_eq!(register_elsewhere(&fakes, 1).await.summary(), "201");
    fakes.script.take_calls();
    let known = register_with_code(&fakes).await;
    assert_eq!(known.summary(), "201");
    let calls = fakes.script.take_calls();
    let fresh = Fakes::new();
    let unknown = register_with_code(&fresh).await;
    assert_eq!((unknown.summary(), fresh.script.take_calls()), ("201".to_owned(), calls), "the same work");
    let members = |reply: &TestResponse| reply.body.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(members(&known), members(&unknown));

    for phone in 2..5 {
        assert_eq!(register_elsewhere(&fakes, phone).await.summary(), "201");
    }
    assert_eq!(register_elsewhere(&fakes, 9).await.summary(), "409 already-registered", "five are enough");
    assert_eq!((accounts(&fakes).len(), accounts(&fakes)), (5, fakes.users.names()));
}

#[tokio::test]
async fn a_number_that_somebody_was_verified_with_is_theirs() {
    let fakes = Fakes::new();
    fakes.verified(1).await;
    let refused = register_elsewhere(&fakes, 1).await;
    assert_eq!(refused.summary(), "409 already-registered");
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("password") && detail.contains("department"), "{detail}");
    assert_eq!(accounts(&fakes).len(), 1);
}

#[tokio::test]
async fn a_code_that_is_replaced_in_between_makes_nobody() {
    let fakes = Fakes::new();
    let table = fakes.table.clone();
    fakes.script.meanwhile("save_account", move || table.look().sms_codes.clear());
    let reply = register_with_code(&fakes).await;
    assert_eq!(reply.faults(), ["/smsCode sms_code.WRONG"]);
    assert!(accounts(&fakes).is_empty() && fakes.users.names().is_empty());
}

#[tokio::test]
async fn whatever_fails_there_is_one_account_in_the_end_and_its_user_can_log_in() {
    let failed = each_failure(async |fakes, failure| {
        let body = body::registration(fakes.sms_code(Registration, MOBILE));
        fakes.script.arm(failure);
        let first = register(fakes, &body).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        let again = register_with_code(fakes).await.summary();
        assert!(["201", "409 already-registered"].contains(&again.as_str()), "{again} after {failure:?}");
        let accounts = accounts(fakes);
        assert_eq!(accounts.len(), 1);
        assert!(fakes.users.names().contains(&accounts[0]), "{failed:?} {failure:?}");
        failed
    })
    .await;
    assert_eq!(
        failed,
        ["tag", "count", "tag", "tag", "try_sms_code", "seal", "tag", "create_user", "save_account",]
    );
}
