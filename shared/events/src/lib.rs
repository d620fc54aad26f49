//! What the functions that an SQS queue calls share: its messages, and the answer that names those to deliver again.
//!
//! A queue delivers each message at least once and in any order. What a message asks for does not belong here.

use std::fmt;

use domain::moment::Moment;
use ports::{Clock, PortResult};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use telemetry::Metric;

/// What a queue delivers at once.
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
    /// The queue's name for it.
    pub message_id: String,
    /// What it says.
    #[serde(default)]
    pub body: String,
}

/// What a message says may name people: only its name is shown.
impl fmt::Debug for SqsMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

impl SqsMessage {
    /// What it says, if it is what is expected.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.body).ok()
    }
}

/// The messages of a delivery that are to be delivered again, and in the end parked; the others are done.
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
    /// One more of them.
    pub fn add(&mut self, message: &SqsMessage) {
        self.batch_item_failures.push(Failed { item_identifier: message.message_id.clone() });
    }

    /// Which they are, by their names.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        self.batch_item_failures.iter().map(|failed| failed.item_identifier.as_str())
    }
}

/// Answers the messages of a delivery, one after the other. What failed is delivered again, and in the end parked for
/// `admin redrive`; what cannot be read is passed over.
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
            tracing::warn!(message_id = message.message_id, ?error, "a message is to be answered again");
            again.add(message);
        }
    }
    again
}

/// Passes over a message that cannot be read: it would not get better. It is logged without its content, and counted.
pub fn discard_poison(function: &str, message: &SqsMessage, now: Moment) {
    tracing::error!(message_id = message.message_id, "a message that cannot be read was given up on");
    telemetry::record(now.as_millisecond(), &[("Function", function)], &[(Metric::Poison, 1.0)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = include_str!("../../../events/sqs-export-requested.json");

    #[test]
    fn what_is_to_come_again_is_told_as_the_queue_wants_it() {
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
    fn a_message_does_not_show_what_it_says() {
        let delivery: SqsEvent = serde_json::from_str(EVENT).unwrap();
        assert!(!format!("{delivery:?}").contains("acc_"));
    }
}
