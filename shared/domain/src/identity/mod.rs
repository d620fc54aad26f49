//! Identity documents and their numbers.
//!
//! Each kind of document has its own rule and its own error enum; [`IdentityNumber`] is what the rest of the
//! system sees. The order of the checks inside a rule decides which reason a person is told and is part of
//! the rule (domain specification, appendix A). Whether the document exists or is the applicant's own is
//! not decided here.

mod card;
mod foreign;
mod hkmo_permit;
mod passport;
mod resident;
mod taiwan_permit;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use foreign::{ForeignCard, ForeignPermanentResidentError};
pub use hkmo_permit::{HkmoPermit, HkmoPermitError, Region};
pub use passport::PassportError;
pub use resident::{HkmoResidencePermitError, ResidentIdError, TwResidencePermitError};
pub use taiwan_permit::TwPermitError;

use crate::fault::Code;
use crate::reasons::{reasons, redacted};
use crate::text::{compact, compact_but_hyphens, mask};
use card::Card;
pub(crate) use card::{MAX_AGE, MIN_AGE, age, date as day};

/// Whether 18 characters are a citizen number: a day of birth and a check character that fits. For what was read from a card, by
/// whomever and of whatever kind; what somebody types is an [`IdentityNumber`].
pub fn is_sound(number: &str) -> bool {
    Card::read(number).is_ok_and(Card::is_sound)
}

/// A kind of identity document that may be registered with: the enabled codes of
/// `infra/reference/id_types.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum IdType {
    /// 居民身份证, the resident identity card.
    Ric,
    /// 港澳居民居住证, the residence permit for Hong Kong and Macao residents.
    Hmrp,
    /// 台湾居民居住证, the residence permit for Taiwan residents.
    Twrp,
    /// 港澳居民来往内地通行证, the mainland travel permit for Hong Kong and Macao residents.
    Hmp,
    /// 台湾居民来往大陆通行证, the mainland travel permit for Taiwan residents.
    Twp,
    /// 外国人永久居留身份证, the foreign permanent resident card.
    Fpr,
    /// 护照, a passport.
    Ppt,
}

reasons! {
    /// Why it is not a kind of identity document.
    IdTypeError in "identity" {
        /// Not one of the kinds that are accepted.
        Type = "TYPE",
    }
}

impl IdType {
    /// All kinds, in the order in which they are offered.
    pub const ALL: [Self; 7] =
        [Self::Ric, Self::Hmrp, Self::Twrp, Self::Hmp, Self::Twp, Self::Fpr, Self::Ppt];

    /// The kind with that code, such as `RIC`.
    pub fn parse(code: &str) -> Result<Self, IdTypeError> {
        Self::ALL.into_iter().find(|id_type| id_type.code() == code).ok_or(IdTypeError::Type)
    }

    /// The code, such as `RIC`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ric => "RIC",
            Self::Hmrp => "HMRP",
            Self::Twrp => "TWRP",
            Self::Hmp => "HMP",
            Self::Twp => "TWP",
            Self::Fpr => "FPR",
            Self::Ppt => "PPT",
        }
    }
}

impl TryFrom<String> for IdType {
    type Error = IdTypeError;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::parse(&code)
    }
}

impl From<IdType> for &'static str {
    fn from(id_type: IdType) -> Self {
        id_type.code()
    }
}

/// Sex as documents state it, GB/T 2261.1-2003 codes 1 and 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Sex {
    /// 男
    #[serde(rename = "1")]
    Male,
    /// 女
    #[serde(rename = "2")]
    Female,
}

reasons! {
    /// Why it is not a sex.
    SexError in "sex" {
        /// Neither 1 nor 2.
        Unknown = "UNKNOWN",
    }
}

impl Sex {
    /// The sex with that code.
    pub fn parse(code: &str) -> Result<Self, SexError> {
        match code {
            "1" => Ok(Self::Male),
            "2" => Ok(Self::Female),
            _ => Err(SexError::Unknown),
        }
    }

    /// The code, `1` or `2`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Male => "1",
            Self::Female => "2",
        }
    }
}

/// Why a number is not one of the kind chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error(transparent)]
pub enum IdentityNumberError {
    /// 居民身份证
    ResidentId(#[from] ResidentIdError),
    /// 港澳居民居住证
    HkmoResidencePermit(#[from] HkmoResidencePermitError),
    /// 台湾居民居住证
    TwResidencePermit(#[from] TwResidencePermitError),
    /// 港澳居民来往内地通行证
    HkmoPermit(#[from] HkmoPermitError),
    /// 台湾居民来往大陆通行证
    TwPermit(#[from] TwPermitError),
    /// 外国人永久居留身份证
    ForeignPermanentResident(#[from] ForeignPermanentResidentError),
    /// 护照
    Passport(#[from] PassportError),
}

impl From<IdentityNumberError> for Code {
    fn from(error: IdentityNumberError) -> Self {
        match error {
            IdentityNumberError::ResidentId(error) => error.into(),
            IdentityNumberError::HkmoResidencePermit(error) => error.into(),
            IdentityNumberError::TwResidencePermit(error) => error.into(),
            IdentityNumberError::HkmoPermit(error) => error.into(),
            IdentityNumberError::TwPermit(error) => error.into(),
            IdentityNumberError::ForeignPermanentResident(error) => error.into(),
            IdentityNumberError::Passport(error) => error.into(),
        }
    }
}

/// A number as typed, normalised for its kind: without spaces, dashes or anything that shows nothing.
fn number_of(id_type: IdType, input: &str) -> String {
    match id_type {
        IdType::Ric | IdType::Hmrp | IdType::Twrp | IdType::Ppt => compact(input).replace('-', ""),
        // why: a number of these kinds with a hyphen is one with a wrong character (shared vectors); what cannot be seen to be
        // another dash than that is not the applicant's to find.
        IdType::Hmp | IdType::Twp | IdType::Fpr => compact_but_hyphens(input),
    }
}

/// A document's number, normalised, that keeps the rule of its kind.
///
/// It cannot be serialised and does not show itself in logs: whoever stores or sends it says so with
/// [`expose`](Self::expose).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdentityNumber {
    id_type: IdType,
    number: String,
}

redacted!(IdentityNumber);

impl IdentityNumber {
    /// Normalises what was typed and checks it on the day `as_of`.
    pub fn parse(id_type: IdType, input: &str, as_of: Date) -> Result<Self, IdentityNumberError> {
        let mut number = number_of(id_type, input);
        match id_type {
            IdType::Ric => resident::resident_id(&number, as_of)?,
            IdType::Hmrp => resident::hkmo_residence_permit(&number, as_of)?,
            IdType::Twrp => resident::tw_residence_permit(&number, as_of)?,
            IdType::Hmp => {
                // why: the card prints the replacement count in brackets.
                number.retain(|c| !matches!(c, '(' | ')'));
                HkmoPermit::read(&number)?;
            }
            IdType::Twp => taiwan_permit::tw_permit(&number)?,
            IdType::Fpr => foreign::foreign_permanent_resident(&number, as_of)?,
            IdType::Ppt => passport::passport(&number)?,
        }
        Ok(Self { id_type, number })
    }

    /// A number that was checked before it was stored. It is not checked again: a rule that has become
    /// stricter since, or the day, must not make stored records unreadable.
    pub fn restore(id_type: IdType, normalised: String) -> Self {
        Self { id_type, number: normalised }
    }

    /// The number itself.
    pub fn expose(&self) -> &str {
        &self.number
    }

    /// The kind of document.
    pub fn id_type(&self) -> IdType {
        self.id_type
    }

    /// The birth date, where the number states it.
    pub fn birth_date(&self) -> Option<Date> {
        self.card()?.birth_date()
    }

    /// The sex, where the number states it.
    pub fn sex(&self) -> Option<Sex> {
        self.card()?.sex()
    }

    /// The six-digit address code of the first registration, where the number states it.
    pub fn area(&self) -> Option<&str> {
        match self.id_type {
            IdType::Fpr => None,
            _ => Some(self.card()?.prefix),
        }
    }

    /// The parts of a mainland travel permit's number, for residents of Hong Kong and Macao.
    pub fn hkmo_permit(&self) -> Option<HkmoPermit<'_>> {
        if self.id_type == IdType::Hmp { HkmoPermit::read(&self.number).ok() } else { None }
    }

    /// The parts of a foreign permanent resident card's number.
    pub fn foreign_card(&self) -> Option<ForeignCard<'_>> {
        if self.id_type == IdType::Fpr { ForeignCard::split(&self.number) } else { None }
    }

    /// The number with its middle hidden: three characters and four remain of a long number
    /// (`110***********002X`), one and two of a short one, of which more would leave nothing to hide.
    pub fn masked(&self) -> String {
        let (head, tail) = if self.number.chars().count() >= 12 { (3, 4) } else { (1, 2) };
        mask(&self.number, head, tail)
    }

    /// What identifies the person when the document is issued anew, unique over all kinds of documents.
    pub fn holder_key(&self) -> String {
        let holder = self.hkmo_permit().map_or(self.number.as_str(), |permit| permit.holder);
        format!("{}:{holder}", self.id_type.code())
    }

    /// The citizen number's parts, for the kinds that have one.
    fn card(&self) -> Option<Card<'_>> {
        match self.id_type {
            IdType::Ric | IdType::Hmrp | IdType::Twrp | IdType::Fpr => Card::read(&self.number).ok(),
            IdType::Hmp | IdType::Twp | IdType::Ppt => None,
        }
    }
}
