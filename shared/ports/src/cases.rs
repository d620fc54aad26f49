//! Cases, their history, and the queues.

use domain::{
    case::{AuditEntry, Case, Change, Filed, Frozen, List, listing::Line},
    collection::Collection,
    divisions::Division,
    ids::{CaseId, CaseKind},
    moment::Moment,
};
use serde::Serialize;
use serde_json::Value;

use crate::{Outcome, PortError};

/// Saves drafts.
pub trait SaveDraft: Sync {
    /// The pages, if nobody changed the case since it was read: `filed.case.version` must be one more than stored.
    fn save_draft(&self, filed: &Filed<Collection>) -> impl Future<Output = Outcome<()>> + Send;
}

/// Saves what is handed in.
pub trait SaveSubmission: Sync {
    /// The case with its pages, the audit entry, the frozen copy and the places in the queues, all or nothing.
    fn save_submission<P: Serialize + Sync>(
        &self,
        change: &Change,
        pages: &P,
    ) -> impl Future<Output = Outcome<()>> + Send;
}

/// Saves every other change of a case.
pub trait SaveChange: Sync {
    /// The case, the audit entry and the places in the queues, all or nothing. Where the case moved, its page of the
    /// department names the new one.
    fn save_change(&self, change: &Change) -> impl Future<Output = Outcome<()>> + Send;
}

/// Saves a change that has the pages as they were.
pub trait SaveRestored: Sync {
    /// The same as [`SaveChange::save_change`], with the pages as well.
    fn save_restored(&self, change: &Change, pages: &Value) -> impl Future<Output = Outcome<()>> + Send;
}

/// Reads cases.
pub trait LoadCase: Sync {
    /// That case, whatever kind it is.
    fn load_case(&self, id: CaseId) -> impl Future<Output = Outcome<Option<Case>>> + Send;
}

/// Reads what was handed in.
pub trait LoadSubmission: Sync {
    /// The pages as the submission that made that version froze them.
    fn load_submission(
        &self,
        id: CaseId,
        version: u64,
    ) -> impl Future<Output = Outcome<Option<Value>>> + Send;

    /// The same, read. That there are none, or none that can be read, is [`PortError::Corrupt`]: ask only for a version
    /// that was handed in.
    fn load_frozen(&self, id: CaseId, version: u64) -> impl Future<Output = Outcome<Frozen>> + Send {
        async move {
            let corrupt = || PortError::Corrupt(format!("the pages of {id}"));
            let pages = self.load_submission(id, version).await?.ok_or_else(corrupt)?;
            Frozen::read(id.kind, &pages).map_err(|_| corrupt())
        }
    }
}

/// Reads a case's history.
pub trait LoadHistory: Sync {
    /// All entries, oldest first.
    fn load_history(&self, id: CaseId) -> impl Future<Output = Outcome<Vec<AuditEntry>>> + Send;
}

/// Reads departments' lists.
pub trait ListQueue: Sync {
    /// Up to `limit` lines of the division's list after the place `after`, in the list's order.
    fn list_queue(
        &self,
        list: List,
        division: Division,
        kind: Option<CaseKind>,
        after: Option<&(Moment, CaseId)>,
        limit: usize,
    ) -> impl Future<Output = Outcome<Vec<Line>>> + Send;
}
