//! Identity numbers: whose they are, and what follows when one of several accounts proves to be the person.
//!
//! [`SaveChange`](crate::cases::SaveChange) and [`SaveStanding`](crate::alipay::SaveStanding) make an account the holder in the
//! write that verifies it, and leave a [`Settlement`] behind; whoever follows those closes the other accounts.

use domain::{identity::IdType, ids::AccountId, moment::Moment, number::RegisteredNumber, real_name::Way};
use serde::{Deserialize, Serialize};

use crate::{PortResult, closing::Closing, secrets::Sealed};

/// Reads whose numbers are.
pub trait LoadNumber: Sync {
    /// The number of that account; `None` unless the account is open.
    fn load_number(
        &self,
        owner: AccountId,
    ) -> impl Future<Output = PortResult<Option<RegisteredNumber>>> + Send;
}

/// An account became the holder of its number: what is to follow, and what has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settlement {
    /// Which account.
    pub account: AccountId,
    /// How.
    pub way: Way,
    /// When.
    pub at: Moment,
    /// The accounts that lose the number by it, as far as this was settled.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub lost: Vec<AccountId>,
    /// When all of them had lost it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub settled_at: Option<Moment>,
}

/// Follows settlements.
pub trait Settle: Sync {
    /// That settlement of the account's.
    fn load_settlement(
        &self,
        account: AccountId,
        at: Moment,
    ) -> impl Future<Output = PortResult<Option<Settlement>>> + Send;

    /// Adds accounts that are about to lose the number, before they do: what was begun is found again. Saying it again
    /// changes nothing.
    fn record_losses(
        &self,
        settlement: &Settlement,
        lost: &[AccountId],
        until: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// All of them have lost it. A settlement by which nobody loses anything is gone; the others are kept as audit entries.
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
    /// To which account.
    pub to: AccountId,
    /// The kind of identity document.
    pub id_type: IdType,
    /// Who they said they are, sealed; it is gone when the closing has ended.
    pub sealed: Sealed,
}

/// Notifies whoever lost a number.
pub trait NotifyLoss: Sync {
    /// The account, while it is being closed because it lost its number.
    fn load_lost(&self, id: AccountId) -> impl Future<Output = PortResult<Option<LostNumber>>> + Send;

    /// Whether the SMS is to be sent: to the first who asks, and to nobody afterwards.
    fn begin_loss_sms(&self, id: AccountId, now: Moment) -> impl Future<Output = PortResult<bool>> + Send;

    /// The SMS was not sent after all: whoever asks next is to send it.
    fn retry_loss_sms(&self, id: AccountId) -> impl Future<Output = PortResult<()>> + Send;
}
