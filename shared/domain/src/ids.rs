//! Typed ids: opaque, sortable by creation time, and never derived from anything personal.

use std::fmt;

use serde::{Deserialize, Serialize};
use ulid::Ulid;

/// A text is not an id of the kind asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct IdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Ulid);

        impl $name {
            /// An id from a fresh ULID.
            pub const fn new(ulid: Ulid) -> Self {
                Self(ulid)
            }

            /// The id that `text` spells, prefix included.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let ulid = text.strip_prefix(concat!($prefix, "_")).ok_or(IdError)?;
                canonical(ulid).map(Self)
            }

            /// The part after the prefix.
            pub const fn ulid(self) -> Ulid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )*};
}

ids! {
    /// An applicant's account; also the username in the identity provider.
    AccountId "acc";
    /// A reviewer's account; also the username in the identity provider.
    ReviewerId "rev";
    /// A picture code.
    CaptchaId "cap";
    /// A request for an SMS code: only whoever made it knows it, and only with it can the code be tried.
    SmsCodeId "sms";
    /// A picture or attachment.
    UploadId "upl";
    /// A copy of everything that is kept about a person, made for them.
    ExportId "xpt";
    /// A selection of cases that is approved at once.
    BulkId "blk";
    /// A list of a department's, made into a file.
    CaseListId "ros";
    /// A notice to an applicant.
    NotificationId "ntc";
    /// A row of the education page.
    EducationId "edu";
    /// A row of the work page.
    EmploymentId "emp";
    /// A row of accounting work within an employment.
    ExperienceId "exp";
}

/// Only the one spelling that [`Ulid`] prints: an id that could be written in two ways could be stored twice.
fn canonical(text: &str) -> Result<Ulid, IdError> {
    let ulid = Ulid::from_string(text).map_err(|_| IdError)?;
    if ulid.to_string() == text { Ok(ulid) } else { Err(IdError) }
}

/// What a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseKind {
    /// 信息采集, an applicant's collection.
    Collection,
    /// 线上实名认证, real-name verification by three pictures.
    RealName,
}

impl CaseKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Collection, Self::RealName];

    /// The name used in requests and ids.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Collection => "collection",
            Self::RealName => "real-name",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A case: one of each kind for each applicant, so the id is the kind and the owner.
///
/// Nothing has to be looked up to find a person's case or a case's owner, and the two can never disagree.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseId {
    /// What it is about.
    pub kind: CaseKind,
    /// Whose it is.
    pub owner: AccountId,
}

impl CaseId {
    /// The id that `text` spells, such as `real-name-01J…`.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let (kind, ulid) = text.rsplit_once('-').ok_or(IdError)?;
        let kind = CaseKind::parse(kind).ok_or(IdError)?;
        Ok(Self { kind, owner: AccountId(canonical(ulid)?) })
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.kind.as_str(), self.owner.0)
    }
}

impl fmt::Debug for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for CaseId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<CaseId> for String {
    fn from(id: CaseId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = AccountId::new(Ulid(u128::MAX / 3));
        assert_eq!(AccountId::parse(&id.to_string()), Ok(id));
        assert_eq!(AccountId::parse(&id.to_string().to_lowercase()), Err(IdError));
        assert_eq!(UploadId::parse(&id.to_string()), Err(IdError));
    }

    proptest! {
        #[test]
        fn ids_survive_a_round_trip(number: u128, real_name: bool) {
            let kind = if real_name { CaseKind::RealName } else { CaseKind::Collection };
            let id = CaseId { kind, owner: AccountId::new(Ulid(number)) };
            prop_assert_eq!(CaseId::parse(&id.to_string()), Ok(id));
        }

        #[test]
        fn no_text_makes_parsing_panic(text: String) {
            let _ = (CaseId::parse(&text), AccountId::parse(&text));
        }
    }
}
