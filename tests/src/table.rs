//! What was stored, read straight from the table; and the few items that only tests write there.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::stack::Stack;

/// An item as the table has it.
pub type Item = HashMap<String, AttributeValue>;

/// The events that move a case, as the audit trail and the history name them. Entries about other things,
/// such as saved pages and opened pictures, are not among them.
pub const TRANSITIONS: [&str; 10] = [
    "submitted",
    "resubmitted",
    "withdrawn",
    "claimed",
    "released",
    "returned",
    "approved",
    "rejected",
    "reminded",
    "escalated",
];

/// One entry of the audit trail.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The case it is about.
    pub case: String,
    /// What happened.
    pub event: String,
    /// Who did it: a role, and an id where the role has one.
    pub by: String,
    /// The state after it.
    pub to: String,
    /// The version that it made.
    pub version: String,
    /// When.
    pub at: String,
}

/// Everything that is kept under a person's key.
pub async fn items(stack: &Stack, ulid: &str) -> Vec<Item> {
    query(stack, ulid, "").await
}

/// The audit trail of one case of a person, oldest first.
pub async fn audit(stack: &Stack, ulid: &str, case: &str) -> Vec<Entry> {
    let mut trail: Vec<Entry> = query(stack, ulid, "AUDIT#").await.iter().map(entry).collect();
    trail.retain(|entry| entry.case == case);
    trail
}

/// The events that moved one case of a person, oldest first.
pub async fn transitions(stack: &Stack, ulid: &str, case: &str) -> Vec<String> {
    let events = audit(stack, ulid, case).await.into_iter().map(|entry| entry.event);
    events.filter(|event| TRANSITIONS.contains(&event.as_str())).collect()
}

/// Forgets what was counted of each address: captchas, SMS codes, registrations, resets, failed log-ins.
///
/// The emulator tells the functions one address for all callers, so that everybody who works on it would
/// share what is meant for one household. Limits per phone and per account stay.
pub async fn forget_addresses(stack: &Stack) {
    forget(stack, "-address#").await;
}

/// Forgets what was counted of codes for that phone, whose tag its account or a code's item has.
pub async fn forget_phone(stack: &Stack, tag: &str) {
    forget(stack, tag).await;
}

/// Forgets that a code was just sent to that phone.
pub async fn forget_waiting(stack: &Stack, tag: &str) {
    for purpose in ["registration", "password-reset", "mobile-change"] {
        forget(stack, &format!("sms-again#{purpose}-{tag}")).await;
    }
}

/// The tag of the phone that got the code of that request.
pub async fn sms_code_phone(stack: &Stack, id: &str) -> String {
    let ulid = id.strip_prefix("sms_").expect("ids of SMS codes begin with sms_");
    let get = stack.dynamo().await.get_item().table_name(&stack.table).consistent_read(true);
    let get = get.key("pk", AttributeValue::S(format!("SMS#{ulid}")));
    let item =
        get.key("sk", AttributeValue::S("SMS".to_owned())).send().await.expect("the table can be read");
    let item = item.item.expect("the code is kept");
    item["mobile"].as_s().expect("a tag is a text").clone()
}

/// Deletes the counters with that in their keys.
async fn forget(stack: &Stack, part: &str) {
    let client = stack.dynamo().await;
    let scan = client.scan().table_name(&stack.table);
    let scan = scan.filter_expression("begins_with(pk, :rate) AND contains(pk, :part)");
    let scan = scan.expression_attribute_values(":rate", AttributeValue::S("RATE#".to_owned()));
    let scan = scan.expression_attribute_values(":part", AttributeValue::S(part.to_owned()));
    let mut counts = scan.into_paginator().items().send();
    while let Some(count) = counts.next().await {
        let mut count = count.expect("the table can be read");
        let key =
            ["pk", "sk"].map(|name| (name.to_owned(), count.remove(name).expect("every item has a key")));
        let delete = client.delete_item().table_name(&stack.table).set_key(Some(HashMap::from(key)));
        delete.send().await.expect("a count can be deleted");
    }
}

async fn query(stack: &Stack, ulid: &str, begins: &str) -> Vec<Item> {
    partition(stack, &format!("PERSON#{ulid}"), begins).await
}

/// The items of a partition whose sort key begins like that, in its order.
pub async fn partition(stack: &Stack, pk: &str, begins: &str) -> Vec<Item> {
    let mut query = stack.dynamo().await.query().table_name(&stack.table).consistent_read(true);
    let condition = if begins.is_empty() { "pk = :pk" } else { "pk = :pk AND begins_with(sk, :sk)" };
    query = query.key_condition_expression(condition);
    query = query.expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()));
    if !begins.is_empty() {
        query = query.expression_attribute_values(":sk", AttributeValue::S(begins.to_owned()));
    }
    let mut items = query.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        found.push(item.expect("the table can be read"));
    }
    found
}

/// The answers that are kept for requests sent again: a scan, which no request path may do.
pub async fn kept_answers(stack: &Stack) -> Vec<Item> {
    let scan = stack.dynamo().await.scan().table_name(&stack.table).consistent_read(true);
    let scan = scan.filter_expression("begins_with(pk, :answer)");
    let scan = scan.expression_attribute_values(":answer", AttributeValue::S("ANSWER#".to_owned()));
    let mut items = scan.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        found.push(item.expect("the table can be read"));
    }
    found
}

/// Writes an item over whatever was there.
pub async fn put(stack: &Stack, item: Item) {
    let put = stack.dynamo().await.put_item().table_name(&stack.table).set_item(Some(item));
    put.send().await.expect("the table can be written");
}

/// Deletes an item, if there is one.
pub async fn delete(stack: &Stack, pk: &str, sk: &str) {
    let delete = stack.dynamo().await.delete_item().table_name(&stack.table);
    let delete = delete.key("pk", AttributeValue::S(pk.to_owned()));
    delete.key("sk", AttributeValue::S(sk.to_owned())).send().await.expect("an item can be deleted");
}

fn entry(item: &Item) -> Entry {
    let text = |name: &str| item.get(name).map(plain).unwrap_or_default();
    Entry {
        case: text("case"),
        event: text("event"),
        by: text("by"),
        to: text("to"),
        version: text("version"),
        at: text("at"),
    }
}

fn plain(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.clone(),
        AttributeValue::M(actor) => {
            let parts = ["role", "id"].into_iter().filter_map(|name| actor.get(name));
            parts.map(plain).collect::<Vec<_>>().join(" ")
        }
        other => format!("{other:?}"),
    }
}
