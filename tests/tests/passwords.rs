//! A new password, by phone.

use journey::people::SmsCode;
use journey::scenario::{consent, log_in, received_sms_for};
use journey::{Applicant, Client, Person, Response, Stack, pages, table};
use serde_json::{Value, json};

const NEW: &str = "Brand-new-Pfad 77";

fn body(person: &Person, code: &SmsCode) -> Value {
    person.reset(code, NEW)
}

async fn reset(stack: &Stack, applicant: &Applicant, body: &Value) -> Response {
    let nobody = applicant.api.anonymous();
    let answer = nobody.reset_password(body).await;
    if answer.status != 429 {
        return answer;
    }
    // Everybody on an emulator has one address.
    table::forget_addresses(stack).await;
    nobody.reset_password(body).await
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
    let done = reset(&stack, &applicant, &body(person, &code)).await;
    assert_eq!((done.status, done.text.as_str()), (204, ""));

    // The lock of the forgotten password is gone, and so is the password.
    let _ = log_in(&stack, &nobody, "applicant", &person.id_number, NEW).await.expect(201);
    let old = log_in(&stack, &nobody, "applicant", &person.id_number, &person.password).await;
    let _ = old.problem(401, "login-failed");
    let _ = applicant.api.refresh().await.problem(401, "session-expired");
    // The code was used up.
    let again = reset(&stack, &applicant, &body(person, &code)).await.problem(422, "invalid-request");
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
    let mut told = Vec::new();
    for (field, value) in [
        ("smsCode", json!(code.wrong().digits)),
        ("name", json!("王大锤")),
        ("idNumber", json!(other.person.id_number)),
        ("idNumber", json!(Person::random().id_number)),
    ] {
        let refused = reset(&stack, &applicant, &pages::spoilt(&sound, field, value)).await;
        let mut refused = refused.problem(422, "invalid-request").body;
        refused["instance"] = Value::Null;
        told.push(refused);
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:?}");

    // Four tries are gone, one is left; a code for registering is none for this.
    let _ = reset(&stack, &applicant, &sound).await.expect(204);
    let registering = Person::random();
    let code = received_sms_for(&stack, &nobody, "registration", &registering.mobile).await;
    let elsewhere = pages::spoilt(&body(&other.person, &code), "mobile", json!(registering.mobile));
    let _ = reset(&stack, &other, &elsewhere).await.problem(422, "invalid-request");
    let still = log_in(&stack, &nobody, "applicant", &other.person.id_number, &other.person.password).await;
    let _ = still.expect(201);
}

#[tokio::test]
async fn a_stranger_without_the_request_spends_no_try_of_a_code() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let nobody = applicant.api.anonymous();
    let code = received_sms_for(&stack, &nobody, "password-reset", &applicant.person.mobile).await;
    let strangers = received_sms_for(&stack, &nobody, "registration", &Person::random().mobile).await;
    let mut told = Vec::new();
    for id in [code.of_nobody().id, strangers.id.clone()] {
        for digits in [&code.digits, &code.wrong().digits, &strangers.digits] {
            let guess = SmsCode { id: id.clone(), digits: digits.clone() };
            let refused = reset(&stack, &applicant, &body(&applicant.person, &guess)).await;
            let mut refused = refused.problem(422, "invalid-request").body;
            refused["instance"] = Value::Null;
            told.push(refused);
        }
    }
    let wrong = reset(&stack, &applicant, &body(&applicant.person, &code.wrong())).await;
    let mut wrong = wrong.problem(422, "invalid-request").body;
    wrong["instance"] = Value::Null;
    assert!(told.iter().all(|one| *one == wrong), "{told:?}");
    let _ = reset(&stack, &applicant, &body(&applicant.person, &code)).await.expect(204);
}

#[tokio::test]
async fn a_code_that_somebody_else_asks_for_takes_nothing_from_the_owners() {
    let stack = Stack::required();
    let (person, api) = (Person::random(), Client::new(&stack));
    let consent = consent(&api).await;
    let owners = received_sms_for(&stack, &api, "registration", &person.mobile).await;
    // The same address here; from another one there would be no waiting.
    let tag = table::sms_code_phone(&stack, &owners.id).await;
    table::forget_phone(&stack, &tag).await;
    let strangers = received_sms_for(&stack, &api, "registration", &person.mobile).await;
    for _ in 0..5 {
        let guess = person.registration(&strangers.wrong(), &consent);
        api.register(&guess).await.problem(422, "invalid-request").assert_fault("/smsCode", "sms_code.WRONG");
    }
    let _ = api.register(&person.registration(&strangers, &consent)).await.problem(422, "invalid-request");
    let _ = api.register(&person.registration(&owners, &consent)).await.expect(201);
}
