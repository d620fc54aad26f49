//! 调转: the transfer of a case. The applicant requests it, the current department releases the case, the other accepts
//! it.

use serde::{Deserialize, Serialize};

use super::ReviewNote;
use crate::{collection::department::DepartmentId, ids::ReviewerId, moment::Moment};

/// A requested transfer that is not completed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    /// Requested department.
    pub to: DepartmentId,
    /// Applicant's reason.
    pub reason: ReviewNote,
    /// When it was requested.
    pub asked_at: Moment,
    /// The release, once the current department has released the case.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub released: Option<Release>,
}

/// The release of a case by its department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Reviewer who released it.
    pub by: ReviewerId,
    /// When it was released.
    pub at: Moment,
}
