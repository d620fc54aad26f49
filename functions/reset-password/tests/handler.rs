//! A new password, for whoever is who the account is about and has its phone.

use domain::person::SmsPurpose::PasswordReset;
use edge::testing::{Ask, Reply};
use ports::{
    accounts::{LogIn, Username},
    fakes::{Fakes, MOBILE, PASSWORD, body, each_failure},
};
use reset_password::handle;
use serde_json::Value;

const NEW: &str = "Other-word8";

/// The reset of the first applicant's password.
fn reset(code: &str) -> Value {
    let mut body = body::registration(code);
    (body["password"], body["passwordConfirmation"]) = (NEW.into(), NEW.into());
    if let Some(members) = body.as_object_mut() {
        members.remove("consentVersion");
    }
    body
}

async fn post(fakes: &Fakes, body: &Value) -> Reply {
    let ask = Ask::new("POST /v1/password-resets").json(body);
    let Fakes { table, keys, users, clock, chance, .. } = fakes;
    Reply::of(handle(ask.call(), table, keys, users, clock, chance).await)
}

async fn logs_in(fakes: &Fakes, user: Username, password: &str) -> bool {
    matches!(fakes.users.log_in(user, password).await, Ok(Some(_)))
}

#[tokio::test]
async fn the_new_password_is_the_only_one_and_old_sessions_have_ended() {
    let fakes = Fakes::new();
    let user = Username::Applicant(fakes.applicant(1));
    assert!(logs_in(&fakes, user, PASSWORD).await);
    let code = fakes.sms_code(PasswordReset, MOBILE);
    assert_eq!(post(&fakes, &reset(code)).await.said(), "204");
    assert_eq!(fakes.users.sessions(), 0);
    assert!(!logs_in(&fakes, user, PASSWORD).await && logs_in(&fakes, user, NEW).await);
    assert_eq!(post(&fakes, &reset(code)).await.said(), "422 invalid-request", "the code is used up");
}

#[tokio::test]
async fn what_does_not_fit_is_told_as_a_wrong_code_after_the_same_work() {
    let mut told = Vec::new();
    for (member, value) in [("smsCode", "000000"), ("name", "吕小红"), ("idNumber", "11010519491231002X")]
    {
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
async fn a_code_for_something_else_will_not_do() {
    let fakes = Fakes::new();
    let _account = fakes.applicant(1);
    let code = fakes.sms_code(domain::person::SmsPurpose::Registration, MOBILE);
    assert_eq!(post(&fakes, &reset(code)).await.faults(), ["/smsCode sms_code.WRONG"]);
}

#[tokio::test]
async fn whatever_fails_a_fresh_code_gives_the_new_password() {
    let failed = each_failure(async |fakes, failure| {
        let user = Username::Applicant(fakes.applicant(1));
        let body = reset(fakes.sms_code(PasswordReset, MOBILE));
        fakes.script.arm(failure);
        let first = post(fakes, &body).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.said());
        let body = reset(fakes.sms_code(PasswordReset, MOBILE));
        assert_eq!(post(fakes, &body).await.said(), "204", "{failure:?}");
        assert!(logs_in(fakes, user, NEW).await && fakes.users.names().len() == 1);
        failed
    })
    .await;
    assert_eq!(failed.last(), Some(&"forgive"));
    assert_eq!(failed.len(), 11, "{failed:?}");
}
