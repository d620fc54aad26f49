//! Reviewers as administrators keep them.

use domain::{case::desk::Reviewer, ids::ReviewerId, moment::Moment, password::Password};
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// One line of a reviewer's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewerChange {
    /// The reviewer before; none when there was none.
    pub before: Option<Reviewer>,
    /// The reviewer after.
    pub after: Reviewer,
    /// When it was changed.
    pub at: Moment,
    /// Which administrator changed it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// Keeps reviewers. What is written counts from their next request on.
pub trait SaveReviewer: Sync {
    /// A new reviewer with the account name to find them by and the first line of their history, all or none;
    /// `Conflict` when the account name is taken.
    fn add_reviewer(
        &self,
        account: &str,
        change: &ReviewerChange,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// The reviewer and the line of their history, both or none; `Conflict` when they are not as they were `before`.
    fn change_reviewer(&self, change: &ReviewerChange) -> impl Future<Output = PortResult<()>> + Send;
}

/// Makes and ends reviewers' users. Each step may be taken again.
pub trait StaffUsers: Sync {
    /// A user in the reviewers' group with that password; one that is there gets the password.
    fn ensure_staff(
        &self,
        id: ReviewerId,
        password: &Password,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// Whether the user can log in; whoever cannot any more has no session left. Whether there is such a user: whoever has
    /// a token of theirs can delete it.
    fn enable_staff(&self, id: ReviewerId, enabled: bool) -> impl Future<Output = PortResult<bool>> + Send;
}
