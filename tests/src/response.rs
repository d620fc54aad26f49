//! What came back, with the expectations that read like the contract.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// One answer of the API or of the storage service, or the fact that none came.
#[derive(Clone, Debug)]
pub struct Response {
    /// Method and path, to name the request in a failure.
    pub request_line: String,
    /// The HTTP status; 0 when the connection ended without an answer.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; `null` when it is empty or no JSON.
    pub body: Value,
    /// The body as it came, or why no answer came.
    pub text: String,
    /// From sending to the last byte of the body.
    pub elapsed: Duration,
    /// Whether this is the answer to a second try.
    pub retried: bool,
}

impl Response {
    /// This answer, when it has that status; the test fails otherwise.
    #[track_caller]
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        let (line, got) = (&self.request_line, self.status);
        assert!(got == status, "{line} answered {got} instead of {status}: {}", self.text);
        self
    }

    /// This answer, when it is the problem `code` in the form that the contract gives to all problems.
    #[track_caller]
    #[must_use]
    pub fn problem(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        let line = &answer.request_line;
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{line}: media type");
        assert_eq!(answer.str("/code"), code, "{line}: {}", answer.text);
        assert_eq!(answer.str("/type"), format!("urn:baoming:problem:{code}"), "{line}");
        assert_eq!(answer.number("/status"), u64::from(status), "{line}: status in the body");
        assert!(answer.str("/instance").starts_with("urn:baoming:request:"), "{line}: {}", answer.text);
        assert!(!answer.str("/title").is_empty(), "{line} has no title: {}", answer.text);
        answer
    }

    /// The faults of a problem: the code by the pointer to the field.
    pub fn faults(&self) -> BTreeMap<String, String> {
        let list = self.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        let text = |fault: &Value, name: &str| fault[name].as_str().unwrap_or_default().to_owned();
        list.iter().map(|fault| (text(fault, "pointer"), text(fault, "code"))).collect()
    }

    /// Fails unless there is a fault of that code at that field.
    #[track_caller]
    pub fn assert_fault(&self, pointer: &str, code: &str) {
        let faults = self.faults();
        let found = faults.get(pointer).map(String::as_str);
        assert_eq!(found, Some(code), "{}: fault at {pointer} in {faults:?}", self.request_line);
    }

    /// Fails unless exactly these fields are at fault, each with a text.
    #[track_caller]
    pub fn assert_faulty(&self, pointers: &[&str]) {
        let faults = self.faults();
        let mut wanted = pointers.to_vec();
        wanted.sort_unstable();
        let found: Vec<&str> = faults.keys().map(String::as_str).collect();
        assert_eq!(found, wanted, "{}: fields at fault", self.request_line);
        for fault in self.body["errors"].as_array().into_iter().flatten() {
            assert!(fault["message"].as_str().is_some_and(|text| !text.is_empty()), "no text for {fault}");
        }
    }

    /// The string at a JSON pointer of the body; the test fails when there is none.
    #[track_caller]
    pub fn str(&self, pointer: &str) -> &str {
        let Some(value) = self.body.pointer(pointer).and_then(Value::as_str) else {
            panic!("{}: no text at {pointer} in {}", self.request_line, self.text)
        };
        value
    }

    /// The whole number at a JSON pointer of the body; the test fails when there is none.
    #[track_caller]
    pub fn number(&self, pointer: &str) -> u64 {
        let Some(value) = self.body.pointer(pointer).and_then(Value::as_u64) else {
            panic!("{}: no number at {pointer} in {}", self.request_line, self.text)
        };
        value
    }

    /// The list at a JSON pointer of the body; the test fails when there is none.
    #[track_caller]
    pub fn list(&self, pointer: &str) -> &[Value] {
        let Some(value) = self.body.pointer(pointer).and_then(Value::as_array) else {
            panic!("{}: no list at {pointer} in {}", self.request_line, self.text)
        };
        value
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whole seconds of `Retry-After`.
    pub fn retry_after(&self) -> Option<u64> {
        self.header("retry-after").and_then(|seconds| seconds.parse().ok())
    }

    /// Whether the request did what it should.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether nobody can tell what became of the request: no answer, or one from in front of the function.
    pub fn is_lost(&self) -> bool {
        matches!(self.status, 0 | 502..=504)
    }
}
