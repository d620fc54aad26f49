//! Keyed hashes and sealed personal data.

use std::fmt;

use domain::{identity::IdType, ids::AccountId, person::Identity};
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// What a hash is used for. Equal texts have different hashes for different purposes, so a hash cannot be used for
/// another purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagPurpose {
    /// Finding an account by identity document.
    Identity,
    /// Finding an account by phone.
    Mobile,
    /// Checking a captcha answer.
    Captcha,
    /// Checking an SMS code.
    SmsCode,
    /// Counting logins to an account name.
    Login,
    /// Counting calls from an address.
    Address,
    /// Finding shared evidence.
    MatchKey,
}

/// A keyed hash as text: identifies a person or a code without revealing it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(String);

impl Tag {
    /// Creates a tag from its stored text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for stored keys.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag(…)")
    }
}

/// Computes keyed hashes; the key never leaves its store.
pub trait Hash: Sync {
    /// Returns the tag of a text.
    fn tag(&self, purpose: TagPurpose, text: &str) -> impl Future<Output = PortResult<Tag>> + Send;
}

/// An encrypted identity.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// Encrypts identities.
pub trait SealIdentity: Sync {
    /// Encrypts the identity for that account only.
    fn seal(&self, owner: AccountId, identity: &Identity) -> impl Future<Output = PortResult<Sealed>> + Send;
}

/// Decrypts identities.
pub trait OpenIdentity: Sync {
    /// Returns the identity that was sealed for that account.
    fn open(
        &self,
        owner: AccountId,
        id_type: IdType,
        sealed: &Sealed,
    ) -> impl Future<Output = PortResult<Identity>> + Send;
}
