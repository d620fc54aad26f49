//! Registration and the first login: every guess, flood and race that a stranger may try.

use std::collections::BTreeSet;

use journey::people::SmsCode;
use journey::scenario::{consent, log_in, received_sms, solved_captcha};
use journey::{Applicant, Client, Person, Response, Stack, numbers, outbox, pages, table};
use serde_json::json;

async fn log_in_by_number(stack: &Stack, api: &Client, person: &Person) -> Response {
    log_in(stack, api, "applicant", &person.id_number, &person.password).await
}

#[tokio::test]
async fn all_faults_are_named_at_once_and_nothing_is_written() {
    let stack = Stack::required();
    let (person, api) = (Person::random(), Client::new(&stack));
    let faulty = json!({
        "idType": "RIC", "idNumber": numbers::with_wrong_check(&person.id_number), "name": "张",
        "password": "12345", "passwordConfirmation": "54321",
        "mobile": "1380013800", "smsCodeId": "sms_12", "smsCode": "12", "consentVersion": "never-published",
    });
    let refused = api.register(&faulty).await.problem(422, "invalid-request");
    refused.assert_fault("/idNumber", "resident_id.CHECKSUM");
    refused.assert_fault("/mobile", "mobile.LENGTH");
    refused.assert_fault("/name", "name.TOO_SHORT");
    refused.assert_fault("/passwordConfirmation", "password.MISMATCH");
    refused.assert_fault("/consentVersion", "consent.VERSION");
    assert!(refused.faults().contains_key("/password"), "{}", refused.text);

    let code = received_sms(&stack, &api, &person.mobile).await;
    let good = person.registration(&code, &consent(&api).await);
    let weak = pages::spoilt(&good, "password", json!("short"));
    let weak = pages::spoilt(&weak, "passwordConfirmation", json!("short"));
    api.register(&weak).await.problem(422, "invalid-request").assert_faulty(&["/password"]);
    let _ = log_in_by_number(&stack, &api, &person).await.problem(401, "login-failed");
    let _ = api.register(&good).await.expect(201);
    let _ = log_in_by_number(&stack, &api, &person).await.expect(201);
}

#[tokio::test]
async fn a_password_made_of_the_persons_own_numbers_is_weak() {
    let stack = Stack::required();
    let (person, api) = (Person::random(), Client::new(&stack));
    let code = SmsCode { id: String::new(), digits: "123456".to_owned() }.of_nobody();
    let form = person.registration(&code, &consent(&api).await);
    let birth = &person.id_number[6..14];
    for password in [format!("Aa-{birth}-x"), format!("Aa-{}-x", person.mobile), "password123".to_owned()] {
        let form = pages::spoilt(&form, "password", json!(password));
        let form = pages::spoilt(&form, "passwordConfirmation", json!(password));
        let refused = api.register(&form).await.problem(422, "invalid-request");
        assert!(refused.faults().contains_key("/password"), "{password}: {}", refused.text);
    }
}

#[tokio::test]
async fn a_captcha_is_good_for_one_answer() {
    let stack = Stack::required();
    let (one, other, api) = (Person::random(), Person::random(), Client::new(&stack));
    let (captcha, answer) = solved_captcha(&stack, &api).await;
    let _ = api.sms_code(&one.mobile, &captcha, &answer).await.expect(202);
    let replayed = api.sms_code(&other.mobile, &captcha, &answer).await.problem(422, "invalid-request");
    replayed.assert_fault("/captchaAnswer", "captcha.WRONG");

    let (captcha, answer) = solved_captcha(&stack, &api).await;
    let wrong = api.sms_code(&other.mobile, &captcha, "?????").await.problem(422, "invalid-request");
    wrong.assert_fault("/captchaAnswer", "captcha.WRONG");
    let late = api.sms_code(&other.mobile, &captcha, &answer).await.problem(422, "invalid-request");
    late.assert_fault("/captchaAnswer", "captcha.WRONG");
    assert_eq!(outbox::count(&stack, "sms", &other.mobile).await, 0, "no SMS was paid for");
}

#[tokio::test]
async fn a_captcha_may_be_answered_in_either_case() {
    let stack = Stack::required();
    let (person, api) = (Person::random(), Client::new(&stack));
    let (captcha, answer) = solved_captcha(&stack, &api).await;
    let _ = api.sms_code(&person.mobile, &captcha, &answer.to_lowercase()).await.expect(202);
    let again = Person::random();
    let (captcha, answer) = solved_captcha(&stack, &api).await;
    let _ = api.sms_code(&again.mobile, &captcha, &answer.to_uppercase()).await.expect(202);
}

#[tokio::test]
async fn a_captcha_is_taken_as_people_type_it_and_kept_when_the_answer_cannot_be_one() {
    let stack = Stack::required();
    let api = Client::new(&stack);
    let full_width = |answer: &str| -> String {
        answer.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect()
    };
    let (captcha, answer) = solved_captcha(&stack, &api).await;
    let mobile = Person::random().mobile;
    for (impossible, code) in [
        ("", "form.REQUIRED"),
        ("\u{3000}\u{200B}", "form.REQUIRED"),
        (&answer[1..], "captcha.LENGTH"),
        (&format!("{answer}X"), "captcha.LENGTH"),
    ] {
        let refused = api.sms_code(&mobile, &captcha, impossible).await.problem(422, "invalid-request");
        refused.assert_fault("/captchaAnswer", code);
    }
    let _ = api.sms_code(&mobile, &captcha, &full_width(&answer)).await.expect(202);
    let (captcha, answer) = solved_captcha(&stack, &api).await;
    let spaced: String = answer.to_lowercase().chars().flat_map(|c| [' ', c]).collect();
    let _ = api.sms_code(&Person::random().mobile, &captcha, &spaced).await.expect(202);
}

#[tokio::test]
async fn ten_requests_for_one_purpose_leave_the_other_codes_of_a_phone() {
    let stack = Stack::required();
    let (person, api) = (Person::random(), Client::new(&stack));
    let again = async |purpose: &str| {
        table::forget_addresses(&stack).await;
        let (captcha, answer) = solved_captcha(&stack, &api).await;
        api.sms_code_for(purpose, &person.mobile, &captcha, &answer).await
    };
    let first = again("registration").await.expect(202);
    let tag = table::sms_code_phone(&stack, first.str("/smsCodeId")).await;
    let mut sent = 1;
    for _ in 0..9 {
        // A minute is over.
        table::forget_waiting(&stack, &tag).await;
        let answer = again("registration").await;
        if answer.status == 202 {
            sent += 1;
            continue;
        }
        let refused = answer.problem(429, "too-many-requests");
        assert!(refused.retry_after().is_some_and(|wait| wait > 60), "{}", refused.text);
    }
    assert_eq!(sent, 5, "what one source may have sent to a phone");
    for purpose in ["password-reset", "mobile-change"] {
        let _ = again(purpose).await.expect(202);
    }
    assert_eq!(outbox::count(&stack, "sms", &person.mobile).await, 7);
}

#[tokio::test]
async fn five_wrong_sms_codes_burn_the_right_one() {
    let stack = Stack::required();
    let (person, api) = (Person::random(), Client::new(&stack));
    let code = received_sms(&stack, &api, &person.mobile).await;
    let (wrong, consent) = (code.wrong(), consent(&api).await);
    for _ in 0..5 {
        let refused =
            api.register(&person.registration(&wrong, &consent)).await.problem(422, "invalid-request");
        refused.assert_faulty(&["/smsCode"]);
        refused.assert_fault("/smsCode", "sms_code.WRONG");
    }
    let late = api.register(&person.registration(&code, &consent)).await.problem(422, "invalid-request");
    late.assert_faulty(&["/smsCode"]);
}

#[tokio::test]
async fn an_sms_code_is_good_for_the_phone_it_was_sent_to_only() {
    let stack = Stack::required();
    let (person, api) = (Person::random(), Client::new(&stack));
    let code = received_sms(&stack, &api, &Person::random().mobile).await;
    let refused = api.register(&person.registration(&code, &consent(&api).await)).await;
    refused.problem(422, "invalid-request").assert_faulty(&["/smsCode"]);
}

#[tokio::test]
async fn a_second_sms_has_to_wait() {
    let stack = Stack::required();
    let (person, api) = (Person::random(), Client::new(&stack));
    let (captcha, answer) = solved_captcha(&stack, &api).await;
    let sent = api.sms_code(&person.mobile, &captcha, &answer).await.expect(202);
    assert!(sent.str("/resendAt") < sent.str("/expiresAt"), "{}", sent.text);
    let (captcha, answer) = solved_captcha(&stack, &api).await;
    let soon = api.sms_code(&person.mobile, &captcha, &answer).await.problem(429, "too-many-requests");
    let wait = soon.retry_after().expect("Retry-After in seconds");
    assert!((1..=60).contains(&wait), "Retry-After: {wait}");
    assert_eq!(outbox::count(&stack, "sms", &person.mobile).await, 1, "one SMS was sent");
}

#[tokio::test]
async fn of_two_registrations_with_one_phone_exactly_one_wins() {
    let stack = Stack::required();
    let (one, api) = (Person::random(), Client::new(&stack));
    let other = Person { mobile: one.mobile.clone(), ..Person::random() };
    let code = received_sms(&stack, &api, &one.mobile).await;
    let consent = consent(&api).await;
    let (form, rival) = (one.registration(&code, &consent), other.registration(&code, &consent));
    let (first, second) = tokio::join!(api.register(&form), api.register(&rival));

    let (winner, loser, late) = if first.status == 201 { (one, other, second) } else { (other, one, first) };
    assert!([409, 422].contains(&late.status), "{}", late.text);
    let _ = log_in(&stack, &api, "applicant", &winner.id_number, &winner.password).await.expect(201);
    let by_loser = log_in(&stack, &api, "applicant", &loser.id_number, &loser.password).await;
    let _ = by_loser.problem(401, "login-failed");
}

#[tokio::test]
async fn a_verified_identity_registers_once_however_its_number_is_typed() {
    let stack = Stack::required();
    let taken = Applicant::verified(&stack).await;
    let api = taken.api.anonymous();
    let consent = consent(&api).await;
    let number = taken.person.id_number.clone();
    let spaced = format!("{} {}", &number[..6], number[6..].to_lowercase());
    for id_number in [number, spaced] {
        let again = Person { id_number, ..Person::random() };
        let code = received_sms(&stack, &api, &again.mobile).await;
        let refused = api.register(&again.registration(&code, &consent)).await;
        let _ = refused.problem(409, "already-registered");
    }
}

#[tokio::test]
async fn an_unknown_account_and_a_wrong_password_look_the_same() {
    let stack = Stack::required();
    let known = Applicant::registered(&stack).await;
    let api = known.api.anonymous();
    let unknown = log_in(&stack, &api, "applicant", &Person::random().id_number, "Quiet-wrong-7").await;
    let wrong = log_in(&stack, &api, "applicant", &known.person.id_number, "Quiet-wrong-7").await;
    let plain = |answer: Response| {
        let answer = answer.problem(401, "login-failed");
        let names: BTreeSet<String> = answer.headers.keys().map(ToString::to_string).collect();
        (answer.text.replace(answer.str("/instance"), "<instance>"), names)
    };
    assert_eq!(plain(unknown), plain(wrong));
}

#[tokio::test]
async fn five_wrong_passwords_close_the_login() {
    let stack = Stack::required();
    let known = Applicant::registered(&stack).await;
    let api = known.api.anonymous();
    for _ in 0..5 {
        let wrong = log_in(&stack, &api, "applicant", &known.person.id_number, "Quiet-wrong-7").await;
        let _ = wrong.problem(401, "login-failed");
    }
    let closed = log_in_by_number(&stack, &api, &known.person).await.problem(429, "too-many-requests");
    assert!(closed.retry_after().is_some_and(|seconds| (1..=900).contains(&seconds)), "{:?}", closed.headers);
    let by_phone = log_in(&stack, &api, "applicant", &known.person.mobile, &known.person.password).await;
    let _ = by_phone.problem(429, "too-many-requests");
}
