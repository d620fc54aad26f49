//! A new password, for whoever is who the account is about and has its phone.

use domain::{
    ids::SmsCodeId,
    person::SmsPurpose::{PasswordReset, Registration},
};
use edge::testing::{TestRequest, TestResponse};
use ports::{
    Clock,
    accounts::{LogIn, Username},
    codes::{CheckRateLimit, RateLimitKey},
    fakes::{Fakes, MOBILE, PASSWORD, body, each_failure, typed},
    log_in::{Login, PER_ACCOUNT, PER_ACCOUNT_AND_SOURCE},
    secrets::Tag,
};
use reset_password::handle;
use serde_json::Value;

const NEW: &str = "Other-harbour-8";

/// The reset of the first applicant's password.
fn reset(code: (SmsCodeId, &str)) -> Value {
    body::reset(code, NEW)
}

async fn post(fakes: &Fakes, body: &Value) -> TestResponse {
    let ask = TestRequest::new("POST /v1/password-resets").json(body);
    let Fakes { table, keys, users, clock, chance, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, users, clock, chance).await)
}

async fn logs_in(fakes: &Fakes, user: Username, password: &str) -> bool {
    matches!(fakes.users.log_in(user, &typed(password)).await, Ok(Some(_)))
}

#[tokio::test]
async fn the_new_password_is_the_only_one_and_old_sessions_have_ended() {
    let fakes = Fakes::new();
    let user = Username::Applicant(fakes.applicant(1));
    assert!(logs_in(&fakes, user, PASSWORD).await);
    let code = fakes.sms_code(PasswordReset, MOBILE);
    assert_eq!(post(&fakes, &reset(code)).await.summary(), "204");
    assert_eq!(fakes.users.sessions(), 0);
    assert!(!logs_in(&fakes, user, PASSWORD).await && logs_in(&fakes, user, NEW).await);
    assert_eq!(post(&fakes, &reset(code)).await.summary(), "422 invalid-request", "the code is used up");
}

#[tokio::test]
async fn what_does_not_fit_is_told_as_a_wrong_code_after_the_same_work() {
    let mut told = Vec::new();
    let unknown = "sms_01JDEXAMP0E00000000000000A";
    for (member, value) in [
        ("smsCode", "000000"),
        ("smsCodeId", unknown),
        ("name", "吕小红"),
        ("idNumber", "11010519491231002X"),
    ] {
        let fakes = Fakes::new();
        let user = Username::Applicant(fakes.applicant(1));
        let mut body = reset(fakes.sms_code(PasswordReset, MOBILE));
        body[member] = value.into();
        fakes.script.take_calls();
        let reply = post(&fakes, &body).await;
        assert_eq!(reply.faults(), ["/smsCode sms_code.WRONG"], "{member}");
        told.push((reply.body, fakes.script.take_calls()));
        assert!(logs_in(&fakes, user, PASSWORD).await);
    }
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
}

#[tokio::test]
async fn a_user_who_is_gone_is_made_again() {
    let fakes = Fakes::new();
    let user = Username::Applicant(fakes.applicant(1));
    fakes.users.lose(user);
    let code = fakes.sms_code(PasswordReset, MOBILE);
    assert_eq!(post(&fakes, &reset(code)).await.summary(), "204");
    assert!(logs_in(&fakes, user, NEW).await && fakes.users.names().len() == 1);
}

#[tokio::test]
async fn whoever_was_locked_out_is_not_any_more() {
    let fakes = Fakes::new();
    let id = fakes.applicant(1);
    let sources = ["home", "phone"].map(|source| Tag::new(source.to_owned()));
    let here =
        |source: &Tag| (PER_ACCOUNT_AND_SOURCE, RateLimitKey::LoginFrom(Login::from(id), source.clone()));
    let limits = [here(&sources[0]), here(&sources[1]), (PER_ACCOUNT, RateLimitKey::Login(Login::from(id)))];
    for (rate, subject) in &limits {
        while fakes.table.count(*rate, subject, fakes.clock.now()).await.unwrap().is_ok() {}
    }
    let code = fakes.sms_code(PasswordReset, MOBILE);
    assert_eq!(post(&fakes, &reset(code)).await.summary(), "204");
    for (rate, subject) in &limits {
        assert!(fakes.table.count(*rate, subject, fakes.clock.now()).await.unwrap().is_ok(), "{subject:?}");
    }
}

#[tokio::test]
async fn of_several_accounts_with_a_number_the_one_with_the_phone_is_reset() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let squatter = fakes.registered_too(owner, 2);
    let (user, other) = (Username::Applicant(owner), Username::Applicant(squatter));
    let code = fakes.sms_code(PasswordReset, MOBILE);
    assert_eq!(post(&fakes, &reset(code)).await.summary(), "204");
    assert!(logs_in(&fakes, user, NEW).await && !logs_in(&fakes, other, NEW).await);
}

#[tokio::test]
async fn a_code_for_something_else_will_not_do() {
    let fakes = Fakes::new();
    let _account = fakes.applicant(1);
    let code = fakes.sms_code(Registration, MOBILE);
    assert_eq!(post(&fakes, &reset(code)).await.faults(), ["/smsCode sms_code.WRONG"]);
}

#[tokio::test]
async fn a_stranger_spends_no_try_of_the_owners_code_and_is_stopped() {
    let fakes = Fakes::new();
    let user = Username::Applicant(fakes.applicant(1));
    let owners = fakes.sms_code(PasswordReset, MOBILE);
    let strangers = fakes.sms_code(PasswordReset, MOBILE);
    let guess = reset((strangers.0, "000000"));
    let post_from = async |address: &str, body: &Value| {
        let ask = TestRequest::new("POST /v1/password-resets").address(address).json(body);
        let Fakes { table, keys, users, clock, chance, .. } = &fakes;
        TestResponse::of(handle(ask.call(), table, keys, users, clock, chance).await)
    };
    for _ in 0..10 {
        assert_eq!(post_from("2001:db8:1:2::3", &guess).await.faults(), ["/smsCode sms_code.WRONG"]);
    }
    for address in ["2001:db8:1:2::3", "2001:db8:1:2:ffff::9"] {
        let reply = post_from(address, &guess).await;
        assert_eq!(reply.summary(), "429 too-many-requests", "one network is one source");
        assert_eq!(reply.header("retry-after"), Some("900"));
    }
    let right = reset((strangers.0, "004217"));
    assert_eq!(
        post_from("203.0.113.7", &right).await.summary(),
        "422 invalid-request",
        "its tries are spent"
    );
    assert_eq!(post_from("203.0.113.7", &reset(owners)).await.summary(), "204");
    assert!(logs_in(&fakes, user, NEW).await);
}

#[tokio::test]
async fn whatever_fails_a_fresh_code_gives_the_new_password() {
    let failed = each_failure(async |fakes, failure| {
        let user = Username::Applicant(fakes.applicant(1));
        let body = reset(fakes.sms_code(PasswordReset, MOBILE));
        fakes.script.arm(failure);
        let first = post(fakes, &body).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        let body = reset(fakes.sms_code(PasswordReset, MOBILE));
        assert_eq!(post(fakes, &body).await.summary(), "204", "{failure:?}");
        assert!(logs_in(fakes, user, NEW).await && fakes.users.names().len() == 1);
        failed
    })
    .await;
    assert_eq!(failed.last(), Some(&"forgive"));
    assert_eq!(failed.len(), 15, "{failed:?}");
}
