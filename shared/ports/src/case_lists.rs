//! 名单: a department's lists as files, made in the background.

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

/// A list that is made into a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseList {
    /// Which.
    pub id: CaseListId,
    /// Who asked for it.
    pub reviewer: ReviewerId,
    /// When.
    pub requested_at: Moment,
    /// What was asked for.
    pub asked: CaseListRequest,
    /// How far it has come.
    pub state: ExportState,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<Failure>,
    /// Lines that are written.
    pub done: usize,
    /// Lines that are to be written; 0 as long as nobody has counted.
    pub total: usize,
}

impl CaseList {
    /// Until when the file can be fetched.
    pub fn kept_until(&self) -> Moment {
        self.requested_at.after(KEPT)
    }
}

/// Asks for files.
pub trait SaveCaseList: Sync {
    /// A new one; whoever makes them is told by this write.
    fn save_case_list(&self, case_list: &CaseList) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads what was asked for. The reviewer is part of the key: another's cannot be asked for.
pub trait LoadCaseList: Sync {
    /// That one of the reviewer's.
    fn load_case_list(
        &self,
        reviewer: ReviewerId,
        id: CaseListId,
    ) -> impl Future<Output = PortResult<Option<CaseList>>> + Send;
}

/// Reads all that a reviewer asked for.
pub trait ListCaseLists: Sync {
    /// Up to `limit`, newest first.
    fn list_case_lists(
        &self,
        reviewer: ReviewerId,
        limit: usize,
    ) -> impl Future<Output = PortResult<Vec<CaseList>>> + Send;
}

/// Records how far a file has come.
pub trait RecordCaseList: Sync {
    /// As it is now; `Conflict` when it was finished before.
    fn record_case_list(&self, case_list: &CaseList) -> impl Future<Output = PortResult<()>> + Send;
}

/// Stores files.
pub trait StoreCaseList: Sync {
    /// The file; storing it again replaces it.
    fn store_case_list(
        &self,
        case_list: &CaseList,
        file: Vec<u8>,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Links to files.
pub trait LinkCaseList: Sync {
    /// A link that saves the file until it ends.
    fn link_case_list(
        &self,
        case_list: &CaseList,
        now: Moment,
    ) -> impl Future<Output = PortResult<PresignedUrl>> + Send;
}
