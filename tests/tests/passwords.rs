//! A new password, by phone.

use journey::scenario::{log_in, received_sms_for};
use journey::{Answer, Applicant, Person, Stack, pages};
use serde_json::{Value, json};

const NEW: &str = "Brand-new-Pfad 77";

fn body(person: &Person, code: &str) -> Value {
    json!({
        "idType": "RIC", "idNumber": person.id_number, "name": person.name, "mobile": person.mobile,
        "smsCode": code, "password": NEW, "passwordConfirmation": NEW,
    })
}

async fn reset(applicant: &Applicant, body: &Value) -> Answer {
    applicant.api.anonymous().send_json("POST", "/v1/password-resets", body).await
}

#[tokio::test]
async fn a_reset_gives_the_new_password_and_ends_the_old_sessions() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let (person, nobody) = (&applicant.person, applicant.api.anonymous());
    for _ in 0..5 {
        let wrong = log_in(&stack, &nobody, "applicant", &person.id_number, "Not-the-word-5").await;
        let _ = wrong.problem(401, "login-failed");
    }
    let code = received_sms_for(&stack, &nobody, "password-reset", &person.mobile).await;
    let done = reset(&applicant, &body(person, &code)).await;
    assert_eq!((done.status, done.text.as_str()), (204, ""));

    // The lock of the forgotten password is gone, and so is the password.
    let _ = log_in(&stack, &nobody, "applicant", &person.id_number, NEW).await.expect(201);
    let old = log_in(&stack, &nobody, "applicant", &person.id_number, &person.password).await;
    let _ = old.problem(401, "login-failed");
    let _ = applicant.api.refresh().await.problem(401, "session-expired");
    // The code was used up.
    let again = reset(&applicant, &body(person, &code)).await.problem(422, "invalid-request");
    again.assert_fault("/smsCode", "sms_code.WRONG");
}

#[tokio::test]
async fn whatever_does_not_fit_is_told_as_a_wrong_code() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let other = Applicant::registered(&stack).await;
    let nobody = applicant.api.anonymous();
    let code = received_sms_for(&stack, &nobody, "password-reset", &applicant.person.mobile).await;
    let sound = body(&applicant.person, &code);
    let wrong_code = if code == "000000" { "000001" } else { "000000" };
    let mut told = Vec::new();
    for (field, value) in [
        ("smsCode", json!(wrong_code)),
        ("name", json!("王大锤")),
        ("idNumber", json!(other.person.id_number)),
        ("idNumber", json!(Person::random().id_number)),
    ] {
        let refused = reset(&applicant, &pages::spoilt(&sound, field, value)).await;
        let mut refused = refused.problem(422, "invalid-request").body;
        refused["instance"] = Value::Null;
        told.push(refused);
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:?}");

    // Four tries are gone, one is left; a code for registering is none for this.
    let _ = reset(&applicant, &sound).await.expect(204);
    let registering = Person::random();
    let code = received_sms_for(&stack, &nobody, "registration", &registering.mobile).await;
    let elsewhere = pages::spoilt(&body(&other.person, &code), "mobile", json!(registering.mobile));
    let _ = reset(&other, &elsewhere).await.problem(422, "invalid-request");
    let still = log_in(&stack, &nobody, "applicant", &other.person.id_number, &other.person.password).await;
    let _ = still.expect(201);
}
