//! The identity provider: users, passwords and tokens. Cognito is the adapter we ship.

use std::fmt;

use domain::{
    ids::{AccountId, ReviewerId},
    password::{Password, TypedPassword},
};

use crate::PortResult;

/// A username in the identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Username {
    /// An applicant.
    Applicant(AccountId),
    /// A reviewer.
    Reviewer(ReviewerId),
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applicant(id) => id.fmt(f),
            Self::Reviewer(id) => id.fmt(f),
        }
    }
}

impl Username {
    /// The user of that name, if it is one of ours.
    pub fn parse(name: &str) -> Option<Self> {
        let applicant = AccountId::parse(name).map(Self::Applicant);
        applicant.or_else(|_| ReviewerId::parse(name).map(Self::Reviewer)).ok()
    }
}

/// A session that goes on.
#[derive(Clone, PartialEq, Eq)]
pub struct Renewed {
    /// Whose it is.
    pub user: Username,
    /// Its tokens.
    pub tokens: Tokens,
}

/// Tokens of a session.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// The bearer token.
    pub access: String,
    /// Good for this many seconds.
    pub expires_in: u32,
    /// A new refresh token, where one was given.
    pub refresh: Option<String>,
}

/// Creates users.
pub trait CreateUser: Sync {
    /// An applicant with a password.
    fn create_user(&self, id: AccountId, password: &Password) -> impl Future<Output = PortResult<()>> + Send;

    /// Takes a user back that came to nothing.
    fn delete_user(&self, id: AccountId) -> impl Future<Output = PortResult<()>> + Send;
}

/// Logs in.
pub trait LogIn: Sync {
    /// Tokens, or `None` when the password is wrong or there is no such user.
    fn log_in(
        &self,
        user: Username,
        password: &TypedPassword,
    ) -> impl Future<Output = PortResult<Option<Tokens>>> + Send;
}

/// Renews sessions.
pub trait RenewSession: Sync {
    /// New tokens, and whose session it is; `None` when the session has ended.
    fn renew(&self, refresh: &str) -> impl Future<Output = PortResult<Option<Renewed>>> + Send;
}

/// Ends sessions.
pub trait EndSession: Sync {
    /// The refresh token is good for nothing any more; one that never was is no fault.
    fn end(&self, refresh: &str) -> impl Future<Output = PortResult<()>> + Send;
}

/// Gives users another password.
pub trait ResetPassword: Sync {
    /// The password is the new one, and every session that was begun with the old one has ended. A user who is missing is
    /// made again: whoever has a token of theirs can delete it.
    fn reset_password(
        &self,
        id: AccountId,
        password: &Password,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Takes users away.
pub trait RemoveUser: Sync {
    /// Every session has ended and nobody can log in; a user who is gone already is no fault.
    fn remove_user(&self, id: AccountId) -> impl Future<Output = PortResult<()>> + Send;
}
