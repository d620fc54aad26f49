//! Sending codes: to whoever read a picture code, and not too often.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    ids::SmsCodeId,
    mobile::Mobile,
    person::{SmsCode, SmsPurpose},
    sms::Sms,
};
use edge::testing::{TestRequest, TestResponse};
use jiff::SignedDuration;
use ports::{
    codes::TrySmsCode,
    fakes::{CAPTCHA_ANSWER, Fakes, MOBILE, PlainKeys, each_failure},
    secrets::TagPurpose,
};
use send_sms_code::handle;
use serde_json::{Value, json};

fn body(fakes: &Fakes, mobile: &str) -> Value {
    let captcha = fakes.captcha();
    json!({"mobile": mobile, "purpose": "registration", "captchaId": captcha, "captchaAnswer": CAPTCHA_ANSWER})
}

/// What the whole system sends in a day, where a test is not about that.
const PER_DAY: u32 = 1_000;

/// Where the owner of a phone sits, and somebody else.
const OWNER: &str = "203.0.113.7";
const STRANGER: &str = "2001:db8:1:2::3";

async fn post_from(fakes: &Fakes, address: &str, body: &Value, per_day: u32) -> TestResponse {
    let ask = TestRequest::new("POST /v1/sms-codes").address(address).json(body);
    let Fakes { table, keys, outgoing, clock, chance, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, outgoing, per_day, clock, chance).await)
}

async fn post(fakes: &Fakes, body: &Value) -> TestResponse {
    post_from(fakes, OWNER, body, PER_DAY).await
}

/// Asks for a code for a purpose, to [`MOBILE`].
async fn send_from(fakes: &Fakes, address: &str, purpose: &str) -> TestResponse {
    let mut body = body(fakes, MOBILE);
    body["purpose"] = purpose.into();
    post_from(fakes, address, &body, PER_DAY).await
}

async fn send(fakes: &Fakes, mobile: &str) -> TestResponse {
    post(fakes, &body(fakes, mobile)).await
}

/// The codes that were sent: to whom, for what.
fn codes(fakes: &Fakes) -> Vec<(Mobile, SmsPurpose, SmsCode)> {
    let sent = fakes.outgoing.sms().into_iter();
    sent.filter_map(|(to, sms)| match sms {
        Sms::Code { purpose, code } => Some((to, purpose, code)),
        Sms::Notification { .. } | Sms::NumberLost => None,
    })
    .collect()
}

/// Whether the code that was sent last can be tried by whoever got that answer.
async fn is_good(fakes: &Fakes, reply: &TestResponse) -> bool {
    let (mobile, purpose, code) = codes(fakes).pop().unwrap();
    let mobile = PlainKeys::tag_of(TagPurpose::Mobile, mobile.expose());
    let id = SmsCodeId::parse(reply.body["smsCodeId"].as_str().unwrap()).unwrap();
    let kept = fakes.table.try_sms_code(id, purpose, &mobile, ports::Clock::now(&fakes.clock)).await.unwrap();
    kept == Some(Fakes::sms_tag(id, &mobile, code.expose()))
}

#[tokio::test]
async fn a_code_is_sent_and_kept_whether_the_phone_has_an_account_or_not() {
    let fakes = Fakes::new();
    fakes.applicant(1);
    let answers = [send(&fakes, MOBILE).await, send(&fakes, "13911112222").await];
    assert_eq!(answers[0].summary(), "202");
    let members = |reply: &TestResponse| reply.body.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(members(&answers[0]), members(&answers[1]));
    assert_eq!(answers[0].body["expiresAt"], answers[1].body["expiresAt"]);
    assert_ne!(answers[0].body["smsCodeId"], answers[1].body["smsCodeId"]);
    let sms = codes(&fakes);
    assert_eq!((sms[0].0.clone(), sms[0].1), (Mobile::parse(MOBILE).unwrap(), SmsPurpose::Registration));
    assert!(is_good(&fakes, &answers[1]).await);
    assert!(!answers[1].body.to_string().contains(sms[1].2.expose()), "the code goes by phone only");
}

#[tokio::test]
async fn without_the_picture_code_nothing_is_counted_and_nothing_sent() {
    let fakes = Fakes::new();
    let mut wrong = body(&fakes, MOBILE);
    wrong["captchaAnswer"] = "WXYZ7".into();
    assert_eq!(post(&fakes, &wrong).await.faults(), ["/captchaAnswer captcha.WRONG"]);
    wrong["captchaAnswer"] = CAPTCHA_ANSWER.into();
    assert_eq!(post(&fakes, &wrong).await.summary(), "422 invalid-request", "it was used up");
    assert!(fakes.table.look().limits.is_empty() && codes(&fakes).is_empty());
    let good = body(&fakes, MOBILE);
    assert_eq!(post(&fakes, &good).await.summary(), "202");
    assert_eq!(post(&fakes, &good).await.summary(), "422 invalid-request");
    for mobile in ["+1 415 555 0100", "12345678901", "010-64001234", ""] {
        assert_eq!(send(&fakes, mobile).await.summary(), "422 invalid-request", "{mobile}");
    }
    assert_eq!(codes(&fakes).len(), 1);
}

#[tokio::test]
async fn a_captcha_is_answered_as_people_type_it_and_kept_where_the_answer_cannot_be_one() {
    let fakes = Fakes::new();
    for answer in ["a3k7p", " A3K 7P ", "Ａ３ｋ７Ｐ", "a3-k7p", "A3K7P\u{200B}"] {
        let mut typed = body(&fakes, MOBILE);
        typed["captchaAnswer"] = answer.into();
        assert_eq!(post(&fakes, &typed).await.summary(), "202", "{answer:?}");
        fakes.clock.advance(SignedDuration::from_secs(60));
    }
    let mut patient = body(&fakes, "13911112222");
    for (answer, fault) in [
        ("", "/captchaAnswer form.REQUIRED"),
        (" \u{3000}\u{200B}", "/captchaAnswer form.REQUIRED"),
        ("A3K7", "/captchaAnswer captcha.LENGTH"),
        ("A3K7PP", "/captchaAnswer captcha.LENGTH"),
        ("图中的字母", "/captchaAnswer captcha.WRONG"),
    ] {
        patient["captchaAnswer"] = answer.into();
        assert_eq!(post(&fakes, &patient).await.faults(), [fault], "{answer:?}");
        let left = fakes.table.look().captchas.len();
        assert_eq!(left, usize::from(fault != "/captchaAnswer captcha.WRONG"), "{answer:?}");
    }
}

#[tokio::test]
async fn the_next_code_for_the_same_purpose_comes_a_minute_later() {
    let fakes = Fakes::new();
    let first = send(&fakes, MOBILE).await;
    let reply = send(&fakes, MOBILE).await;
    assert_eq!(
        (reply.summary().as_str(), reply.header("retry-after")),
        ("429 too-many-requests", Some("60"))
    );
    assert!(reply.body["detail"].as_str().unwrap().contains("60 seconds"), "{}", reply.body);
    assert_eq!(
        send_from(&fakes, OWNER, "password-reset").await.summary(),
        "202",
        "another purpose need not wait"
    );
    assert_eq!(
        send_from(&fakes, STRANGER, "registration").await.summary(),
        "202",
        "nor does somebody elsewhere"
    );
    fakes.clock.advance(SignedDuration::from_secs(60));
    let second = send(&fakes, MOBILE).await;
    assert!(is_good(&fakes, &second).await);
    assert_ne!(first.body["smsCodeId"], second.body["smsCodeId"]);
    let stored = fakes.table.look();
    assert_eq!(stored.sms_codes.len(), 4, "an older code stays good for whoever asked for it");
    let day = stored.limits.iter().find(|(key, _)| key.starts_with("sms-purpose#registration-"));
    assert_eq!(day.unwrap().1.0, 3, "what was refused is not held against the day's limit");
}

#[tokio::test]
async fn a_stranger_takes_no_code_from_the_owner_of_a_phone() {
    let fakes = Fakes::new();
    for number in 1..=10 {
        let reply = send_from(&fakes, STRANGER, "registration").await;
        let expected = if number <= 5 { "202" } else { "429 too-many-requests" };
        assert_eq!(reply.summary(), expected, "{number}");
        if number > 5 {
            assert!(reply.body["detail"].as_str().unwrap().contains("another network"), "{}", reply.body);
            assert!(reply.header("retry-after").is_some());
        }
        fakes.clock.advance(SignedDuration::from_secs(61));
    }
    let neighbour = send_from(&fakes, "2001:db8:1:2:ffff::1", "registration").await;
    assert_eq!(neighbour.summary(), "429 too-many-requests", "a network of IPv6 is one source");
    for purpose in ["registration", "password-reset", "mobile-change"] {
        let reply = send_from(&fakes, OWNER, purpose).await;
        assert_eq!(reply.summary(), "202", "{purpose}");
        assert!(is_good(&fakes, &reply).await);
    }
}

#[tokio::test]
async fn many_strangers_use_up_one_purpose_and_no_other() {
    let fakes = Fakes::new();
    for stranger in 1..=4 {
        for _ in 0..5 {
            let address = format!("198.51.100.{stranger}");
            assert_eq!(send_from(&fakes, &address, "registration").await.summary(), "202");
            fakes.clock.advance(SignedDuration::from_secs(61));
        }
    }
    for _ in 0..6 {
        let reply = send_from(&fakes, OWNER, "registration").await;
        assert_eq!(reply.summary(), "429 too-many-requests");
        assert!(reply.body["detail"].as_str().unwrap().contains("somebody else"), "{}", reply.body);
    }
    for purpose in ["password-reset", "mobile-change"] {
        assert_eq!(send_from(&fakes, OWNER, purpose).await.summary(), "202", "{purpose}");
    }
    fakes.clock.advance(SignedDuration::from_hours(24));
    for _ in 0..5 {
        let reply = send_from(&fakes, OWNER, "registration").await;
        assert_eq!(reply.summary(), "202", "no share was lost to what strangers had used up");
        fakes.clock.advance(SignedDuration::from_secs(61));
    }
}

#[tokio::test]
async fn a_source_is_sent_twenty_codes_an_hour() {
    let fakes = Fakes::new();
    for number in 1..=21 {
        let expected = if number <= 20 { "202" } else { "429 too-many-requests" };
        assert_eq!(send(&fakes, &format!("139111122{number:02}")).await.summary(), expected, "{number}");
    }
    assert_eq!(codes(&fakes).len(), 20);
}

#[tokio::test]
async fn the_system_sends_so_many_codes_a_day_and_no_more() {
    let fakes = Fakes::new();
    for (number, expected) in [(1, "202"), (2, "202"), (3, "429 too-many-requests")] {
        let body = body(&fakes, &format!("1391111220{number}"));
        let reply = post_from(&fakes, OWNER, &body, 2).await;
        assert_eq!(reply.summary(), expected, "{number}");
    }
    fakes.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(post_from(&fakes, OWNER, &body(&fakes, MOBILE), 2).await.summary(), "202");
}

#[tokio::test]
async fn whatever_fails_the_next_code_that_is_sent_is_good() {
    let failed = each_failure(async |fakes, failure| {
        let body = body(fakes, MOBILE);
        fakes.script.arm(failure);
        let first = post(fakes, &body).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        fakes.clock.advance(SignedDuration::from_secs(60));
        let second = send(fakes, MOBILE).await;
        assert_eq!(second.summary(), "202", "{failure:?}");
        assert!(is_good(fakes, &second).await && codes(fakes).len() <= 2);
        failed
    })
    .await;
    let calls = [
        "take_captcha",
        "tag",
        "tag",
        "tag",
        "count",
        "count",
        "count",
        "count",
        "count",
        "tag",
        "save_sms_code",
        "send_sms",
    ];
    assert_eq!(failed, calls);
}
