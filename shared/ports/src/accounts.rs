//! The identity provider: users, passwords and tokens. The shipped adapter is Cognito.

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
    /// Parses a username; `None` if it is not the id of an applicant or a reviewer.
    pub fn parse(name: &str) -> Option<Self> {
        let applicant = AccountId::parse(name).map(Self::Applicant);
        applicant.or_else(|_| ReviewerId::parse(name).map(Self::Reviewer)).ok()
    }
}

/// A renewed session.
#[derive(Clone, PartialEq, Eq)]
pub struct Renewed {
    /// The session's user.
    pub user: Username,
    /// The session's new tokens.
    pub tokens: Tokens,
}

/// Tokens of a session.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// The access token, sent as a bearer token.
    pub access: String,
    /// Lifetime of the access token in seconds.
    pub expires_in: u32,
    /// A new refresh token, if the provider rotated it.
    pub refresh: Option<String>,
}

/// Creates users.
pub trait CreateUser: Sync {
    /// Creates an applicant with a password.
    fn create_user(&self, id: AccountId, password: &Password) -> impl Future<Output = PortResult<()>> + Send;

    /// Deletes a user whose registration failed.
    fn delete_user(&self, id: AccountId) -> impl Future<Output = PortResult<()>> + Send;
}

/// Logs users in.
pub trait LogIn: Sync {
    /// Returns tokens, or `None` if the password is wrong or the user does not exist.
    fn log_in(
        &self,
        user: Username,
        password: &TypedPassword,
    ) -> impl Future<Output = PortResult<Option<Tokens>>> + Send;
}

/// Renews sessions.
pub trait RenewSession: Sync {
    /// Returns new tokens and the session's user; `None` if the session has ended.
    fn renew(&self, refresh: &str) -> impl Future<Output = PortResult<Option<Renewed>>> + Send;
}

/// Ends sessions.
pub trait EndSession: Sync {
    /// Revokes the refresh token. An unknown token is not an error.
    fn end(&self, refresh: &str) -> impl Future<Output = PortResult<()>> + Send;
}

/// Sets new passwords.
pub trait ResetPassword: Sync {
    /// Sets the password and ends every session that was started with the old one. Creates the user again if it is
    /// missing: a user can be deleted with its own access token.
    fn reset_password(
        &self,
        id: AccountId,
        password: &Password,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Removes users.
pub trait RemoveUser: Sync {
    /// Ends every session and prevents further logins. A missing user is not an error.
    fn remove_user(&self, id: AccountId) -> impl Future<Output = PortResult<()>> + Send;
}
