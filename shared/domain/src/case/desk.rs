//! Access of reviewers to cases: the only place where a reviewer's division is compared with a case's.

use serde::{Deserialize, Serialize};

use super::{Case, State};
use crate::{
    divisions::Division,
    ids::{AccountId, ReviewerId},
    moment::Moment,
};

/// 会计管理部门审核员, a reviewer as currently stored in the table, regardless of older token claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reviewer {
    /// Id of the reviewer.
    pub id: ReviewerId,
    /// Division whose department they work for.
    pub division: Division,
    /// Whether they still work there.
    pub active: bool,
    /// Whether they supervise others: they may reassign and reopen cases.
    #[serde(default)]
    pub supervisor: bool,
    /// 委托: divisions below theirs whose cases they may decide for a time.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub delegations: Vec<Delegation>,
    /// Their own account as an applicant, if they have one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub own_account: Option<AccountId>,
}

/// 委托: a division, with the divisions below it, whose cases a reviewer may decide instead of only seeing them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// Division whose cases are delegated.
    pub division: Division,
    /// End of the delegation.
    pub until: Moment,
}

impl Reviewer {
    /// Whether they may decide the case at `at`: submitted to their division or a delegated one, or escalated to
    /// theirs, not withdrawn, and not their own.
    pub fn may_handle(&self, case: &Case, at: Moment) -> bool {
        let escalated = case.escalated_to.is_some_and(|division| self.division.follows(division));
        let ours = escalated || case.division.is_some_and(|division| self.may_serve(division, at));
        ours && self.is_shown(case)
    }

    /// Whether they may see the case: all that they may decide, all submitted to divisions below theirs (domain
    /// specification, section 16: cities and provinces supervise the counties' work), and transfers to their division.
    pub fn may_see(&self, case: &Case, at: Moment) -> bool {
        self.may_handle(case, at) || self.watches_over(case) || self.may_receive(case)
    }

    /// Whether the case was released for transfer to their division.
    pub fn may_receive(&self, case: &Case) -> bool {
        let coming = case.transfer.as_ref().filter(|transfer| transfer.released.is_some());
        coming.is_some_and(|transfer| self.division.follows(transfer.to.division)) && self.is_shown(case)
    }

    /// Whether they supervise the case's division, and may reassign or reopen the case.
    pub fn may_supervise(&self, case: &Case) -> bool {
        self.supervisor && self.watches_over(case)
    }

    /// Whether they supervise that colleague: of their division or one below it, and not themselves.
    pub fn answers_for(&self, colleague: &Self) -> bool {
        self.active
            && self.supervisor
            && self.id != colleague.id
            && self.division.contains(colleague.division)
    }

    /// Whether they may read the lists of that division.
    pub fn may_list(&self, division: Division) -> bool {
        self.active && self.division.answers_for(division)
    }

    /// Whether they may decide the cases of that division at `at`: their own division, a closed one that it succeeded,
    /// or a delegated one.
    pub fn may_serve(&self, division: Division, at: Moment) -> bool {
        let delegated =
            |delegation: &Delegation| delegation.until > at && delegation.division.answers_for(division);
        self.active && (self.division.follows(division) || self.delegations.iter().any(delegated))
    }

    /// Whether the case was submitted to their division or one below it.
    fn watches_over(&self, case: &Case) -> bool {
        case.division.is_some_and(|division| self.division.answers_for(division)) && self.is_shown(case)
    }

    /// Whether the account is the reviewer's own. Its data appears in none of their lists and statistics, and they may
    /// neither open nor decide its cases.
    pub fn is_own(&self, account: AccountId) -> bool {
        self.own_account == Some(account)
    }

    /// Whether the case is visible at all: not a draft, and not the reviewer's own.
    fn is_shown(&self, case: &Case) -> bool {
        self.active && case.state != State::Draft && !self.is_own(case.id.owner)
    }
}
