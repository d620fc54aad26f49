//! Attempts to log in: what they are counted for, and the sources that an account is known by
//! (`docs/decisions/0023-log-in-attempts.md`).

use std::fmt;

use domain::{
    ids::{AccountId, ReviewerId},
    moment::Moment,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::{
    PortError, PortResult,
    accounts::Username,
    codes::{ForgiveSources, RateLimit, RateLimitKey, ResetRateLimit},
    secrets::Tag,
};

/// Wrong passwords for one account from one source (domain specification, section 4).
pub const PER_ACCOUNT_AND_SOURCE: RateLimit =
    RateLimit { name: "login-failures", max: 5, window: SignedDuration::from_mins(15) };

/// Wrong passwords for one account from all sources but those it is known by: what guessing from many addresses comes to
/// (ours; NIST SP 800-63B, 5.2.2 allows 100 in a row).
pub const PER_ACCOUNT: RateLimit =
    RateLimit { name: "login-account-hour", max: 50, window: SignedDuration::from_hours(1) };

/// The same for longer: the wait grows from an hour to a day (ours).
pub const PER_ACCOUNT_AND_DAY: RateLimit =
    RateLimit { name: "login-account-day", max: 200, window: SignedDuration::from_hours(24) };

/// Wrong passwords from one source for all accounts (ours): an office or a school has one address.
pub const PER_SOURCE: RateLimit =
    RateLimit { name: "login-address", max: 200, window: SignedDuration::from_hours(1) };

/// How long an account is known by a source that it was logged in to from (ours).
pub const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The account that an attempt is about, or a name that no account has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// A user's account.
    User(Username),
    /// A name, hashed, that no account has.
    Unknown(Tag),
}

impl From<AccountId> for Login {
    fn from(id: AccountId) -> Self {
        Self::User(Username::Applicant(id))
    }
}

impl From<ReviewerId> for Login {
    fn from(id: ReviewerId) -> Self {
        Self::User(Username::Reviewer(id))
    }
}

/// For keys: an id or a hash.
impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(username) => username.fmt(f),
            Self::Unknown(tag) => f.write_str(tag.as_str()),
        }
    }
}

/// Knows the sources that accounts were logged in to from.
pub trait KnowSource: Sync {
    /// Whether the account is known by that source at `now`.
    fn is_known(
        &self,
        login: &Login,
        source: &Tag,
        now: Moment,
    ) -> impl Future<Output = PortResult<bool>> + Send;
}

/// Remembers the sources that accounts were logged in to from.
pub trait RememberSource: Sync {
    /// The account is known by that source for [`KNOWN_FOR`] from `now` on.
    fn remember_source(
        &self,
        login: &Login,
        source: &Tag,
        now: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Ends every wait for the account, from whatever source. The limits of sources over all accounts stay.
pub async fn lift_lock(
    table: &(impl ResetRateLimit + ForgiveSources),
    login: &Login,
) -> Result<(), PortError> {
    table.forgive_sources(PER_ACCOUNT_AND_SOURCE, login).await?;
    for rate in [PER_ACCOUNT, PER_ACCOUNT_AND_DAY] {
        table.reset_rate_limit(rate, &RateLimitKey::Login(login.clone())).await?;
    }
    Ok(())
}

/// A reviewer's lock was lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiftedLock {
    /// Whose.
    pub reviewer: ReviewerId,
    /// By whom: a supervisor's id, or an administrator's name.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why, where it was asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// Keeps who lifted which reviewer's lock.
pub trait RecordLift: Sync {
    /// One more line of the reviewer's history; `Conflict` where one of that moment is there.
    fn record_lift(&self, lift: &LiftedLock) -> impl Future<Output = PortResult<()>> + Send;
}
