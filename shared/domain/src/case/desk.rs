//! Who may handle which case: the one place where a reviewer's division is held against a case's.

use serde::{Deserialize, Serialize};

use super::{Case, State};
use crate::{
    divisions::Division,
    ids::{AccountId, ReviewerId},
    moment::Moment,
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
    /// Whether they answer for the others: give cases to reviewers, and have them decided once more.
    #[serde(default)]
    pub supervisor: bool,
    /// 委托: divisions below theirs whose cases they decide as well, for a time.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub delegations: Vec<Delegation>,
    /// Their own account as an applicant, where they have one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub own_account: Option<AccountId>,
}

/// 委托: a division, and what lies below it, that somebody decides for who only looks on there otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// Whose cases.
    pub division: Division,
    /// Until when.
    pub until: Moment,
}

impl Reviewer {
    /// Whether the case is theirs to see and decide at `at`: handed in to their division or one that was delegated to them,
    /// or escalated to theirs, not taken back, and not their own.
    pub fn may_handle(&self, case: &Case, at: Moment) -> bool {
        let escalated = case.escalated_to.is_some_and(|division| self.division.follows(division));
        let ours = escalated || case.division.is_some_and(|division| self.may_serve(division, at));
        ours && self.is_shown(case)
    }

    /// Whether the case is theirs to look at: what is theirs to decide, whatever was handed in to a division below theirs
    /// (domain specification, section 16: cities and provinces watch over the counties' work), and what comes to theirs.
    pub fn may_see(&self, case: &Case, at: Moment) -> bool {
        self.may_handle(case, at) || self.watches_over(case) || self.may_receive(case)
    }

    /// Whether the case was let go to come to their division.
    pub fn may_receive(&self, case: &Case) -> bool {
        let coming = case.transfer.as_ref().filter(|transfer| transfer.released.is_some());
        coming.is_some_and(|transfer| self.division.follows(transfer.to.division)) && self.is_shown(case)
    }

    /// Whether they answer for the case's division, and may give the case to somebody or have it decided once more.
    pub fn may_supervise(&self, case: &Case) -> bool {
        self.supervisor && self.watches_over(case)
    }

    /// Whether they answer for that colleague: of their division or one below it, and not themselves.
    pub fn answers_for(&self, colleague: &Self) -> bool {
        self.active
            && self.supervisor
            && self.id != colleague.id
            && self.division.contains(colleague.division)
    }

    /// Whether the lists of that division are theirs to read.
    pub fn may_list(&self, division: Division) -> bool {
        self.active && self.division.answers_for(division)
    }

    /// Whether the cases of that division are theirs to decide at `at`: their own division, a closed one that it took over
    /// from, or one that was delegated.
    pub fn may_serve(&self, division: Division, at: Moment) -> bool {
        let delegated =
            |delegation: &Delegation| delegation.until > at && delegation.division.answers_for(division);
        self.active && (self.division.follows(division) || self.delegations.iter().any(delegated))
    }

    /// Whether the case was handed in to their division or one below it.
    fn watches_over(&self, case: &Case) -> bool {
        case.division.is_some_and(|division| self.division.answers_for(division)) && self.is_shown(case)
    }

    /// Whether that account is the reviewer's own: whatever is about it is on no list of theirs, counted with nothing that is
    /// shown to them, and not theirs to open or decide.
    pub fn is_own(&self, account: AccountId) -> bool {
        self.own_account == Some(account)
    }

    /// What nobody's desk shows: drafts, and one's own.
    fn is_shown(&self, case: &Case) -> bool {
        self.active && case.state != State::Draft && !self.is_own(case.id.owner)
    }
}
