//! Who may handle which case: the one place where a reviewer's division is held against a case's.

use serde::{Deserialize, Serialize};

use super::{Case, State};
use crate::{
    divisions::Division,
    ids::{AccountId, ReviewerId},
};

/// 会计管理部门审核员, a reviewer as the table knows them now, whatever an older token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reviewer {
    /// Who.
    pub id: ReviewerId,
    /// The division whose department they work for.
    pub division: Division,
    /// Whether they still do.
    pub active: bool,
    /// Their own account as an applicant, where they have one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub own_account: Option<AccountId>,
}

impl Reviewer {
    /// Whether the case is theirs to see and decide: handed in to their division, or escalated to it, not taken
    /// back, and not their own.
    pub fn may_handle(&self, case: &Case) -> bool {
        let here = Some(self.division);
        let ours = case.division == here || case.escalated_to == here;
        self.active && ours && case.state != State::Draft && self.own_account != Some(case.id.owner)
    }
}
