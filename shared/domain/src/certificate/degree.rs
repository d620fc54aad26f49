//! 学位证书编号: 国务院学位委员会 notice of 25 August 2005.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::is_free_text;
use crate::reasons::reasons;
use crate::text::{compact_ungrouped, is_digits};

/// Degrees awarded before are numbered as the institution likes.
const FIRST_AWARD_YEAR: i16 = 2006;
/// The first year that may stand in a number: the notice was in force for the winter of 2005.
const FIRST_YEAR: i16 = 2005;

reasons! {
    /// Why it is not the number of such a certificate.
    DegreeCertificateError in "degree_cert_no" {
        /// Nothing was entered.
        Empty = "EMPTY",
        /// Not a number from before 2006.
        FreeFormat = "FREE_FORMAT",
        /// A letter where a digit belongs, or another character.
        Charset = "CHARSET",
        /// No such letter in front.
        Prefix = "PREFIX",
        /// Not 16 characters after the letter in front.
        Length = "LENGTH",
        /// No such letter in position 11.
        Letter11 = "LETTER11",
        /// No such level.
        Level = "LEVEL",
        /// The level differs from the row's.
        LevelMismatch = "LEVEL_MISMATCH",
        /// Before 2005, or in the future.
        Year = "YEAR",
        /// The year differs from the row's by more than one.
        YearMismatch = "YEAR_MISMATCH",
        /// The letter in front does not go with this level.
        PrefixLevel = "PREFIX_LEVEL",
        /// The serial number is zero.
        SerialZero = "SERIAL_ZERO",
    }
}

/// The number of a certificate of a degree.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DegreeCertificateNo(String);

/// How a number is built, as far as its shape tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DegreeLayout<'a> {
    /// 16 characters, 17 with a letter in front.
    Registered {
        /// C adult, Z professional, T equivalent ability, Q teachers, L foreign students.
        prefix: Option<char>,
        /// The institution, five digits.
        unit: &'a str,
        /// 2 doctor, 3 master, 4 bachelor.
        level: &'a str,
        /// The year of the award.
        year: i16,
        /// S double, E second, Z self-study bachelor; other letters name a professional degree.
        letter11: Option<char>,
        /// The serial number's digits.
        serial: &'a str,
    },
    /// As the institution wrote it.
    Free,
}

impl<'a> DegreeLayout<'a> {
    fn of(number: &'a str) -> Self {
        Self::registered(number).unwrap_or(Self::Free)
    }

    fn registered(number: &'a str) -> Option<Self> {
        let (prefix, body) = split_prefix(number);
        let (head, tail) = body.split_at_checked(10).filter(|_| body.len() == 16)?;
        let letter11 = tail.chars().next().filter(char::is_ascii_uppercase);
        let serial = if letter11.is_some() { tail.get(1..)? } else { tail };
        if !is_digits(head) || !is_digits(serial) {
            return None;
        }
        let (unit, level, year) = (head.get(..5)?, head.get(5..6)?, head.get(6..)?.parse().ok()?);
        Some(Self::Registered { prefix, unit, level, year, letter11, serial })
    }
}

/// The letter in front, if there is one, and the rest.
fn split_prefix(number: &str) -> (Option<char>, &str) {
    let body = number.trim_start_matches(|c: char| c.is_ascii_uppercase());
    match number.len() - body.len() {
        0 => (None, number),
        _ => (number.chars().next(), number.get(1..).unwrap_or_default()),
    }
}

impl DegreeCertificateNo {
    /// Normalises a number and checks it against its row: the year of the award and the group of the degree
    /// (`2` doctor, `3` master, `4` bachelor).
    ///
    /// Institutions often leave the letters out, so that plain digits do for any degree.
    pub fn parse(
        number: &str,
        award_year: i16,
        group: &str,
        as_of: Date,
    ) -> Result<Self, DegreeCertificateError> {
        use DegreeCertificateError as Error;

        let number = compact_ungrouped(number);
        if number.is_empty() {
            return Err(Error::Empty);
        }
        if award_year < FIRST_AWARD_YEAR {
            let free = is_free_text(&number, "()[]〔〕./");
            return if free { Ok(Self(number)) } else { Err(Error::FreeFormat) };
        }
        if !number.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
            return Err(Error::Charset);
        }
        let (prefix, body) = split_prefix(&number);
        if prefix.is_some_and(|letter| !"CZTQL".contains(letter)) {
            return Err(Error::Prefix);
        }
        if body.len() != 16 {
            return Err(Error::Length);
        }
        let DegreeLayout::Registered { level, year, letter11, serial, .. } = DegreeLayout::of(&number) else {
            return Err(Error::Charset);
        };
        if letter11.is_some_and(|letter| !"SEFYCJABLDGIKZ".contains(letter)) {
            return Err(Error::Letter11);
        }
        if !matches!(level, "2" | "3" | "4") {
            return Err(Error::Level);
        }
        if level != group {
            return Err(Error::LevelMismatch);
        }
        if !(FIRST_YEAR..=as_of.year()).contains(&year) {
            return Err(Error::Year);
        }
        if year.abs_diff(award_year) > 1 {
            return Err(Error::YearMismatch);
        }
        if matches!((prefix, level), (Some('C'), "2" | "3") | (Some('T'), "4") | (Some('Q'), "2" | "4")) {
            return Err(Error::PrefixLevel);
        }
        if serial.bytes().all(|byte| byte == b'0') {
            return Err(Error::SerialZero);
        }
        Ok(Self(number))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How the number is built.
    pub fn layout(&self) -> DegreeLayout<'_> {
        DegreeLayout::of(&self.0)
    }
}
