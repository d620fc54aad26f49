//! 有效期限: the validity period of a card.

use std::fmt;

use jiff::{Span, civil::Date};
use serde::{Deserialize, Serialize};

use crate::identity::day;

/// Validity terms of cards in years, besides 长期: 居民身份证法 (2011), article 5; residence permits are valid for five
/// (港澳台居民居住证申领发放办法, 2018, article 6).
const TERMS: [i16; 3] = [5, 10, 20];

/// Days before expiry from which the reviewer is warned (ours): about the time from registration to examination.
const SOON: i64 = 90;

/// A validity period, possibly without an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// First day of validity.
    pub from: Date,
    /// Last day of validity; `None` for 长期.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Date>,
}

/// Position of a day relative to the validity period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValidityStatus {
    /// Before the first day.
    NotYet,
    /// Within the period.
    Valid,
    /// Within the period, but it ends soon.
    EndsSoon,
    /// After the last day.
    Expired,
}

impl Validity {
    /// Parses `2015.03.02-2035.03.02` or `2015.03.02-长期` with any separators: dots and dashes are what OCR misses
    /// first. `None` unless the text has two days in order, or one day and 长期.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let (from, until) = digits.split_at_checked(8)?;
        let from = day(from)?;
        let until = match until {
            // why: only after the digits, because the label before them contains 期 as well.
            "" if text.rsplit(|c: char| c.is_ascii_digit()).next()?.contains(['长', '期']) => None,
            until if until.len() == 8 => Some(day(until).filter(|until| *until > from)?),
            _ => return None,
        };
        Some(Self { from, until })
    }

    /// Whether cards are issued with a term of this length.
    pub fn is_of_a_lawful_term(&self) -> bool {
        let Some(until) = self.until else { return true };
        // why: a term from 29 February may end on 28 February, 29 February or 1 March.
        let ends = |years: i16| self.from.checked_add(Span::new().years(years)).ok();
        TERMS.into_iter().filter_map(ends).any(|end| days(end, until).abs() <= 1)
    }

    /// The position of `today`.
    pub fn standing(&self, today: Date) -> ValidityStatus {
        match self.until {
            _ if today < self.from => ValidityStatus::NotYet,
            Some(until) if today > until => ValidityStatus::Expired,
            Some(until) if days(today, until) <= SOON => ValidityStatus::EndsSoon,
            _ => ValidityStatus::Valid,
        }
    }
}

/// Days between two dates.
fn days(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

impl fmt::Display for Validity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-", self.from.strftime("%Y.%m.%d"))?;
        match self.until {
            Some(until) => write!(f, "{}", until.strftime("%Y.%m.%d")),
            None => f.write_str("长期"),
        }
    }
}
