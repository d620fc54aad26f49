//! Closing an account, step by step; `docs/decisions/0012-closing-an-account.md` says in which order, and why.

use domain::{
    ids::{AccountId, UploadId},
    moment::Moment,
};

use crate::{
    Outcome,
    people::{Account, Person},
};

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
}

/// Begins to close accounts.
pub trait BeginClosing: Sync {
    /// One write, after which nobody finds the account, no page of it can be changed, and the person may register
    /// again; `Conflict` when the account or a case changed since it was read.
    fn begin_closing(
        &self,
        account: &Account,
        person: &Person,
        closing: &Closing,
    ) -> impl Future<Output = Outcome<()>> + Send;

    /// The closing that was begun and has not ended.
    fn load_closing(&self, id: AccountId) -> impl Future<Output = Outcome<Option<Closing>>> + Send;
}

/// Ends what was begun. Each step may be taken again.
pub trait EndClosing: Sync {
    /// What is kept of the person's items gets its last day; the others are gone.
    fn clear_person(&self, closing: &Closing, kept: &[UploadId]) -> impl Future<Output = Outcome<()>> + Send;

    /// The account is closed, and holds nothing but what must be kept.
    fn end_closing(&self, closing: &Closing) -> impl Future<Output = Outcome<()>> + Send;
}

/// Clears away a person's pictures.
pub trait ClearPictures: Sync {
    /// Those that are `kept` lie apart, until their last day; of all others, and of all exports, no version is left.
    fn clear_pictures(&self, owner: AccountId, kept: &[UploadId])
    -> impl Future<Output = Outcome<()>> + Send;
}
