//! Months and periods of work and education (our rules; domain specification, section 13.4).

use std::{borrow::Cow, fmt};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::reasons::reasons;
use crate::text::{compact, is_blank, is_digits};
use crate::written;

/// The present in forms and stored records.
const PRESENT: &str = "至今";

reasons! {
    /// Why a text is not a month.
    YearMonthError in "month" {
        /// The text is not in the form YYYY-MM.
        Format = "FORMAT",
    }
}

/// A calendar month, written `YYYY-MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct YearMonth {
    year: i16,
    month: i8,
}

impl YearMonth {
    /// A month known at compile time; `month` is 1 to 12.
    pub(crate) const fn constant(year: i16, month: i8) -> Self {
        Self { year, month }
    }

    /// December of a year.
    pub fn december(year: i16) -> Self {
        Self { year, month: 12 }
    }

    /// Parses `YYYY-MM`; [`crate::written`] parses other common notations.
    pub fn parse(text: &str) -> Result<Self, YearMonthError> {
        let (year, month) = text.split_once('-').ok_or(YearMonthError::Format)?;
        if year.len() != 4 || month.len() != 2 || !is_digits(year) || !is_digits(month) {
            return Err(YearMonthError::Format);
        }
        match (year.parse(), month.parse()) {
            (Ok(year), Ok(month @ 1..=12)) => Ok(Self { year, month }),
            _ => Err(YearMonthError::Format),
        }
    }

    /// The calendar year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.month
    }

    /// The same month that many years later.
    #[must_use]
    pub fn plus_years(self, years: i16) -> Self {
        Self { year: self.year.saturating_add(years), ..self }
    }

    /// Number of months after `earlier`; negative if it is before.
    pub fn months_since(self, earlier: Self) -> i32 {
        let count = |month: Self| i32::from(month.year) * 12 + i32::from(month.month);
        count(self) - count(earlier)
    }
}

impl From<Date> for YearMonth {
    fn from(date: Date) -> Self {
        Self { year: date.year(), month: date.month() }
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl TryFrom<String> for YearMonth {
    type Error = YearMonthError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<YearMonth> for String {
    fn from(month: YearMonth) -> Self {
        month.to_string()
    }
}

/// The end of a period: a month, or 至今. The present is later than any month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PeriodEnd {
    /// The last month, inclusive.
    Month(YearMonth),
    /// 至今, still ongoing.
    Present,
}

impl PeriodEnd {
    /// The last month, with 至今 replaced by `present`.
    pub fn month_or(self, present: YearMonth) -> YearMonth {
        match self {
            Self::Month(month) => month,
            Self::Present => present,
        }
    }
}

impl fmt::Display for PeriodEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month(month) => month.fmt(f),
            Self::Present => f.write_str(PRESENT),
        }
    }
}

impl TryFrom<String> for PeriodEnd {
    type Error = YearMonthError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text == PRESENT { Ok(Self::Present) } else { YearMonth::parse(&text).map(Self::Month) }
    }
}

impl From<PeriodEnd> for String {
    fn from(end: PeriodEnd) -> Self {
        end.to_string()
    }
}

/// Normalizes a month or 至今 to the stored form; returns other texts unchanged.
pub(crate) fn as_stored(text: &str) -> Cow<'_, str> {
    match written::month(text) {
        Ok(month) => month.to_string().into(),
        Err(_) if compact(text) == PRESENT => PRESENT.into(),
        Err(_) => text.into(),
    }
}

/// The activity in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodKind {
    /// Work; may last to the present.
    Work,
    /// Education; only completed education is collected.
    Education,
}

impl PeriodKind {
    /// Minimum age at the start, in years.
    fn min_age(self) -> i16 {
        match self {
            Self::Work => 16,
            Self::Education => 14,
        }
    }
}

/// Maximum length of an education, in months from the first to the last: 15 years.
const MAX_EDUCATION_MONTHS: i32 = 180;

reasons! {
    /// Why two months are not a valid period.
    PeriodError in "time_range" {
        /// The start is missing.
        StartEmpty = "START_EMPTY",
        /// The start is not YYYY-MM.
        StartFormat = "START_FORMAT",
        /// The end is missing.
        EndEmpty = "END_EMPTY",
        /// The end is neither YYYY-MM nor 至今.
        EndFormat = "END_FORMAT",
        /// Education must be finished.
        EndPresentNotAllowed = "END_PRESENT_NOT_ALLOWED",
        /// The start is after this month.
        StartFuture = "START_FUTURE",
        /// The end is after this month.
        EndFuture = "END_FUTURE",
        /// The end is before the start.
        EndBeforeStart = "END_BEFORE_START",
        /// An education cannot last a single month.
        SameMonth = "SAME_MONTH",
        /// More than 15 years of education.
        TooLong = "TOO_LONG",
        /// Too young at the start.
        TooYoung = "TOO_YOUNG",
        /// The start is too long ago; checked if the birth date is unknown.
        StartTooEarly = "START_TOO_EARLY",
        /// Not inside the employment it belongs to.
        OutsideEmployment = "OUTSIDE_EMPLOYMENT",
    }
}

impl PeriodError {
    /// The form field at fault: `start` or `end`.
    pub fn field(self) -> &'static str {
        match self {
            Self::StartEmpty
            | Self::StartFormat
            | Self::StartFuture
            | Self::TooYoung
            | Self::StartTooEarly
            | Self::OutsideEmployment => "start",
            Self::EndEmpty
            | Self::EndFormat
            | Self::EndPresentNotAllowed
            | Self::EndFuture
            | Self::EndBeforeStart
            | Self::SameMonth
            | Self::TooLong => "end",
        }
    }
}

/// A period of months, both ends inclusive; never ends before it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Bounds")]
pub struct Period {
    start: YearMonth,
    end: PeriodEnd,
}

/// A stored period, before its order is checked.
#[derive(Deserialize)]
struct Bounds {
    start: YearMonth,
    end: PeriodEnd,
}

impl TryFrom<Bounds> for Period {
    type Error = PeriodError;

    fn try_from(Bounds { start, end }: Bounds) -> Result<Self, Self::Error> {
        if end < PeriodEnd::Month(start) { Err(PeriodError::EndBeforeStart) } else { Ok(Self { start, end }) }
    }
}

impl Period {
    /// Parses a period of this kind on the day `as_of`.
    ///
    /// Without `birth` the start is only compared with the earliest accepted month; with `parent`, the employment, the
    /// period must lie inside it.
    pub fn parse(
        kind: PeriodKind,
        birth: Option<Date>,
        start: Option<&str>,
        end: Option<&str>,
        as_of: Date,
        parent: Option<&Self>,
    ) -> Result<Self, PeriodError> {
        let start = start.filter(|text| !is_blank(text)).ok_or(PeriodError::StartEmpty)?;
        let start = YearMonth::parse(start).or(Err(PeriodError::StartFormat))?;
        let end = end.filter(|text| !is_blank(text)).ok_or(PeriodError::EndEmpty)?;
        if end == PRESENT && kind == PeriodKind::Education {
            return Err(PeriodError::EndPresentNotAllowed);
        }
        let end = PeriodEnd::try_from(end.to_owned()).or(Err(PeriodError::EndFormat))?;

        let this_month = YearMonth::from(as_of);
        if start > this_month {
            return Err(PeriodError::StartFuture);
        }
        if end.month_or(this_month) > this_month {
            return Err(PeriodError::EndFuture);
        }
        let period = Self::try_from(Bounds { start, end })?;
        if kind == PeriodKind::Education {
            match end.month_or(this_month).months_since(start) {
                0 => return Err(PeriodError::SameMonth),
                months if months > MAX_EDUCATION_MONTHS => return Err(PeriodError::TooLong),
                _ => {}
            }
        }
        match birth {
            Some(birth) if start < YearMonth::from(birth).plus_years(kind.min_age()) => {
                return Err(PeriodError::TooYoung);
            }
            None if written::is_too_early(start) => return Err(PeriodError::StartTooEarly),
            _ => {}
        }
        if parent.is_some_and(|parent| !parent.contains(&period)) {
            return Err(PeriodError::OutsideEmployment);
        }
        Ok(period)
    }

    /// The first month.
    pub fn start(&self) -> YearMonth {
        self.start
    }

    /// The last month or the present.
    pub fn end(&self) -> PeriodEnd {
        self.end
    }

    /// Whether `other` lies inside, including equal ends.
    pub fn contains(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// How many months it has on that day, the first and the last included.
    pub fn months_inclusive(&self, as_of: Date) -> i32 {
        self.end.month_or(as_of.into()).months_since(self.start) + 1
    }
}
