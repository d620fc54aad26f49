//! Identity numbers: their holders, and what happens to other accounts with the same number.
//!
//! [`SaveChange`](crate::cases::SaveChange) and [`SaveStanding`](crate::alipay::SaveStanding) make an account the
//! holder in the write that verifies it, and add a [`Settlement`]; a worker then closes the other accounts.

use domain::{identity::IdType, ids::AccountId, moment::Moment, number::RegisteredNumber, real_name::Way};
use serde::{Deserialize, Serialize};

use crate::{PortResult, closing::Closing, secrets::Sealed};

/// Reads identity numbers.
pub trait LoadNumber: Sync {
    /// Returns the number of that account with its accounts and holder; `None` unless the account is open.
    fn load_number(
        &self,
        owner: AccountId,
    ) -> impl Future<Output = PortResult<Option<RegisteredNumber>>> + Send;
}

/// The closing of the other accounts with a number, after one account became its holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settlement {
    /// The account that became the holder.
    pub account: AccountId,
    /// How it was verified.
    pub way: Way,
    /// When it became the holder.
    pub at: Moment,
    /// The accounts that lose the number, as far as they are known.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub lost: Vec<AccountId>,
    /// When all of them had lost it; `None` until then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub settled_at: Option<Moment>,
}

/// Carries out settlements.
pub trait Settle: Sync {
    /// Returns the settlement of that account at that time.
    fn load_settlement(
        &self,
        account: AccountId,
        at: Moment,
    ) -> impl Future<Output = PortResult<Option<Settlement>>> + Send;

    /// Adds accounts before they lose the number, so that an interrupted settlement can be continued. A repeated call
    /// changes nothing.
    fn record_losses(
        &self,
        settlement: &Settlement,
        lost: &[AccountId],
        until: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// Ends the settlement: all accounts have lost the number. A settlement without losses is deleted; others are
    /// stored as audit entries.
    fn end_settlement(
        &self,
        settlement: &Settlement,
        now: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// An account that lost its number and is being closed.
#[derive(Clone, Debug)]
pub struct LostNumber {
    /// The closing.
    pub closing: Closing,
    /// The account that holds the number.
    pub to: AccountId,
    /// The kind of identity document.
    pub id_type: IdType,
    /// The account's identity, sealed; deleted at the end of the closing.
    pub sealed: Sealed,
}

/// Notifies applicants who lost a number.
pub trait NotifyLoss: Sync {
    /// Returns the account while it is being closed because it lost its number.
    fn load_lost(&self, id: AccountId) -> impl Future<Output = PortResult<Option<LostNumber>>> + Send;

    /// Whether the SMS must be sent: `true` only for the first call.
    fn begin_loss_sms(&self, id: AccountId, now: Moment) -> impl Future<Output = PortResult<bool>> + Send;

    /// Marks the SMS as not sent, so that the next call to `begin_loss_sms` returns `true`.
    fn retry_loss_sms(&self, id: AccountId) -> impl Future<Output = PortResult<()>> + Send;
}
