//! How requests to Alibaba Cloud are signed: "request syntax and signature method V3" of its SDK's documentation,
//! `ACS3-HMAC-SHA256`.

use std::fmt::Write;

use aws_sigv4::sign::v4::calculate_signature;
use sha2::{Digest, Sha256};

use crate::messages::secret::AccessKey;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The headers that are signed, sorted by their names. No other header of this protocol is sent.
pub(super) struct Headers<'a> {
    pub(super) host: &'a str,
    pub(super) action: &'a str,
    pub(super) content_sha256: &'a str,
    pub(super) date: &'a str,
    pub(super) nonce: &'a str,
    pub(super) version: &'a str,
}

impl<'a> Headers<'a> {
    /// Their names and values.
    pub(super) fn pairs(&self) -> [(&'static str, &'a str); 6] {
        [
            ("host", self.host),
            ("x-acs-action", self.action),
            ("x-acs-content-sha256", self.content_sha256),
            ("x-acs-date", self.date),
            ("x-acs-signature-nonce", self.nonce),
            ("x-acs-version", self.version),
        ]
    }
}

/// The header `Authorization` of a `POST` to `/` with that query, whose body has the digest that the headers name.
pub(super) fn authorization(key: &AccessKey, query: &str, headers: &Headers<'_>) -> String {
    let pairs = headers.pairs();
    let signed = pairs.map(|(name, _)| name).join(";");
    let mut request = format!("POST\n/\n{query}\n");
    for (name, value) in pairs {
        // Writing to a String does not fail.
        let _ = writeln!(request, "{name}:{}", value.trim());
    }
    let _ = write!(request, "\n{signed}\n{}", headers.content_sha256);
    let to_sign = format!("{ALGORITHM}\n{}", sha256_hex(request.as_bytes()));
    // An HMAC-SHA256 in hexadecimal, as AWS's signatures end in as well.
    let signature = calculate_signature(&key.access_key_secret, to_sign.as_bytes());
    format!("{ALGORITHM} Credential={},SignedHeaders={signed},Signature={signature}", key.access_key_id)
}

/// A query with its parameters sorted and encoded as RFC 3986 has it.
pub(super) fn query(parameters: &mut [(&str, String)]) -> String {
    parameters.sort_unstable();
    let pairs = parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Leaves RFC 3986's unreserved characters as they are, and no other.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A SHA-256 in hexadecimal.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example with fixed values in the provider's description of the method.
    #[test]
    fn the_providers_own_example_is_signed_as_it_says() {
        let key = AccessKey {
            access_key_id: "YourAccessKeyId".to_owned(),
            access_key_secret: "YourAccessKeySecret".to_owned(),
        };
        let mut parameters = [
            ("RegionId", "cn-shanghai".to_owned()),
            ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd".to_owned()),
        ];
        let headers = Headers {
            host: "ecs.cn-shanghai.aliyuncs.com",
            action: "RunInstances",
            content_sha256: &sha256_hex(b""),
            date: "2023-10-26T10:22:32Z",
            nonce: "3156853299f313e23d1673dc12e1703d",
            version: "2014-05-26",
        };
        assert_eq!(
            authorization(&key, &query(&mut parameters), &headers),
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;\
             x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,\
             Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        );
    }

    #[test]
    fn a_query_is_sorted_and_everything_reserved_is_encoded() {
        let mut parameters = [("b", "报名 *+/".to_owned()), ("a", "{\"code\":\"1\"}".to_owned())];
        let encoded = "a=%7B%22code%22%3A%221%22%7D&b=%E6%8A%A5%E5%90%8D%20%2A%2B%2F";
        assert_eq!(query(&mut parameters), encoded);
        assert_eq!(encode("-_.~aZ09"), "-_.~aZ09");
    }
}
