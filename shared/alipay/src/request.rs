//! Requests: the parameters of every request, the signed text, and the address.

use std::collections::BTreeMap;

use domain::moment::Moment;
use form_urlencoded::Serializer;
use ports::alipay::{GatewayError, GatewayOutcome};
use serde_json::Value;

use crate::Terms;

/// A request before it is signed. Parameters are sorted by the bytes of their names, as the signature requires.
pub(crate) struct Request(BTreeMap<&'static str, String>);

impl Request {
    /// Creates a request for that method and content.
    pub(crate) fn new(terms: &Terms, method: &str, content: &Value, now: Moment) -> Self {
        let parameters = [
            ("app_id", terms.app_id.clone()),
            ("method", method.to_owned()),
            ("format", "JSON".to_owned()),
            ("charset", "utf-8".to_owned()),
            ("sign_type", "RSA2".to_owned()),
            ("timestamp", timestamp(now)),
            ("version", "1.0".to_owned()),
            ("biz_content", content.to_string()),
        ];
        Self(BTreeMap::from(parameters))
    }

    /// Adds the return address.
    pub(crate) fn returning_to(mut self, url: &str) -> Self {
        self.0.insert("return_url", url.to_owned());
        self
    }

    /// The text to sign: all parameters that are not empty, without `sign`, before they are encoded.
    pub(crate) fn canonical(&self) -> String {
        let said = self.0.iter().filter(|(_, value)| !value.is_empty());
        said.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    /// The address with all parameters, for a phone to open.
    pub(crate) fn address(&self, terms: &Terms) -> GatewayOutcome<String> {
        let signature = self.signature(terms)?;
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.0.iter().filter(|(_, value)| !value.is_empty()));
        query.append_pair("sign", &signature);
        Ok(format!("{}?{}", terms.gateway, query.finish()))
    }

    /// The address and the body to send. Personal data is in the body, because addresses are logged on the way.
    pub(crate) fn form(&self, terms: &Terms) -> GatewayOutcome<(String, String)> {
        const BODY: &str = "biz_content";
        let signature = self.signature(terms)?;
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.0.iter().filter(|(name, value)| **name != BODY && !value.is_empty()));
        query.append_pair("sign", &signature);
        let mut body = Serializer::new(String::new());
        body.extend_pairs(self.0.iter().filter(|(name, _)| **name == BODY));
        Ok((format!("{}?{}", terms.gateway, query.finish()), body.finish()))
    }

    fn signature(&self, terms: &Terms) -> GatewayOutcome<String> {
        let signature = terms.private_key.sign(&self.canonical());
        signature.ok_or_else(|| GatewayError::Ours("our key does not sign".to_owned()))
    }
}

/// The time in Alipay's format: Beijing time, to the second.
fn timestamp(now: Moment) -> String {
    now.to_string().chars().take("2026-11-24T16:07:55".len()).collect::<String>().replace('T', " ")
}
