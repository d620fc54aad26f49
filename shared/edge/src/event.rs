//! The gateway's event, payload format 2.0 of HTTP APIs, read as untrusted input.
//!
//! The caller controls much of it: paths, queries, headers, bodies. What cannot be read is the caller's mistake and
//! becomes our problem response (400). Nothing here may panic or fail the invocation: the gateway would respond with
//! 502, and the runtime would log its own text with what the caller sent.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use domain::messages::Lang;
use http::Method;
use serde::Deserialize;
use serde_json::Value;

/// The parts of the gateway's event that are used.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Event {
    raw_path: Option<String>,
    raw_query_string: Option<String>,
    cookies: Option<Vec<String>>,
    headers: Option<BTreeMap<String, String>>,
    path_parameters: Option<BTreeMap<String, String>>,
    request_context: Context,
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Context {
    route_key: Option<String>,
    time_epoch: i64,
    http: Http,
    authorizer: Option<Authorizer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Http {
    method: String,
    source_ip: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Authorizer {
    jwt: Option<Jwt>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Jwt {
    claims: BTreeMap<String, Value>,
}

/// A checked event: no header contains a control character, and path and query are correctly encoded.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) method: Method,
    pub(crate) route: String,
    pub(crate) path: String,
    pub(crate) raw_query: String,
    /// The query's parameters, decoded, in the order of the query.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) path_parameters: BTreeMap<String, String>,
    /// Headers by lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) cookies: Vec<String>,
    pub(crate) body: Vec<u8>,
    /// When the gateway received the request, in milliseconds since 1970; 0 if the event has no time.
    pub(crate) time_epoch: i64,
    pub(crate) source_ip: String,
    /// The claims of a token that the gateway accepted.
    pub(crate) claims: BTreeMap<String, Value>,
}

/// An event that cannot be read, with what the response needs.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// The route, if the event contains one.
    pub(crate) route: String,
    /// The language of the response.
    pub(crate) lang: Lang,
    /// The name of the unreadable part, for the log. Its content is not logged.
    pub(crate) part: &'static str,
}

impl Parts {
    /// Parses and checks an event.
    pub(crate) fn read(text: &str) -> Result<Self, Unreadable> {
        let Ok(event) = serde_json::from_str::<Event>(text) else { return Err(Unreadable::of(text)) };
        let Event {
            raw_path,
            raw_query_string,
            cookies,
            headers,
            path_parameters,
            request_context: context,
            body,
            is_base64_encoded,
        } = event;
        let headers: BTreeMap<String, String> = headers
            .unwrap_or_default()
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        let lang = Lang::from_accept_language(headers.get("accept-language").map(String::as_str));
        let route = context.route_key.unwrap_or_default();
        let bad = |part| Unreadable { route: route.clone(), lang, part };

        let cookies = cookies.unwrap_or_default();
        let is_bad = |(name, value): (&String, &String)| has_control(name) || has_control(value);
        if headers.iter().any(is_bad) {
            return Err(bad("a header"));
        }
        if cookies.iter().any(|cookie| has_control(cookie)) {
            return Err(bad("a cookie"));
        }
        let path = raw_path.unwrap_or_default();
        if has_control(&path) || decode(&path, false).is_none() {
            return Err(bad("the path"));
        }
        let raw_query = raw_query_string.unwrap_or_default();
        let query = read_query(&raw_query).ok_or_else(|| bad("the query"))?;
        let body = match body {
            Some(body) if is_base64_encoded => {
                BASE64_STANDARD.decode(body).map_err(|_| bad("the body's Base64"))?
            }
            Some(body) => body.into_bytes(),
            None => Vec::new(),
        };
        let method = Method::from_bytes(context.http.method.as_bytes()).map_err(|_| bad("the method"))?;
        Ok(Self {
            method,
            route,
            path,
            raw_query,
            query,
            path_parameters: path_parameters.unwrap_or_default(),
            headers,
            cookies,
            body,
            time_epoch: context.time_epoch,
            source_ip: context.http.source_ip.unwrap_or_default(),
            claims: context.authorizer.and_then(|it| it.jwt).map(|jwt| jwt.claims).unwrap_or_default(),
        })
    }
}

impl Unreadable {
    /// What can be read from an event that has the wrong shape.
    fn of(text: &str) -> Self {
        let event: Value = serde_json::from_str(text).unwrap_or_default();
        let language = event["headers"]["accept-language"].as_str();
        Self {
            route: event["requestContext"]["routeKey"].as_str().unwrap_or_default().to_owned(),
            lang: Lang::from_accept_language(language),
            part: "its shape",
        }
    }
}

/// RFC 9110, section 5.5: a field value may not contain control characters other than the tab.
fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && c != '\t')
}

/// Parses the parameters of a query (application/x-www-form-urlencoded); `None` if one of them is badly encoded.
fn read_query(query: &str) -> Option<Vec<(String, String)>> {
    if has_control(query) {
        return None;
    }
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name, true)?, decode(value, true)?))
        })
        .collect()
}

/// Decodes percent-encoding (RFC 3986, section 2.1). `None` if a percent sign is not followed by two hexadecimal
/// digits, or if the result is not UTF-8 or contains NUL.
fn decode(text: &str, plus_is_space: bool) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            b'+' if plus_is_space => b' ',
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_is_decoded_or_refused() {
        for (text, expected) in [
            ("a%2Bb", Some("a+b")),
            ("a+b", Some("a b")),
            ("%E5%8C%97", Some("北")),
            ("北", Some("北")),
            ("%", None),
            ("%2", None),
            ("%zz", None),
            ("%+1", None),
            ("%ff", None),
            ("%E5%8C", None),
            ("%00", None),
        ] {
            assert_eq!(decode(text, true).as_deref(), expected, "{text}");
        }
        assert_eq!(decode("a+b", false).as_deref(), Some("a+b"), "a plus in a path is not a space");
    }

    #[test]
    fn query_parameters_may_be_empty_and_repeated() {
        let read = |query| read_query(query).unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(read("a=1&&b&c=&a=2=3"), [pair("a", "1"), pair("b", ""), pair("c", ""), pair("a", "2=3")]);
        assert_eq!(read(""), []);
    }
}
