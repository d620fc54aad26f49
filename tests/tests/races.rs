//! Closing an account while other calls of the same person run: no 5xx, and one of two clean states in the end.

use journey::alipay::consent;
use journey::scenario::{log_in, received_sms_for, solved_captcha};
use journey::{Applicant, Person, Response, Stack, table};

/// Rounds for each other call.
const ROUNDS: usize = 4;

const NEW: &str = "Brand-new-Pfad 79";

/// Closes the account while `what` runs; both answers.
async fn race(stack: &Stack, applicant: &Applicant, what: &str) -> (Response, Response) {
    let (api, person) = (&applicant.api, &applicant.person);
    let (captcha, answer) = solved_captcha(stack, api).await;
    let closing = api.close_account(&person.password, (&captcha, &answer));
    match what {
        "reset" => {
            let code = received_sms_for(stack, api, "password-reset", &person.mobile).await;
            let nobody = api.anonymous();
            let body = person.reset(&code, NEW);
            tokio::join!(closing, nobody.reset_password(&body))
        }
        "mobile" => {
            let new = Person::random().mobile;
            let current = received_sms_for(stack, api, "mobile-change", &person.mobile).await;
            let code = received_sms_for(stack, api, "mobile-change", &new).await;
            tokio::join!(closing, api.change_mobile(&current, &new, &code))
        }
        "withdraw" => tokio::join!(closing, api.delete_consent()),
        "alipay" => {
            let body = consent();
            tokio::join!(closing, api.begin_alipay(&body))
        }
        "upload" => tokio::join!(closing, api.announce_upload("work-proof", "image/jpeg", 30_000)),
        "export" => tokio::join!(closing, api.request_export()),
        _ => {
            let (captcha, answer) = solved_captcha(stack, api).await;
            tokio::join!(closing, api.close_account(&person.password, (&captcha, &answer)))
        }
    }
}

#[tokio::test]
async fn a_closing_that_meets_another_call_ends_clean_and_without_5xx() {
    let stack = Stack::required();
    for what in ["reset", "mobile", "withdraw", "alipay", "upload", "export", "close"] {
        for round in 0..ROUNDS {
            let applicant = Applicant::registered(&stack).await;
            let (closing, other) = race(&stack, &applicant, what).await;
            let at = format!("{what}, round {round}: {} and {}", closing.text, other.text);
            assert!(closing.status < 500 && other.status < 500, "{at}");
            let is_open = applicant.api.me().await.status == 200;
            assert_eq!(closing.status == 204, !is_open, "{at}");
            let account = &applicant.person.id_number;
            let mut sessions = 0;
            for password in [applicant.person.password.as_str(), NEW] {
                let session =
                    log_in(&stack, &applicant.api.anonymous(), "applicant", account, password).await;
                sessions += usize::from(session.status == 201);
            }
            assert_eq!(sessions, usize::from(is_open), "{at}");
            if !is_open {
                let left = table::items(&stack, applicant.ulid()).await;
                let for_ever = left.iter().filter(|item| !item.contains_key("ttl")).count();
                assert_eq!(for_ever, 0, "{at}: something is kept for ever");
            }
        }
    }
}
