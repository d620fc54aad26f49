//! 外国人永久居留身份证 in both formats that are valid today.
//!
//! Since 1 December 2023 (National Immigration Administration, 适配性改造要点): 18 characters, `9`, the province
//! of application, the ISO 3166-1 numeric country, then as on a resident identity card. Before: the alpha-3
//! country and 12 digits, valid until the card expires; its check digit's algorithm is not published.

use jiff::civil::Date;

use super::card::{Card, card_reasons, is_plausible_short_date};
use crate::codes;
use crate::text::{is_digits, is_province};

card_reasons! {
    /// Why a text is not the number of a foreign permanent resident card.
    ForeignPermanentResidentError in "foreign_permanent_resident" {
        /// A number of 18 characters that does not start with 9.
        Prefix = "PREFIX",
        /// No such province.
        Area = "AREA",
        /// No such country, or one whose citizens have other documents.
        Country = "COUNTRY",
    }
}

/// The parts of a card number.
#[derive(Clone, Copy)]
pub enum ForeignCard<'a> {
    /// The card issued since December 2023.
    Numeric {
        /// The province where it was applied for.
        province: &'a str,
        /// ISO 3166-1 numeric.
        country: &'a str,
    },
    /// The card issued before.
    Alphabetic {
        /// ISO 3166-1 alpha-3.
        country: &'a str,
        /// The birth date as `YYMMDD`, without the century.
        birth: &'a str,
    },
}

impl<'a> ForeignCard<'a> {
    /// Splits a normalized number by its format alone.
    pub(super) fn split(number: &'a str) -> Option<Self> {
        if number.len() == 18 {
            return Some(Self::Numeric { province: number.get(1..3)?, country: number.get(3..6)? });
        }
        let (country, digits) = number.split_at_checked(3).filter(|_| number.len() == 15)?;
        let letters = country.bytes().all(|byte| byte.is_ascii_uppercase());
        (letters && is_digits(digits)).then_some(Self::Alphabetic { country, birth: digits.get(4..10)? })
    }
}

/// Checks a normalized number.
pub(super) fn foreign_permanent_resident(
    number: &str,
    as_of: Date,
) -> Result<(), ForeignPermanentResidentError> {
    use ForeignPermanentResidentError as Error;

    if number.chars().count() == 15 {
        return match ForeignCard::split(number) {
            Some(ForeignCard::Alphabetic { country, .. }) if !is_foreign("alpha3", country) => {
                Err(Error::Country)
            }
            Some(ForeignCard::Alphabetic { birth, .. }) if is_plausible_short_date(birth, as_of) => Ok(()),
            Some(ForeignCard::Alphabetic { .. }) => Err(Error::Date),
            Some(ForeignCard::Numeric { .. }) | None => Err(Error::Charset),
        };
    }
    let card = Card::read(number)?;
    if !number.starts_with('9') {
        return Err(Error::Prefix);
    }
    match ForeignCard::split(number) {
        Some(ForeignCard::Numeric { province, .. }) if !is_province(province) => Err(Error::Area),
        Some(ForeignCard::Numeric { country, .. }) if !is_foreign("code", country) => Err(Error::Country),
        _ => Ok(card.check(as_of)?),
    }
}

/// Whether `country` is in this column of ISO 3166-1 and is not China, Taiwan, Hong Kong or Macao.
fn is_foreign(column: &str, country: &str) -> bool {
    let entry = codes::countries().find(|entry| entry.text(column) == Some(country));
    entry.is_some_and(|entry| !matches!(entry.code.as_str(), "156" | "158" | "344" | "446"))
}
