//! Review statistics: the sums over the audit entries of all cases, per division and kind of case.
//!
//! An entry adds to the statistics independently of other entries, so entries may be counted in any order, and a
//! recount of all entries gives the same result as counting them as they arrive. Storage and deduplication are
//! elsewhere.

mod lengths;

use std::collections::BTreeMap;

use crate::{
    case::{AuditEntry, Decision, Event, State},
    codes::ReviewReason,
    divisions::{self, Division},
    ids::CaseKind,
};
pub use lengths::{Durations, Length};

/// Current state of a case, as far as statistics count it.
///
/// why: submitted and under review are one bucket. A claim ends by itself, without an entry, so entries do not show how
/// many cases are claimed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StateBucket {
    /// Submitted and not decided.
    Open,
    /// Returned and not resubmitted.
    Returned,
    /// Approved.
    Approved,
    /// Rejected.
    Rejected,
}

impl StateBucket {
    /// All buckets.
    pub const ALL: [Self; 4] = [Self::Open, Self::Returned, Self::Approved, Self::Rejected];

    /// The bucket of a state; drafts have none.
    pub const fn of(state: State) -> Option<Self> {
        match state {
            State::Draft => None,
            State::Submitted | State::Resubmitted | State::UnderReview => Some(Self::Open),
            State::Returned => Some(Self::Returned),
            // An approval stays in force while its amendment is a draft.
            State::Approved | State::ChangeDraft => Some(Self::Approved),
            State::Rejected => Some(Self::Rejected),
        }
    }

    /// Name in responses and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// An event that is counted each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CaseEvent {
    /// A case was approved.
    Approval,
    /// A case was returned.
    Return,
    /// A case was rejected.
    Rejection,
    /// A case was resubmitted after a return.
    Resubmission,
    /// A case was escalated to the division above.
    Escalation,
}

impl CaseEvent {
    /// All events.
    pub const ALL: [Self; 5] =
        [Self::Approval, Self::Return, Self::Rejection, Self::Resubmission, Self::Escalation];

    /// What the event is counted as; `None` for most.
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

    /// Whether it is a decision.
    const fn is_decision(self) -> bool {
        matches!(self, Self::Approval | Self::Return | Self::Rejection)
    }

    /// Name in responses and in storage.
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

/// A measure that statistics count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Cases that are in this bucket now.
    StateBucket(StateBucket),
    /// Number of these events.
    Happened(CaseEvent),
    /// Comments of returns, by reason.
    Reason(ReviewReason),
    /// Waits in the queue with about this duration.
    Waited(Length),
    /// Claims that ended with a decision, with about this duration.
    Held(Length),
}

impl Measure {
    /// Unique name in storage.
    pub fn name(self) -> String {
        match self {
            Self::StateBucket(standing) => standing.as_str().to_owned(),
            Self::Happened(happening) => happening.as_str().to_owned(),
            Self::Reason(reason) => format!("r:{}", reason.code()),
            Self::Waited(length) => format!("w{}", length.number()),
            Self::Held(length) => format!("h{}", length.number()),
        }
    }

    /// Parses a measure from its name.
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

/// Counts by measure; a missing one is 0. Adding and subtracting statistics gives statistics, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics(BTreeMap<Measure, i64>);

impl Statistics {
    /// Statistics with a single count.
    pub fn one(measure: Measure, count: i64) -> Self {
        let mut statistics = Self::default();
        statistics.add(measure, count);
        statistics
    }

    /// Adds `by`, which may be negative, to a count.
    pub fn add(&mut self, measure: Measure, by: i64) {
        let count = self.0.entry(measure).or_default();
        *count = count.wrapping_add(by);
        if *count == 0 {
            self.0.remove(&measure);
        }
    }

    /// Adds all counts of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (measure, count) in other.iter() {
            self.add(measure, count);
        }
    }

    /// The difference: what has to be added to `other` to get these counts.
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

    /// The counts that are not 0, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (Measure, i64)> {
        self.0.iter().map(|(measure, count)| (*measure, *count))
    }

    /// A count. It may be negative for a moment if an entry is counted before its predecessor; then it is returned as
    /// 0.
    pub fn count(&self, measure: Measure) -> u64 {
        self.0.get(&measure).map_or(0, |count| u64::try_from(*count).unwrap_or(0))
    }

    /// How long cases had waited when they were claimed.
    pub fn waited(&self) -> Durations {
        self.lengths(Measure::Waited)
    }

    /// How long cases had been claimed when they were decided.
    pub fn held(&self) -> Durations {
        self.lengths(Measure::Held)
    }

    fn lengths(&self, measure: fn(Length) -> Measure) -> Durations {
        let counts = Length::all().map(|length| (length, self.count(measure(length))));
        Durations::of(&counts.filter(|(_, count)| *count > 0).collect::<Vec<_>>())
    }

    /// Reasons of returns, most frequent first.
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

/// The division and kind of case that statistics are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatisticsScope {
    /// Division that has the cases.
    pub division: Division,
    /// Kind of the cases.
    pub kind: CaseKind,
}

/// What an entry adds to the statistics of each scope: none, one, or two scopes if a case moved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delta(Vec<(StatisticsScope, Statistics)>);

impl Delta {
    /// The addition of an entry, independent of the case's other entries.
    pub fn of(entry: &AuditEntry) -> Self {
        let mut delta = Self::default();
        let Some(division) = entry.division else { return delta };
        let kind = entry.case.kind;
        let here = StatisticsScope { division, kind };
        // A case that moved is no longer counted in its old scope.
        let before = StatisticsScope { division: entry.left.unwrap_or(division), kind };
        if let Some(from) = StateBucket::of(entry.from) {
            delta.add(before, Measure::StateBucket(from), -1);
        }
        if let Some(to) = StateBucket::of(entry.to) {
            delta.add(here, Measure::StateBucket(to), 1);
        }
        // A decision undone within its undo period is subtracted again.
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

    /// Adds `by` decisions of this kind, with the reasons of a return.
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

    /// The scopes, each with the statistics to add.
    pub fn iter(&self) -> impl Iterator<Item = &(StatisticsScope, Statistics)> {
        self.0.iter()
    }
}

/// The statistics of a division including all divisions in it, and of each division directly below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// Total of the division.
    pub whole: Statistics,
    /// Totals of the divisions below; cases of the division itself are in none of them.
    pub parts: Vec<(Division, Statistics)>,
}

impl Overview {
    /// Sums up the statistics of `division`; other divisions are ignored.
    pub fn of(division: Division, statistics: &[(Division, Statistics)]) -> Self {
        let sum = |of: Division| {
            let mut sum = Statistics::default();
            for (_, statistics) in statistics.iter().filter(|(place, _)| of.contains(*place)) {
                sum.merge(statistics);
            }
            sum
        };
        // why: cities without counties, such as 东莞, are below themselves.
        let parts = divisions::children(Some(division.code())).into_iter().flatten();
        let parts = parts.filter(|part| *part != division);
        Self { whole: sum(division), parts: parts.map(|part| (part, sum(part))).collect() }
    }
}
