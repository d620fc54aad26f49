//! Requests that may be repeated: the answer to the first is the answer to all.

use domain::moment::Moment;
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body; JSON or nothing.
    pub body: String,
}

/// What is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is new, and now in progress.
    New,
    /// It is in progress again: it began at `since`, and whoever was to answer it is gone.
    Resumed {
        /// When it began for the first time.
        since: Moment,
    },
    /// It is in progress elsewhere.
    InProgress,
    /// Its key was used for another request.
    Differently,
    /// It was answered.
    Answered(KeptAnswer),
}

/// A request, by its key and what it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeatable {
    /// Whose request, on which route, with which key: hashed.
    pub key: String,
    /// What it asks: hashed with its key, which is not kept.
    pub fingerprint: String,
}

/// Keeps answers.
pub trait SaveResponse: Sync {
    /// Notes that a request begins, unless it began or was answered before. It counts as in progress until
    /// `deadline`: whoever was to answer it is gone by then. Until `until` it is known when it began; a request that began
    /// and was not answered begins again as the same one.
    fn begin(
        &self,
        request: &Repeatable,
        now: Moment,
        deadline: Moment,
        until: Moment,
    ) -> impl Future<Output = PortResult<Seen>> + Send;

    /// Keeps the answer until `until`.
    fn keep(
        &self,
        request: &Repeatable,
        answer: &KeptAnswer,
        now: Moment,
        until: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// A request that began at `since`, and of which nobody knows what it came to, is no longer in progress: it can begin
    /// again, as the same one.
    fn release(
        &self,
        request: &Repeatable,
        since: Moment,
        now: Moment,
        until: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// Forgets a request that came to nothing, so that it can be tried again.
    fn forget(&self, request: &Repeatable) -> impl Future<Output = PortResult<()>> + Send;
}
