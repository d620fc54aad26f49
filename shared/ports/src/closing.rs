//! Closing an account, step by step; `docs/decisions/0012-closing-an-account.md` says in which order, and why.

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

/// How long the history and an approved submission are kept after the account (ours: the five years that the domain
/// specification, section 19, gives the history; five years have at most two leap days).
pub const RETENTION: SignedDuration = SignedDuration::from_hours((5 * 365 + 2) * 24);

/// An account that is being closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// Which.
    pub account: AccountId,
    /// When it was closed.
    pub closed_at: Moment,
    /// Until when the law's share of it is kept.
    pub retain_until: Moment,
    /// The version that the approved submission of the collection made; without one nothing but the history is kept.
    pub approved: Option<u64>,
    /// The account that proved to be the person of its identity number, where it is closed for that.
    pub lost_to: Option<AccountId>,
}

/// Begins to close accounts.
pub trait BeginClosing: Sync {
    /// One write, after which nobody finds the account, no page of it can be changed, and the person may register
    /// again; `Conflict` when the account or a case changed since it was read, or when the account it lost its number to
    /// does not hold it any more.
    fn begin_closing(
        &self,
        account: &Account,
        person: &Person,
        closing: &Closing,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// The closing that was begun and has not ended.
    fn load_closing(&self, id: AccountId) -> impl Future<Output = PortResult<Option<Closing>>> + Send;
}

/// Ends what was begun. Each step may be taken again.
pub trait EndClosing: Sync {
    /// What is kept of the person's items gets its last day; the others are gone.
    fn clear_person(
        &self,
        closing: &Closing,
        kept: &[UploadId],
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// The account is closed, and holds nothing but what must be kept.
    fn end_closing(&self, closing: &Closing) -> impl Future<Output = PortResult<()>> + Send;
}

/// Clears away a person's pictures.
pub trait ClearPictures: Sync {
    /// Those that are `kept` lie apart, until their last day; of all others, and of all exports, no version is left.
    fn clear_pictures(
        &self,
        owner: AccountId,
        kept: &[UploadId],
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Everything after the first write, in its order. The account comes last: until then it says that this has not ended.
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

/// The pictures that the approved submission names.
async fn approved_pictures(closing: &Closing, table: &impl LoadSubmission) -> PortResult<Vec<UploadId>> {
    let Some(version) = closing.approved else { return Ok(Vec::new()) };
    let case = CaseId { kind: CaseKind::Collection, owner: closing.account };
    let pages = table.load_frozen(case, version).await?;
    Ok(pages.uploads().into_iter().map(|used| used.upload).collect())
}
