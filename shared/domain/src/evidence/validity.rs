//! 有效期限: from when until when a card is good.

use std::fmt;

use jiff::{Span, civil::Date};
use serde::{Deserialize, Serialize};

use crate::identity::day;

/// The terms for which cards are issued, in years, beside 长期: 居民身份证法 (2011), article 5; residence permits have five
/// (港澳台居民居住证申领发放办法, 2018, article 6).
const TERMS: [i16; 3] = [5, 10, 20];

/// Days before its end from which on a reviewer hears of it: ours. An examination is about that long after its registration.
const SOON: i64 = 90;

/// From the first day to the last, or for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// The first day.
    pub from: Date,
    /// The last day; none for 长期.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Date>,
}

/// Where a day lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValidityStatus {
    /// Before the first day.
    NotYet,
    /// Within.
    Valid,
    /// Within, and not for long.
    EndsSoon,
    /// After the last day.
    Expired,
}

impl Validity {
    /// Reads `2015.03.02-2035.03.02` or `2015.03.02-长期`, whatever stands between the digits: points and lines are what a program
    /// overlooks first. `None` when they are not two days in their order, or one and 长期.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let (from, until) = digits.split_at_checked(8)?;
        let from = day(from)?;
        let until = match until {
            // why: after the digits, since the label before them has 期 as well.
            "" if text.rsplit(|c: char| c.is_ascii_digit()).next()?.contains(['长', '期']) => None,
            until if until.len() == 8 => Some(day(until).filter(|until| *until > from)?),
            _ => return None,
        };
        Some(Self { from, until })
    }

    /// Whether cards are issued for so long.
    pub fn is_of_a_lawful_term(&self) -> bool {
        let Some(until) = self.until else { return true };
        // why: a term from the 29th of February may end on the 28th, the 29th or the first of March.
        let ends = |years: i16| self.from.checked_add(Span::new().years(years)).ok();
        TERMS.into_iter().filter_map(ends).any(|end| days(end, until).abs() <= 1)
    }

    /// Where the day lies.
    pub fn standing(&self, today: Date) -> ValidityStatus {
        match self.until {
            _ if today < self.from => ValidityStatus::NotYet,
            Some(until) if today > until => ValidityStatus::Expired,
            Some(until) if days(today, until) <= SOON => ValidityStatus::EndsSoon,
            _ => ValidityStatus::Valid,
        }
    }
}

/// Days from one day to another.
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
