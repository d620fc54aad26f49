//! Redrive: processing the contents of a dead-letter queue again.

use serde_json::Value;

use crate::PortResult;

/// A message of a dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The handle with which the queue deletes this delivery.
    pub receipt: String,
    /// The event that failed.
    pub body: String,
}

/// A batch of records in a table's stream. Its dead letter contains only this position, not the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The stream's ARN.
    pub stream: String,
    /// The shard.
    pub shard: String,
    /// The sequence number of the first record.
    pub first: String,
    /// The sequence number of the last record.
    pub last: String,
}

/// Reads dead-letter queues.
pub trait ReadLetters: Sync {
    /// Returns the approximate number of letters that no one is reading.
    fn count_letters(&self, queue: &str) -> impl Future<Output = PortResult<usize>> + Send;

    /// Receives up to ten letters. They are hidden from other readers for a while and become visible again unless
    /// deleted. Empty if the queue is empty or others read it.
    fn receive_letters(&self, queue: &str) -> impl Future<Output = PortResult<Vec<Letter>>> + Send;

    /// Makes a received letter visible to other readers at once.
    fn release_letter(&self, queue: &str, letter: &Letter) -> impl Future<Output = PortResult<()>> + Send;

    /// Deletes a letter that was received.
    fn delete_letter(&self, queue: &str, letter: &Letter) -> impl Future<Output = PortResult<()>> + Send;
}

/// Sends events again.
pub trait SendAgain: Sync {
    /// Sends a message to the queue that it came from.
    fn send_back(&self, queue: &str, body: &str) -> impl Future<Output = PortResult<()>> + Send;

    /// Invokes a function asynchronously, as S3 and schedules do. An event that fails returns to the function's
    /// dead-letter queue.
    fn call_later(&self, function: &str, event: &Value) -> impl Future<Output = PortResult<()>> + Send;

    /// Invokes a function and waits for it. Returns whether it processed the whole event.
    fn call_now(&self, function: &str, event: &Value) -> impl Future<Output = PortResult<bool>> + Send;

    /// Returns the records of a batch as the function receives them, including those in between that its filter left
    /// out. Empty if the stream no longer has all of them (24 hours).
    fn read_batch(&self, batch: &Batch) -> impl Future<Output = PortResult<Vec<Value>>> + Send;
}
