//! Logging in: by whatever name, five times at most, and without telling who is there.

use domain::identity::{IdType, IdentityNumber};
use edge::testing::{TestRequest, TestResponse};
use futures_util::future::join_all;
use jiff::SignedDuration;
use open_session::handle;
use ports::{
    Clock,
    accounts::Username,
    fakes::{CAPTCHA_ANSWER, COUNTY, Failure, Fakes, How, MOBILE, PASSWORD, PlainKeys, When, each_failure},
    secrets::TagPurpose,
};
use serde_json::{Value, json};

/// The number of the first applicant's identity card.
const NUMBER: &str = "110101199003070011";

fn body(fakes: &Fakes, account: &str, password: &str) -> Value {
    let captcha = fakes.captcha();
    json!({"account": account, "password": password, "captchaId": captcha, "captchaAnswer": "a3k7p"})
}

async fn post(fakes: &Fakes, body: &Value) -> TestResponse {
    let ask = TestRequest::new("POST /v1/sessions").json(body);
    let Fakes { table, keys, users, clock, chance, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, users, clock, chance).await)
}

async fn log_in(fakes: &Fakes, account: &str, password: &str) -> TestResponse {
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
        assert_eq!(reply.summary(), "201", "{account}");
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
        assert_eq!(post(&fakes, &with(account, who)).await.summary(), "401 login-failed", "{account} {who}");
    }
    assert_eq!(post(&fakes, &with("staff-110101", "admin")).await.faults(), ["/as code.UNKNOWN"]);
}

#[tokio::test]
async fn a_captcha_is_taken_however_it_is_typed() {
    let fakes = Fakes::new();
    fakes.applicant(1);
    for answer in [
        "A3K7P",
        "a3k7p",
        "ａ３Ｋ７ｐ",
        " A 3\u{3000}K 7 P ",
        "A3-K7P",
        "A3–K7P",
        "\u{202D}A3\u{AD}K7P\u{202C}",
    ] {
        let mut body = body(&fakes, MOBILE, PASSWORD);
        body["captchaAnswer"] = answer.into();
        assert_eq!(post(&fakes, &body).await.summary(), "201", "{answer:?}");
    }
    let mut body = body(&fakes, MOBILE, PASSWORD);
    body["captchaAnswer"] = "\u{3164} \u{FE0F}".into();
    assert_eq!(post(&fakes, &body).await.faults(), ["/captchaAnswer form.REQUIRED"], "nothing was answered");
    body["captchaAnswer"] = "a3k7p".into();
    assert_eq!(post(&fakes, &body).await.summary(), "201", "and nothing was used up");
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
    assert_eq!(post(&fakes, &wrong).await.summary(), "422 invalid-request", "one try each");
    assert_eq!(post(&fakes, &good).await.summary(), "201");
    assert_eq!(post(&fakes, &good).await.summary(), "422 invalid-request", "it was used");
    let late = body(&fakes, MOBILE, PASSWORD);
    fakes.clock.advance(SignedDuration::from_mins(5));
    assert_eq!(post(&fakes, &late).await.summary(), "422 invalid-request", "it has expired");
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

/// From another address.
async fn log_in_from(fakes: &Fakes, address: &str, account: &str, password: &str) -> TestResponse {
    let ask = TestRequest::new("POST /v1/sessions").json(&body(fakes, account, password)).address(address);
    let Fakes { table, keys, users, clock, chance, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, users, clock, chance).await)
}

#[tokio::test]
async fn five_failures_close_an_account_by_all_its_names_for_a_quarter_of_an_hour() {
    for (first, second) in [(MOBILE, NUMBER), ("13911112222", "139 1111-2222")] {
        let fakes = Fakes::new();
        fakes.applicant(1);
        for _ in 0..5 {
            assert_eq!(log_in(&fakes, first, "Wrong-word9").await.summary(), "401 login-failed");
        }
        let reply = log_in(&fakes, second, PASSWORD).await;
        assert_eq!(reply.summary(), "429 too-many-requests", "{second}");
        assert_eq!(reply.header("retry-after"), Some("900"));
        fakes.clock.advance(SignedDuration::from_mins(15));
        let expected = if first == MOBILE { "201" } else { "401 login-failed" };
        assert_eq!(log_in(&fakes, second, PASSWORD).await.summary(), expected);
    }
}

#[tokio::test]
async fn of_many_passwords_at_once_five_are_tried() {
    let fakes = Fakes::new();
    fakes.applicant(1);
    let passwords: Vec<String> = (0..28).map(|n| format!("Wrong-word{n}")).collect();
    let passwords = passwords.iter().map(String::as_str).chain([PASSWORD]);
    let replies = join_all(passwords.map(|password| log_in(&fakes, MOBILE, password))).await;
    let summary: Vec<String> = replies.iter().map(TestResponse::summary).collect();
    assert_eq!(fakes.users.take_tried().len(), 5, "{summary:?}");
    assert_eq!(
        summary.iter().filter(|summary| *summary == "429 too-many-requests").count(),
        24,
        "{summary:?}"
    );
    assert_eq!((summary.last().unwrap().as_str(), fakes.users.sessions()), ("429 too-many-requests", 0));
}

#[tokio::test]
async fn a_right_password_forgives_the_wrong_ones_before_it() {
    let fakes = Fakes::new();
    fakes.applicant(1);
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(log_in(&fakes, MOBILE, "Wrong-word9").await.summary(), "401 login-failed");
        }
        assert_eq!(log_in(&fakes, MOBILE, PASSWORD).await.summary(), "201");
    }
}

#[tokio::test]
async fn closing_one_account_closes_no_other() {
    let fakes = Fakes::new();
    let _both = (fakes.applicant(1), fakes.applicant(2));
    for _ in 0..6 {
        log_in(&fakes, MOBILE, "Wrong-word9").await;
    }
    assert_eq!(log_in(&fakes, "13800001235", PASSWORD).await.summary(), "201");
}

#[tokio::test]
async fn a_stranger_elsewhere_locks_nobody_out() {
    let fakes = Fakes::new();
    fakes.applicant(1);
    for last in 1..=6 {
        let address = format!("2001:db8:0:1::{last}");
        let summary = log_in_from(&fakes, &address, MOBILE, "Wrong-word9").await.summary();
        let expected = if last <= 5 { "401 login-failed" } else { "429 too-many-requests" };
        assert_eq!(summary, expected, "one network is one source");
    }
    assert_eq!(log_in_from(&fakes, "2001:db8:0:2::1", MOBILE, PASSWORD).await.summary(), "201");
    assert_eq!(log_in_from(&fakes, "::ffff:203.0.113.7", MOBILE, PASSWORD).await.summary(), "201");
}

#[tokio::test]
async fn guessing_from_many_addresses_ends_and_the_own_address_stays_open() {
    let fakes = Fakes::new();
    fakes.applicant(1);
    assert_eq!(log_in_from(&fakes, "203.0.113.7", MOBILE, PASSWORD).await.summary(), "201");
    let mut stranger = 0_u32;
    let mut guess = async |password: &str| {
        stranger += 1;
        log_in_from(&fakes, &format!("198.51.{}.{}", stranger / 256, stranger % 256), MOBILE, password).await
    };
    for hour in 0..4 {
        for _ in 0..50 {
            assert_eq!(guess("Wrong-word9").await.summary(), "401 login-failed", "hour {hour}");
        }
        let refused = guess(PASSWORD).await;
        assert_eq!(refused.summary(), "429 too-many-requests");
        assert_eq!(refused.header("retry-after"), Some("3600"), "hour {hour}");
        fakes.clock.advance(SignedDuration::from_hours(1));
    }
    let refused = guess(PASSWORD).await;
    assert_eq!(refused.header("retry-after"), Some("72000"), "after 200 until the day is over");
    assert_eq!(log_in_from(&fakes, "203.0.113.7", MOBILE, PASSWORD).await.summary(), "201", "a known source");
    fakes.clock.advance(SignedDuration::from_hours(20));
    assert_eq!(guess(PASSWORD).await.summary(), "201");
}

#[tokio::test]
async fn one_source_tries_two_hundred_accounts_an_hour() {
    let fakes = Fakes::new();
    fakes.applicant(1);
    for phone in 0..200_u32 {
        let account = format!("139{phone:08}");
        assert_eq!(log_in(&fakes, &account, "Wrong-word9").await.summary(), "401 login-failed", "{phone}");
        // Whoever is right is none of them.
        if phone % 50 == 0 {
            assert_eq!(log_in(&fakes, MOBILE, PASSWORD).await.summary(), "201");
        }
    }
    assert_eq!(log_in(&fakes, MOBILE, PASSWORD).await.summary(), "429 too-many-requests");
    assert_eq!(log_in_from(&fakes, "198.51.100.9", MOBILE, PASSWORD).await.summary(), "201");
    fakes.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(log_in(&fakes, MOBILE, PASSWORD).await.summary(), "201");
}

/// A passport and a permit with the digits `12345678`.
#[tokio::test]
async fn two_accounts_with_the_same_digits_are_two_accounts() {
    const DIGITS: &str = "E12345678";
    let fakes = Fakes::new();
    let today = fakes.clock.now().date();
    let kinds: Vec<IdType> =
        IdType::ALL.into_iter().filter(|kind| IdentityNumber::parse(*kind, DIGITS, today).is_ok()).collect();
    let ids = [fakes.applicant(1), fakes.applicant(2)];
    // Both claim the number, of one kind or of two.
    let claims: [&[_]; 2] = [&ids[..1], &ids[1..]];
    for (at, claimants) in claims.iter().enumerate() {
        let number = IdentityNumber::parse(kinds[at.min(kinds.len() - 1)], DIGITS, today).unwrap();
        let tag = PlainKeys::tag_of(TagPurpose::Identity, &number.holder_key());
        for id in *claimants {
            fakes.table.claim(&tag, *id);
        }
    }
    let passwords = ["First-kite-77x", "Second-moon-88y"];
    for (id, password) in ids.iter().zip(passwords) {
        fakes.users.add(Username::Applicant(*id), password);
    }
    for _ in 0..7 {
        for (id, password) in ids.iter().zip(passwords) {
            let reply = log_in(&fakes, DIGITS, password).await;
            assert_eq!(reply.body["accessToken"], format!("access-{id}"), "{}", reply.summary());
        }
    }
    // The first is locked by phone; the second is let in by the number all the same.
    for _ in 0..5 {
        log_in(&fakes, MOBILE, "Wrong-word9").await;
    }
    assert_eq!(
        log_in(&fakes, DIGITS, passwords[0]).await.summary(),
        "401 login-failed",
        "that account waits"
    );
    let reply = log_in(&fakes, DIGITS, passwords[1]).await;
    assert_eq!(reply.body["accessToken"], format!("access-{}", ids[1]));
}

#[tokio::test]
async fn a_user_who_is_gone_is_a_wrong_password() {
    let fakes = Fakes::new();
    let id = fakes.applicant(1);
    fakes.users.lose(Username::Applicant(id));
    assert_eq!(log_in(&fakes, MOBILE, PASSWORD).await.summary(), "401 login-failed");
}

#[tokio::test]
async fn a_password_is_the_same_from_another_keyboard() {
    let fakes = Fakes::new();
    let id = fakes.applicant(1);
    fakes.users.add(Username::Applicant(id), "Kité moon 7");
    for password in ["Kite\u{301} moon 7", "Kité\u{3000}moon\u{A0}7", " Kité moon 7 "] {
        assert_eq!(log_in(&fakes, MOBILE, password).await.summary(), "201", "{password:?}");
    }
}

#[tokio::test]
async fn whatever_fails_nobody_is_let_in_and_the_next_try_succeeds() {
    // What comes after the right password: its counters are put in order, and it is let in whether they answer or not.
    const AFTERWARDS: [&str; 3] = ["forgive", "give_back", "remember_source"];
    for (password, calls) in [(PASSWORD, 17), ("Wrong-word9", 12)] {
        let failed = each_failure(async |fakes, failure| {
            fakes.applicant(1);
            let body = body(fakes, MOBILE, password);
            fakes.script.arm(failure);
            let first = post(fakes, &body).await;
            let failed = fakes.script.disarm();
            let is_late = failed.is_some_and(|failed| AFTERWARDS.contains(&failed));
            assert!(failed.is_none() || is_late || first.is_failure(), "{} at {failed:?}", first.summary());
            assert!(failed.is_none() || is_late || first.header("set-cookie").is_none());
            assert_eq!(log_in(fakes, MOBILE, PASSWORD).await.summary(), "201", "{failure:?}");
            failed
        })
        .await;
        assert_eq!(failed.len(), calls, "{failed:?}");
    }
}

#[tokio::test]
async fn a_provider_that_does_not_answer_locks_nobody_out() {
    let fakes = Fakes::new();
    fakes.applicant(1);
    for _ in 0..20 {
        let body = body(&fakes, MOBILE, PASSWORD);
        let calls = ["take_captcha", "tag", "tag", "tag", "find_by_mobile", "tag", "is_known"].len();
        fakes.script.arm(Failure { call: calls + 4 + 1, when: When::Before, how: How::Unavailable });
        let summary = post(&fakes, &body).await.summary();
        assert_eq!((summary.as_str(), fakes.script.disarm()), ("503 unavailable", Some("log_in")));
    }
    assert_eq!(log_in(&fakes, MOBILE, PASSWORD).await.summary(), "201");
}
