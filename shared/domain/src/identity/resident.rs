//! 居民身份证 (GB 11643-1999) and the residence permits for residents of Hong Kong, Macao and Taiwan (港澳台居民居住证申领发放办法, 2018),
//! which use the same number format; the address code distinguishes them.

use jiff::civil::Date;

use super::card::{Card, card_reasons};
use crate::text::{is_digits, is_province};

/// Address codes of the residence permits, fixed by the 2018 rules.
const HONG_KONG: &str = "810000";
const MACAO: &str = "820000";
const TAIWAN: &str = "830000";

card_reasons! {
    /// Why a text is not the number of a resident identity card.
    ResidentIdError in "resident_id" {
        /// A first-generation number of 15 digits, no longer valid.
        Old15Digit = "OLD_15_DIGIT",
        /// The number of a residence permit for Hong Kong, Macao or Taiwan residents.
        WrongTypeResidencePermit = "WRONG_TYPE_RESIDENCE_PERMIT",
        /// The number of a foreign permanent resident card.
        WrongTypeFpr = "WRONG_TYPE_FPR",
        /// The province does not exist.
        Area = "AREA",
    }
}

card_reasons! {
    /// Why a text is not the number of a residence permit for Hong Kong and Macao residents.
    HkmoResidencePermitError in "hkmo_residence_permit" {
        /// The number of a residence permit for Taiwan residents.
        WrongTypeTaiwan = "WRONG_TYPE_TAIWAN",
        /// Starts neither with 810000 nor with 820000.
        Prefix = "PREFIX",
    }
}

card_reasons! {
    /// Why a text is not the number of a residence permit for Taiwan residents.
    TwResidencePermitError in "tw_residence_permit" {
        /// The number of a residence permit for Hong Kong and Macao residents.
        WrongTypeHkmo = "WRONG_TYPE_HKMO",
        /// Does not start with 830000.
        Prefix = "PREFIX",
    }
}

/// Checks a normalized 居民身份证 number.
///
/// Only the province is checked: holders keep the codes of counties that no longer exist.
pub(super) fn resident_id(number: &str, as_of: Date) -> Result<(), ResidentIdError> {
    if number.len() == 15 && is_digits(number) {
        return Err(ResidentIdError::Old15Digit);
    }
    let card = Card::read(number)?;
    match card.prefix {
        HONG_KONG | MACAO | TAIWAN => Err(ResidentIdError::WrongTypeResidencePermit),
        prefix if prefix.starts_with('9') => Err(ResidentIdError::WrongTypeFpr),
        prefix if !prefix.get(..2).is_some_and(is_province) => Err(ResidentIdError::Area),
        _ => Ok(card.check(as_of)?),
    }
}

/// Checks a normalized 港澳居民居住证 number.
pub(super) fn hkmo_residence_permit(number: &str, as_of: Date) -> Result<(), HkmoResidencePermitError> {
    let card = Card::read(number)?;
    match card.prefix {
        HONG_KONG | MACAO => Ok(card.check(as_of)?),
        TAIWAN => Err(HkmoResidencePermitError::WrongTypeTaiwan),
        _ => Err(HkmoResidencePermitError::Prefix),
    }
}

/// Checks a normalized 台湾居民居住证 number.
pub(super) fn tw_residence_permit(number: &str, as_of: Date) -> Result<(), TwResidencePermitError> {
    let card = Card::read(number)?;
    match card.prefix {
        TAIWAN => Ok(card.check(as_of)?),
        HONG_KONG | MACAO => Err(TwResidencePermitError::WrongTypeHkmo),
        _ => Err(TwResidencePermitError::Prefix),
    }
}
