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
        ours && self.is_shown(case)
    }

    /// Whether the case is theirs to look at: what is theirs to decide, and whatever was handed in to a division below
    /// theirs (domain specification, section 16: cities and provinces watch over the counties' work).
    pub fn may_see(&self, case: &Case) -> bool {
        let below = case.division.is_some_and(|division| self.division.contains(division));
        self.may_handle(case) || below && self.is_shown(case)
    }

    /// Whether the queue of that division is theirs to read.
    pub fn may_list(&self, division: Division) -> bool {
        self.active && self.division.contains(division)
    }

    /// What nobody's desk shows: drafts, and one's own.
    fn is_shown(&self, case: &Case) -> bool {
        self.active && case.state != State::Draft && self.own_account != Some(case.id.owner)
    }
}
