//! Idempotency: a repeated request gets the response of the first.

use domain::moment::Moment;
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// A stored response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body: JSON or empty.
    pub body: String,
}

/// What is known about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is new and now in progress.
    New,
    /// It is in progress again: it first started at `since`, and that try was abandoned.
    Resumed {
        /// When the request first started.
        since: Moment,
    },
    /// Another call is processing it.
    InProgress,
    /// Its key was used for a different request.
    Differently,
    /// It has a response.
    Answered(KeptAnswer),
}

/// A request, identified by its idempotency key and content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeatable {
    /// Hash of caller, route and key.
    pub key: String,
    /// Hash of the content, keyed with the idempotency key, which is not stored.
    pub fingerprint: String,
}

/// Stores responses.
pub trait SaveResponse: Sync {
    /// Records the start of a request, unless it is in progress or has a response. It counts as in progress until
    /// `deadline`; after that, its try is abandoned. The start time is stored until `until`; a request that started and
    /// got no response can start again as the same request.
    fn begin(
        &self,
        request: &Repeatable,
        now: Moment,
        deadline: Moment,
        until: Moment,
    ) -> impl Future<Output = PortResult<Seen>> + Send;

    /// Stores the response until `until`.
    fn keep(
        &self,
        request: &Repeatable,
        answer: &KeptAnswer,
        now: Moment,
        until: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// Ends the progress of a request that started at `since` and whose result is unknown: it can start again as the
    /// same request.
    fn release(
        &self,
        request: &Repeatable,
        since: Moment,
        now: Moment,
        until: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// Deletes the record of a request that had no effect, so that it can be tried again.
    fn forget(&self, request: &Repeatable) -> impl Future<Output = PortResult<()>> + Send;
}
