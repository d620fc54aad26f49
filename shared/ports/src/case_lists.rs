//! 名单: exports of a department's case lists as files, created in the background.

use domain::{
    case::case_list::{CaseListRequest, Failure},
    ids::{CaseListId, ReviewerId},
    moment::Moment,
};
use serde::{Deserialize, Serialize};

use crate::{
    PortResult,
    exports::{ExportState, KEPT},
    pictures::PresignedUrl,
};

/// A case list export.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseList {
    /// The id of the export.
    pub id: CaseListId,
    /// The reviewer who requested it.
    pub reviewer: ReviewerId,
    /// When it was requested.
    pub requested_at: Moment,
    /// The requested list, its filter and the file format.
    pub asked: CaseListRequest,
    /// The progress of the export.
    pub state: ExportState,
    /// Why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<Failure>,
    /// Number of lines written so far.
    pub done: usize,
    /// Number of lines to write; 0 until they are counted.
    pub total: usize,
}

impl CaseList {
    /// The time until which the file can be downloaded.
    pub fn kept_until(&self) -> Moment {
        self.requested_at.after(KEPT)
    }
}

/// Requests exports.
pub trait SaveCaseList: Sync {
    /// Saves a new export. The table's stream passes it to the worker.
    fn save_case_list(&self, case_list: &CaseList) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads exports. The reviewer is part of the key, so another reviewer's cannot be read.
pub trait LoadCaseList: Sync {
    /// Returns that export of the reviewer.
    fn load_case_list(
        &self,
        reviewer: ReviewerId,
        id: CaseListId,
    ) -> impl Future<Output = PortResult<Option<CaseList>>> + Send;
}

/// Lists a reviewer's exports.
pub trait ListCaseLists: Sync {
    /// Returns up to `limit` exports, newest first.
    fn list_case_lists(
        &self,
        reviewer: ReviewerId,
        limit: usize,
    ) -> impl Future<Output = PortResult<Vec<CaseList>>> + Send;
}

/// Records the progress of an export.
pub trait RecordCaseList: Sync {
    /// Saves the export; `Conflict` if it was finished before.
    fn record_case_list(&self, case_list: &CaseList) -> impl Future<Output = PortResult<()>> + Send;
}

/// Stores exported files.
pub trait StoreCaseList: Sync {
    /// Stores the file, replacing an earlier one.
    fn store_case_list(
        &self,
        case_list: &CaseList,
        file: Vec<u8>,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Signs links to exported files.
pub trait LinkCaseList: Sync {
    /// Returns a link that downloads the file until it expires.
    fn link_case_list(
        &self,
        case_list: &CaseList,
        now: Moment,
    ) -> impl Future<Output = PortResult<PresignedUrl>> + Send;
}
