//! Identity documents and their numbers.
//!
//! Each kind of document has its own rule and error enum; the rest of the system uses [`IdentityNumber`]. The order of
//! the checks within a rule decides which reason is reported and is part of the rule (domain specification, appendix
//! A). Whether the document exists and belongs to the applicant is not checked here.

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

/// Whether 18 characters are a citizen number: an existing birth date and a matching check character. For numbers read
/// from any kind of card by OCR; typed numbers are parsed as [`IdentityNumber`].
pub fn is_sound(number: &str) -> bool {
    Card::read(number).is_ok_and(Card::is_sound)
}

/// A kind of identity document accepted for registration: the enabled codes of `infra/reference/id_types.json`.
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
    /// Why a code is not a kind of identity document.
    IdTypeError in "identity" {
        /// Not an accepted kind.
        Type = "TYPE",
    }
}

impl IdType {
    /// All kinds, in display order.
    pub const ALL: [Self; 7] =
        [Self::Ric, Self::Hmrp, Self::Twrp, Self::Hmp, Self::Twp, Self::Fpr, Self::Ppt];

    /// The kind with this code, such as `RIC`.
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

/// Sex as stated by documents, GB/T 2261.1-2003 codes 1 and 2.
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
    /// Why a code is not a sex.
    SexError in "sex" {
        /// Neither 1 nor 2.
        Unknown = "UNKNOWN",
    }
}

impl Sex {
    /// The sex with this code.
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

/// Why a number is invalid for its kind of document.
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

/// A typed number, normalized for its kind: without spaces, dashes and invisible characters.
fn number_of(id_type: IdType, input: &str) -> String {
    match id_type {
        IdType::Ric | IdType::Hmrp | IdType::Twrp | IdType::Ppt => compact(input).replace('-', ""),
        // why: a hyphen in a number of these kinds is a wrong character (shared vectors). Other dashes that look the
        // same are removed, because the applicant cannot see the difference.
        IdType::Hmp | IdType::Twp | IdType::Fpr => compact_but_hyphens(input),
    }
}

/// A document's number, normalized and valid for its kind.
///
/// It implements no `Serialize` and its `Debug` shows no data: storing or sending it requires an explicit
/// [`expose`](Self::expose).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdentityNumber {
    id_type: IdType,
    number: String,
}

redacted!(IdentityNumber);

impl IdentityNumber {
    /// Normalizes a typed number and checks it on the day `as_of`.
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

    /// Restores a stored number without checking it again: stored records must stay readable after rules become
    /// stricter and as time passes.
    pub fn restore(id_type: IdType, normalised: String) -> Self {
        Self { id_type, number: normalised }
    }

    /// The plain number.
    pub fn expose(&self) -> &str {
        &self.number
    }

    /// The kind of document.
    pub fn id_type(&self) -> IdType {
        self.id_type
    }

    /// The birth date, if the number contains it.
    pub fn birth_date(&self) -> Option<Date> {
        self.card()?.birth_date()
    }

    /// The sex, if the number contains it.
    pub fn sex(&self) -> Option<Sex> {
        self.card()?.sex()
    }

    /// The six-digit address code of the first registration, if the number contains it.
    pub fn area(&self) -> Option<&str> {
        match self.id_type {
            IdType::Fpr => None,
            _ => Some(self.card()?.prefix),
        }
    }

    /// The parts of the number of a mainland travel permit for Hong Kong and Macao residents.
    pub fn hkmo_permit(&self) -> Option<HkmoPermit<'_>> {
        if self.id_type == IdType::Hmp { HkmoPermit::read(&self.number).ok() } else { None }
    }

    /// The parts of a foreign permanent resident card's number.
    pub fn foreign_card(&self) -> Option<ForeignCard<'_>> {
        if self.id_type == IdType::Fpr { ForeignCard::split(&self.number) } else { None }
    }

    /// The masked number: a long number keeps its first three and last four characters (`110***********002X`), a short
    /// one its first one and last two.
    pub fn masked(&self) -> String {
        let (head, tail) = if self.number.chars().count() >= 12 { (3, 4) } else { (1, 2) };
        mask(&self.number, head, tail)
    }

    /// Key that identifies the person across reissues of the document, unique over all kinds of documents.
    pub fn holder_key(&self) -> String {
        let holder = self.hkmo_permit().map_or(self.number.as_str(), |permit| permit.holder);
        format!("{}:{holder}", self.id_type.code())
    }

    /// The parts of the citizen number, for kinds that have one.
    fn card(&self) -> Option<Card<'_>> {
        match self.id_type {
            IdType::Ric | IdType::Hmrp | IdType::Twrp | IdType::Fpr => Card::read(&self.number).ok(),
            IdType::Hmp | IdType::Twp | IdType::Ppt => None,
        }
    }
}
