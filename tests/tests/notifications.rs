//! What applicants are told: in the inbox and by one SMS, however often the event is delivered.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use journey::scenario::comment;
use journey::stack::COUNTY;
use journey::table::{self, Item};
use journey::{Applicant, Reviewer, Stack, outbox, queues, wait};
use serde_json::{Map, Value, json};

/// What an attribute is in JSON.
fn plain(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!(text),
        AttributeValue::N(number) => serde_json::from_str(number).expect("a number"),
        AttributeValue::Bool(is) => json!(is),
        AttributeValue::L(list) => list.iter().map(plain).collect(),
        AttributeValue::M(map) => object(map),
        _ => Value::Null,
    }
}

fn object(item: &HashMap<String, AttributeValue>) -> Value {
    Value::Object(item.iter().map(|(name, value)| (name.clone(), plain(value))).collect::<Map<_, _>>())
}

fn text(item: &Item, name: &str) -> String {
    item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
}

/// The items of the person whose sort keys begin so.
async fn items(stack: &Stack, applicant: &Applicant, prefix: &str) -> Vec<Item> {
    let mut items = table::items(stack, applicant.ulid()).await;
    items.retain(|item| text(item, "sk").starts_with(prefix));
    items
}

/// How many notifications the person has, once none of their SMS is on its way; all of them were sent.
async fn settled(stack: &Stack, applicant: &Applicant) -> usize {
    let done = async || {
        let notifications = items(stack, applicant, "NOTICE#").await;
        let states: Vec<String> = notifications.iter().map(|item| text(item, "sms")).collect();
        let is_settled = |state: &String| !matches!(state.as_str(), "pending" | "sending");
        (!states.is_empty() && states.iter().all(is_settled)).then_some(states)
    };
    let states = wait::until("all SMS to be sent", wait::SOON, done).await;
    assert!(states.iter().all(|state| state == "sent"), "{states:?}");
    states.len()
}

/// Delivers all entries of the person's history again.
async fn deliver_again(stack: &Stack, applicant: &Applicant) {
    let entries = items(stack, applicant, "AUDIT#").await;
    let bodies: Vec<String> = entries.iter().map(|entry| object(entry).to_string()).collect();
    queues::send_notifications(stack, &bodies).await;
    queues::drained(stack).await;
}

#[tokio::test]
async fn a_decision_is_told_in_the_inbox_and_by_one_sms_however_often_it_is_delivered() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let mobile = &applicant.person.mobile;
    let (received, _) = applicant.notification("collection", "received").await;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    reviewer.send_back(&draft.case, &[comment("/basic/photo", "PHOTO_BLUR", "照片模糊")]).await;

    let (returned, notification) = applicant.notification("collection", "returned").await;
    assert_eq!((&notification["round"], &notification["readAt"]), (&json!(1), &Value::Null));
    assert_eq!(notification["title"], "信息采集需要修改");
    let inbox = applicant.api.notifications().await.expect(200);
    let told = inbox.list("/items");
    let of = |about: &str| -> Vec<&str> {
        let own = told.iter().filter(|notification| notification["about"] == about);
        own.filter_map(|notification| notification["kind"].as_str()).collect()
    };
    assert_eq!(of("collection"), ["returned", "received"], "newest first");
    // That the verification was asked for is told no more where it was decided at once.
    assert_eq!(of("real-name").first(), Some(&"approved"));
    assert_eq!(inbox.number("/unread"), told.len() as u64);
    for secret in [mobile.as_str(), &applicant.person.id_number, &applicant.person.name, "照片模糊"] {
        assert!(!inbox.text.contains(secret), "{}", inbox.text);
    }

    assert_eq!(settled(&stack, &applicant).await, told.len());
    let sent = outbox::texts(&stack, "notice", mobile).await;
    assert_eq!(sent.len(), told.len(), "one each: {sent:?}");
    assert!(sent.iter().all(|sms| sms.starts_with("【报名】") && !sms.contains("照片模糊")), "{sent:?}");

    deliver_again(&stack, &applicant).await;
    assert_eq!(settled(&stack, &applicant).await, told.len());
    assert_eq!(outbox::texts(&stack, "notice", mobile).await, sent, "nobody is told twice");
    assert_eq!(applicant.api.notifications().await.expect(200).body, inbox.body);

    let _ = applicant.api.read_notification(&returned).await.expect(204);
    let _ = applicant.api.read_notification(&returned).await.expect(204);
    let english = applicant.api.with_header("accept-language", "en").notifications().await.expect(200);
    assert_eq!(english.str("/items/0/title"), "Collection returned");
    assert_eq!(english.number("/unread") + 1, inbox.number("/unread"));
    assert_ne!(english.body["items"][0]["readAt"], Value::Null);
    assert_eq!(english.body["items"][1]["notificationId"], json!(received));
}

#[tokio::test]
async fn what_was_taken_back_or_decided_meanwhile_is_told_no_more() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let (approved, _) = applicant.notification("real-name", "approved").await;
    let _ = settled(&stack, &applicant).await;
    // As if nothing had been told yet: what was handed in has been decided since.
    for notification in items(&stack, &applicant, "NOTICE#").await {
        table::delete(&stack, &text(&notification, "pk"), &text(&notification, "sk")).await;
    }
    deliver_again(&stack, &applicant).await;
    let (again, _) = applicant.notification("real-name", "approved").await;
    assert_eq!(again, approved, "the same event makes the same notice");
    assert_eq!(settled(&stack, &applicant).await, 1, "that it arrived is told no more");
}
