//! A provider on this machine that checks every request as the real one says it does, by code of its own, and then
//! answers, refuses, waits or hangs up as it is told.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex},
};

use domain::{
    ids::{CaseKind, NotificationId},
    notification::NotificationKind,
    person::{SmsCode, SmsPurpose},
};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use ulid::Ulid;

use super::*;

const KEY_ID: &str = "key-of-a-test";
const KEY_SECRET: &str = "secret+of/a=test";
const SIGN_NAME: &str = "报名 & Co";
const MOBILE: &str = "13800001234";
const OK: &str = r#"{"Code":"OK","Message":"OK","RequestId":"F655A8D5","BizId":"9006^0"}"#;

/// What the provider does with a request that is in order.
#[derive(Clone, Copy, Debug)]
enum Does {
    /// Answers at once.
    Answer(u16, &'static str),
    /// Answers after so many milliseconds.
    AnswerAfter(u64, &'static str),
    /// Hangs up.
    HangUp,
    /// Answers in part, and hangs up.
    Break,
}

/// A request as it came.
#[derive(Clone, Debug)]
struct Request {
    query: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

#[derive(Debug, Default)]
struct State {
    script: VecDeque<Does>,
    requests: Vec<Request>,
    nonces: BTreeSet<String>,
}

struct Provider {
    aliyun: Aliyun,
    state: Arc<Mutex<State>>,
}

impl Provider {
    /// A provider that does what is told, in that order.
    async fn that(script: &[Does]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let aliyun = client(listener.local_addr().unwrap().port());
        let state =
            Arc::new(Mutex::new(State { script: script.iter().copied().collect(), ..State::default() }));
        let served = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&served)));
            }
        });
        Self { aliyun, state }
    }

    async fn send(&self, secret: &str, sms: &Sms) -> Result<(), Failure> {
        self.aliyun.send(&key(secret), &Mobile::parse(MOBILE).unwrap(), sms).await
    }

    fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap().requests.clone()
    }
}

fn key(secret: &str) -> AccessKey {
    AccessKey { access_key_id: KEY_ID.to_owned(), access_key_secret: secret.to_owned() }
}

fn client(port: u16) -> Aliyun {
    let codes: BTreeMap<String, String> =
        sms::templates().into_iter().map(|(name, _)| (name.clone(), format!("SMS_{}", name.len()))).collect();
    let endpoint = format!("http://127.0.0.1:{port}");
    let mut aliyun = Aliyun::new(endpoint, SIGN_NAME.to_owned(), &json!(codes).to_string()).unwrap();
    aliyun.patience = Duration::from_millis(400);
    aliyun
}

fn code() -> Sms {
    Sms::Code { purpose: SmsPurpose::Registration, code: SmsCode::parse("004217").unwrap() }
}

fn notification() -> Sms {
    Sms::Notification {
        id: NotificationId::new(Ulid(7)),
        about: CaseKind::Collection,
        kind: NotificationKind::Returned,
    }
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    loop {
        let Some(request) = receive(&mut stream).await else { return };
        let wrong = {
            let mut state = state.lock().unwrap();
            state.requests.push(request.clone());
            check(&request, &mut state.nonces).err()
        };
        let does = match wrong {
            Some(answer) => Does::Answer(400, answer),
            None => state.lock().unwrap().script.pop_front().unwrap_or(Does::Answer(200, OK)),
        };
        let (status, body) = match does {
            Does::Answer(status, body) => (status, body),
            Does::AnswerAfter(millis, body) => {
                tokio::time::sleep(Duration::from_millis(millis)).await;
                (200, body)
            }
            Does::HangUp => return,
            Does::Break => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{\"Code\":").await;
                return;
            }
        };
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n", body.len());
        if stream.write_all(format!("{head}{body}").as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn receive(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    let text = String::from_utf8(bytes).unwrap();
    let mut lines = text.trim_end().split("\r\n");
    let target = lines.next().unwrap().strip_prefix("POST /?").unwrap().strip_suffix(" HTTP/1.1").unwrap();
    let headers: BTreeMap<String, String> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request { query: target.to_owned(), headers, body })
}

/// The provider's checks, and what it answers where one fails.
fn check(request: &Request, nonces: &mut BTreeSet<String>) -> Result<(), &'static str> {
    const WRONG: &str = r#"{"Code":"SignatureDoesNotMatch","Message":"no","RequestId":"1"}"#;
    let header = |name: &str| request.headers.get(name).map_or("", String::as_str);
    let authorization = header("authorization").strip_prefix("ACS3-HMAC-SHA256 ").ok_or(WRONG)?;
    let parts: BTreeMap<&str, &str> =
        authorization.split(',').filter_map(|part| part.trim().split_once('=')).collect();
    if parts.get("Credential") != Some(&KEY_ID) {
        return Err(r#"{"Code":"InvalidAccessKeyId.NotFound","Message":"no","RequestId":"2"}"#);
    }
    let signed: Vec<&str> = parts.get("SignedHeaders").ok_or(WRONG)?.split(';').collect();
    let must_be_signed = request.headers.keys().filter(|name| name.starts_with("x-acs-") || *name == "host");
    if !signed.is_sorted() || must_be_signed.clone().any(|name| !signed.contains(&name.as_str())) {
        return Err(WRONG);
    }
    if header("x-acs-content-sha256") != hex(&Sha256::digest(&request.body)) {
        return Err(WRONG);
    }
    // What was sent must be what it is when it is taken apart and put together by the rules.
    let pairs = decoded(&request.query);
    let canonical: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    if !pairs.is_sorted() || canonical.join("&") != request.query {
        return Err(WRONG);
    }
    let lines: Vec<String> = signed.iter().map(|name| format!("{name}:{}\n", header(name))).collect();
    let lines = lines.concat();
    let digest = hex(&Sha256::digest(&request.body));
    let canonical = format!("POST\n/\n{}\n{lines}\n{}\n{digest}", request.query, signed.join(";"));
    let to_sign = format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(canonical)));
    if parts.get("Signature") != Some(&hex(&hmac(KEY_SECRET.as_bytes(), to_sign.as_bytes())).as_str()) {
        return Err(WRONG);
    }
    let date: jiff::Timestamp = header("x-acs-date").parse().map_err(|_| WRONG)?;
    let age = SystemClock.now().as_second() - date.as_second();
    if age.abs() > 900 || header("x-acs-date").len() != "2023-10-26T10:22:32Z".len() {
        return Err(r#"{"Code":"InvalidTimeStamp.Expired","Message":"no","RequestId":"3"}"#);
    }
    if !nonces.insert(header("x-acs-signature-nonce").to_owned()) {
        return Err(r#"{"Code":"SignatureNonceUsed","Message":"no","RequestId":"4"}"#);
    }
    if (header("x-acs-action"), header("x-acs-version")) != ("SendSms", "2017-05-25") {
        return Err(r#"{"Code":"InvalidAction.NotFound","Message":"no","RequestId":"5"}"#);
    }
    Ok(())
}

/// HMAC by its definition (RFC 2104), for keys of up to 64 bytes.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let padded = |pad: u8| {
        let mut block = [pad; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn encoded(text: &str) -> String {
    let plain =
        |byte: u8| matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~');
    let byte = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}

fn decoded(query: &str) -> Vec<(String, String)> {
    let plain = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            let code: Vec<u8> = if byte == b'%' { rest.by_ref().take(2).collect() } else { Vec::new() };
            let code = std::str::from_utf8(&code).unwrap();
            bytes.push(if byte == b'%' { u8::from_str_radix(code, 16).unwrap() } else { byte });
        }
        String::from_utf8(bytes).unwrap()
    };
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (plain(name), plain(value)))
        .collect()
}

fn values(request: &Request) -> BTreeMap<String, String> {
    decoded(&request.query).into_iter().collect()
}

#[tokio::test]
async fn a_message_is_signed_so_that_the_provider_takes_it() {
    let provider = Provider::that(&[]).await;
    provider.send(KEY_SECRET, &code()).await.unwrap();
    provider.send(KEY_SECRET, &notification()).await.unwrap();
    let requests = provider.requests();
    let [first, second] = [&requests[0], &requests[1]].map(values);
    assert_eq!(
        first,
        [
            ("PhoneNumbers", MOBILE),
            ("SignName", SIGN_NAME),
            ("TemplateCode", "SMS_17"),
            ("TemplateParam", r#"{"code":"004217"}"#),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    );
    assert_eq!(second["TemplateCode"], "SMS_26");
    assert_eq!(second["OutId"], "ntc_00000000000000000000000007");
    assert!(!second.contains_key("TemplateParam"), "there is nothing to fill in");
    assert_ne!(requests[0].headers["x-acs-signature-nonce"], requests[1].headers["x-acs-signature-nonce"]);
}

#[tokio::test]
async fn a_wrong_key_is_told_from_a_refused_message() {
    let provider = Provider::that(&[]).await;
    let refused = provider.send("another secret", &code()).await;
    assert!(matches!(&refused, Err(Failure::Key(code)) if code == "SignatureDoesNotMatch"), "{refused:?}");
    let stranger = AccessKey { access_key_id: "nobody".to_owned(), ..key(KEY_SECRET) };
    let refused = provider.aliyun.send(&stranger, &Mobile::parse(MOBILE).unwrap(), &code()).await;
    assert!(matches!(&refused, Err(Failure::Key(_))), "{refused:?}");
    assert!(matches!(Unsent::from(refused.unwrap_err()), Unsent::Later(_)), "it can be mended");
    assert_eq!(provider.requests().len(), 2, "a key that is not good is not tried again");
}

#[tokio::test]
async fn what_the_provider_says_decides_whether_to_come_again() {
    fn said(failure: Result<(), Failure>) -> &'static str {
        match failure.map_err(Unsent::from) {
            Ok(()) => "sent",
            Err(Unsent::Later(_)) => "later",
            Err(Unsent::Refused(_)) => "refused",
            Err(Unsent::Unknown(_)) => "unknown",
        }
    }
    for (status, body, expected) in [
        (200, OK, "sent"),
        (200, r#"{"Code":"isv.MOBILE_NUMBER_ILLEGAL","Message":"13800001234"}"#, "refused"),
        (200, r#"{"Code":"isv.BUSINESS_LIMIT_CONTROL","RequestId":"1"}"#, "refused"),
        (200, r#"{"Code":"isv.AMOUNT_NOT_ENOUGH"}"#, "later"),
        (200, r#"{"Code":"isv.SMS_TEMPLATE_ILLEGAL"}"#, "later"),
        (200, r#"{"Code":"isp.SYSTEM_ERROR"}"#, "later"),
        (200, r#"{"Code":"isp.RAM_PERMISSION_DENY"}"#, "later"),
        (400, r#"{"Code":"Throttling.User"}"#, "later"),
        (400, r#"{"Code":"InvalidTimeStamp.Expired"}"#, "later"),
        (503, r#"{"Code":"ServiceUnavailable"}"#, "unknown"),
        (502, "<html>Bad Gateway</html>", "unknown"),
        (200, "", "unknown"),
        (200, r#"{"code":"OK"}"#, "unknown"),
    ] {
        let provider = Provider::that(&[Does::Answer(status, body)]).await;
        let outcome = provider.send(KEY_SECRET, &notification()).await;
        assert!(!format!("{outcome:?}").contains(MOBILE), "{outcome:?}");
        assert_eq!(said(outcome), expected, "{status} {body}");
        assert_eq!(provider.requests().len(), 1, "{status} {body}: an answer is an answer");
    }
    for (does, expected) in [
        (Does::AnswerAfter(100, OK), "sent"),
        (Does::AnswerAfter(2_000, OK), "unknown"),
        (Does::HangUp, "unknown"),
        (Does::Break, "unknown"),
    ] {
        let provider = Provider::that(&[does]).await;
        assert_eq!(said(provider.send(KEY_SECRET, &notification()).await), expected, "{does:?}");
        assert_eq!(provider.requests().len(), 1, "{does:?}: what may have been sent is not sent again");
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let outcome = client(port).send(&key(KEY_SECRET), &Mobile::parse(MOBILE).unwrap(), &code()).await;
    assert!(matches!(&outcome, Err(Failure::Other(Unsent::Later(_)))), "{outcome:?}");
    assert!(!format!("{outcome:?}").contains(MOBILE), "{outcome:?}");
}

#[test]
fn a_template_without_a_code_is_found_at_the_start() {
    let new = |templates: &str| Aliyun::new("https://x.invalid".to_owned(), SIGN_NAME.to_owned(), templates);
    assert!(new("{}").is_none() && new("[]").is_none() && new("").is_none());
    assert!(new(r#"{"code-registration": "SMS_1"}"#).is_none());
}

#[test]
fn a_key_shows_itself_nowhere() {
    assert!(!format!("{:?}", key(KEY_SECRET)).contains("secret"));
}
