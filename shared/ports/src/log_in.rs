//! Login attempts: how they are counted, and the sources that an account is known by
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

/// Wrong passwords for one account from all sources that it is not known by: limits guessing from many addresses (ours;
/// NIST SP 800-63B, 5.2.2 allows 100 in a row).
pub const PER_ACCOUNT: RateLimit =
    RateLimit { name: "login-account-hour", max: 50, window: SignedDuration::from_hours(1) };

/// The same for a longer time: the wait grows from an hour to a day (ours).
pub const PER_ACCOUNT_AND_DAY: RateLimit =
    RateLimit { name: "login-account-day", max: 200, window: SignedDuration::from_hours(24) };

/// Wrong passwords from one source for all accounts (ours). An office or a school has one address.
pub const PER_SOURCE: RateLimit =
    RateLimit { name: "login-address", max: 200, window: SignedDuration::from_hours(1) };

/// How long an account is known by a source after a login from there (ours).
pub const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The account of a login attempt, or a name that no account has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// A user's account.
    User(Username),
    /// The hash of a name that no account has.
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

/// As part of stored keys: an id or a hash.
impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(username) => username.fmt(f),
            Self::Unknown(tag) => f.write_str(tag.as_str()),
        }
    }
}

/// Checks known sources.
pub trait KnowSource: Sync {
    /// Whether the account is known by that source at `now`.
    fn is_known(
        &self,
        login: &Login,
        source: &Tag,
        now: Moment,
    ) -> impl Future<Output = PortResult<bool>> + Send;
}

/// Stores known sources.
pub trait RememberSource: Sync {
    /// The account is known by that source for [`KNOWN_FOR`] from `now`.
    fn remember_source(
        &self,
        login: &Login,
        source: &Tag,
        now: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Resets the login limits of the account for all sources. The limits of sources over all accounts stay.
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

/// The record that a reviewer's lock was lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiftedLock {
    /// The reviewer whose lock was lifted.
    pub reviewer: ReviewerId,
    /// Who lifted it: a supervisor's id, or an administrator's name.
    pub by: String,
    /// When it was lifted.
    pub at: Moment,
    /// The reason, if one was required.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// Records who lifted a reviewer's lock.
pub trait RecordLift: Sync {
    /// Adds a record to the reviewer's history; `Conflict` if it has one with the same time.
    fn record_lift(&self, lift: &LiftedLock) -> impl Future<Output = PortResult<()>> + Send;
}
