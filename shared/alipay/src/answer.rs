//! Responses of the older protocol: verification and parsing.
//!
//! Exactly the signed bytes of a node are parsed. A response that differs from the documentation in any way is not
//! trusted and has no effect.

use std::fmt;

use domain::real_name::alipay::{AttemptId, CertifyId, Holder};
use ports::alipay::GatewayError;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::keys::PublicKey;

/// Why a request has no usable response.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The same request may succeed now.
    Again(GatewayError),
    /// A retry would not succeed.
    Final(GatewayError),
}

impl Failure {
    pub(crate) fn into_error(self) -> GatewayError {
        match self {
            Self::Again(error) | Self::Final(error) => error,
        }
    }
}

pub(crate) fn untrusted(why: &'static str) -> Failure {
    Failure::Final(GatewayError::Untrusted(why))
}

/// A response that is authentic.
#[derive(Debug)]
pub(crate) enum Said<T> {
    /// Code 10000: the requested data.
    Done(T),
    /// Code 40004: refused for this applicant or attempt; the sub-code has the reason.
    Refused(String),
}

/// The members of a response in their original text, without duplicates.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(String, &RawValue)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    // why: one of two equal nodes could be the signed one, and the other the one that is parsed.
                    if members.iter().any(|(other, _)| *other == name) {
                        return Err(A::Error::custom("a member twice"));
                    }
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

impl<'a> Members<'a> {
    fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, value)| *value)
    }
}

/// The members that every node has. Messages are not read: they may quote what was sent.
#[derive(Deserialize)]
struct Outcome {
    code: String,
    #[serde(default)]
    sub_code: Option<String>,
}

/// Parses the response to a request of `method`.
pub(crate) fn read<T: DeserializeOwned>(
    method: &str,
    bytes: &[u8],
    key: &PublicKey,
) -> Result<Said<T>, Failure> {
    let members: Members<'_> = serde_json::from_slice(bytes).map_err(|_| untrusted("no JSON object"))?;
    let own = members.get(&format!("{}_response", method.replace('.', "_")));
    let node = match (own, members.get("error_response")) {
        (Some(node), None) | (None, Some(node)) => node,
        (Some(_), Some(_)) => return Err(untrusted("two nodes")),
        (None, None) => return Err(untrusted("no node")),
    };
    let is_signed = match members.get("sign") {
        None => false,
        Some(signature) => {
            let signature: String =
                serde_json::from_str(signature.get()).map_err(|_| untrusted("no text for a signature"))?;
            // The signature is empty if Alipay did not even understand the request.
            if !signature.is_empty() && !key.verifies(node.get(), &signature) {
                return Err(untrusted("a wrong signature"));
            }
            !signature.is_empty()
        }
    };
    let outcome: Outcome = serde_json::from_str(node.get()).map_err(|_| untrusted("a node without code"))?;
    match outcome.code.as_str() {
        "10000" | "40004" if !is_signed => Err(untrusted("no signature")),
        "10000" => {
            let done = serde_json::from_str(node.get()).map_err(|_| untrusted("a node of another kind"))?;
            Ok(Said::Done(done))
        }
        "40004" => Ok(Said::Refused(plain(outcome.sub_code))),
        "20000" => Err(Failure::Again(GatewayError::Unavailable(named(&outcome).into()))),
        // Too many requests: a retry would not help.
        "40005" => Err(Failure::Final(GatewayError::Unavailable(named(&outcome).into()))),
        _ => Err(Failure::Final(GatewayError::Ours(named(&outcome)))),
    }
}

/// The code and sub-code, for the log.
fn named(outcome: &Outcome) -> String {
    format!("{} {}", plain(Some(outcome.code.clone())), plain(outcome.sub_code.clone()))
}

/// The code if it has the characters of a code; otherwise an empty string.
pub(crate) fn plain(code: Option<String>) -> String {
    let is_plain = |code: &String| {
        code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    code.filter(is_plain).unwrap_or_default()
}

/// The response to `initialize`.
#[derive(Deserialize)]
pub(crate) struct Initialized {
    /// Alipay's id of the attempt.
    pub certify_id: String,
}

/// The response to `query`.
#[derive(Deserialize)]
pub(crate) struct Queried {
    #[serde(deserialize_with = "passed")]
    pub passed: bool,
    #[serde(default, deserialize_with = "holder")]
    pub identity_info: Holder,
    #[serde(default)]
    pub fail_reason: Option<String>,
    /// The attempt and order that the response is about. The documentation mentions neither; if present, they must be
    /// ours.
    #[serde(default)]
    pub certify_id: Option<String>,
    #[serde(default)]
    pub outer_order_no: Option<String>,
}

impl Queried {
    /// Whether the response does not contain the id of another attempt.
    pub(crate) fn is_about(&self, attempt: AttemptId, id: &CertifyId) -> bool {
        let is_id = self.certify_id.as_deref().is_none_or(|named| named == id.expose());
        is_id && self.outer_order_no.as_deref().is_none_or(|named| named == attempt.to_string())
    }
}

/// `"T"` or `"F"`, or a list of these: documented as the former, observed as the latter.
fn passed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    let words = match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(word) => vec![word],
        OneOrMany::Many(words) => words,
    };
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["T"] => Ok(true),
        ["F"] => Ok(false),
        _ => Err(D::Error::custom("neither T nor F")),
    }
}

/// A JSON object in a string; usually Alipay sends an empty string.
fn holder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Holder, D::Error> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    #[expect(clippy::struct_field_names, reason = "Alipay's names")]
    struct Info {
        cert_name: Option<String>,
        cert_no: Option<String>,
        cert_type: Option<String>,
    }
    let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
    let info = if text.trim().is_empty() {
        Info::default()
    } else {
        // The error of a failed parse would quote its input.
        serde_json::from_str(&text).map_err(|_| D::Error::custom("no identity"))?
    };
    Ok(Holder { name: info.cert_name, number: info.cert_no, cert_type: info.cert_type })
}
