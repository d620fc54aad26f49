//! When a province takes collections: opening, closing, and a grace for corrections.

use jiff::{SignedDuration, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    case::{FourEyes, State},
    divisions::Division,
    moment::Moment,
};

/// A province's collection window for one examination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Window {
    /// The province, whose departments' cases it is about.
    pub province: Division,
    /// The examination's year.
    pub exam_year: i16,
    /// From then on collections are taken.
    pub opens_at: Moment,
    /// From then on no more, but corrections.
    pub closes_at: Moment,
    /// What was handed in before the closing and returned may be handed in again this long after it, in seconds:
    /// nobody loses their place for having been reviewed late (ours).
    pub grace_seconds: u32,
    /// Whether a collection must meet one of the examination's conditions to be handed in. The bureau decides
    /// in any case; a province that says yes here spares it the hopeless ones.
    pub enforces_eligibility: bool,
    /// Which decisions need two reviewers.
    #[serde(default)]
    pub four_eyes: FourEyes,
}

/// So long before the end it is too late to withdraw and submit again (ours): pages have to be looked at once more.
const LATE: SignedDuration = SignedDuration::from_mins(10);

/// The window is not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("outside the collection window")]
pub struct Closed;

impl Window {
    /// From then on not even corrections.
    pub fn corrections_until(&self) -> Moment {
        self.closes_at.after(SignedDuration::from_secs(self.grace_seconds.into()))
    }

    /// Whether a collection in that state may be handed in at `at`: what was returned is corrected, anything else is
    /// new, also what was taken back. The server's receipt of the request decides, to the millisecond.
    pub fn allows(&self, state: State, at: Moment) -> Result<(), Closed> {
        if self.opens_at <= at && at < self.end_for(state) { Ok(()) } else { Err(Closed) }
    }

    /// Whether a collection in that state can no longer be submitted at `at`, or hardly: what is withdrawn then is lost to the
    /// examination. A window that has not opened yet is not over.
    pub fn is_late(&self, state: State, at: Moment) -> bool {
        at.after(LATE) >= self.end_for(state)
    }

    /// Whether a collection in that state is taken no longer at `at`. A window that has not opened yet is not over.
    pub fn is_over(&self, state: State, at: Moment) -> bool {
        at >= self.end_for(state)
    }

    /// When a collection in that state is taken no longer.
    fn end_for(&self, state: State) -> Moment {
        if state == State::Returned { self.corrections_until() } else { self.closes_at }
    }
}

/// The examination that a collection is for when no window says so: that of September of the year, and after it
/// that of the next year.
pub fn next_exam_year(today: Date) -> i16 {
    if today.month() < 9 { today.year() } else { today.year() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::try_from(text.to_owned()).unwrap()
    }

    fn window() -> Window {
        Window {
            province: Division::parse("110000").unwrap(),
            exam_year: 2027,
            opens_at: moment("2026-11-01T00:00:00+08:00"),
            closes_at: moment("2026-11-30T23:00:00+08:00"),
            grace_seconds: 3_600,
            enforces_eligibility: false,
            four_eyes: FourEyes::default(),
        }
    }

    #[test]
    fn the_first_and_the_last_millisecond_are_exact() {
        let window = window();
        let before_opening = moment("2026-10-31T23:59:59.999+08:00");
        let last = moment("2026-11-30T22:59:59.999+08:00");
        assert_eq!(window.allows(State::Draft, before_opening), Err(Closed));
        assert_eq!(window.allows(State::Draft, window.opens_at), Ok(()));
        assert_eq!(window.allows(State::Draft, last), Ok(()));
        assert_eq!(window.allows(State::Draft, window.closes_at), Err(Closed));
    }

    #[test]
    fn corrections_have_the_grace_and_no_more() {
        let window = window();
        assert_eq!(window.allows(State::Returned, window.closes_at), Ok(()));
        assert_eq!(window.allows(State::Returned, moment("2026-11-30T23:59:59.999+08:00")), Ok(()));
        assert_eq!(window.allows(State::Returned, moment("2026-12-01T00:00:00.000+08:00")), Err(Closed));
    }

    #[test]
    fn ten_minutes_before_the_end_it_is_too_late_to_withdraw() {
        let window = window();
        let (in_time, late) =
            (moment("2026-11-30T22:49:59.999+08:00"), moment("2026-11-30T22:50:00.000+08:00"));
        for state in [State::Draft, State::ChangeDraft] {
            assert!(!window.is_late(state, in_time) && window.is_late(state, late), "{state:?}");
        }
        assert!(!window.is_late(State::Returned, late), "corrections have the grace");
        assert!(window.is_late(State::Returned, moment("2026-11-30T23:50:00.000+08:00")));
        assert!(!window.is_late(State::Draft, moment("2026-10-01T00:00:00+08:00")), "it is to come");
    }

    #[test]
    fn after_the_examination_the_next_one_is_meant() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(next_exam_year(day("2026-08-31")), 2026);
        assert_eq!(next_exam_year(day("2026-09-01")), 2027);
    }
}
