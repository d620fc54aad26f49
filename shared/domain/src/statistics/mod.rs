//! Statistics of the desk: what the audit entries of all cases add up to, for each division and kind of case.
//!
//! An entry changes statistics by what it adds to them, and adding is all that is ever done: entries may be counted in any
//! order, and whoever counts all of them anew gets what was counted as they came. Where statistics are kept, and that
//! nothing is counted twice, does not belong here.

mod lengths;

use std::collections::BTreeMap;

use crate::{
    case::{AuditEntry, Decision, Event, State},
    codes::ReviewReason,
    divisions::{self, Division},
    ids::CaseKind,
};
pub use lengths::{Durations, Length};

/// Where a case stands, as far as it is counted.
///
/// why: waiting and under review are one. A reviewer's hold ends by itself, without an entry, so that entries cannot tell
/// how many cases are held now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StateBucket {
    /// Handed in and not decided.
    Open,
    /// Returned, and not handed in again.
    Returned,
    /// Approved.
    Approved,
    /// Rejected.
    Rejected,
}

impl StateBucket {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Returned, Self::Approved, Self::Rejected];

    /// How a case in that state stands; a draft does not.
    pub const fn of(state: State) -> Option<Self> {
        match state {
            State::Draft => None,
            State::Submitted | State::Resubmitted | State::UnderReview => Some(Self::Open),
            State::Returned => Some(Self::Returned),
            // What was approved holds while its change is being written.
            State::Approved | State::ChangeDraft => Some(Self::Approved),
            State::Rejected => Some(Self::Rejected),
        }
    }

    /// Its name in answers and in what is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// What is counted each time it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CaseEvent {
    /// A case was approved.
    Approval,
    /// A case was returned.
    Return,
    /// A case was rejected.
    Rejection,
    /// A case was handed in again after a return.
    Resubmission,
    /// A case was shown to the division above.
    Escalation,
}

impl CaseEvent {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Approval, Self::Return, Self::Rejection, Self::Resubmission, Self::Escalation];

    /// What that event is counted as; most are not.
    fn of(event: Event) -> Option<Self> {
        match event {
            Event::Approved => Some(Self::Approval),
            Event::Returned => Some(Self::Return),
            Event::Rejected => Some(Self::Rejection),
            Event::Resubmitted => Some(Self::Resubmission),
            Event::Escalated => Some(Self::Escalation),
            _ => None,
        }
    }

    /// Whether it ends the work on a case.
    const fn is_decision(self) -> bool {
        matches!(self, Self::Approval | Self::Return | Self::Rejection)
    }

    /// Its name in answers and in what is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approvals",
            Self::Return => "returns",
            Self::Rejection => "rejections",
            Self::Resubmission => "resubmissions",
            Self::Escalation => "escalations",
        }
    }
}

/// One thing that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Cases that stand so now.
    StateBucket(StateBucket),
    /// How often it happened.
    Happened(CaseEvent),
    /// Comments of returns, by their reasons.
    Reason(ReviewReason),
    /// Waits in the queue of about that length.
    Waited(Length),
    /// Holds that ended with a decision, of about that length.
    Held(Length),
}

impl Measure {
    /// The name under which it is stored; there is one measure of each name.
    pub fn name(self) -> String {
        match self {
            Self::StateBucket(standing) => standing.as_str().to_owned(),
            Self::Happened(happening) => happening.as_str().to_owned(),
            Self::Reason(reason) => format!("r:{}", reason.code()),
            Self::Waited(length) => format!("w{}", length.number()),
            Self::Held(length) => format!("h{}", length.number()),
        }
    }

    /// The measure of that name.
    pub fn parse(name: &str) -> Option<Self> {
        let standing = StateBucket::ALL.into_iter().find(|standing| standing.as_str() == name);
        let happening = || CaseEvent::ALL.into_iter().find(|happening| happening.as_str() == name);
        let reason = || ReviewReason::parse(name.strip_prefix("r:")?).ok();
        let length = |letter| Length::parse(name.strip_prefix(letter)?);
        standing
            .map(Self::StateBucket)
            .or_else(|| happening().map(Self::Happened))
            .or_else(|| reason().map(Self::Reason))
            .or_else(|| length('w').map(Self::Waited))
            .or_else(|| length('h').map(Self::Held))
    }
}

/// Counts; what is not counted is 0. Sums and differences of statistics are statistics, whatever the order they are made in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics(BTreeMap<Measure, i64>);

impl Statistics {
    /// One count and nothing else.
    pub fn one(measure: Measure, count: i64) -> Self {
        let mut statistics = Self::default();
        statistics.add(measure, count);
        statistics
    }

    /// Counts `by` more of it, or fewer.
    pub fn add(&mut self, measure: Measure, by: i64) {
        let count = self.0.entry(measure).or_default();
        *count = count.wrapping_add(by);
        if *count == 0 {
            self.0.remove(&measure);
        }
    }

    /// Adds what others counted.
    pub fn merge(&mut self, other: &Self) {
        for (measure, count) in other.iter() {
            self.add(measure, count);
        }
    }

    /// What has to be added to `other` to get these.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut difference = self.clone();
        for (measure, count) in other.iter() {
            difference.add(measure, count.wrapping_neg());
        }
        difference
    }

    /// Whether every count is 0.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The counts that are not 0, always in the same order.
    pub fn iter(&self) -> impl Iterator<Item = (Measure, i64)> {
        self.0.iter().map(|(measure, count)| (*measure, *count))
    }

    /// A count. Entries that are counted before those that they follow may make one negative for a moment: that is 0.
    pub fn count(&self, measure: Measure) -> u64 {
        self.0.get(&measure).map_or(0, |count| u64::try_from(*count).unwrap_or(0))
    }

    /// How long cases had waited when they were taken on.
    pub fn waited(&self) -> Durations {
        self.lengths(Measure::Waited)
    }

    /// How long cases had been held when they were decided.
    pub fn held(&self) -> Durations {
        self.lengths(Measure::Held)
    }

    fn lengths(&self, measure: fn(Length) -> Measure) -> Durations {
        let counts = Length::all().map(|length| (length, self.count(measure(length))));
        Durations::of(&counts.filter(|(_, count)| *count > 0).collect::<Vec<_>>())
    }

    /// Reasons for returns, the most frequent first.
    pub fn reasons(&self) -> Vec<(ReviewReason, u64)> {
        let reason = |(measure, _)| match measure {
            Measure::Reason(reason) => Some((reason, self.count(measure))),
            _ => None,
        };
        let mut reasons: Vec<_> = self.iter().filter_map(reason).filter(|(_, count)| *count > 0).collect();
        reasons.sort_by_key(|(reason, count)| (u64::MAX - count, *reason));
        reasons
    }
}

/// Whose statistics they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatisticsScope {
    /// The division that has the cases.
    pub division: Division,
    /// What the cases are about.
    pub kind: CaseKind,
}

/// What an entry adds to the statistics of the places that it concerns: none, one, or two where a case moved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta(Vec<(StatisticsScope, Statistics)>);

impl Delta {
    /// What the entry adds. Nothing depends on other entries of the case.
    pub fn of(entry: &AuditEntry) -> Self {
        let mut delta = Self::default();
        let Some(division) = entry.division else { return delta };
        let kind = entry.case.kind;
        let here = StatisticsScope { division, kind };
        // A case that moved stops being counted where it was.
        let before = StatisticsScope { division: entry.left.unwrap_or(division), kind };
        if let Some(from) = StateBucket::of(entry.from) {
            delta.add(before, Measure::StateBucket(from), -1);
        }
        if let Some(to) = StateBucket::of(entry.to) {
            delta.add(here, Measure::StateBucket(to), 1);
        }
        // What was taken back within its minute never came to anything.
        if let (Event::Undone, Some(decision)) = (entry.event, &entry.decision) {
            delta.add_decision(here, decision, -1);
        }
        let happening = CaseEvent::of(entry.event);
        match (happening, &entry.decision) {
            (Some(happening), Some(decision)) if happening.is_decision() => {
                delta.add_decision(here, decision, 1);
            }
            (Some(happening), _) => delta.add(here, Measure::Happened(happening), 1),
            (None, _) => {}
        }
        if let Some(length) = entry.lasted.map(Length::of) {
            if matches!(entry.event, Event::Claimed | Event::Reassigned) {
                delta.add(here, Measure::Waited(length), 1);
            } else if happening.is_some_and(CaseEvent::is_decision) {
                delta.add(here, Measure::Held(length), 1);
            }
        }
        delta.0.retain(|(_, statistics)| !statistics.is_empty());
        delta
    }

    /// Counts `by` more decisions of that kind, with the reasons of a return.
    fn add_decision(&mut self, place: StatisticsScope, decision: &Decision, by: i64) {
        let happening = match decision {
            Decision::Approve => CaseEvent::Approval,
            Decision::Return { .. } => CaseEvent::Return,
            Decision::Reject { .. } => CaseEvent::Rejection,
        };
        self.add(place, Measure::Happened(happening), by);
        if let Decision::Return { comments, .. } = decision {
            for comment in comments {
                self.add(place, Measure::Reason(comment.reason_code), by);
            }
        }
    }

    fn add(&mut self, place: StatisticsScope, measure: Measure, by: i64) {
        match self.0.iter_mut().find(|(known, _)| *known == place) {
            Some((_, statistics)) => statistics.add(measure, by),
            None => self.0.push((place, Statistics::one(measure, by))),
        }
    }

    /// The places, each with what is added to its statistics.
    pub fn iter(&self) -> impl Iterator<Item = &(StatisticsScope, Statistics)> {
        self.0.iter()
    }
}

/// The statistics of a division with all that lie in it, and of each division directly below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// Of all of it.
    pub whole: Statistics,
    /// Of the parts; cases that the division has itself are in none of them.
    pub parts: Vec<(Division, Statistics)>,
}

impl Overview {
    /// Sums up. Statistics of divisions elsewhere do not count.
    pub fn of(division: Division, statistics: &[(Division, Statistics)]) -> Self {
        let sum = |of: Division| {
            let mut sum = Statistics::default();
            for (_, statistics) in statistics.iter().filter(|(place, _)| of.contains(*place)) {
                sum.merge(statistics);
            }
            sum
        };
        // why: cities without counties, such as 东莞, lie below themselves.
        let parts = divisions::children(Some(division.code())).into_iter().flatten();
        let parts = parts.filter(|part| *part != division);
        Self { whole: sum(division), parts: parts.map(|part| (part, sum(part))).collect() }
    }
}
