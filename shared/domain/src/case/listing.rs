//! The items of a department's lists, and their filter.

use serde::{Deserialize, Serialize};

use super::{Case, Claim, ListPosition, State, due_at};
use crate::{
    ids::{CaseId, ReviewerId},
    moment::Moment,
};

/// One item of a department's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListItem {
    /// The case.
    pub case: CaseId,
    /// State as stored; see [`ListItem::state_at`].
    pub state: State,
    /// Number of submissions.
    pub round: u32,
    /// When the case entered the list.
    pub since: Moment,
    /// Whether a rule flagged something in it.
    pub flagged: bool,
    /// Reviewer who made the last decision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decided_by: Option<ReviewerId>,
    /// The current claim.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claim: Option<Claim>,
}

impl ListItem {
    /// The item of a case at one of its list positions.
    pub fn of(case: &Case, place: &ListPosition) -> Self {
        Self {
            case: case.id,
            state: case.state,
            round: case.round,
            since: place.since,
            flagged: case.flagged,
            decided_by: case.verdict.as_ref().map(|ruling| ruling.by),
            claim: case.claim.clone(),
        }
    }

    /// The claim in force at `at`.
    pub fn claim_at(&self, at: Moment) -> Option<&Claim> {
        self.claim.as_ref().filter(|claim| claim.until > at)
    }

    /// The state at `at`: a claim that has ended does not count.
    pub fn state_at(&self, at: Moment) -> State {
        self.claim.as_ref().filter(|claim| claim.until <= at).map_or(self.state, |claim| claim.from)
    }

    /// The due time; `None` for decided cases.
    pub fn due_at(&self, at: Moment) -> Option<Moment> {
        Some(self.since).filter(|_| self.state_at(at).is_open()).map(due_at)
    }

    /// Whether the time limit has passed at `at`.
    pub fn is_overdue(&self, at: Moment) -> bool {
        self.due_at(at).is_some_and(|due| due <= at)
    }
}

/// A filter for list items: all conditions given must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Cases in this state.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub state: Option<State>,
    /// Cases that a rule flagged, or only the others.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flagged: Option<bool>,
    /// Cases that were resubmitted, or only the others.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resubmitted: Option<bool>,
    /// Cases that are overdue, or only the others.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub overdue: Option<bool>,
}

impl Filter {
    /// Whether the filter has no conditions.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the item meets all conditions.
    pub fn has(&self, line: &ListItem, at: Moment) -> bool {
        let is = |asked: Option<bool>, fact: bool| asked.is_none_or(|asked| asked == fact);
        self.state.is_none_or(|asked| asked == line.state_at(at))
            && is(self.flagged, line.flagged)
            && is(self.resubmitted, line.round > 1)
            && is(self.overdue, line.is_overdue(at))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use ulid::Ulid;

    use super::*;
    use crate::ids::{AccountId, CaseKind};

    fn line(state: State) -> ListItem {
        let since = Moment::new(Timestamp::from_second(1_795_000_000).unwrap());
        let case = CaseId { kind: CaseKind::Collection, owner: AccountId::new(Ulid(7)) };
        ListItem { case, state, round: 1, since, flagged: false, decided_by: None, claim: None }
    }

    #[test]
    fn filter_requires_every_condition() {
        let line = ListItem { flagged: true, round: 2, ..line(State::Resubmitted) };
        let (early, late) = (line.since, line.since.after(SignedDuration::from_hours(24 * 30)));
        assert!(Filter::default().is_empty() && Filter::default().has(&line, early));
        let all = Filter {
            state: Some(State::Resubmitted),
            flagged: Some(true),
            resubmitted: Some(true),
            overdue: Some(true),
        };
        assert!(!all.is_empty() && all.has(&line, late) && !all.has(&line, early));
        for one in [
            Filter { state: Some(State::Submitted), ..all },
            Filter { flagged: Some(false), ..all },
            Filter { resubmitted: Some(false), ..all },
            Filter { overdue: Some(false), ..all },
        ] {
            assert!(!one.has(&line, late), "{one:?}");
        }
    }

    #[test]
    fn open_case_is_overdue_from_its_due_time_decided_case_never() {
        let open = line(State::Submitted);
        let due = open.due_at(open.since).unwrap();
        assert!(open.is_overdue(due) && !open.is_overdue(due.after(SignedDuration::from_millis(-1))));
        let decided = line(State::Approved);
        assert_eq!(decided.due_at(due), None);
        assert!(!decided.is_overdue(due));
    }
}
