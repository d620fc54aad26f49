//! Attempts to log in: counted before the password is tried, for each account and source by itself.

use std::process::Output;

use futures_util::future::join_all;
use journey::admin::{admin, done};
use journey::scenario::{log_in, received_sms_for, solved_captcha};
use journey::stack::{COUNTY, Staff};
use journey::{Applicant, Client, Response, Reviewer, Stack, table, tokens};
use serde_json::{Value, json};

const NEW: &str = "Brand-new-Pfad 77";
const WRONG: &str = "Not-the-word-5";

#[tokio::test]
async fn of_29_log_ins_at_once_five_passwords_are_tried_and_the_right_one_last_is_not() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let (person, api) = (&applicant.person, applicant.api.anonymous());
    let mut codes = Vec::new();
    for _ in 0..29 {
        codes.push(solved_captcha(&stack, &api).await);
    }
    let attempts = codes.iter().enumerate().map(|(at, (captcha, answer))| {
        let wrong = format!("{WRONG}{at}");
        let (api, person) = (api.clone(), person.clone());
        async move {
            let password = if at == 28 { &person.password } else { &wrong };
            let answer = api.log_in("applicant", &person.mobile, password, (captcha, answer)).await;
            (at, answer.status)
        }
    });
    let answers = join_all(attempts).await;
    let tried = answers.iter().filter(|(_, status)| *status != 429).count();
    assert!(tried <= 5, "{answers:?}");
    let refused = answers.iter().filter(|(_, status)| *status == 429).count();
    assert_eq!(tried + refused, 29, "{answers:?}");
}

#[tokio::test]
async fn a_right_password_is_let_in_after_four_wrong_ones_and_forgives_them() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let (person, api) = (&applicant.person, applicant.api.anonymous());
    for _ in 0..2 {
        for _ in 0..4 {
            let wrong = log_in(&stack, &api, "applicant", &person.mobile, WRONG).await;
            let _ = wrong.problem(401, "login-failed");
        }
        let _ = log_in(&stack, &api, "applicant", &person.id_number, &person.password).await.expect(201);
    }
}

#[tokio::test]
async fn a_password_is_the_same_however_its_spaces_and_accents_are_typed() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let (person, api) = (&applicant.person, applicant.api.anonymous());
    let code = received_sms_for(&stack, &api, "password-reset", &person.mobile).await;
    let mut body = person.reset(&code, NEW);
    body["password"] = json!("Köln-harbour 7 lamp ");
    body["passwordConfirmation"] = json!("Ko\u{308}ln-harbour\u{3000}7 lamp");
    let _ = reset(&stack, &api, &body).await.expect(204);
    for typed in ["Köln-harbour 7 lamp", "Ko\u{308}ln-harbour 7\u{A0}lamp", " Köln-harbour 7 lamp  "] {
        let _ = log_in(&stack, &api, "applicant", &person.mobile, typed).await.expect(201);
    }
    let (captcha, answer) = solved_captcha(&stack, &api).await;
    let closed = applicant.api.close_account("Ko\u{308}ln-harbour 7 lamp ", (&captcha, &answer)).await;
    let _ = closed.expect(204);
}

/// Everybody on an emulator has one address, which may not try so many resets.
async fn reset(stack: &Stack, api: &Client, body: &Value) -> Response {
    let answer = api.reset_password(body).await;
    if answer.status != 429 {
        return answer;
    }
    table::forget_addresses(stack).await;
    api.reset_password(body).await
}

/// What a token of ours can do at the identity provider without us.
async fn delete_user(stack: &Stack, api: &Client) {
    let body = json!({"AccessToken": api.token.as_deref().expect("a token")});
    let target = "AWSCognitoIdentityProviderService.DeleteUser";
    let answer = api.anonymous().send_aws_json(&stack.endpoint, target, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_user_that_its_own_token_deleted_comes_back_with_a_reset() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let (person, api) = (&applicant.person, applicant.api.anonymous());
    delete_user(&stack, &applicant.api).await;
    let gone = log_in(&stack, &api, "applicant", &person.mobile, &person.password).await;
    let _ = gone.problem(401, "login-failed");
    let _ = applicant.api.refresh().await.problem(401, "session-expired");
    let (captcha, answer) = solved_captcha(&stack, &api).await;
    let closing = applicant.api.close_account(&person.password, (&captcha, &answer)).await;
    closing.problem(422, "invalid-request").assert_fault("/password", "password.WRONG");

    // Registering was a moment ago, and the next code for it comes after a minute.
    let items = table::items(&stack, applicant.ulid()).await;
    let phone = items.iter().find_map(|item| item.get("mobile")?.as_s().ok());
    table::forget_waiting(&stack, phone.expect("an account names its phone's tag")).await;
    let code = received_sms_for(&stack, &api, "registration", &person.mobile).await;
    let consent = journey::scenario::consent(&api).await;
    let taken = api.register(&person.registration(&code, &consent)).await.problem(409, "already-registered");
    assert!(taken.body["detail"].as_str().is_some_and(|text| text.contains("找回密码")), "{}", taken.text);

    let code = received_sms_for(&stack, &api, "password-reset", &person.mobile).await;
    let _ = reset(&stack, &api, &person.reset(&code, NEW)).await.expect(204);
    let mut again = api.clone();
    again.remember(&log_in(&stack, &api, "applicant", &person.id_number, NEW).await.expect(201));
    assert_eq!(again.me().await.expect(200).str("/accountId"), applicant.account_id);
    // What was begun is ended without the user.
    let (captcha, answer) = solved_captcha(&stack, &api).await;
    let _ = again.close_account(NEW, (&captcha, &answer)).await.expect(204);
}

fn run(stack: &Stack, command: &str, account: &str) -> Output {
    admin(stack, &[command, account, "--by", "tests", "--reason", "log_in.rs"])
}

#[tokio::test]
async fn a_reviewers_user_that_is_gone_is_made_again_with_a_password() {
    let stack = Stack::required();
    let (reviewer, account) = Reviewer::hired(&stack, COUNTY, &[]).await;
    delete_user(&stack, &reviewer.api).await;
    let api = reviewer.api.anonymous();
    let gone = log_in(&stack, &api, "reviewer", &account, NEW).await;
    let _ = gone.problem(401, "login-failed");
    assert!(done(&run(&stack, "disable-reviewer", &account)).contains("no more"));
    assert!(done(&run(&stack, "enable-reviewer", &account)).contains("reviewer-password"));
    let report = done(&run(&stack, "reviewer-password", &account));
    let password = report.trim().rsplit(' ').next().expect("a password").to_owned();
    let staff = Staff { account, password, division: COUNTY.to_owned() };
    let again = Reviewer::log_in(&stack, &staff).await;
    let _ = again.api.queue("collection", 1, None).await.expect(200);
}

/// Five wrong passwords of a stranger at the same address.
async fn locked(stack: &Stack, staff: &Staff) {
    let api = Client::new(stack);
    for _ in 0..5 {
        let wrong = log_in(stack, &api, "reviewer", &staff.account, WRONG).await;
        let _ = wrong.problem(401, "login-failed");
    }
    let right = log_in(stack, &api, "reviewer", &staff.account, &staff.password).await;
    let wait = right.problem(429, "too-many-requests").retry_after().expect("Retry-After");
    assert!((1..=900).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_reviewer_who_is_locked_out_is_let_in_by_their_supervisor() {
    let stack = Stack::required();
    let account = format!("hired-{}", fastrand::u64(..));
    let add = ["add-reviewer", &account, "--division", COUNTY, "--by", "tests", "--reason", "a test"];
    let report = done(&admin(&stack, &add));
    let password = report.trim().rsplit(' ').next().expect("a password").to_owned();
    let staff = Staff { account: account.clone(), password, division: COUNTY.to_owned() };
    let (head, head_account) = Reviewer::hired(&stack, "110100", &["--supervisor"]).await;
    let (elsewhere, _) = Reviewer::hired(&stack, "310101", &["--supervisor"]).await;
    let (colleague, _) = Reviewer::hired(&stack, COUNTY, &[]).await;

    locked(&stack, &staff).await;
    let _ = colleague.api.lift_lock(&account).await.problem(403, "forbidden");
    let _ = elsewhere.api.lift_lock(&account).await.problem(404, "not-found");
    let _ = head.api.lift_lock(&head_account).await.problem(404, "not-found");
    let _ = head.api.lift_lock("nobody-at-all").await.problem(404, "not-found");
    let _ = head.api.lift_lock(&account).await.expect(204);
    let reviewer = Reviewer::log_in(&stack, &staff).await;
    let id = tokens::claims(reviewer.api.token.as_deref().expect("a token"));
    let id = id["username"].as_str().expect("a username");
    let kept = table::partition(&stack, &format!("REVIEWER#{id}"), "UNLOCK#").await;
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(kept[0]["by"].as_s().is_ok_and(|by| by.starts_with("rev_")), "{kept:?}");

    locked(&stack, &staff).await;
    assert!(done(&run(&stack, "unlock-reviewer", &account)).contains("may try again"));
    let _ = Reviewer::log_in(&stack, &staff).await;
}
