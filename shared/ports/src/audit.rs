//! Who looked at a case, for the desk; the chains of audit entries and their anchors, for the administrator's command.

use domain::{
    case::{
        AuditEntry,
        chain::{Anchor, Trail},
    },
    ids::{CaseId, CaseListId, ReviewerId},
    moment::Moment,
};
use serde::{Deserialize, Serialize};

use crate::{PortResult, numbers::Settlement};

/// A reviewer looked at a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The case.
    pub case: CaseId,
    /// The version that was shown.
    pub version: u64,
    /// The submission whose pages and pictures were shown; none where it was a line of a list, or a look from before this was
    /// written down.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub submission: Option<u64>,
    /// Who.
    pub by: ReviewerId,
    /// When.
    pub at: Moment,
    /// In which list, where it was not the case itself that was opened, but a list of many that was had unmasked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub case_list: Option<CaseListId>,
}

/// Writes down who looked at what.
pub trait RecordView: Sync {
    /// One more line; the same one twice is one.
    fn record_view(&self, view: &View) -> impl Future<Output = PortResult<()>> + Send;
}

/// Finds out whether somebody looked.
pub trait FindView: Sync {
    /// Whether that reviewer was shown the pages and pictures of that submission.
    fn has_opened(
        &self,
        case: CaseId,
        submission: u64,
        reviewer: ReviewerId,
    ) -> impl Future<Output = PortResult<bool>> + Send;
}

/// Reads who looked at what.
pub trait ListViews: Sync {
    /// Who looked at that case, oldest first.
    fn list_views(&self, id: CaseId) -> impl Future<Output = PortResult<Vec<View>>> + Send;
}

/// Where a scan goes on; what is in it is the table's affair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanPlace(pub String);

/// Reads what a case's chain consists of.
pub trait LoadTrail: Sync {
    /// As it lies there, readable or not. Entries and case are read one after the other: a change in between looks
    /// like a broken end, until it is read again.
    fn load_trail(&self, id: CaseId) -> impl Future<Output = PortResult<Trail>> + Send;
}

/// Finds all cases. It reads the whole table: not for requests.
pub trait ScanCases: Sync {
    /// Some of the cases that there are or that left a history, and where to go on; a case may come more than once.
    fn scan_cases(
        &self,
        after: Option<ScanPlace>,
    ) -> impl Future<Output = PortResult<(Vec<CaseId>, Option<ScanPlace>)>> + Send;
}

/// Something that was done with a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// It was changed.
    Change(Box<AuditEntry>),
    /// It was looked at.
    Look(View),
    /// Its applicant came to hold an identity number that other accounts lost by it; done by no reviewer.
    Number(Settlement),
}

/// Finds what was done, with whichever case. It reads the whole table: not for requests.
pub trait ScanActs: Sync {
    /// Some of what that reviewer did, or everybody, in no order, and where to go on; an act may come more than once.
    fn scan_acts(
        &self,
        by: Option<ReviewerId>,
        after: Option<ScanPlace>,
    ) -> impl Future<Output = PortResult<(Vec<Act>, Option<ScanPlace>)>> + Send;
}

/// Reads and writes anchors.
pub trait SaveAnchors: Sync {
    /// One more; `Conflict` when its day has one.
    fn save_anchor(&self, anchor: &Anchor) -> impl Future<Output = PortResult<()>> + Send;

    /// All of them, oldest first; one that cannot be read is an error.
    fn list_anchors(&self) -> impl Future<Output = PortResult<Vec<Anchor>>> + Send;
}
