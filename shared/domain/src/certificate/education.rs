//! 学历证书编号: electronic registration by the Ministry of Education since 2001 (教学〔2001〕, 〔2002〕 notices).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::is_free_text;
use crate::reasons::reasons;
use crate::text::{compact_ungrouped, is_digits, is_province};

/// The first year of registration.
const FIRST_YEAR: i16 = 2001;
/// The last year in which a number could have 17 digits.
const LAST_YEAR_OF_17: i16 = 2003;

reasons! {
    /// Why it is not the number of such a certificate.
    EducationCertificateError in "edu_cert_no" {
        /// Nothing was entered.
        Empty = "EMPTY",
        /// Not a number from before registration.
        FreeFormat = "FREE_FORMAT",
        /// Other characters than digits.
        Charset = "CHARSET",
        /// Neither 18 digits nor, until 2003, 17.
        Length = "LENGTH",
        /// No such kind of school.
        Kind = "KIND",
        /// Before registration began, or in the future.
        Year = "YEAR",
        /// No such level.
        Level = "LEVEL",
        /// The level differs from the row's.
        LevelMismatch = "LEVEL_MISMATCH",
        /// The year differs from the row's by more than one.
        YearMismatch = "YEAR_MISMATCH",
        /// The serial number is zero.
        SerialZero = "SERIAL_ZERO",
    }
}

/// The number of a certificate of education.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EducationCertificateNo(String);

/// How a number is built, as far as its shape tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EducationLayout<'a> {
    /// 18 digits, until 2003 also 17.
    Registered {
        /// The school, five digits.
        school: &'a str,
        /// 1 regular, 5 adult, 6 self-study, 7 online.
        kind: &'a str,
        /// The year of graduation.
        year: i16,
        /// 01 doctor, 02 master, 04 second bachelor, 05 bachelor, 06 junior college.
        level: &'a str,
        /// The serial number, six digits or five.
        serial: &'a str,
    },
    /// The older 17 digits of 高等教育自学考试. Its check digit's algorithm is not published.
    SelfStudy,
    /// As the school wrote it.
    Free,
}

impl<'a> EducationLayout<'a> {
    fn of(number: &'a str) -> Self {
        Self::self_study(number).or_else(|| Self::registered(number)).unwrap_or(Self::Free)
    }

    /// Kind 6, level, province, city, county, year, half of the year, serial, check.
    fn self_study(number: &'a str) -> Option<Self> {
        let fits = number.len() == 17
            && is_digits(number)
            && number.starts_with('6')
            && matches!(number.get(1..2)?, "5" | "6")
            && is_province(number.get(2..4)?)
            && matches!(number.get(10..11)?, "1" | "2");
        fits.then_some(Self::SelfStudy)
    }

    fn registered(number: &'a str) -> Option<Self> {
        if !is_digits(number) || !matches!(number.len(), 17 | 18) {
            return None;
        }
        Some(Self::Registered {
            school: number.get(..5)?,
            kind: number.get(5..6)?,
            year: number.get(6..10)?.parse().ok()?,
            level: number.get(10..12)?,
            serial: number.get(12..)?,
        })
    }
}

impl EducationCertificateNo {
    /// Normalises a number and checks it against its row: the year of graduation and the level of education
    /// (a code of `education_levels`).
    pub fn parse(
        number: &str,
        grad_year: i16,
        level: &str,
        as_of: Date,
    ) -> Result<Self, EducationCertificateError> {
        use EducationCertificateError as Error;

        let number = compact_ungrouped(number);
        if number.is_empty() {
            return Err(Error::Empty);
        }
        let Some(own_level) = level_code(level).filter(|_| grad_year >= FIRST_YEAR) else {
            let free = is_free_text(&number, "()[]〔〕【】./");
            return if free { Ok(Self(number)) } else { Err(Error::FreeFormat) };
        };
        if !is_digits(&number) {
            return Err(Error::Charset);
        }
        match EducationLayout::of(&number) {
            EducationLayout::Free => return Err(Error::Length),
            EducationLayout::SelfStudy => {}
            EducationLayout::Registered { kind, year, level, serial, .. } => {
                if !matches!(kind, "1" | "5" | "6" | "7") {
                    return Err(Error::Kind);
                }
                if !(FIRST_YEAR..=as_of.year()).contains(&year) {
                    return Err(Error::Year);
                }
                if !matches!(level, "01" | "02" | "04" | "05" | "06") {
                    return Err(Error::Level);
                }
                let second_bachelor = (own_level, level) == ("05", "04");
                if level != own_level && !second_bachelor {
                    return Err(Error::LevelMismatch);
                }
                if year.abs_diff(grad_year) > 1 {
                    return Err(Error::YearMismatch);
                }
                if serial.len() == 5 && year > LAST_YEAR_OF_17 {
                    return Err(Error::Length);
                }
                if serial.bytes().all(|byte| byte == b'0') {
                    return Err(Error::SerialZero);
                }
            }
        }
        Ok(Self(number))
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How the number is built.
    pub fn layout(&self) -> EducationLayout<'_> {
        EducationLayout::of(&self.0)
    }
}

/// The number's code for a GB/T 4658 level, if certificates of that level are registered.
fn level_code(level: &str) -> Option<&'static str> {
    match level {
        "11" => Some("01"),
        "14" => Some("02"),
        "21" => Some("05"),
        "31" => Some("06"),
        _ => None,
    }
}
