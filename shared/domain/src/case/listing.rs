//! The lines of a department's lists, and which of them are asked for.

use serde::{Deserialize, Serialize};

use super::{Case, Claim, ListPosition, State, due_at};
use crate::{
    ids::{CaseId, ReviewerId},
    moment::Moment,
};

/// One line of a department's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListItem {
    /// The case.
    pub case: CaseId,
    /// Where it stands.
    pub state: State,
    /// How often it was handed in.
    pub round: u32,
    /// Since when it stands in the list.
    pub since: Moment,
    /// Whether a rule doubts something in it.
    pub flagged: bool,
    /// Who decided it last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decided_by: Option<ReviewerId>,
    /// Who holds it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claim: Option<Claim>,
}

impl ListItem {
    /// The line of a case at one of its places.
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

    /// Who holds the case at `at`.
    pub fn claim_at(&self, at: Moment) -> Option<&Claim> {
        self.claim.as_ref().filter(|claim| claim.until > at)
    }

    /// Where the case stands at `at`: a claim that has ended is gone.
    pub fn state_at(&self, at: Moment) -> State {
        self.claim.as_ref().filter(|claim| claim.until <= at).map_or(self.state, |claim| claim.from)
    }

    /// By when it is to be decided; what is decided is not due.
    pub fn due_at(&self, at: Moment) -> Option<Moment> {
        Some(self.since).filter(|_| self.state_at(at).is_open()).map(due_at)
    }

    /// Whether the time limit has passed at `at`.
    pub fn is_overdue(&self, at: Moment) -> bool {
        self.due_at(at).is_some_and(|due| due <= at)
    }
}

/// Which lines of a list are asked for: those of which everything that is asked is true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Cases that stand there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub state: Option<State>,
    /// Cases in which a rule doubts something, or none does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flagged: Option<bool>,
    /// Cases that were handed in again, or were not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resubmitted: Option<bool>,
    /// Cases whose time limit has passed, or has not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub overdue: Option<bool>,
}

impl Filter {
    /// Whether every line is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the line is asked for.
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
    fn everything_that_is_asked_has_to_be_true() {
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
    fn a_line_is_due_while_its_case_is_open_and_overdue_from_that_moment_on() {
        let open = line(State::Submitted);
        let due = open.due_at(open.since).unwrap();
        assert!(open.is_overdue(due) && !open.is_overdue(due.after(SignedDuration::from_millis(-1))));
        let decided = line(State::Approved);
        assert_eq!(decided.due_at(due), None);
        assert!(!decided.is_overdue(due));
    }
}
