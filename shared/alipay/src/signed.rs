//! Protocol v3: requests signed in the `Authorization` header, and responses signed in their headers.
//!
//! Only v3 responses contain a signed time and nonce. In the older protocol, the responses about all passed attempts
//! have the same bytes, so a response could be replayed for another account.

use domain::{moment::Moment, real_name::alipay::ResponseDigest};
use form_urlencoded::Serializer;
use jiff::SignedDuration;
use ports::alipay::{GatewayError, GatewayOutcome, SignedResponse};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    GONE, Terms,
    answer::{Failure, Said, plain, untrusted},
};

/// How far a response's time may differ from ours: the validity of a request's signature (Alipay's own example has
/// `expired_seconds=120`).
const FRESH: SignedDuration = SignedDuration::from_secs(120);

/// Maximum length of a nonce (ours; a UUID has 36 characters).
const LONGEST_NONCE: usize = 128;

/// Returns the address and `Authorization` header of a GET request.
pub(crate) fn get(
    terms: &Terms,
    path: &str,
    parameters: &[(&str, &str)],
    nonce: &str,
    now: Moment,
) -> GatewayOutcome<(String, String)> {
    let query = Serializer::new(String::new()).extend_pairs(parameters).finish();
    let target = format!("{path}?{query}");
    let authority = format!("app_id={},nonce={nonce},timestamp={}", terms.app_id, now.as_millisecond());
    let text = format!("{authority}\nGET\n{target}\n\n");
    let signature = terms.private_key.sign(&text);
    let signature = signature.ok_or_else(|| GatewayError::Ours("our key does not sign".to_owned()))?;
    let url = format!("{}{target}", origin(&terms.gateway));
    Ok((url, format!("ALIPAY-SHA256withRSA {authority},sign={signature}")))
}

/// The scheme and host of an address.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/'));
    end.and_then(|end| url.get(..host + end)).unwrap_or(url)
}

/// The body of an error response. Messages are not read: they may quote what was sent.
#[derive(Deserialize)]
struct Refusal {
    code: String,
}

/// Verifies and parses a response received at `now`; returns its content and digest.
pub(crate) fn read<T: DeserializeOwned>(
    response: &SignedResponse,
    terms: &Terms,
    now: Moment,
) -> Result<(Said<T>, ResponseDigest), Failure> {
    let signed = signed_text(response);
    let is_signed = !response.signature.is_empty();
    if is_signed && !signed.as_ref().is_some_and(|text| terms.alipay_key.verifies(text, &response.signature))
    {
        return Err(untrusted("a wrong signature"));
    }
    if is_signed && !is_fresh(&response.timestamp, now) {
        return Err(untrusted("a response of another time"));
    }
    let digest = signed.filter(|_| is_signed).map(|text| ResponseDigest::of(text.as_bytes()));
    match (response.status, digest) {
        (200, None) => Err(untrusted("no signature")),
        (200, Some(digest)) => {
            let done = serde_json::from_slice(&response.body);
            Ok((Said::Done(done.map_err(|_| untrusted("a body of another kind"))?), digest))
        }
        (429, _) => Err(Failure::Final(unavailable(response))),
        (500.., _) => Err(Failure::Again(unavailable(response))),
        // why: a refusal that decides about an attempt must be signed. Other codes only go to the log, signed or not.
        (400 | 404, Some(digest)) => Ok((Said::Refused(code(response)), digest)),
        (400 | 404, None) if code(response) == GONE => Err(untrusted("no signature")),
        _ => Err(Failure::Final(GatewayError::Ours(named(response)))),
    }
}

/// The signed text; `None` if the body is not UTF-8, or the nonce has characters that no gateway would use.
fn signed_text(response: &SignedResponse) -> Option<String> {
    let SignedResponse { timestamp, nonce, body, .. } = response;
    let is_nonce =
        (1..=LONGEST_NONCE).contains(&nonce.len()) && nonce.bytes().all(|byte| byte.is_ascii_graphic());
    let body = std::str::from_utf8(body).ok().filter(|_| is_nonce)?;
    Some(format!("{timestamp}\n{nonce}\n{body}\n"))
}

fn is_fresh(timestamp: &str, now: Moment) -> bool {
    let signed_at: Option<i64> = timestamp.parse().ok();
    let apart = signed_at.map(|at| now.as_millisecond().abs_diff(at));
    apart.is_some_and(|apart| u128::from(apart) <= FRESH.unsigned_abs().as_millis())
}

fn unavailable(response: &SignedResponse) -> GatewayError {
    GatewayError::Unavailable(named(response).into())
}

/// The status and the code, for the log.
fn named(response: &SignedResponse) -> String {
    format!("{} {}", response.status, code(response))
}

fn code(response: &SignedResponse) -> String {
    plain(serde_json::from_slice(&response.body).ok().map(|Refusal { code }| code))
}
