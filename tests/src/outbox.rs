//! The codes that the system would have shown as a picture or sent to a phone.
//!
//! On an emulator they are also written to a table that cannot exist in an account; `tests/template.rs`
//! proves that of the template.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::stack::Stack;
use crate::wait;

/// The answer to a picture code.
pub async fn captcha_answer(stack: &Stack, captcha: &str) -> String {
    newest(stack, "captcha", captcha, "").await
}

/// The newest SMS code of a phone.
pub async fn sms_code(stack: &Stack, mobile: &str) -> String {
    sms_code_after(stack, mobile, "").await
}

/// The newest SMS code of a phone that was sent after `earlier`, an answer of [`sms_sent_at`].
pub async fn sms_code_after(stack: &Stack, mobile: &str, earlier: &str) -> String {
    let text = newest(stack, "sms", mobile, earlier).await;
    let code = text.split(|letter: char| !letter.is_ascii_digit()).find(|digits| digits.len() == 6);
    code.unwrap_or_else(|| panic!("no six digits in the SMS {text:?}")).to_owned()
}

/// When the newest SMS to a phone was written; empty when there is none.
pub async fn sms_sent_at(stack: &Stack, mobile: &str) -> String {
    latest(stack, "sms", mobile).await.map(|(at, _)| at).unwrap_or_default()
}

/// How many messages of a kind were written for somebody.
pub async fn count(stack: &Stack, kind: &str, to: &str) -> usize {
    items(stack, kind, to).await.len()
}

/// The texts of a kind that were written for somebody, oldest first.
pub async fn texts(stack: &Stack, kind: &str, to: &str) -> Vec<String> {
    let mut messages: Vec<_> = items(stack, kind, to).await.iter().filter_map(message).collect();
    messages.sort_unstable();
    messages.into_iter().map(|(_, text)| text).collect()
}

async fn newest(stack: &Stack, kind: &str, to: &str, earlier: &str) -> String {
    let what = format!("a message of kind {kind} to {to} in the outbox");
    let fresh = async || latest(stack, kind, to).await.filter(|(at, _)| at.as_str() > earlier);
    wait::until(&what, wait::SOON, fresh).await.1
}

async fn latest(stack: &Stack, kind: &str, to: &str) -> Option<(String, String)> {
    items(stack, kind, to).await.iter().filter_map(message).max()
}

/// When a message was written, and its text.
fn message(item: &HashMap<String, AttributeValue>) -> Option<(String, String)> {
    let text = |name: &str| {
        let value = item.get(name)?;
        value.as_s().or_else(|_| value.as_n()).ok().cloned()
    };
    Some((text("createdAt")?, text("body")?))
}

/// A scan, which no request path may do: the outbox is small and only tests read it.
async fn items(stack: &Stack, kind: &str, to: &str) -> Vec<HashMap<String, AttributeValue>> {
    let pages = stack.dynamo().await.scan().table_name(&stack.outbox).consistent_read(true);
    let pages = pages
        .filter_expression("#kind = :kind AND #to = :to")
        .expression_attribute_names("#kind", "kind")
        .expression_attribute_names("#to", "to")
        .expression_attribute_values(":kind", AttributeValue::S(kind.to_owned()))
        .expression_attribute_values(":to", AttributeValue::S(to.to_owned()));
    let mut items = pages.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        found.push(item.expect("the outbox table can be read"));
    }
    found
}
