//! Closing an account step by step; `docs/decisions/0012-closing-an-account.md` explains the order.

use domain::{
    ids::{AccountId, CaseId, CaseKind, UploadId},
    moment::Moment,
};
use jiff::SignedDuration;

use crate::{
    PortResult,
    accounts::RemoveUser,
    cases::LoadSubmission,
    people::{Account, Person},
};

/// How long the history and an approved submission are stored after the account is closed (ours: the five years that
/// the domain specification, section 19, requires for the history; five years have at most two leap days).
pub const RETENTION: SignedDuration = SignedDuration::from_hours((5 * 365 + 2) * 24);

/// An account that is being closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The account's id.
    pub account: AccountId,
    /// When it was closed.
    pub closed_at: Moment,
    /// The end of the retention that the law requires.
    pub retain_until: Moment,
    /// The version that the approved submission of the collection created; if `None`, only the history is stored.
    pub approved: Option<u64>,
    /// The account that was verified with the same identity number, if this account is closed for that reason.
    pub lost_to: Option<AccountId>,
}

/// Starts to close accounts.
pub trait BeginClosing: Sync {
    /// One write, after which the account cannot be found, none of its pages can be changed, and the applicant may
    /// register again. `Conflict` if the account or a case changed since it was read, or if the account it lost its
    /// number to no longer holds the number.
    fn begin_closing(
        &self,
        account: &Account,
        person: &Person,
        closing: &Closing,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// Returns the closing that was started and has not ended.
    fn load_closing(&self, id: AccountId) -> impl Future<Output = PortResult<Option<Closing>>> + Send;
}

/// Finishes closings. Each step may be repeated.
pub trait EndClosing: Sync {
    /// Sets the expiry date of the items that must be stored, and deletes the applicant's other items.
    fn clear_person(
        &self,
        closing: &Closing,
        kept: &[UploadId],
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// Deletes the account, except for what must be stored.
    fn end_closing(&self, closing: &Closing) -> impl Future<Output = PortResult<()>> + Send;
}

/// Deletes an applicant's pictures.
pub trait ClearPictures: Sync {
    /// Moves the pictures in `kept` to a separate place until their expiry date, and deletes all versions of all other
    /// pictures and of all exports.
    fn clear_pictures(
        &self,
        owner: AccountId,
        kept: &[UploadId],
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// The steps after the first write, in order. The account is deleted last: until then it shows that the closing has not
/// ended.
pub async fn end(
    closing: &Closing,
    table: &(impl LoadSubmission + EndClosing),
    users: &impl RemoveUser,
    pictures: &impl ClearPictures,
) -> PortResult<()> {
    let id = closing.account;
    users.remove_user(id).await?;
    let kept = approved_pictures(closing, table).await?;
    pictures.clear_pictures(id, &kept).await?;
    table.clear_person(closing, &kept).await?;
    table.end_closing(closing).await
}

/// The pictures that the approved submission refers to.
async fn approved_pictures(closing: &Closing, table: &impl LoadSubmission) -> PortResult<Vec<UploadId>> {
    let Some(version) = closing.approved else { return Ok(Vec::new()) };
    let case = CaseId { kind: CaseKind::Collection, owner: closing.account };
    let pages = table.load_frozen(case, version).await?;
    Ok(pages.uploads().into_iter().map(|used| used.upload).collect())
}
