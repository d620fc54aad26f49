//! The protocol against vectors made by openssl, and against answers that are not as they should be.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may end so")]

use std::{
    collections::{BTreeMap, VecDeque},
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
        alipay::{AttemptId, Begin, Certified, CertifyId, Consent, Holder, Standing},
    },
};
use ports::{
    Outcome, PortError,
    alipay::{Access, Certify, GatewayError, GatewayOutcome, LoadAccess, PostForm},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use ulid::Ulid;

const MERCHANT: &str = include_str!("keys/merchant.pem");
const ALIPAY: &str = include_str!("keys/alipay.pem");
const QUERY: &str = "alipay_user_certify_open_query_response";

/// `openssl dgst -sha256 -sign merchant.pem` of the query's canonical text, which is
/// `app_id=2021000000000001&biz_content={"certify_id":"certify-1"}&charset=utf-8&format=JSON&method=alipay.user.certify.open.query&sign_type=RSA2&timestamp=2026-11-24 10:00:00&version=1.0`.
const QUERY_SIGNATURE: &str = "V/eQlL8vUKTbceY/dO3JHhoSIRZ8+8WKpr8aMtn6USsig4nxqfEo38guwR4uANb3+l+8BgmzNFETwPeU84wwrfegDvuYrdNzr3Lj0w3AVLTafoEgYn/R6Eow6V2aiNDGTlQSlHUeGNyzW/r+OIiWPYlsQJLTa2uw4pztzt5iTb0A1onNzsmD/pjC1gZ2TYwBA7szs1ZLklhdLCKRnnsdacHyoIQC6nSHYr8QdR+pZuf51Apig/zJOK6XhDc5BQ0zom8B5oQJ3PE6c7Tr8fJSNfjx2GKfObQ4zU3SIyKrlo3qIpijXZ8MYLsnV9sj7ZOw9ELfji1i686uRKEk7rQlMQ==";

/// A node as a gateway might write it, and `openssl dgst -sha256 -sign alipay.pem` of it.
const NODE: &str = r#"{"code":"10000","msg":"Success","passed":"T","identity_info":"{\"cert_name\":\"吕小明\",\"cert_no\":\"110101199003070011\"}","url":"http:\/\/x"}"#;
const NODE_SIGNATURE: &str = "m4AkB5tSTedoVpr/BmmDb8GCDELDEei64itohZ+i+9pizb5K379UdhkuQTb2TLYhhsQGiSufusLyWRNx9KdxaWwcmKyW1JLYYGRRKY4SQ7LDshx2+gMqJ+DtoZysgVMfxNs1mnEqStNCgxN8i/5/56Q8AjgELu11Tb6NQZO1inSxx1BABoForlNNGR6tKBKoaizQaRb/HR184ZB4M2ilchdVpL9979f9/T+3ctCzbib8PO5eNbaOLXAB8Z8/FLM4zopDz5BpC0dlLAAx5QNi6WkXWq7wV3xfFmWkJUAkp2yLQVDgsI4FCKCYve7WqudNaU0fL+RPDqxMeMfGMyog/g==";

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
        Standing::begin(None, AccountId::new(Ulid(7)), consent, &Rules::new(5, 15, None))
    else {
        panic!("nothing stands in the way");
    };
    standing.latest().unwrap().id
}

/// What goes out, and what comes back.
#[derive(Default)]
struct Wire {
    sent: Vec<(String, String)>,
    answers: VecDeque<Outcome<Vec<u8>>>,
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

    fn gateway(&self) -> Gateway<Self, Self> {
        Gateway::new(self.clone(), self.clone(), "https://pages.example/back?a=b&c=d".to_owned())
    }

    /// Answers that to the next call.
    fn answers(self, body: impl Into<Vec<u8>>) -> Self {
        self.wire.lock().unwrap().answers.push_back(Ok(body.into()));
        self
    }

    fn breaks(self) -> Self {
        self.wire.lock().unwrap().answers.push_back(Err(PortError::Unavailable("broken".into())));
        self
    }

    fn sent(&self) -> Vec<(String, String)> {
        self.wire.lock().unwrap().sent.clone()
    }

    async fn query(&self) -> GatewayOutcome<Certified> {
        self.gateway().query(&certify_id(), now()).await
    }
}

impl LoadAccess for World {
    async fn load_access(&self) -> Outcome<Option<Access>> {
        Ok(self.access.clone())
    }
}

impl PostForm for World {
    async fn post_form(&self, url: &str, body: String) -> Outcome<Vec<u8>> {
        let mut wire = self.wire.lock().unwrap();
        wire.sent.push((url.to_owned(), body));
        wire.answers.pop_front().unwrap_or_else(|| panic!("another call"))
    }
}

fn signature(key: &str, text: &str) -> String {
    let lines = key.lines().filter(|line| !line.starts_with('-'));
    let key = KeyPair::from_pkcs8(&BASE64_STANDARD.decode(lines.collect::<String>()).unwrap()).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    BASE64_STANDARD.encode(signature)
}

/// An answer with that node, rightly signed.
fn signed(name: &str, node: &str) -> String {
    format!("{{\"{name}\":{node},\"sign\":\"{}\"}}", signature(ALIPAY, node))
}

fn pairs(encoded: &str) -> BTreeMap<String, String> {
    form_urlencoded::parse(encoded.as_bytes()).into_owned().collect()
}

/// Everything of a call that was sent: what its address says and its body.
fn parameters((url, body): &(String, String)) -> BTreeMap<String, String> {
    let mut all = pairs(url.split_once('?').unwrap().1);
    all.extend(pairs(body));
    all
}

/// The text that a gateway verifies, made anew from what it got.
fn canonical(parameters: &BTreeMap<String, String>) -> String {
    let signed = parameters.iter().filter(|(name, value)| *name != "sign" && !value.is_empty());
    signed.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn words(outcome: GatewayOutcome<Certified>) -> String {
    match outcome {
        Ok(certified) => format!("{certified:?}"),
        Err(GatewayError::Unavailable(cause)) => format!("unavailable: {cause}"),
        Err(GatewayError::Untrusted(why)) => format!("untrusted: {why}"),
        Err(GatewayError::Ours(why)) => format!("ours: {why}"),
        Err(GatewayError::NotSetUp(why)) => format!("not set up: {why}"),
    }
}

#[tokio::test]
async fn a_call_is_signed_as_openssl_signs_it_by_either_form_of_the_key() {
    for key in [MERCHANT, include_str!("keys/merchant-pkcs1.pem")] {
        let mut world = World::new();
        world.access.as_mut().unwrap().private_key = key.to_owned();
        let world = world.answers(signed(QUERY, NODE));
        world.query().await.unwrap();
        let sent = parameters(&world.sent()[0]);
        assert_eq!(sent["sign"], QUERY_SIGNATURE);
        assert_eq!(signature(MERCHANT, &canonical(&sent)), QUERY_SIGNATURE);
    }
}

#[tokio::test]
async fn what_names_a_person_is_in_the_body_and_faces_are_not_to_be_kept() {
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
async fn a_kind_of_document_that_alipay_does_not_know_is_not_sent() {
    let world = World::new();
    for id_type in [IdType::Ppt, IdType::Fpr] {
        let id = world.gateway().initialize(attempt(), &identity(id_type, "E12345678"), now()).await;
        assert_eq!(id.unwrap(), None);
    }
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn the_page_is_a_signed_address_and_the_app_opens_it() {
    let world = World::new();
    let page = world.gateway().page(&certify_id(), now()).await.unwrap();
    let (address, query) = page.split_once('?').unwrap();
    let sent = pairs(query);
    assert_eq!(address, "https://gateway.example/gateway.do");
    assert_eq!(signature(MERCHANT, &canonical(&sent)), sent["sign"]);
    assert_eq!(sent["method"], "alipay.user.certify.open.certify");
    assert_eq!(sent["return_url"], "https://pages.example/back?a=b&c=d");
    assert!(world.sent().is_empty(), "nothing is sent for it");
    let link = app_link(&page);
    let url = link.strip_prefix("alipays://platformapi/startapp?appId=20000067&url=").unwrap();
    assert_eq!(pairs(&format!("url={url}"))["url"], page);
    assert!(!url.contains(['&', '?', '=']), "{url}");
}

#[tokio::test]
async fn an_answer_is_verified_over_its_bytes_as_they_came() {
    let answer = format!("{{\"{QUERY}\":{NODE},\"sign\":\"{NODE_SIGNATURE}\"}}");
    let holder = Holder {
        name: Some("吕小明".to_owned()),
        number: Some("110101199003070011".to_owned()),
        cert_type: None,
    };
    assert!(World::new().answers(answer.clone()).query().await.unwrap() == Certified::Passed(holder));
    // The same members and values: but not what was signed.
    for other in [answer.replace("\\/", "/"), answer.replace(",\"passed\"", ", \"passed\"")] {
        assert_ne!(other, answer);
        assert_eq!(words(World::new().answers(other).query().await), "untrusted: a wrong signature");
    }
    // Around the node there may be anything.
    let spaced = answer.replace("{\"alipay", " { \"alipay_cert_sn\" : \"x\" ,\n \"alipay");
    assert_eq!(words(World::new().answers(spaced).query().await), "Passed(…)");
}

#[tokio::test]
async fn what_the_codes_mean() {
    let passed = |rest: &str| signed(QUERY, &format!("{{\"code\":\"10000\",\"msg\":\"Success\",{rest}}}"));
    let code = |code: &str, sub: &str| {
        let node =
            format!("{{\"code\":\"{code}\",\"msg\":\"x\",\"sub_code\":\"{sub}\",\"sub_msg\":\"吕小明\"}}");
        (
            signed(QUERY, &node),
            format!("{{\"{QUERY}\":{node}}}"),
            format!("{{\"error_response\":{node},\"sign\":\"\"}}"),
        )
    };
    for (answer, expected) in [
        (passed(r#""passed":"T""#), "Passed(…)"),
        (passed(r#""passed":["T"]"#), "Passed(…)"),
        (passed(r#""passed":"T","identity_info":"","material_info":"""#), "Passed(…)"),
        (passed(r#""passed":"T","identity_info":null"#), "Passed(…)"),
        (passed(r#""passed":"T","identity_info":"nobody""#), "untrusted: a node of another kind"),
        (passed(r#""passed":"F""#), "NotYet"),
        (passed(r#""passed":["F"],"fail_reason":"""#), "NotYet"),
        (passed(r#""passed":"F","fail_reason":"FACE_NOT_MATCH""#), "NotPassed"),
        (passed(r#""passed":["T","F"]"#), "untrusted: a node of another kind"),
        (passed(r#""passed":[]"#), "untrusted: a node of another kind"),
        (passed(r#""passed":true"#), "untrusted: a node of another kind"),
        (passed(r#""x":1"#), "untrusted: a node of another kind"),
        (passed(r#""passed":"F","passed":"T""#), "untrusted: a node of another kind"),
        (code("40004", "OPEN_CERTIFY_BILL_NOT_EXIST").0, "Gone"),
        (code("40004", "SOMETHING_ELSE").0, "ours: 40004 SOMETHING_ELSE"),
        (code("40004", "OPEN_CERTIFY_BILL_NOT_EXIST").1, "untrusted: no signature"),
        (code("40004", "OPEN_CERTIFY_BILL_NOT_EXIST").2, "untrusted: no signature"),
        (code("40005", "isv.call-limit").2, "unavailable: 40005 isv.call-limit"),
        (code("40002", "isv.invalid-signature").2, "ours: 40002 isv.invalid-signature"),
        (code("40002", "isv.invalid-signature").1, "ours: 40002 isv.invalid-signature"),
        (code("20001", "aop.invalid-auth-token").0, "ours: 20001 aop.invalid-auth-token"),
        (code("40006", "某人 isv").2, "ours: 40006 "),
        (format!("{{\"{QUERY}\":{{\"code\":\"10000\",\"passed\":\"T\"}}}}"), "untrusted: no signature"),
        (
            format!("{{\"{QUERY}\":{{\"code\":\"10000\",\"passed\":\"T\"}},\"sign\":\"\"}}"),
            "untrusted: no signature",
        ),
        (signed("alipay_user_certify_open_initialize_response", NODE), "untrusted: no node"),
        ("{}".to_owned(), "untrusted: no node"),
        ("[]".to_owned(), "untrusted: no JSON object"),
        (String::new(), "untrusted: no JSON object"),
        ("<html>".to_owned(), "untrusted: no JSON object"),
        (signed(QUERY, r#"{"code":10000,"passed":"T"}"#), "untrusted: a node without code"),
    ] {
        let world = World::new().answers(answer.clone());
        assert_eq!(words(world.query().await), expected, "{answer}");
        assert_eq!(world.sent().len(), 1, "{answer}");
    }
}

#[tokio::test]
async fn of_two_nodes_none_is_believed() {
    let forged = NODE.replace("110101199003070011", "110101199003070038");
    let good = signed(QUERY, NODE);
    for (answer, expected) in [
        (good.replacen('{', &format!("{{\"{QUERY}\":{forged},"), 1), "untrusted: no JSON object"),
        (
            good.replacen(
                "{\"",
                &format!("{{\"alipay_user_certify_open_\\u0071uery_response\":{forged},\""),
                1,
            ),
            "untrusted: no JSON object",
        ),
        (good.replacen('{', &format!("{{\"error_response\":{forged},"), 1), "untrusted: two nodes"),
        (good.replace(",\"sign\"", ",\"sign\":\"\",\"sign\""), "untrusted: no JSON object"),
    ] {
        assert_ne!(answer, good);
        assert_eq!(words(World::new().answers(answer.clone()).query().await), expected, "{answer}");
    }
}

#[tokio::test]
async fn another_key_signs_nothing_for_us() {
    let answer = format!("{{\"{QUERY}\":{NODE},\"sign\":\"{}\"}}", signature(MERCHANT, NODE));
    assert_eq!(words(World::new().answers(answer).query().await), "untrusted: a wrong signature");
}

#[tokio::test]
async fn a_call_without_an_answer_is_sent_once_more_and_no_more() {
    let busy = format!("{{\"{QUERY}\":{{\"code\":\"20000\",\"sub_code\":\"isp.unknow-error\"}}}}");
    let good = signed(QUERY, NODE);
    let world = World::new().breaks().answers(good.clone());
    assert_eq!(words(world.query().await), "Passed(…)");
    let world = World::new().answers(busy.clone()).answers(good.clone());
    assert_eq!(words(world.query().await), "Passed(…)");
    assert_eq!(world.sent()[0], world.sent()[1], "the same call");
    let world = World::new().answers(busy.clone()).breaks().answers(good);
    assert_eq!(words(world.query().await), "unavailable: a service we need does not answer");
    assert_eq!(world.sent().len(), 2);
}

#[tokio::test]
async fn without_an_access_nothing_is_sent() {
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
fn an_access_does_not_show_itself() {
    assert_eq!(format!("{:?}", World::new().access), "Some(Access(…))");
}

fn asked(answer: &[u8]) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    // A second answer for those that are asked for again.
    words(runtime.block_on(World::new().answers(answer).answers(answer).query()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_is_changed_in_an_answer_nobody_passes_by_it(
        at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>(), how in 0..3_u8,
    ) {
        let good = format!("{{\"{QUERY}\":{NODE},\"sign\":\"{NODE_SIGNATURE}\"}}").into_bytes();
        let (at, cut) = (at.index(good.len()), cut.index(good.len()));
        let mut bad = good.clone();
        match how {
            0 => bad[at] = byte,
            1 => bad.truncate(cut),
            _ => { bad.drain(at.min(cut)..at.max(cut)); }
        }
        let same = bad == good;
        prop_assert_eq!(asked(&bad).starts_with("Passed"), same);
    }

    #[test]
    fn no_bytes_make_reading_panic_and_none_pass(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(asked(&bytes).starts_with("untrusted"));
    }

    #[test]
    fn no_node_without_a_signature_decides_anything(
        code in "10000|40004|20000|40005|[0-9]{5}", passed in r#"("T"|"F"|\["T"\]|null|[0-9])"#,
        name in "(alipay_user_certify_open_query|error)_response",
    ) {
        let answer = format!("{{\"{name}\":{{\"code\":\"{code}\",\"passed\":{passed}}}}}");
        let words = asked(answer.as_bytes());
        prop_assert!(!["Passed", "NotYet", "NotPassed", "Gone"].iter().any(|word| words.starts_with(word)), "{}", words);
    }
}
