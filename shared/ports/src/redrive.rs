//! Running again what failed and was parked in a dead-letter queue.

use serde_json::Value;

use crate::PortResult;

/// A message of a dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What the queue deletes it by, this time.
    pub receipt: String,
    /// What failed.
    pub body: String,
}

/// A place in the stream of a table: a batch that failed is told by it, not by its records.
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
    /// How many letters lie there and are read by nobody, about.
    fn count_letters(&self, queue: &str) -> impl Future<Output = PortResult<usize>> + Send;

    /// Ten letters at most; they are hidden from others for a while and come back if they are not deleted. None: the queue
    /// is empty, or others read it.
    fn receive_letters(&self, queue: &str) -> impl Future<Output = PortResult<Vec<Letter>>> + Send;

    /// Has a letter that was received seen by others at once.
    fn release_letter(&self, queue: &str, letter: &Letter) -> impl Future<Output = PortResult<()>> + Send;

    /// Deletes a letter that was received.
    fn delete_letter(&self, queue: &str, letter: &Letter) -> impl Future<Output = PortResult<()>> + Send;
}

/// Has events handled again.
pub trait SendAgain: Sync {
    /// Sends a message to the queue that it came from.
    fn send_back(&self, queue: &str, body: &str) -> impl Future<Output = PortResult<()>> + Send;

    /// Calls a function later, as S3 and schedules do: what fails comes back to its dead-letter queue.
    fn call_later(&self, function: &str, event: &Value) -> impl Future<Output = PortResult<()>> + Send;

    /// Calls a function and waits for it; whether it handled the event, all of it.
    fn call_now(&self, function: &str, event: &Value) -> impl Future<Output = PortResult<bool>> + Send;

    /// The records of a batch, as the function is given them, and those in between that its filter left out. None: the stream has
    /// not all of them any longer, after 24 hours.
    fn read_batch(&self, batch: &Batch) -> impl Future<Output = PortResult<Vec<Value>>> + Send;
}
