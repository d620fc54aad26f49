//! Shared code of the functions that SQS queues invoke: messages, and the response with the failed ones.
//!
//! A queue delivers each message at least once and in any order. Types of message bodies do not belong here.

use std::fmt;

use domain::moment::Moment;
use ports::{Clock, PortResult};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use telemetry::Metric;

/// A batch of messages.
#[derive(Debug, Default, Deserialize)]
pub struct SqsEvent {
    /// The messages.
    #[serde(rename = "Records", default)]
    pub messages: Vec<SqsMessage>,
}

/// A message.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SqsMessage {
    /// The id that the queue gave the message.
    pub message_id: String,
    /// The content.
    #[serde(default)]
    pub body: String,
}

/// Shows only the id: the content may contain personal data.
impl fmt::Debug for SqsMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

impl SqsMessage {
    /// Parses the content as JSON; `None` if it cannot be parsed.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.body).ok()
    }
}

/// The messages that failed: the queue delivers them again, and finally moves them to the dead-letter queue. All others
/// are done.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SqsBatchResponse {
    batch_item_failures: Vec<Failed>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failed {
    item_identifier: String,
}

impl SqsBatchResponse {
    /// Adds a failed message.
    pub fn add(&mut self, message: &SqsMessage) {
        self.batch_item_failures.push(Failed { item_identifier: message.message_id.clone() });
    }

    /// The ids of the failed messages.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        self.batch_item_failures.iter().map(|failed| failed.item_identifier.as_str())
    }
}

/// Processes the messages of a batch one after the other. A failed message is delivered again, and finally moved to the
/// dead-letter queue for `admin redrive`. An unreadable message is discarded.
pub async fn process_each<T, F>(
    function: &str,
    delivery: &SqsEvent,
    clock: &impl Clock,
    answer: impl Fn(T) -> F,
) -> SqsBatchResponse
where
    T: DeserializeOwned,
    F: Future<Output = PortResult<()>>,
{
    let mut again = SqsBatchResponse::default();
    for message in &delivery.messages {
        let Some(asked) = message.read::<T>() else {
            discard_poison(function, message, clock.now());
            continue;
        };
        if let Err(error) = answer(asked).await {
            tracing::warn!(
                message_id = message.message_id,
                ?error,
                "a message failed and will be delivered again"
            );
            again.add(message);
        }
    }
    again
}

/// Discards an unreadable message, because no retry could process it. Logs it without its content, and counts it.
pub fn discard_poison(function: &str, message: &SqsMessage, now: Moment) {
    tracing::error!(message_id = message.message_id, "an unreadable message was discarded");
    telemetry::record(now.as_millisecond(), &[("Function", function)], &[(Metric::Poison, 1.0)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = include_str!("../../../events/sqs-export-requested.json");

    #[test]
    fn failed_messages_are_reported_in_the_format_of_sqs() {
        let delivery: SqsEvent = serde_json::from_str(EVENT).unwrap();
        let mut again = SqsBatchResponse::default();
        assert_eq!(serde_json::to_string(&again).unwrap(), r#"{"batchItemFailures":[]}"#);
        again.add(&delivery.messages[0]);
        assert_eq!(
            serde_json::to_string(&again).unwrap(),
            r#"{"batchItemFailures":[{"itemIdentifier":"6a0bd4c5-4e0f-4a9c-9a3e-0e3f6a1f7d11"}]}"#
        );
        assert_eq!(again.messages().collect::<Vec<_>>(), ["6a0bd4c5-4e0f-4a9c-9a3e-0e3f6a1f7d11"]);
    }

    #[test]
    fn debug_output_does_not_contain_the_message_body() {
        let delivery: SqsEvent = serde_json::from_str(EVENT).unwrap();
        assert!(!format!("{delivery:?}").contains("acc_"));
    }
}
