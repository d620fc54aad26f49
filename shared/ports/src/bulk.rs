//! 批量通过: bulk approvals, processed in the background.

use domain::{
    case::bulk::{Refusal, Selected},
    ids::{BulkId, CaseId, ReviewerId},
    moment::Moment,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// How long a bulk approval and its results are stored.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A bulk approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bulk {
    /// The id of the bulk approval.
    pub id: BulkId,
    /// The reviewer who requested it.
    pub reviewer: ReviewerId,
    /// When it was requested.
    pub requested_at: Moment,
    /// When it was cancelled, if it was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled_at: Option<Moment>,
    /// The cases to approve.
    pub cases: Vec<Selected>,
}

/// The result for one case of a bulk approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkResult {
    /// The case.
    pub case: CaseId,
    /// When the case was processed.
    pub at: Moment,
    /// Why it was not approved; `None` if it was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refusal: Option<Refusal>,
}

/// Saves bulk approvals.
pub trait SaveBulk: Sync {
    /// Saves a new bulk approval.
    fn save_bulk(&self, bulk: &Bulk) -> impl Future<Output = PortResult<()>> + Send;

    /// Cancels a bulk approval: no further case is started. A repeated call keeps the first time of cancellation.
    /// `Conflict` if there is no such bulk approval.
    fn cancel_bulk(
        &self,
        reviewer: ReviewerId,
        id: BulkId,
        at: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads bulk approvals. The reviewer is part of the key, so another reviewer's cannot be read.
pub trait LoadBulk: Sync {
    /// Returns that bulk approval of the reviewer.
    fn load_bulk(
        &self,
        reviewer: ReviewerId,
        id: BulkId,
    ) -> impl Future<Output = PortResult<Option<Bulk>>> + Send;
}

/// Saves and reads the results of single cases.
pub trait SaveBulkResult: Sync {
    /// Saves the result of a case; the first result of a case is never replaced.
    fn save_bulk_result(
        &self,
        id: BulkId,
        result: &BulkResult,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// Returns the result of that case, if there is one.
    fn load_bulk_result(
        &self,
        id: BulkId,
        case: CaseId,
    ) -> impl Future<Output = PortResult<Option<BulkResult>>> + Send;
}

/// Lists the results of a bulk approval.
pub trait ListBulkResults: Sync {
    /// Returns all results so far.
    fn list_bulk_results(&self, id: BulkId) -> impl Future<Output = PortResult<Vec<BulkResult>>> + Send;
}

/// Starts bulk approvals.
pub trait StartBulk: Sync {
    /// Starts the execution for a bulk approval; does nothing if it was started before.
    fn start_bulk(&self, bulk: &Bulk) -> impl Future<Output = PortResult<()>> + Send;
}
