//! Queues: the fan-out passes changes in the table to the workers.

use std::time::Duration;

use domain::case::AuditEntry;

use crate::{
    PortResult, case_lists::CaseList, evidence::IdCardOcrQueue, exports::Export,
    match_keys::SharedEvidenceToIndex, numbers::Settlement,
};

/// An audit entry that the applicant may be notified of.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// The entry.
    pub entry: AuditEntry,
    /// Delay until delivery, at most 15 minutes (SQS).
    pub delay: Duration,
}

/// Passes audit entries to the worker that notifies applicants. Each port in this module may deliver an item twice, and
/// after an error may have delivered some of the items.
pub trait EnqueueNotifications: Sync {
    /// Enqueues all items, or returns an error.
    fn enqueue_notifications(
        &self,
        notifications: &[Notification],
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Passes audit entries to the worker that counts statistics.
pub trait EnqueueStatistics: Sync {
    /// Enqueues all items, or returns an error.
    fn enqueue_statistics(&self, entries: &[AuditEntry]) -> impl Future<Output = PortResult<()>> + Send;
}

/// Passes exports to the worker that builds them.
pub trait EnqueueExports: Sync {
    /// Enqueues all items, or returns an error.
    fn enqueue_exports(&self, exports: &[Export]) -> impl Future<Output = PortResult<()>> + Send;
}

/// Passes case list exports to the worker that builds them.
pub trait EnqueueCaseLists: Sync {
    /// Enqueues all items, or returns an error.
    fn enqueue_case_lists(&self, case_lists: &[CaseList]) -> impl Future<Output = PortResult<()>> + Send;
}

/// Passes ID cards to the worker that reads them.
pub trait EnqueueIdCards: Sync {
    /// Enqueues all items, or returns an error.
    fn enqueue_id_cards(&self, cards: &[IdCardOcrQueue]) -> impl Future<Output = PortResult<()>> + Send;
}

/// Passes cases to the worker that indexes shared evidence.
pub trait EnqueueSharedEvidence: Sync {
    /// Enqueues all items, or returns an error.
    fn enqueue_shared_evidence(
        &self,
        cases: &[SharedEvidenceToIndex],
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// An account that became the holder of its number.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldNumber {
    /// The settlement to carry out.
    pub settlement: Settlement,
    /// Delay until delivery, at most 15 minutes (SQS).
    pub delay: Duration,
}

/// Passes settlements to the worker that closes the accounts that lost a number.
pub trait EnqueueNumbers: Sync {
    /// Enqueues all items, or returns an error.
    fn enqueue_numbers(&self, numbers: &[HeldNumber]) -> impl Future<Output = PortResult<()>> + Send;
}
