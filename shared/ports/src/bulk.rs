//! 批量通过: selections of cases that are approved in the background.

use domain::{
    case::bulk::{Refusal, Selected},
    ids::{BulkId, CaseId, ReviewerId},
    moment::Moment,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// How long a selection and what became of it can be looked at.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A selection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bulk {
    /// Which.
    pub id: BulkId,
    /// Whose.
    pub reviewer: ReviewerId,
    /// When it was asked for.
    pub requested_at: Moment,
    /// When it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled_at: Option<Moment>,
    /// The cases.
    pub cases: Vec<Selected>,
}

/// What became of a case of a selection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkResult {
    /// The case.
    pub case: CaseId,
    /// When.
    pub at: Moment,
    /// Why it was not approved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refusal: Option<Refusal>,
}

/// Keeps selections.
pub trait SaveBulk: Sync {
    /// A new one.
    fn save_bulk(&self, bulk: &Bulk) -> impl Future<Output = PortResult<()>> + Send;

    /// No case of it is begun any more; cancelled again it is cancelled as before. `Conflict` when there is none.
    fn cancel_bulk(
        &self,
        reviewer: ReviewerId,
        id: BulkId,
        at: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads selections. The reviewer is part of the key: another's cannot be asked for.
pub trait LoadBulk: Sync {
    /// That selection of the reviewer's.
    fn load_bulk(
        &self,
        reviewer: ReviewerId,
        id: BulkId,
    ) -> impl Future<Output = PortResult<Option<Bulk>>> + Send;
}

/// Writes down what became of each case.
pub trait SaveBulkResult: Sync {
    /// One more; the first of a case stays.
    fn save_bulk_result(
        &self,
        id: BulkId,
        result: &BulkResult,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// What became of that case, if anything has.
    fn load_bulk_result(
        &self,
        id: BulkId,
        case: CaseId,
    ) -> impl Future<Output = PortResult<Option<BulkResult>>> + Send;
}

/// Reads what became of the cases.
pub trait ListBulkResults: Sync {
    /// All of them so far.
    fn list_bulk_results(&self, id: BulkId) -> impl Future<Output = PortResult<Vec<BulkResult>>> + Send;
}

/// Begins the work.
pub trait StartBulk: Sync {
    /// Starts the execution for a selection; one that was started before is left alone.
    fn start_bulk(&self, bulk: &Bulk) -> impl Future<Output = PortResult<()>> + Send;
}
