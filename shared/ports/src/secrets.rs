//! Keyed hashes and sealed personal data.

use std::fmt;

use domain::{identity::IdType, ids::AccountId, person::Identity};
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// What a hash is for: equal texts hash differently for different purposes, so that no hash can be used as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagPurpose {
    /// Finding an account by identity document.
    Identity,
    /// Finding an account by phone.
    Mobile,
    /// Answering a picture code.
    Captcha,
    /// Answering an SMS code.
    SmsCode,
    /// Counting log-ins to an account name.
    Login,
    /// Counting calls from an address.
    Address,
    /// Finding cases that have something in common.
    MatchKey,
}

/// A keyed hash, printable: names a person or a code without telling who or what it is.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(String);

impl Tag {
    /// A tag from its text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for keys.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag(…)")
    }
}

/// Hashes with a key that never leaves its store.
pub trait Hash: Sync {
    /// The tag of a text.
    fn tag(&self, purpose: TagPurpose, text: &str) -> impl Future<Output = PortResult<Tag>> + Send;
}

/// An identity that only its key's holders can read.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// Seals identities.
pub trait SealIdentity: Sync {
    /// The identity, sealed for that account and no other.
    fn seal(&self, owner: AccountId, identity: &Identity) -> impl Future<Output = PortResult<Sealed>> + Send;
}

/// Opens sealed identities.
pub trait OpenIdentity: Sync {
    /// The identity that was sealed for that account.
    fn open(
        &self,
        owner: AccountId,
        id_type: IdType,
        sealed: &Sealed,
    ) -> impl Future<Output = PortResult<Identity>> + Send;
}
