//! Requests sent again with their keys: by callers who may not make them any more, and after a function was killed.

use aws_sdk_dynamodb::types::AttributeValue;
use journey::admin::{admin, done};
use journey::pictures::Picture;
use journey::scenario::{face_consent, solved_captcha};
use journey::stack::COUNTY;
use journey::template::Template;
use journey::{Applicant, Client, Response, Reviewer, Stack, table, wait, windows};
use serde_json::{Value, json};

/// 门头沟区, where no other test has cases: `next` must claim nobody else's.
const QUIET: &str = "110109";

/// 密云区, as quiet, where the reviewer moves to.
const ELSEWHERE: &str = "110118";

fn key(name: &str) -> String {
    format!("{name}-{:016x}", fastrand::u64(..))
}

fn is_replayed(answer: &Response) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

fn change_staff(stack: &Stack, command: &str, account: &str, further: &[&str]) {
    let sign = ["--by", "tests", "--reason", "replay.rs"];
    let _ = done(&admin(stack, &[&[command, account], further, &sign[..]].concat()));
}

/// What a reviewer asks for with a key: each `POST` of the desk that creates or changes something.
async fn desk_requests(desk: &Client, case: &str) -> Vec<(&'static str, Response)> {
    let list = json!({"list": "open", "kind": "real-name", "format": "csv"});
    vec![
        ("claim", desk.claim(case).await),
        ("export", desk.request_case_list(&list).await),
        ("approvals", desk.approve_selection(&[(case, 1)]).await),
        ("next", desk.send("POST", "/v1/review/queue/next?kind=collection").await),
    ]
}

/// A request for verification that waits in that county.
async fn waiting(stack: &Stack, county: &str) -> String {
    let applicant = Applicant::registered(stack).await;
    let _ = applicant.request_real_name_in(stack, county).await.expect(201);
    applicant.real_name_case()
}

#[tokio::test]
async fn dismissed_reviewer_gets_no_kept_answer() {
    let stack = Stack::required();
    let case = waiting(&stack, QUIET).await;
    let (reviewer, account) = Reviewer::hired(&stack, QUIET, &[]).await;
    let desk = reviewer.api.idempotency_key(&key("dismissed"));
    let first = desk_requests(&desk, &case).await;
    for (request, answer) in &first {
        assert!(answer.is_success() && !is_replayed(answer), "{request}: {}", answer.text);
    }
    for ((request, before), (_, again)) in first.iter().zip(desk_requests(&desk, &case).await) {
        assert!(is_replayed(&again) && again.text == before.text, "{request}: {}", again.text);
    }
    change_staff(&stack, "disable-reviewer", &account, &[]);
    for (request, answer) in desk_requests(&desk, &case).await {
        assert!(!is_replayed(&answer), "{request}");
        let _ = answer.problem(403, "forbidden");
    }
    change_staff(&stack, "enable-reviewer", &account, &[]);
    for (request, answer) in desk_requests(&desk, &case).await {
        assert!(is_replayed(&answer), "{request}: {}", answer.text);
    }
}

#[tokio::test]
async fn moved_reviewer_gets_no_answer_of_the_other_division() {
    let stack = Stack::required();
    let case = waiting(&stack, QUIET).await;
    let (reviewer, account) = Reviewer::hired(&stack, QUIET, &[]).await;
    let desk = reviewer.api.idempotency_key(&key("moved"));
    let list = json!({"list": "open", "division": QUIET, "format": "csv"});
    let _ = desk.claim(&case).await.expect(200);
    let _ = desk.request_case_list(&list).await.expect(202);
    let next = "/v1/review/queue/next?kind=collection";
    let of_county = format!("{next}&division={QUIET}");
    let elsewhere = reviewer.api.idempotency_key(&key("elsewhere"));
    let _ = elsewhere.send("POST", next).await.expect(200);
    let _ = desk.send("POST", &of_county).await.expect(200);
    change_staff(&stack, "move-reviewer", &account, &["--division", ELSEWHERE]);
    let _ = desk.claim(&case).await.problem(404, "not-found");
    let _ = desk.request_case_list(&list).await.problem(403, "forbidden");
    let _ = desk.send("POST", &of_county).await.problem(403, "forbidden");
    assert!(!is_replayed(&elsewhere.send("POST", next).await.expect(200)), "it is another division's next");
}

#[tokio::test]
async fn withdrawn_consent_ends_kept_forms_and_receipts() {
    let stack = Stack::required();
    let (applicant, _) = Applicant::with_draft(&stack).await;
    let api = applicant.api.idempotency_key(&key("consent"));
    let photo = Picture::photo(&stack);
    let form = async || api.announce_upload("photo", "image/jpeg", photo.bytes.len()).await;
    let proof = async || api.announce_upload("work-proof", "image/jpeg", 30_000).await;
    let first = form().await.expect(201);
    assert_eq!(form().await.expect(201).text, first.text);
    let with_proof = applicant.api.idempotency_key(&key("proof"));
    let shows_no_face = with_proof.announce_upload("work-proof", "image/jpeg", 30_000).await.expect(201);
    let _ = proof().await.problem(422, "idempotency-key-reused");
    let receipt = api.submit().await.expect(201);
    assert_eq!(api.submit().await.expect(201).text, receipt.text);

    let _ = applicant.api.delete_consent().await.expect(204);
    let _ = form().await.problem(403, "consent-required");
    let _ = api.submit().await.problem(403, "consent-required");
    let again = with_proof.announce_upload("work-proof", "image/jpeg", 30_000).await.expect(201);
    assert_eq!(again.text, shows_no_face.text);
    let _ = applicant.api.put_consent(&face_consent(&applicant.api).await).await.expect(200);
    assert!(is_replayed(&form().await.expect(201)));
}

/// A path of the template with ids that could be.
fn plausible(path: &str) -> String {
    const ULID: &str = "01M86GZZ76GMAEDCT0NQP1KGT4";
    let prefix = match path {
        path if path.contains("exports") => "xpt",
        path if path.contains("uploads") => "upl",
        path if path.contains("notifications") => "ntc",
        path if path.contains("educations") => "edu",
        path if path.contains("employments") => "emp",
        path if path.contains("alipay") => "aly",
        _ => "id",
    };
    path.replace("{id}", &format!("{prefix}_{ULID}")).replace("{experienceId}", &format!("exp_{ULID}"))
}

/// The routes for applicants that the template has, as they could be asked for.
fn applicants_routes() -> Vec<(String, String)> {
    let routes = Template::read().routes().into_iter();
    let theirs = routes.filter(|route| !route.open && !route.path.starts_with("/v1/review/"));
    theirs.map(|route| (route.method, plausible(&route.path))).collect()
}

async fn assert_all_closed(api: &Client, but: &[&str]) {
    let routes = applicants_routes();
    assert!(routes.len() > 30, "{routes:?}");
    for (method, path) in routes {
        if but.contains(&format!("{method} {path}").as_str()) {
            continue;
        }
        for body in [None, Some(json!({}))] {
            let answer = match &body {
                Some(body) => api.send_json(&method, &path, body).await,
                None => api.send(&method, &path).await,
            };
            assert_eq!(
                (answer.status, &answer.body["code"]),
                (401, &json!("unauthenticated")),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn token_of_a_closed_account_gets_401_on_every_route() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let keyed = applicant.api.idempotency_key(&key("closed"));
    let _ = keyed.request_export().await.expect(202);
    let _ = keyed.announce_upload("work-proof", "image/jpeg", 30_000).await.expect(201);

    // One that is being closed first: its item says so, and its user is still there.
    let items = table::items(&stack, applicant.ulid()).await;
    let account = items.into_iter().find(|item| item["sk"].as_s().is_ok_and(|sk| sk == "ACCOUNT"));
    let account = account.expect("an account");
    let mut closing = account.clone();
    let text = |text: &str| AttributeValue::S(text.to_owned());
    for (name, value) in [
        ("state", text("closing")),
        ("closedAt", text("2026-11-24T10:00:00.000+08:00")),
        ("retainUntil", text("2031-11-24T10:00:00.000+08:00")),
    ] {
        let _ = closing.insert(name.to_owned(), value);
    }
    table::put(&stack, closing).await;
    assert_all_closed(&applicant.api.without_cookie(), &["DELETE /v1/me"]).await;
    let _ = applicant.api.refresh().await.problem(401, "session-expired");
    table::put(&stack, account).await;
    let _ = applicant.api.me().await.expect(200);

    let (captcha, answer) = solved_captcha(&stack, &applicant.api).await;
    let _ = applicant.api.close_account(&applicant.person.password, (&captcha, &answer)).await.expect(204);
    assert_all_closed(&applicant.api.without_cookie(), &[]).await;
    assert_all_closed(&keyed.without_cookie(), &[]).await;
    let _ = applicant.api.refresh().await.problem(401, "session-expired");
}

/// The time in a ULID, in milliseconds since 1970: its first ten characters, in Crockford's base 32.
fn millis(ulid: &str) -> i64 {
    const DIGITS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let digits = ulid.chars().take(10).map(|c| DIGITS.find(c).expect("a digit of a ULID"));
    digits.fold(0, |sum, digit| sum * 32 + i64::try_from(digit).expect("a small number"))
}

#[tokio::test]
async fn request_killed_before_its_answer_was_kept_makes_one_export() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let api = applicant.api.idempotency_key(&key("killed"));
    let first = api.request_export().await.expect(202);
    let id = first.str("/exportId").to_owned();
    // The record as it was while the function ran, whose time is over: the answer was never kept.
    let mut kept =
        table::kept_answers(&stack).await.into_iter().filter(|item| format!("{item:?}").contains(&id));
    let mut item = kept.next().expect("the answer is kept");
    let _ = item.remove("answer");
    let text = |millis: i64| AttributeValue::S(windows::text(millis));
    let since = millis(id.trim_start_matches("xpt_"));
    let _ = item.insert("since".to_owned(), text(since));
    let _ = item.insert("until".to_owned(), text(windows::now() + 600_000));
    table::put(&stack, item.clone()).await;
    let busy = api.request_export().await.problem(409, "idempotency-in-progress");
    assert_eq!(busy.retry_after(), Some(1));
    let _ = item.insert("until".to_owned(), text(windows::now()));
    table::put(&stack, item).await;
    let again = api.request_export().await.expect(202);
    assert_eq!((again.str("/exportId"), is_replayed(&again)), (id.as_str(), false));
    let exports = table::partition(&stack, &format!("PERSON#{}", applicant.ulid()), "EXPORT#").await;
    assert_eq!(exports.len(), 1, "{exports:?}");
    assert!(is_replayed(&api.request_export().await.expect(202)));
}

#[tokio::test]
async fn bulk_approval_whose_function_was_killed_is_started_by_its_record() {
    let stack = Stack::required();
    let case = waiting(&stack, COUNTY).await;
    let (reviewer, _) = Reviewer::hired(&stack, COUNTY, &[]).await;
    reviewer.find("real-name", &case).await;
    let begun = reviewer.api.approve_selection(&[(&case, 99)]).await.expect(202);
    let id = begun.str("/approvalId").to_owned();
    // A record like it, for which no function was there to start anything.
    let mut item = selection_item(&stack, &reviewer, &id).await;
    let last = if id.ends_with('Z') { 'Y' } else { 'Z' };
    let other = format!("{}{last}", &id[..id.len() - 1]);
    let ulid = other.split_once('_').expect("an id").1.to_owned();
    let text = |text: String| AttributeValue::S(text);
    let _ = item.insert("id".to_owned(), text(other.clone()));
    let _ = item.insert("sk".to_owned(), text(format!("BULK#{ulid}")));
    table::put(&stack, item).await;
    let ended = wait::until("the selection", wait::SOON, async || {
        let now = reviewer.api.selection(&other).await.expect(200);
        (now.str("/state") == "done").then_some(now)
    })
    .await;
    assert_eq!(ended.list("/refused").len(), 1, "{}", ended.text);
}

/// The record of a selection.
async fn selection_item(stack: &Stack, reviewer: &Reviewer, id: &str) -> table::Item {
    let token = reviewer.api.token.clone().expect("a token");
    let claims: Value = journey::tokens::claims(&token);
    let pk = format!("REVIEWER#{}", claims["username"].as_str().expect("a username"));
    let ulid = id.split_once('_').expect("an id").1;
    let found = table::partition(stack, &pk, &format!("BULK#{ulid}")).await;
    found.into_iter().next().expect("a selection")
}
