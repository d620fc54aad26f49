//! 调转: a case moves to another department. The applicant asks, the department that has it lets it go, the other takes it.

use serde::{Deserialize, Serialize};

use super::ReviewNote;
use crate::{collection::department::DepartmentId, ids::ReviewerId, moment::Moment};

/// A transfer that was asked for and has not come to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    /// The department that is asked for.
    pub to: DepartmentId,
    /// Why.
    pub reason: ReviewNote,
    /// When it was asked for.
    pub asked_at: Moment,
    /// Who let it go, once somebody has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub released: Option<Release>,
}

/// A department let a case go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Who.
    pub by: ReviewerId,
    /// When.
    pub at: Moment,
}
