//! Sending codes: to whoever read a picture code, and not too often.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    mobile::Mobile,
    person::{SmsCode, SmsPurpose},
    sms::Sms,
};
use edge::testing::{Ask, Reply};
use jiff::SignedDuration;
use ports::{
    codes::TrySmsCode,
    fakes::{Fakes, MOBILE, PlainKeys, each_failure},
    secrets::TagPurpose,
};
use send_sms_code::handle;
use serde_json::{Value, json};

fn body(fakes: &Fakes, mobile: &str) -> Value {
    let captcha = fakes.captcha();
    json!({"mobile": mobile, "purpose": "registration", "captchaId": captcha, "captchaAnswer": "ABCD"})
}

async fn post(fakes: &Fakes, body: &Value) -> Reply {
    let ask = Ask::new("POST /v1/sms-codes").json(body);
    let Fakes { table, keys, outgoing, clock, chance, .. } = fakes;
    Reply::of(handle(ask.call(), table, keys, outgoing, clock, chance).await)
}

async fn send(fakes: &Fakes, mobile: &str) -> Reply {
    post(fakes, &body(fakes, mobile)).await
}

/// The codes that were sent: to whom, for what.
fn codes(fakes: &Fakes) -> Vec<(Mobile, SmsPurpose, SmsCode)> {
    let sent = fakes.outgoing.sms().into_iter();
    sent.filter_map(|(to, sms)| match sms {
        Sms::Code { purpose, code } => Some((to, purpose, code)),
        Sms::Notice { .. } => None,
    })
    .collect()
}

/// Whether the code that was sent last is the one which the phone has.
async fn last_is_good(fakes: &Fakes) -> bool {
    let (mobile, purpose, code) = codes(fakes).pop().unwrap();
    let mobile = PlainKeys::tag_of(TagPurpose::Mobile, mobile.expose());
    let kept = fakes.table.try_sms_code(purpose, &mobile, ports::Clock::now(&fakes.clock)).await.unwrap();
    kept == Some(Fakes::sms_tag(&mobile, code.expose()))
}

#[tokio::test]
async fn a_code_is_sent_and_kept_whether_the_phone_has_an_account_or_not() {
    let fakes = Fakes::new();
    fakes.applicant(1);
    let answers = [send(&fakes, MOBILE).await, send(&fakes, "13911112222").await];
    assert_eq!(answers[0].said(), "202");
    assert_eq!(answers[0].body, answers[1].body);
    let sms = codes(&fakes);
    assert_eq!((sms[0].0.clone(), sms[0].1), (Mobile::parse(MOBILE).unwrap(), SmsPurpose::Registration));
    assert!(last_is_good(&fakes).await);
    assert!(!answers[1].body.to_string().contains(sms[1].2.expose()), "the code goes by phone only");
}

#[tokio::test]
async fn without_the_picture_code_nothing_is_counted_and_nothing_sent() {
    let fakes = Fakes::new();
    let mut wrong = body(&fakes, MOBILE);
    wrong["captchaAnswer"] = "WXYZ".into();
    assert_eq!(post(&fakes, &wrong).await.faults(), ["/captchaAnswer captcha.WRONG"]);
    wrong["captchaAnswer"] = "ABCD".into();
    assert_eq!(post(&fakes, &wrong).await.said(), "422 invalid-request", "it was used up");
    assert!(fakes.table.look().limits.is_empty() && codes(&fakes).is_empty());
    let good = body(&fakes, MOBILE);
    assert_eq!(post(&fakes, &good).await.said(), "202");
    assert_eq!(post(&fakes, &good).await.said(), "422 invalid-request");
    for mobile in ["+1 415 555 0100", "12345678901", "010-64001234", ""] {
        assert_eq!(send(&fakes, mobile).await.said(), "422 invalid-request", "{mobile}");
    }
    assert_eq!(codes(&fakes).len(), 1);
}

#[tokio::test]
async fn the_next_code_for_the_same_purpose_comes_a_minute_later() {
    let fakes = Fakes::new();
    send(&fakes, MOBILE).await;
    let reply = send(&fakes, MOBILE).await;
    assert_eq!((reply.said().as_str(), reply.header("retry-after")), ("429 too-many-requests", Some("60")));
    let mut other = body(&fakes, MOBILE);
    other["purpose"] = "password-reset".into();
    assert_eq!(post(&fakes, &other).await.said(), "202", "another purpose need not wait");
    fakes.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(send(&fakes, MOBILE).await.said(), "202");
    assert!(last_is_good(&fakes).await);
    let stored = fakes.table.look();
    let day = stored.limits.iter().find(|(key, _)| key.starts_with("sms-mobile#"));
    assert_eq!(day.unwrap().1.0, 3, "what was refused is not held against the day's limit");
}

#[tokio::test]
async fn a_phone_gets_ten_a_day_and_an_address_twenty_an_hour() {
    let fakes = Fakes::new();
    for number in 1..=11 {
        let expected = if number <= 10 { "202" } else { "429 too-many-requests" };
        assert_eq!(send(&fakes, MOBILE).await.said(), expected, "{number}");
        fakes.clock.advance(SignedDuration::from_secs(61));
    }
    fakes.clock.advance(SignedDuration::from_hours(1));
    for number in 1..=21 {
        let expected = if number <= 20 { "202" } else { "429 too-many-requests" };
        assert_eq!(send(&fakes, &format!("139111122{number:02}")).await.said(), expected, "{number}");
    }
    assert_eq!(codes(&fakes).len(), 30);
}

#[tokio::test]
async fn whatever_fails_the_next_code_that_is_sent_is_good() {
    let failed = each_failure(async |fakes, failure| {
        let body = body(fakes, MOBILE);
        fakes.script.arm(failure);
        let first = post(fakes, &body).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.said());
        fakes.clock.advance(SignedDuration::from_secs(60));
        assert_eq!(send(fakes, MOBILE).await.said(), "202", "{failure:?}");
        assert!(last_is_good(fakes).await && codes(fakes).len() <= 2);
        failed
    })
    .await;
    let calls =
        ["take_captcha", "tag", "tag", "tag", "count", "count", "count", "tag", "keep_sms_code", "send_sms"];
    assert_eq!(failed, calls);
}
