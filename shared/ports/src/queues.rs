//! Queues: what the table's stream tells is passed on to whoever has something to do with it.

use std::time::Duration;

use domain::case::AuditEntry;

use crate::{
    PortResult, case_lists::CaseList, evidence::IdCardOcrQueue, exports::Export,
    match_keys::SharedEvidenceToIndex, numbers::Settlement,
};

/// An entry of a history that an applicant may be told of.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// The entry.
    pub entry: AuditEntry,
    /// How long it is held back; a quarter of an hour at most (SQS).
    pub delay: Duration,
}

/// Passes on to whoever tells applicants. Each of these ports may deliver twice what it was given once, and after an
/// error may have delivered some of it.
pub trait EnqueueNotifications: Sync {
    /// All of them, or an error.
    fn enqueue_notifications(
        &self,
        notifications: &[Notification],
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Passes on to whoever counts.
pub trait EnqueueStatistics: Sync {
    /// All of them, or an error.
    fn enqueue_statistics(&self, entries: &[AuditEntry]) -> impl Future<Output = PortResult<()>> + Send;
}

/// Passes on to whoever makes exports.
pub trait EnqueueExports: Sync {
    /// All of them, or an error.
    fn enqueue_exports(&self, exports: &[Export]) -> impl Future<Output = PortResult<()>> + Send;
}

/// Passes on to whoever makes lists into files.
pub trait EnqueueCaseLists: Sync {
    /// All of them, or an error.
    fn enqueue_case_lists(&self, case_lists: &[CaseList]) -> impl Future<Output = PortResult<()>> + Send;
}

/// Passes on to whoever reads cards.
pub trait EnqueueIdCards: Sync {
    /// All of them, or an error.
    fn enqueue_id_cards(&self, cards: &[IdCardOcrQueue]) -> impl Future<Output = PortResult<()>> + Send;
}

/// Passes on to whoever indexes what cases show.
pub trait EnqueueSharedEvidence: Sync {
    /// All of them, or an error.
    fn enqueue_shared_evidence(
        &self,
        cases: &[SharedEvidenceToIndex],
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// An account that came to hold its number.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldNumber {
    /// What is to be settled.
    pub settlement: Settlement,
    /// How long it is held back; a quarter of an hour at most (SQS).
    pub delay: Duration,
}

/// Passes on to whoever closes the accounts that lost a number.
pub trait EnqueueNumbers: Sync {
    /// All of them, or an error.
    fn enqueue_numbers(&self, numbers: &[HeldNumber]) -> impl Future<Output = PortResult<()>> + Send;
}
