//! Who may register for the intermediate examination: 2024年度全国会计专业技术资格考试考务通知 (2022 and 2025
//! alike), as an advice. The bureau decides; nothing here stops an applicant.

use crate::fault::Code;
use crate::period::{Period, YearMonth};

/// One of the six conditions, of which one must be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// 大专学历 and 5 years.
    JuniorCollege,
    /// 本科学历 or 学士学位 and 4 years.
    Bachelor,
    /// 第二学士学位 or 研究生班毕业 and 2 years.
    GraduateClass,
    /// 硕士学位 and 1 year.
    Master,
    /// 博士学位.
    Doctor,
    /// 经济、统计、审计专业技术中级资格.
    OtherIntermediate,
}

impl Condition {
    /// All conditions.
    pub const ALL: [Self; 6] = [
        Self::JuniorCollege,
        Self::Bachelor,
        Self::GraduateClass,
        Self::Master,
        Self::Doctor,
        Self::OtherIntermediate,
    ];

    /// The number in the notice and in `infra/reference/exam_conditions.json`.
    pub fn code(self) -> &'static str {
        match self {
            Self::JuniorCollege => "1",
            Self::Bachelor => "2",
            Self::GraduateClass => "3",
            Self::Master => "4",
            Self::Doctor => "5",
            Self::OtherIntermediate => "6",
        }
    }

    /// Months of accounting work needed.
    pub fn months_needed(self) -> i32 {
        let years = match self {
            Self::JuniorCollege => 5,
            Self::Bachelor => 4,
            Self::GraduateClass => 2,
            Self::Master => 1,
            Self::Doctor | Self::OtherIntermediate => 0,
        };
        years * 12
    }
}

/// One education of an applicant.
#[derive(Clone, Copy, Debug)]
pub struct Education<'a> {
    /// Code of the level, GB/T 4658. Plain text: what was imported may hold codes nobody can choose.
    pub level: &'a str,
    /// Code of the degree, GB/T 6864, `0` or `E4`.
    pub degree: &'a str,
    /// The month of graduation.
    pub end: YearMonth,
    /// Whether the certificate was obtained.
    pub graduated: bool,
}

impl Education<'_> {
    /// The condition it opens: the one that asks for the least work.
    fn condition(&self) -> Option<Condition> {
        match (self.level, self.degree) {
            (_, degree) if degree.starts_with('2') => Some(Condition::Doctor),
            (_, degree) if degree.starts_with('3') => Some(Condition::Master),
            ("17", _) | (_, "E4") => Some(Condition::GraduateClass),
            // why: a postgraduate without the degree has a 本科 level at the least.
            ("11" | "14" | "21" | "28", _) => Some(Condition::Bachelor),
            (_, degree) if degree.starts_with('4') => Some(Condition::Bachelor),
            ("31", _) => Some(Condition::JuniorCollege),
            _ => None,
        }
    }
}

/// The condition that is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eligible {
    /// Which one.
    pub condition: Condition,
    /// Months of accounting work up to the cut-off.
    pub months: i32,
}

/// Why no condition seems to be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ineligible {
    /// No education or degree that counts.
    #[error("no qualifying education")]
    NoQualifyingEducation,
    /// Too few months of accounting work.
    #[error("{months} months of accounting work, {} needed", condition.months_needed())]
    YearsShort {
        /// The condition that asks for the least.
        condition: Condition,
        /// Months of accounting work up to the cut-off.
        months: i32,
    },
}

impl From<Ineligible> for Code {
    fn from(ineligible: Ineligible) -> Self {
        Self(match ineligible {
            Ineligible::NoQualifyingEducation => "eligibility_intermediate.NO_QUALIFYING_EDUCATION",
            Ineligible::YearsShort { .. } => "eligibility_intermediate.YEARS_SHORT",
        })
    }
}

/// Looks for the condition met in the month `as_of` for the examination of a year.
///
/// Work before and after graduation counts, up to 31 December of the examination's year; an open period is
/// expected to last until then.
pub fn intermediate(
    exam_year: i16,
    educations: &[Education<'_>],
    work: &[Period],
    other_intermediate: bool,
    as_of: YearMonth,
) -> Result<Eligible, Ineligible> {
    let months = months_worked(work, YearMonth::december(exam_year));
    if other_intermediate {
        return Ok(Eligible { condition: Condition::OtherIntermediate, months });
    }
    let condition = educations
        .iter()
        .filter(|education| education.graduated && education.end <= as_of)
        .filter_map(Education::condition)
        .min_by_key(|condition| condition.months_needed())
        .ok_or(Ineligible::NoQualifyingEducation)?;
    if months >= condition.months_needed() {
        Ok(Eligible { condition, months })
    } else {
        Err(Ineligible::YearsShort { condition, months })
    }
}

/// How many months up to the cut-off lie in at least one of the periods.
pub fn months_worked(work: &[Period], cut_off: YearMonth) -> i32 {
    let mut spans: Vec<_> =
        work.iter().map(|period| (period.start(), period.end().month_or(cut_off).min(cut_off))).collect();
    spans.sort_unstable();
    let mut months = 0;
    let mut counted_to: Option<YearMonth> = None;
    for (start, end) in spans {
        let length = end.months_since(start) + 1;
        let fresh = counted_to.map_or(length, |last| length.min(end.months_since(last)));
        months += fresh.max(0);
        counted_to = counted_to.max(Some(end));
    }
    months
}
