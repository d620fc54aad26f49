//! Logging in: by whatever name, five times at most, and without telling who is there.

use edge::testing::{Ask, Reply};
use jiff::SignedDuration;
use open_session::handle;
use ports::fakes::{CAPTCHA_ANSWER, COUNTY, Fakes, MOBILE, PASSWORD, each_failure};
use serde_json::{Value, json};

/// The number of the first applicant's identity card.
const NUMBER: &str = "110101199003070011";

fn body(fakes: &Fakes, account: &str, password: &str) -> Value {
    let captcha = fakes.captcha();
    json!({"account": account, "password": password, "captchaId": captcha, "captchaAnswer": "a3k7p"})
}

async fn post(fakes: &Fakes, body: &Value) -> Reply {
    let ask = Ask::new("POST /v1/sessions").json(body);
    let Fakes { table, keys, users, clock, chance, .. } = fakes;
    Reply::of(handle(ask.call(), table, keys, users, clock, chance).await)
}

async fn log_in(fakes: &Fakes, account: &str, password: &str) -> Reply {
    post(fakes, &body(fakes, account, password)).await
}

#[tokio::test]
async fn a_phone_or_a_number_and_the_password_begin_a_session() {
    let fakes = Fakes::new();
    let id = fakes.applicant(1);
    for account in [
        MOBILE,
        "+86 138 0000 1234",
        NUMBER,
        " 110101 19900307 0011 ",
        "\u{202D}138–0000‑1234\u{202C}",
        "\u{2066}１１０１０１19900307\u{AD}0011\u{2069}",
        "110101-19900307-0011",
        "138\u{FE0F}00001234\u{3164}",
    ] {
        let reply = log_in(&fakes, account, PASSWORD).await;
        assert_eq!(reply.said(), "201", "{account}");
        assert_eq!(reply.body["accessToken"], format!("access-{id}"));
        let cookie = reply.header("set-cookie").unwrap();
        for attribute in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/v1/sessions"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!reply.body.to_string().contains("refresh"), "no script can read it");
    }
}

#[tokio::test]
async fn reviewers_log_in_by_their_account_names_and_as_reviewers_only() {
    let fakes = Fakes::new();
    let id = fakes.reviewer(COUNTY).id;
    let with = |account: &str, who: &str| {
        let mut body = body(&fakes, account, PASSWORD);
        body["as"] = who.into();
        body
    };
    for account in
        ["staff-110101", "STAFF-110101", " ｓｔａｆｆ－110101\u{3000}", "\u{202A}Staff‑110101\u{202C}"]
    {
        let reply = post(&fakes, &with(account, "reviewer")).await;
        assert_eq!(reply.body["accessToken"], format!("access-{id}"), "{account:?}");
    }
    assert_eq!(
        post(&fakes, &with("\u{3164}\u{FE0F}", "reviewer")).await.faults(),
        ["/account form.REQUIRED"]
    );
    for (account, who) in [("staff-110101", "applicant"), ("staff#110101", "reviewer"), (MOBILE, "reviewer")]
    {
        assert_eq!(post(&fakes, &with(account, who)).await.said(), "401 login-failed", "{account} {who}");
    }
    assert_eq!(post(&fakes, &with("staff-110101", "admin")).await.faults(), ["/as code.UNKNOWN"]);
}

#[tokio::test]
async fn a_captcha_is_taken_however_it_is_typed() {
    let fakes = Fakes::new();
    fakes.applicant(1);
    for answer in
        ["ABCD", "abcd", "ａｂＣＤ", " A B\u{3000}C D ", "AB-CD", "AB–CD", "\u{202D}AB\u{AD}CD\u{202C}"]
    {
        let mut body = body(&fakes, MOBILE, PASSWORD);
        body["captchaAnswer"] = answer.into();
        assert_eq!(post(&fakes, &body).await.said(), "201", "{answer:?}");
    }
    let mut body = body(&fakes, MOBILE, PASSWORD);
    body["captchaAnswer"] = "\u{3164} \u{FE0F}".into();
    assert_eq!(post(&fakes, &body).await.faults(), ["/captchaAnswer form.REQUIRED"], "nothing was answered");
    body["captchaAnswer"] = "abcd".into();
    assert_eq!(post(&fakes, &body).await.said(), "201", "and nothing was used up");
}

#[tokio::test]
async fn a_picture_code_is_asked_for_first_and_is_good_once() {
    let fakes = Fakes::new();
    fakes.applicant(1);
    let good = body(&fakes, MOBILE, PASSWORD);
    let mut wrong = body(&fakes, MOBILE, PASSWORD);
    wrong["captchaAnswer"] = "WXYZ7".into();
    assert_eq!(post(&fakes, &wrong).await.faults(), ["/captchaAnswer captcha.WRONG"]);
    wrong["captchaAnswer"] = CAPTCHA_ANSWER.into();
    assert_eq!(post(&fakes, &wrong).await.said(), "422 invalid-request", "one try each");
    assert_eq!(post(&fakes, &good).await.said(), "201");
    assert_eq!(post(&fakes, &good).await.said(), "422 invalid-request", "it was used");
    let late = body(&fakes, MOBILE, PASSWORD);
    fakes.clock.advance(SignedDuration::from_mins(5));
    assert_eq!(post(&fakes, &late).await.said(), "422 invalid-request", "it has expired");
    assert_eq!(fakes.users.sessions(), 1);
}

#[tokio::test]
async fn who_is_there_cannot_be_told_from_the_answer_or_from_the_work() {
    let fakes = Fakes::new();
    fakes.applicant(1);
    for (known, unknown) in [(MOBILE, "13911112222"), (NUMBER, "11010519491231002X")] {
        let mut told = Vec::new();
        for account in [known, unknown] {
            let body = body(&fakes, account, "Wrong-word9");
            fakes.script.take_calls();
            let reply = post(&fakes, &body).await;
            told.push((reply.status, reply.body, reply.headers.len(), fakes.script.take_calls()));
        }
        assert_eq!(told[0], told[1], "{known} and {unknown}");
    }
}

#[tokio::test]
async fn five_failures_close_an_account_by_all_its_names_for_a_quarter_of_an_hour() {
    for (first, second) in [(MOBILE, NUMBER), ("13911112222", "13911112222")] {
        let fakes = Fakes::new();
        fakes.applicant(1);
        for _ in 0..5 {
            assert_eq!(log_in(&fakes, first, "Wrong-word9").await.said(), "401 login-failed");
        }
        let reply = log_in(&fakes, second, PASSWORD).await;
        assert_eq!(reply.said(), "429 too-many-requests", "{second}");
        assert_eq!(reply.header("retry-after"), Some("900"));
        fakes.clock.advance(SignedDuration::from_mins(15));
        let expected = if first == MOBILE { "201" } else { "401 login-failed" };
        assert_eq!(log_in(&fakes, second, PASSWORD).await.said(), expected);
    }
}

#[tokio::test]
async fn closing_one_account_closes_no_other() {
    let fakes = Fakes::new();
    let _both = (fakes.applicant(1), fakes.applicant(2));
    for _ in 0..6 {
        log_in(&fakes, MOBILE, "Wrong-word9").await;
    }
    assert_eq!(log_in(&fakes, "13800001235", PASSWORD).await.said(), "201");
}

#[tokio::test]
async fn whatever_fails_nobody_is_let_in_and_the_next_try_succeeds() {
    for (password, calls) in [(PASSWORD, 7), ("Wrong-word9", 8)] {
        let failed = each_failure(async |fakes, failure| {
            fakes.applicant(1);
            let body = body(fakes, MOBILE, password);
            fakes.script.arm(failure);
            let first = post(fakes, &body).await;
            let failed = fakes.script.disarm();
            assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.said());
            assert!(failed.is_none() || first.header("set-cookie").is_none());
            assert_eq!(log_in(fakes, MOBILE, PASSWORD).await.said(), "201", "{failure:?}");
            failed
        })
        .await;
        assert_eq!(failed.len(), calls, "{failed:?}");
    }
}
