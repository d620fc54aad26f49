//! The protocol, tested with vectors made by openssl and with incorrect responses.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Debug,
    sync::{Arc, Mutex},
};

use alipay::{Gateway, app_link};
use aws_lc_rs::{rand::SystemRandom, rsa::KeyPair, signature::RSA_PKCS1_SHA256};
use base64::{Engine, prelude::BASE64_STANDARD};
use domain::{
    identity::{IdType, IdentityNumber},
    ids::AccountId,
    mobile::Mobile,
    moment::Moment,
    name::PersonName,
    person::Identity,
    real_name::{
        Rules,
        alipay::{
            AttemptHistory, AttemptId, Begin, Certified, CertifyId, Consent, Holder, QueryResult,
            ResponseDigest,
        },
    },
};
use ports::{
    PortError, PortResult, Random,
    alipay::{
        Access, Certify, GatewayError, GatewayOutcome, GetSigned, LoadAccess, PostForm, SignedResponse,
    },
};
use proptest::prelude::*;
use serde_json::{Value, json};
use ulid::Ulid;

const MERCHANT: &str = include_str!("keys/merchant.pem");
const ALIPAY: &str = include_str!("keys/alipay.pem");
const INITIALIZE: &str = "alipay_user_certify_open_initialize_response";

/// `openssl dgst -sha256 -sign merchant.pem` of the page's canonical text, which is
/// `app_id=2021000000000001&biz_content={"certify_id":"certify-1"}&charset=utf-8&format=JSON&method=alipay.user.certify.open.certify&return_url=https://pages.example/back?a=b&c=d&sign_type=RSA2&timestamp=2026-11-24 10:00:00&version=1.0`.
const PAGE_SIGNATURE: &str = "oq/FRICiST0aRoTy5mzvFLfGtYW5XVxyj3K/jpYdFk9xGCM3NiFzknx4LHGFIwCcOTwjItI6VCd5vtXnH4z540Zcxq8RztEazcvhjXCExHPjO8UuM13/KnSLpZuM7w5Brw7Wu5Yx5j94OSIN96Sr8akaGzuarAMEJFlUTJoIDQtYRvrm9cftCV2PaXmNnsk9d/np2euh+5GjTWa2G2JRKNYTAX+N2sF8cjKGTkQIrxh26n3WpGWdNhqH3yGwCQe3/qcoUInh88XJf95Eua9HUgtQvth8W7HAvZ9BSEpvhO0n5+kC8InEjEJAG+yek9+poLtSo1xMjiQTzKUkfUPruw==";

/// The query's `Authorization` without `sign`; and `openssl dgst -sha256 -sign merchant.pem` of it, a line feed, `GET`,
/// a line feed, [`TARGET`] and two line feeds.
const AUTHORITY: &str = "app_id=2021000000000001,nonce=0000000000000000000000000C,timestamp=1795485600000";
const TARGET: &str = "/v3/alipay/user/certify/open/query?certify_id=certify-1";
const QUERY_SIGNATURE: &str = "aRpAIDu8aphbiFUrDraddKLpWF7d0AD2Q2RDb3giRHM04FxsOHV78fh3ncT8brIbwlptAnyLIU6WshftYCoTUF2vcRTW4Pa1WbZoQYgqpC01uTzr6Rw6PAV3XGHAuUZb/NqVLngKkuuj9r47MLAOqVM3rwPQKgdjmeqEHGNZKh53gYjLPD55IA76FGaGpcvufadxxt0jCnwAxh0NGSl2d7Nt/wclxRdpOKoouUc4KPrMvgP2mtFE+NmhNuhVS2QWjlHybsrMbi7AfAk2G/ylU/RH6c6X16is8ZW3s52cuClTmjHxmB19h1qgfbAjgaHoAzc1VfDtO5Kz1aFXyCSa4A==";

/// The body of a response, its time, and `openssl dgst -sha256 -sign alipay.pem` of the time, a line feed, `n-1`, a
/// line feed, the body and a line feed.
const BODY: &str = r#"{"passed":"T","identity_info":"{\"cert_name\":\"吕小明\",\"cert_no\":\"110101199003070011\"}","url":"http:\/\/x"}"#;
const SIGNED_AT: i64 = 1_795_485_601_500;
const BODY_SIGNATURE: &str = "I8OFVTlzFgqtGBUHVELZh7WXJQY9BlIe/Wm6XpiZUT51Tk70cjf0rYyzSrFJIUgfsSqo+dFIEVmNBmSej03f07uDzLxR0bTb0iXIKKSr5MBq/PuRXfnP9xH2r88/07U+jVxHbKTWMUG+A1juJbUQyTnPzsTyIlZmvyg9fEjKdWJBp1VxTuodfdYVONKcKj8JzP+Vq7Zd+ywuhRnUCmKvHoeUlYg34xPKzaduKGwQnvj0SW+T0xmiuLvK8BHMZqpiMELsuXEce1F5Mijvu5XrtNnIMKpmoj9cj0KYYXxR4YoE+Nb3qfCoDPtNOXmf70J4L5jUmV9p72jqkQv5zI4p0Q==";

/// A successful node of the older protocol.
const NODE: &str = r#"{"code":"10000","msg":"Success","certify_id":"certify-1","url":"http:\/\/x"}"#;

fn now() -> Moment {
    Moment::new("2026-11-24T02:00:00Z".parse().unwrap())
}

fn identity(id_type: IdType, number: &str) -> Identity {
    Identity {
        number: IdentityNumber::restore(id_type, number.to_owned()),
        name: PersonName::restore("吕小明".to_owned()),
        mobile: Mobile::restore("13800001234".to_owned()),
    }
}

fn certify_id() -> CertifyId {
    CertifyId::parse("certify-1").unwrap()
}

fn attempt() -> AttemptId {
    let consent = Consent { version: "1".to_owned(), at: now() };
    let Begin::New(standing) =
        AttemptHistory::begin(None, AccountId::new(Ulid(7)), consent, &Rules::new(5, 15, None))
    else {
        panic!("a first attempt must be allowed");
    };
    standing.latest().unwrap().id
}

/// A fake network: the requests that were sent, and the responses to come.
#[derive(Default)]
struct Wire {
    sent: Vec<(String, String)>,
    answers: VecDeque<PortResult<Vec<u8>>>,
    responses: VecDeque<PortResult<SignedResponse>>,
    nonces: u128,
}

#[derive(Clone)]
struct World {
    access: Option<Access>,
    wire: Arc<Mutex<Wire>>,
}

impl World {
    fn new() -> Self {
        let access = Access {
            gateway: "https://gateway.example/gateway.do".to_owned(),
            app_id: "2021000000000001".to_owned(),
            private_key: MERCHANT.to_owned(),
            alipay_public_key: include_str!("keys/alipay.pub.pem").to_owned(),
            biz_code: "FACE".to_owned(),
        };
        Self { access: Some(access), wire: Arc::default() }
    }

    fn gateway(&self) -> Gateway<Self, Self, Self> {
        let back = "https://pages.example/back?a=b&c=d".to_owned();
        Gateway::new(self.clone(), self.clone(), self.clone(), back)
    }

    /// Adds the response to the next form.
    fn answers(self, body: impl Into<Vec<u8>>) -> Self {
        self.wire.lock().unwrap().answers.push_back(Ok(body.into()));
        self
    }

    /// Adds the response to the next query.
    fn responds(self, response: SignedResponse) -> Self {
        self.wire.lock().unwrap().responses.push_back(Ok(response));
        self
    }

    /// Makes the next request fail without a response.
    fn breaks(self) -> Self {
        let broken = || PortError::Unavailable("broken".into());
        let mut wire = self.wire.lock().unwrap();
        wire.answers.push_back(Err(broken()));
        wire.responses.push_back(Err(broken()));
        drop(wire);
        self
    }

    fn sent(&self) -> Vec<(String, String)> {
        self.wire.lock().unwrap().sent.clone()
    }

    async fn query(&self) -> GatewayOutcome<QueryResult> {
        self.gateway().query(attempt(), &certify_id(), now()).await
    }

    async fn initialize(&self) -> GatewayOutcome<Option<CertifyId>> {
        let who = identity(IdType::Ric, "110101199003070011");
        self.gateway().initialize(attempt(), &who, now()).await
    }
}

impl Random for World {
    fn ulid(&self) -> Ulid {
        let mut wire = self.wire.lock().unwrap();
        wire.nonces += 1;
        Ulid(11 + wire.nonces)
    }

    fn number(&self) -> u64 {
        0
    }
}

impl LoadAccess for World {
    async fn load_access(&self) -> PortResult<Option<Access>> {
        Ok(self.access.clone())
    }
}

impl PostForm for World {
    async fn post_form(&self, url: &str, body: String) -> PortResult<Vec<u8>> {
        let mut wire = self.wire.lock().unwrap();
        wire.sent.push((url.to_owned(), body));
        wire.answers.pop_front().unwrap_or_else(|| panic!("unexpected request"))
    }
}

impl GetSigned for World {
    async fn get_signed(&self, url: &str, authorization: &str) -> PortResult<SignedResponse> {
        let mut wire = self.wire.lock().unwrap();
        wire.sent.push((url.to_owned(), authorization.to_owned()));
        wire.responses.pop_front().unwrap_or_else(|| panic!("unexpected query"))
    }
}

fn signature(key: &str, text: &str) -> String {
    let lines = key.lines().filter(|line| !line.starts_with('-'));
    let key = KeyPair::from_pkcs8(&BASE64_STANDARD.decode(lines.collect::<String>()).unwrap()).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    BASE64_STANDARD.encode(signature)
}

/// A response with that node and a valid signature.
fn signed(name: &str, node: &str) -> String {
    format!("{{\"{name}\":{node},\"sign\":\"{}\"}}", signature(ALIPAY, node))
}

/// A response with that body and a valid signature, signed at that time.
fn response_at(signed_at: i64, status: u16, body: &str) -> SignedResponse {
    let (timestamp, nonce) = (signed_at.to_string(), "n-1".to_owned());
    let signature = signature(ALIPAY, &format!("{timestamp}\n{nonce}\n{body}\n"));
    SignedResponse { status, timestamp, nonce, signature, body: body.as_bytes().to_vec() }
}

fn response(status: u16, body: &str) -> SignedResponse {
    response_at(SIGNED_AT, status, body)
}

/// The same response without a signature.
fn unsigned(response: &SignedResponse) -> SignedResponse {
    SignedResponse { signature: String::new(), ..response.clone() }
}

fn good() -> SignedResponse {
    response(200, BODY)
}

fn pairs(encoded: &str) -> BTreeMap<String, String> {
    form_urlencoded::parse(encoded.as_bytes()).into_owned().collect()
}

/// All parameters of a sent request, in its address and body.
fn parameters((url, body): &(String, String)) -> BTreeMap<String, String> {
    let mut all = pairs(url.split_once('?').unwrap().1);
    all.extend(pairs(body));
    all
}

/// The text that a gateway verifies, built from the received parameters.
fn canonical(parameters: &BTreeMap<String, String>) -> String {
    let signed = parameters.iter().filter(|(name, value)| *name != "sign" && !value.is_empty());
    signed.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn words<T: Debug>(outcome: GatewayOutcome<T>) -> String {
    match outcome {
        Ok(done) => format!("{done:?}"),
        Err(GatewayError::Unavailable(cause)) => format!("unavailable: {cause}"),
        Err(GatewayError::Untrusted(why)) => format!("untrusted: {why}"),
        Err(GatewayError::Ours(why)) => format!("ours: {why}"),
        Err(GatewayError::NotSetUp(why)) => format!("not set up: {why}"),
    }
}

/// The result of a query with that response.
async fn asked(response: SignedResponse) -> String {
    // The second one is for responses that lead to a retry.
    let world = World::new().responds(response.clone()).responds(response);
    words(world.query().await.map(|result| result.certified))
}

#[tokio::test]
async fn signatures_match_openssl_for_both_key_formats() {
    for key in [MERCHANT, include_str!("keys/merchant-pkcs1.pem")] {
        let mut world = World::new();
        world.access.as_mut().unwrap().private_key = key.to_owned();
        let page = world.gateway().page(&certify_id(), now()).await.unwrap();
        assert_eq!(pairs(page.split_once('?').unwrap().1)["sign"], PAGE_SIGNATURE);
        let world = world.responds(good());
        world.query().await.unwrap();
        let [(url, authorization)] = &world.sent()[..] else { panic!("expected one request") };
        assert_eq!(*url, format!("https://gateway.example{TARGET}"));
        assert_eq!(*authorization, format!("ALIPAY-SHA256withRSA {AUTHORITY},sign={QUERY_SIGNATURE}"));
    }
}

#[tokio::test]
async fn personal_data_is_in_body_and_faces_are_not_stored() {
    let node = r#"{"code":"10000","msg":"Success","certify_id":"certify-1"}"#;
    let world = World::new().answers(signed("alipay_user_certify_open_initialize_response", node));
    let who = identity(IdType::Ric, "110101199003070011");
    let id = world.gateway().initialize(attempt(), &who, now()).await.unwrap();
    assert_eq!(id, Some(certify_id()));
    let (url, body) = &world.sent()[0];
    assert!(!url.contains("biz_content") && !url.contains("110101"), "{url}");
    assert_eq!(pairs(body).keys().collect::<Vec<_>>(), ["biz_content"]);
    let sent = parameters(&world.sent()[0]);
    assert_eq!(signature(MERCHANT, &canonical(&sent)), sent["sign"]);
    assert_eq!(
        serde_json::from_str::<Value>(&sent["biz_content"]).unwrap(),
        json!({
            "outer_order_no": "00000000000000000000000007000001", "biz_code": "FACE",
            "identity_param": {
                "identity_type": "CERT_INFO", "cert_type": "IDENTITY_CARD", "cert_name": "吕小明",
                "cert_no": "110101199003070011",
            },
            "merchant_config": {
                "return_url": "https://pages.example/back?a=b&c=d", "face_reserve_strategy": "never",
            },
        })
    );
}

#[tokio::test]
async fn unsupported_kind_of_document_is_not_sent() {
    let world = World::new();
    for id_type in [IdType::Ppt, IdType::Fpr] {
        let id = world.gateway().initialize(attempt(), &identity(id_type, "E12345678"), now()).await;
        assert_eq!(id.unwrap(), None);
    }
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn page_is_signed_address_with_link_to_app() {
    let world = World::new();
    let page = world.gateway().page(&certify_id(), now()).await.unwrap();
    let (address, query) = page.split_once('?').unwrap();
    let sent = pairs(query);
    assert_eq!(address, "https://gateway.example/gateway.do");
    assert_eq!(signature(MERCHANT, &canonical(&sent)), sent["sign"]);
    assert_eq!(sent["method"], "alipay.user.certify.open.certify");
    assert_eq!(sent["return_url"], "https://pages.example/back?a=b&c=d");
    assert!(world.sent().is_empty(), "no request is needed");
    let link = app_link(&page);
    let url = link.strip_prefix("alipays://platformapi/startapp?appId=20000067&url=").unwrap();
    assert_eq!(pairs(&format!("url={url}"))["url"], page);
    assert!(!url.contains(['&', '?', '=']), "{url}");
}

#[tokio::test]
async fn response_is_verified_by_its_exact_bytes() {
    let good = good();
    assert_eq!(good.signature, BODY_SIGNATURE);
    let holder = Holder {
        name: Some("吕小明".to_owned()),
        number: Some("110101199003070011".to_owned()),
        cert_type: None,
    };
    let result = World::new().responds(good.clone()).query().await.unwrap();
    assert!(result.certified == Certified::Passed(holder));
    let text = format!("{SIGNED_AT}\nn-1\n{BODY}\n");
    assert_eq!(result.digest, ResponseDigest::of(text.as_bytes()));
    // The same members and values, but different bytes.
    for body in [BODY.replace("\\/", "/"), BODY.replace(",\"url\"", ", \"url\"")] {
        assert_ne!(body, BODY);
        let other = SignedResponse { body: body.into_bytes(), ..good.clone() };
        assert_eq!(asked(other).await, "untrusted: a wrong signature");
    }
    let later = SignedResponse { timestamp: (SIGNED_AT + 1).to_string(), ..good.clone() };
    let renamed = SignedResponse { nonce: "n-2".to_owned(), ..good.clone() };
    let nameless = SignedResponse { nonce: String::new(), ..good.clone() };
    let ours = signature(MERCHANT, &text);
    for other in [later, renamed, nameless, SignedResponse { signature: ours, ..good }] {
        assert_eq!(asked(other).await, "untrusted: a wrong signature");
    }
}

#[tokio::test]
async fn response_is_accepted_within_two_minutes() {
    let now = now().as_millisecond();
    for (signed_at, expected) in [
        (now - 120_001, "untrusted: a response of another time"),
        (now - 120_000, "Passed(…)"),
        (now + 120_000, "Passed(…)"),
        (now + 120_001, "untrusted: a response of another time"),
        (i64::MIN, "untrusted: a response of another time"),
        (i64::MAX, "untrusted: a response of another time"),
    ] {
        assert_eq!(asked(response_at(signed_at, 200, BODY)).await, expected, "{signed_at}");
    }
    for timestamp in ["", "now", "1795485601500.0", " 1795485601500"] {
        let text = format!("{timestamp}\nn-1\n{BODY}\n");
        let timeless =
            SignedResponse { timestamp: timestamp.to_owned(), signature: signature(ALIPAY, &text), ..good() };
        assert_eq!(asked(timeless).await, "untrusted: a response of another time", "{timestamp}");
    }
}

#[tokio::test]
async fn response_about_other_attempt_is_not_trusted() {
    for (rest, expected) in [
        (r#""certify_id":"certify-1","outer_order_no":"00000000000000000000000007000001""#, "Passed(…)"),
        (r#""certify_id":"certify-2""#, "untrusted: a response about another attempt"),
        (
            r#""outer_order_no":"00000000000000000000000007000002""#,
            "untrusted: a response about another attempt",
        ),
        (r#""certify_id":1"#, "untrusted: a body of another kind"),
    ] {
        let body = format!("{{\"passed\":\"T\",{rest}}}");
        assert_eq!(asked(response(200, &body)).await, expected, "{rest}");
    }
}

#[tokio::test]
async fn query_responses_have_documented_results() {
    let gone = response(400, r#"{"code":"OPEN_CERTIFY_BILL_NOT_EXIST","message":"吕小明"}"#);
    let code =
        |status, code: &str| response(status, &format!("{{\"code\":\"{code}\",\"message\":\"吕小明\"}}"));
    let ok = |body: &str| response(200, body);
    for (response, expected) in [
        (ok(r#"{"passed":"T"}"#), "Passed(…)"),
        (ok(r#"{"passed":["T"]}"#), "Passed(…)"),
        (ok(r#"{"passed":"T","identity_info":"","material_info":""}"#), "Passed(…)"),
        (ok(r#"{"passed":"T","identity_info":null}"#), "Passed(…)"),
        (ok(r#"{"passed":"T","identity_info":"nobody"}"#), "untrusted: a body of another kind"),
        (ok(r#"{"passed":"F"}"#), "NotYet"),
        (ok(r#"{"passed":["F"],"fail_reason":""}"#), "NotYet"),
        (ok(r#"{"passed":"F","fail_reason":"FACE_NOT_MATCH"}"#), "NotPassed"),
        (ok(r#"{"passed":["T","F"]}"#), "untrusted: a body of another kind"),
        (ok(r#"{"passed":[]}"#), "untrusted: a body of another kind"),
        (ok(r#"{"passed":true}"#), "untrusted: a body of another kind"),
        (ok(r#"{"x":1}"#), "untrusted: a body of another kind"),
        (ok(r#"{"passed":"F","passed":"T"}"#), "untrusted: a body of another kind"),
        (ok("[]"), "untrusted: a body of another kind"),
        (ok(""), "untrusted: a body of another kind"),
        (unsigned(&ok(r#"{"passed":"T"}"#)), "untrusted: no signature"),
        (unsigned(&ok("<html>")), "untrusted: no signature"),
        (gone.clone(), "Gone"),
        (SignedResponse { status: 404, ..gone.clone() }, "Gone"),
        (unsigned(&gone), "untrusted: no signature"),
        (code(400, "SOMETHING_ELSE"), "ours: refused SOMETHING_ELSE"),
        (unsigned(&code(400, "invalid-signature")), "ours: 400 invalid-signature"),
        (unsigned(&code(401, "invalid-auth-token")), "ours: 401 invalid-auth-token"),
        (code(403, "某人 isv"), "ours: 403 "),
        (unsigned(&code(429, "rate-limit")), "unavailable: 429 rate-limit"),
        (unsigned(&code(500, "unknow-error")), "unavailable: 500 unknow-error"),
        (unsigned(&code(302, "x")), "ours: 302 x"),
    ] {
        assert_eq!(asked(response.clone()).await, expected, "{response:?}");
    }
}

#[tokio::test]
async fn codes_of_older_protocol_have_documented_results() {
    let code = |code: &str, sub: &str| {
        let node =
            format!("{{\"code\":\"{code}\",\"msg\":\"x\",\"sub_code\":\"{sub}\",\"sub_msg\":\"吕小明\"}}");
        (
            signed(INITIALIZE, &node),
            format!("{{\"{INITIALIZE}\":{node}}}"),
            format!("{{\"error_response\":{node},\"sign\":\"\"}}"),
        )
    };
    let known = "Some(CertifyId(…))";
    let good = signed(INITIALIZE, NODE);
    for (answer, expected) in [
        (good.clone(), known),
        // Any text may surround the node.
        (good.replace("{\"alipay", " { \"alipay_cert_sn\" : \"x\" ,\n \"alipay"), known),
        // The same members and values, but different bytes.
        (good.replace("\\/", "/"), "untrusted: a wrong signature"),
        (good.replace(",\"certify_id", ", \"certify_id"), "untrusted: a wrong signature"),
        (code("40004", "CERT_INFO_ERROR").0, "None"),
        (code("40004", "CERT_INFO_ERROR").1, "untrusted: no signature"),
        (code("40004", "CERT_INFO_ERROR").2, "untrusted: no signature"),
        (code("40005", "isv.call-limit").2, "unavailable: 40005 isv.call-limit"),
        (code("40002", "isv.invalid-signature").2, "ours: 40002 isv.invalid-signature"),
        (code("40002", "isv.invalid-signature").1, "ours: 40002 isv.invalid-signature"),
        (code("20001", "aop.invalid-auth-token").0, "ours: 20001 aop.invalid-auth-token"),
        (code("40006", "某人 isv").2, "ours: 40006 "),
        (format!("{{\"{INITIALIZE}\":{NODE}}}"), "untrusted: no signature"),
        (format!("{{\"{INITIALIZE}\":{NODE},\"sign\":\"\"}}"), "untrusted: no signature"),
        (signed("alipay_user_certify_open_query_response", NODE), "untrusted: no node"),
        ("{}".to_owned(), "untrusted: no node"),
        ("[]".to_owned(), "untrusted: no JSON object"),
        (String::new(), "untrusted: no JSON object"),
        ("<html>".to_owned(), "untrusted: no JSON object"),
        (signed(INITIALIZE, r#"{"code":10000,"certify_id":"x"}"#), "untrusted: a node without code"),
        (signed(INITIALIZE, r#"{"code":"10000","certify_id":1}"#), "untrusted: a node of another kind"),
        (signed(INITIALIZE, r#"{"code":"10000","certify_id":""}"#), "untrusted: no id of an attempt"),
    ] {
        let world = World::new().answers(answer.clone());
        assert_eq!(words(world.initialize().await), expected, "{answer}");
        assert_eq!(world.sent().len(), 1, "{answer}");
    }
}

#[tokio::test]
async fn response_with_two_nodes_is_not_trusted() {
    let forged = NODE.replace("certify-1", "certify-2");
    let good = signed(INITIALIZE, NODE);
    for (answer, expected) in [
        (good.replacen('{', &format!("{{\"{INITIALIZE}\":{forged},"), 1), "untrusted: no JSON object"),
        (
            good.replacen(
                "{\"",
                &format!("{{\"alipay_user_certify_open_\\u0069nitialize_response\":{forged},\""),
                1,
            ),
            "untrusted: no JSON object",
        ),
        (good.replacen('{', &format!("{{\"error_response\":{forged},"), 1), "untrusted: two nodes"),
        (good.replace(",\"sign\"", ",\"sign\":\"\",\"sign\""), "untrusted: no JSON object"),
    ] {
        assert_ne!(answer, good);
        assert_eq!(words(World::new().answers(answer.clone()).initialize().await), expected, "{answer}");
    }
}

#[tokio::test]
async fn response_signed_with_other_key_is_not_trusted() {
    let answer = format!("{{\"{INITIALIZE}\":{NODE},\"sign\":\"{}\"}}", signature(MERCHANT, NODE));
    assert_eq!(words(World::new().answers(answer).initialize().await), "untrusted: a wrong signature");
}

#[tokio::test]
async fn unanswered_request_is_repeated_exactly_once() {
    let busy = format!("{{\"{INITIALIZE}\":{{\"code\":\"20000\",\"sub_code\":\"isp.unknow-error\"}}}}");
    let known = signed(INITIALIZE, NODE);
    let world = World::new().answers(busy.clone()).answers(known.clone());
    assert_eq!(words(world.initialize().await), "Some(CertifyId(…))");
    assert_eq!(world.sent()[0], world.sent()[1], "the same order");
    let world = World::new().answers(busy).breaks().answers(known);
    assert_eq!(words(world.initialize().await), "unavailable: a service we need does not answer");
    assert_eq!(world.sent().len(), 2);

    let busy = unsigned(&response(503, r#"{"code":"unknow-error"}"#));
    for world in
        [World::new().breaks().responds(good()), World::new().responds(busy.clone()).responds(good())]
    {
        assert!(words(world.query().await).contains("Passed"));
        let [(url, first), (again, second)] = &world.sent()[..] else { panic!("expected two requests") };
        assert_eq!(url, again);
        assert_ne!(first, second, "each request has a new nonce");
    }
    let world = World::new().responds(busy).breaks().responds(good());
    assert_eq!(words(world.query().await), "unavailable: a service we need does not answer");
    assert_eq!(world.sent().len(), 2);
}

#[tokio::test]
async fn nothing_is_sent_without_valid_credentials() {
    let mut world = World::new();
    for gateway in ["http://gateway.example/gateway.do", "http://127.0.0.1.example:80/", "ftp://x", ""] {
        world.access.as_mut().unwrap().gateway = gateway.to_owned();
        assert_eq!(words(world.query().await), "not set up: gateway is no https address");
    }
    world.access.as_mut().unwrap().gateway = "https://gateway.example/gateway.do".to_owned();
    world.access.as_mut().unwrap().private_key = "none".to_owned();
    assert_eq!(words(world.query().await), "not set up: privateKey is no RSA key");
    world.access = None;
    assert_eq!(words(world.query().await), "not set up: the secret holds no access");
    assert!(world.sent().is_empty());
}

#[test]
fn debug_output_does_not_contain_credentials() {
    assert_eq!(format!("{:?}", World::new().access), "Some(Access(…))");
}

fn ended(world: &World) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    words(runtime.block_on(world.query()).map(|result| result.certified))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn changed_response_never_passes(
        at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>(), how in 0..3_u8,
        part in 0..4_u8,
    ) {
        let good = good();
        let change = |bytes: &[u8]| {
            let (at, cut) = (at.index(bytes.len()), cut.index(bytes.len()));
            let mut bad = bytes.to_vec();
            match how {
                0 => bad[at] = byte,
                1 => bad.truncate(cut),
                _ => { bad.drain(at.min(cut)..at.max(cut)); }
            }
            bad
        };
        let text = |text: &str| String::from_utf8_lossy(&change(text.as_bytes())).into_owned();
        let mut bad = good.clone();
        match part {
            0 => bad.body = change(&good.body),
            1 => bad.timestamp = text(&good.timestamp),
            2 => bad.nonce = text(&good.nonce),
            _ => bad.signature = text(&good.signature),
        }
        let same = bad == good;
        let world = World::new().responds(bad.clone()).responds(bad);
        prop_assert_eq!(ended(&world).starts_with("Passed"), same);
    }

    #[test]
    fn arbitrary_response_neither_panics_nor_passes(
        status in prop::sample::select(vec![200_u16, 400, 404, 500]), timestamp in "[0-9a-z-]{0,20}", nonce in ".{0,9}",
        signature in "[A-Za-z0-9+/=]{0,40}", body in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let response = SignedResponse { status, timestamp, nonce, signature, body };
        let words = ended(&World::new().responds(response.clone()).responds(response));
        prop_assert!(["untrusted", "ours", "unavailable"].iter().any(|word| words.starts_with(word)), "{}", words);
    }

    #[test]
    fn unsigned_response_never_decides(
        status in prop::sample::select(vec![200_u16, 400, 401, 404, 500]), passed in r#"("T"|"F"|\["T"\]|null|[0-9])"#,
        code in "OPEN_CERTIFY_BILL_NOT_EXIST|[a-z]{3}",
    ) {
        let response = unsigned(&response(status, &format!("{{\"passed\":{passed},\"code\":\"{code}\"}}")));
        let words = ended(&World::new().responds(response.clone()).responds(response));
        prop_assert!(!["Passed", "NotYet", "NotPassed", "Gone"].iter().any(|word| words.starts_with(word)), "{}", words);
    }
}
