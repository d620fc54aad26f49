//! The audit trail: views of cases for reviewers; hash chains and anchors for the administrator's command.

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

/// The record that a reviewer saw a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The case that was shown.
    pub case: CaseId,
    /// The version of the case that was shown.
    pub version: u64,
    /// The submission whose pages and pictures were shown. `None` if only a line of a list was shown, or if the view
    /// was recorded before this field existed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub submission: Option<u64>,
    /// The reviewer who saw the case.
    pub by: ReviewerId,
    /// When the case was shown.
    pub at: Moment,
    /// The list, if the case was shown as a line of an unmasked list and was not opened itself.
    #[serde(rename = "roster", skip_serializing_if = "Option::is_none", default)]
    pub case_list: Option<CaseListId>,
}

/// Records views.
pub trait RecordView: Sync {
    /// Adds a view; adding the same view again changes nothing.
    fn record_view(&self, view: &View) -> impl Future<Output = PortResult<()>> + Send;
}

/// Finds out whether a reviewer opened a submission.
pub trait FindView: Sync {
    /// Whether that reviewer was shown the pages and pictures of that submission.
    fn has_opened(
        &self,
        case: CaseId,
        submission: u64,
        reviewer: ReviewerId,
    ) -> impl Future<Output = PortResult<bool>> + Send;
}

/// Reads views.
pub trait ListViews: Sync {
    /// Lists the views of that case, oldest first.
    fn list_views(&self, id: CaseId) -> impl Future<Output = PortResult<Vec<View>>> + Send;
}

/// The position at which a scan continues; opaque to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanPlace(pub String);

/// Reads a case's audit trail.
pub trait LoadTrail: Sync {
    /// Returns what is stored, readable or not. Entries and case are read one after the other: a change in between
    /// looks like a broken end of the chain until the trail is read again.
    fn load_trail(&self, id: CaseId) -> impl Future<Output = PortResult<Trail>> + Send;
}

/// Finds all cases by reading the whole table. Not for use in requests.
pub trait ScanCases: Sync {
    /// Returns some of the cases that exist or left a history, and the position to continue at. A case may be returned
    /// more than once.
    fn scan_cases(
        &self,
        after: Option<ScanPlace>,
    ) -> impl Future<Output = PortResult<(Vec<CaseId>, Option<ScanPlace>)>> + Send;
}

/// An action on a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// The case was changed.
    Change(Box<AuditEntry>),
    /// The case was viewed.
    Look(View),
    /// The applicant became the holder of an identity number, and other accounts lost it. No reviewer did this.
    Number(Settlement),
}

/// Finds actions on all cases by reading the whole table. Not for use in requests.
pub trait ScanActs: Sync {
    /// Returns some actions of that reviewer, or of all users, in no order, and the position to continue at. An action
    /// may be returned more than once.
    fn scan_acts(
        &self,
        by: Option<ReviewerId>,
        after: Option<ScanPlace>,
    ) -> impl Future<Output = PortResult<(Vec<Act>, Option<ScanPlace>)>> + Send;
}

/// Reads and saves anchors.
pub trait SaveAnchors: Sync {
    /// Saves an anchor; `Conflict` if its day already has one.
    fn save_anchor(&self, anchor: &Anchor) -> impl Future<Output = PortResult<()>> + Send;

    /// Lists all anchors, oldest first. An unreadable anchor is an error.
    fn list_anchors(&self) -> impl Future<Output = PortResult<Vec<Anchor>>> + Send;
}
