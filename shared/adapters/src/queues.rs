//! The queues to which the table's stream is relayed. A message is what it is about, as JSON.

use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use domain::case::AuditEntry;
use ports::{
    PortError, PortResult,
    case_lists::CaseList,
    evidence::IdCardOcrQueue,
    exports::Export,
    match_keys::SharedEvidenceToIndex,
    queues::{
        EnqueueCaseLists, EnqueueExports, EnqueueIdCards, EnqueueNotifications, EnqueueNumbers,
        EnqueueSharedEvidence, EnqueueStatistics, HeldNumber, Notification,
    },
};
use serde::Serialize;

use crate::failure::{failed, unbuilt};

/// Messages of one call (SQS).
const MESSAGES: usize = 10;

/// Bytes of one call: less than the least that SQS ever took, 256 KiB. An entry with the longest comments has 110 KB.
const BYTES: usize = 250_000;

/// SQS.
#[derive(Debug)]
pub struct Queues {
    client: Client,
    urls: QueueUrls,
}

/// Where the queues are.
#[derive(Debug)]
pub(crate) struct QueueUrls {
    pub(crate) notifications: String,
    pub(crate) statistics: String,
    pub(crate) exports: String,
    pub(crate) case_lists: String,
    pub(crate) cards: String,
    pub(crate) match_keys: String,
    pub(crate) numbers: String,
}

/// A message to be sent.
#[derive(Debug)]
struct Outgoing {
    body: String,
    delay: u64,
}

impl Queues {
    pub(crate) fn new(client: Client, urls: QueueUrls) -> Self {
        Self { client, urls }
    }

    async fn send(&self, queue: &str, messages: Vec<Outgoing>) -> PortResult<()> {
        send(&self.client, queue, messages).await
    }
}

/// The queue of what applicants are told of, for whoever reads it and puts something off.
#[derive(Debug)]
pub struct NotificationsQueue {
    client: Client,
    url: String,
}

impl NotificationsQueue {
    pub(crate) fn new(client: Client, url: String) -> Self {
        Self { client, url }
    }
}

impl EnqueueNotifications for NotificationsQueue {
    async fn enqueue_notifications(&self, notifications: &[Notification]) -> PortResult<()> {
        send(&self.client, &self.url, held_back(notifications)?).await
    }
}

async fn send(client: &Client, queue: &str, messages: Vec<Outgoing>) -> PortResult<()> {
    for batch in batches(messages) {
        let entries = batch.into_iter().enumerate().map(|(place, message)| {
            SendMessageBatchRequestEntry::builder()
                .id(place.to_string())
                .message_body(message.body)
                .delay_seconds(i32::try_from(message.delay).unwrap_or(i32::MAX))
                .build()
        });
        let entries = entries.collect::<Result<Vec<_>, _>>().map_err(unbuilt)?;
        let send = client.send_message_batch().queue_url(queue).set_entries(Some(entries));
        let answer = send.send().await.map_err(failed)?;
        if let Some(refused) = answer.failed().first() {
            let why = format!("a queue did not take a message: {}", refused.code());
            return Err(if refused.sender_fault() {
                PortError::Internal(why.into())
            } else {
                PortError::Unavailable(why.into())
            });
        }
    }
    Ok(())
}

/// Messages as they fit into calls, in their order.
fn batches(messages: Vec<Outgoing>) -> Vec<Vec<Outgoing>> {
    let (mut batches, mut bytes) = (Vec::<Vec<Outgoing>>::new(), 0);
    for message in messages {
        let more = bytes + message.body.len();
        match batches.last_mut() {
            Some(batch) if batch.len() < MESSAGES && more <= BYTES => {
                bytes = more;
                batch.push(message);
            }
            _ => {
                bytes = message.body.len();
                batches.push(vec![message]);
            }
        }
    }
    batches
}

fn message<T: Serialize>(what: &T, delay: u64) -> PortResult<Outgoing> {
    let body = serde_json::to_string(what).map_err(unbuilt)?;
    // why: SQS refuses these two. They can only stand within strings, where JSON may spell them so.
    let body = body.replace('\u{FFFE}', "\\ufffe").replace('\u{FFFF}', "\\uffff");
    Ok(Outgoing { body, delay })
}

fn messages<T: Serialize>(all: &[T]) -> PortResult<Vec<Outgoing>> {
    all.iter().map(|what| message(what, 0)).collect()
}

fn held_back(notifications: &[Notification]) -> PortResult<Vec<Outgoing>> {
    notifications
        .iter()
        .map(|notification| message(&notification.entry, notification.delay.as_secs()))
        .collect()
}

impl EnqueueNotifications for Queues {
    async fn enqueue_notifications(&self, notifications: &[Notification]) -> PortResult<()> {
        self.send(&self.urls.notifications, held_back(notifications)?).await
    }
}

impl EnqueueStatistics for Queues {
    async fn enqueue_statistics(&self, entries: &[AuditEntry]) -> PortResult<()> {
        self.send(&self.urls.statistics, messages(entries)?).await
    }
}

impl EnqueueExports for Queues {
    async fn enqueue_exports(&self, exports: &[Export]) -> PortResult<()> {
        self.send(&self.urls.exports, messages(exports)?).await
    }
}

impl EnqueueCaseLists for Queues {
    async fn enqueue_case_lists(&self, case_lists: &[CaseList]) -> PortResult<()> {
        self.send(&self.urls.case_lists, messages(case_lists)?).await
    }
}

impl EnqueueIdCards for Queues {
    async fn enqueue_id_cards(&self, cards: &[IdCardOcrQueue]) -> PortResult<()> {
        self.send(&self.urls.cards, messages(cards)?).await
    }
}

impl EnqueueSharedEvidence for Queues {
    async fn enqueue_shared_evidence(&self, cases: &[SharedEvidenceToIndex]) -> PortResult<()> {
        self.send(&self.urls.match_keys, messages(cases)?).await
    }
}

impl EnqueueNumbers for Queues {
    async fn enqueue_numbers(&self, numbers: &[HeldNumber]) -> PortResult<()> {
        let messages = numbers.iter().map(|held| message(&held.settlement, held.delay.as_secs()));
        self.send(&self.urls.numbers, messages.collect::<PortResult<Vec<_>>>()?).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(bytes: &[usize]) -> Vec<usize> {
        let messages = bytes.iter().map(|bytes| Outgoing { body: "x".repeat(*bytes), delay: 0 });
        batches(messages.collect()).iter().map(Vec::len).collect()
    }

    #[test]
    fn a_call_takes_ten_messages_and_no_more_bytes_than_the_service_does() {
        assert_eq!(sizes(&[]), [0; 0]);
        assert_eq!(sizes(&[1; 25]), [10, 10, 5]);
        assert_eq!(sizes(&[110_000, 110_000, 110_000, 1, 1]), [2, 3]);
        assert_eq!(sizes(&[BYTES, 1, BYTES, BYTES]), [1, 1, 1, 1]);
    }

    #[test]
    fn what_the_service_refuses_is_spelled_otherwise_and_means_the_same() {
        let odd = "\u{FFFE} and \u{FFFF}";
        let body = message(&odd, 0).unwrap().body;
        assert!(!body.contains(['\u{FFFE}', '\u{FFFF}']), "{body}");
        assert_eq!(serde_json::from_str::<String>(&body).unwrap(), odd);
    }
}
