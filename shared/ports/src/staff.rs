//! Administration of reviewers.

use domain::{case::desk::Reviewer, ids::ReviewerId, moment::Moment, password::Password};
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// An entry in a reviewer's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewerChange {
    /// The reviewer before the change; `None` if the reviewer is new.
    pub before: Option<Reviewer>,
    /// The reviewer after the change.
    pub after: Reviewer,
    /// When it was changed.
    pub at: Moment,
    /// The administrator who changed it.
    pub by: String,
    /// The reason for the change.
    pub reason: String,
}

/// Saves reviewers. A change is in force from the reviewer's next request.
pub trait SaveReviewer: Sync {
    /// Saves a new reviewer, their account name and the first entry of their history, all or nothing; `Conflict` if the
    /// account name is in use.
    fn add_reviewer(
        &self,
        account: &str,
        change: &ReviewerChange,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// Saves the reviewer and the entry in their history, both or neither; `Conflict` if the stored reviewer differs
    /// from `before`.
    fn change_reviewer(&self, change: &ReviewerChange) -> impl Future<Output = PortResult<()>> + Send;
}

/// Manages reviewers' users in the identity provider. Each step may be repeated.
pub trait StaffUsers: Sync {
    /// Creates a user with that password in the reviewers' group; sets the password if the user exists.
    fn ensure_staff(
        &self,
        id: ReviewerId,
        password: &Password,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// Sets whether the user can log in; disabling also ends all sessions. Returns whether the user exists: a user can
    /// be deleted with its own access token.
    fn enable_staff(&self, id: ReviewerId, enabled: bool) -> impl Future<Output = PortResult<bool>> + Send;
}
