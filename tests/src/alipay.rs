//! The local stand-in for Alipay (`infra/local/gateway.py`): its page, as a person uses it, and what it is told to do
//! wrong.

use serde_json::{Value, json};

use crate::response::Response;
use crate::scenario::Applicant;
use crate::stack::Stack;

/// The body that begins an attempt: the consent that stands now.
pub fn consent() -> Value {
    json!({"consentVersion": "2026-11"})
}

/// What one does on the phone.
#[derive(Clone, Copy, Debug)]
pub enum Scan {
    /// Show one's own face.
    Pass,
    /// Show another one's.
    Fail,
    /// Go back.
    Cancel,
    /// Pass, and Alipay tells of somebody else.
    Other,
    /// Wait until Alipay knows of nothing.
    Gone,
}

impl Scan {
    fn button(self) -> &'static str {
        match self {
            Self::Pass => "passed",
            Self::Fail => "failed",
            Self::Cancel => "cancelled",
            Self::Other => "other",
            Self::Gone => "gone",
        }
    }
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().build().expect("a client without TLS can be built")
}

/// Opens the link of an attempt, as the Alipay app does; status and text of its page.
pub async fn open(link: &str) -> (u16, String) {
    let page = http().get(link).send().await.expect("the local gateway answers");
    (page.status().as_u16(), page.text().await.expect("a page is text"))
}

/// Opens the link of an attempt and presses a button of its page.
pub async fn scan(stack: &Stack, attempt: &Response, what: Scan) {
    let (status, page) = open(attempt.str("/link")).await;
    assert_eq!(status, 200, "{page}");
    press(stack, attempt.str("/attemptId"), what).await;
}

/// Presses a button of the page of an attempt.
pub async fn press(stack: &Stack, attempt: &str, what: Scan) {
    let url = format!("{}/scan?order={attempt}", stack.alipay);
    let form = format!("state={}", what.button());
    let form = http().post(url).header("content-type", "application/x-www-form-urlencoded").body(form);
    let pressed = form.send().await.expect("the local gateway answers");
    assert_eq!(pressed.status().as_u16(), 200, "the page has that button");
}

/// Tells the gateway what to do wrong with calls about an attempt: `call` is `initialize` or `query`.
pub async fn spoil(stack: &Stack, attempt: &str, call: &str, what: Value) {
    let mut wish = what;
    wish["order"] = json!(attempt);
    wish["call"] = json!(call);
    let sent = http().post(format!("{}/control", stack.alipay)).body(wish.to_string()).send().await;
    assert!(sent.expect("the local gateway answers").status().is_success());
}

/// What the gateway knows of an attempt, if it was told of one.
pub async fn order(stack: &Stack, attempt: &str) -> Option<Value> {
    Some(control(stack).await["orders"][attempt].clone()).filter(Value::is_object)
}

/// The calls about an attempt that the gateway took: the last word of the method and the code of the answer.
pub async fn calls(stack: &Stack, attempt: &str) -> Vec<String> {
    let control = control(stack).await;
    let asked = control["asked"].as_array().expect("a list").iter();
    let asked = asked.filter(|call| call["order"] == attempt).map(|call| {
        let method = call["method"].as_str().unwrap_or_default();
        format!(
            "{} {}",
            method.rsplit('.').next().unwrap_or_default(),
            call["code"].as_str().unwrap_or_default()
        )
    });
    asked.collect()
}

async fn control(stack: &Stack) -> Value {
    let answer = http().get(format!("{}/control", stack.alipay)).send().await;
    let text = answer.expect("the local gateway answers").text().await.expect("text");
    serde_json::from_str(&text).expect("JSON")
}

impl Applicant {
    /// The id of this person's attempt of that number.
    pub fn attempt(&self, number: u32) -> String {
        format!("{}{number:06}", self.ulid())
    }

    /// Begins an attempt with Alipay.
    pub async fn begin_alipay(&self) -> Response {
        self.api.begin_alipay(&consent()).await
    }
}
