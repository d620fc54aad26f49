//! How long the state machine waits.

use domain::{
    calendar,
    case::{Case, State, due_at},
    ids::{AccountId, CaseId, CaseKind},
    moment::Moment,
};
use proptest::prelude::*;
use ulid::Ulid;

/// A case handed in at that millisecond.
fn submitted(owner: u128, at: i64) -> Case {
    let id = CaseId { kind: CaseKind::Collection, owner: AccountId::new(Ulid(owner)) };
    let at = Moment::from_millisecond(at).unwrap();
    Case { state: State::Submitted, submitted_at: Some(at), opened_at: Some(at), ..Case::draft(id, at) }
}

/// 2025 to 2027, in milliseconds.
fn times() -> std::ops::Range<i64> {
    1_735_660_800_000..1_830_268_800_000
}

proptest! {
    #[test]
    fn the_clock_rings_when_the_case_is_due(owner: u128, at in times(), delay in 0_i64..86_400_000) {
        let case = submitted(owner, at);
        let (since, due) = (case.submitted_at.unwrap(), case.due_at().unwrap());
        prop_assert_eq!(due, due_at(since));
        let now = Moment::from_millisecond(at + delay).unwrap();
        let waits = case.waits(now).unwrap();
        let rings = u64::from(waits.until_reminder) + u64::from(waits.until_escalation);
        let late = i64::try_from(rings).unwrap() - i64::try_from(now.seconds_until(due)).unwrap();
        // A second more, since each of the two waits is rounded up.
        let most = if calendar::is_working_day(since.date()) { 1 } else { 3_600 };
        prop_assert!((0..=most).contains(&late), "{late} s late");
        prop_assert!(waits.until_escalation >= 86_400, "a working day is left after the reminder");
    }

    #[test]
    fn no_wait_is_too_short_or_too_long_for_a_state_machine(owner: u128, at in times(), now in times()) {
        let case = submitted(owner, at);
        let waits = case.waits(Moment::from_millisecond(now).unwrap()).unwrap();
        for seconds in [waits.until_reminder, waits.until_escalation] {
            prop_assert!((1..=99_999_999).contains(&seconds));
        }
    }
}

#[test]
fn what_is_not_to_be_decided_has_no_clock() {
    let case = submitted(1, 1_795_515_373_222);
    for state in State::ALL {
        let waits = Case { state, ..case.clone() }.waits(case.updated_at);
        assert_eq!(waits.is_some(), state.is_open(), "{state:?}");
    }
}

#[test]
fn a_sunday_does_not_ring_in_one_second() {
    let sunday = 1_795_939_200_000; // 2026-11-29T16:00+08:00
    let now = Moment::from_millisecond(sunday).unwrap();
    let waits = |owner| submitted(owner, sunday).waits(now).unwrap().until_reminder;
    let mut seconds: Vec<u32> = (0..1_000).map(waits).collect();
    seconds.dedup();
    assert_eq!(seconds.len(), 1_000);
}
