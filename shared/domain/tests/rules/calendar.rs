//! Working days, and time limits that are counted in them.

use domain::{
    calendar::{JSON, due_at, is_working_day, known_until},
    moment::Moment,
};
use jiff::{
    Span,
    civil::{Date, Weekday, date},
};
use proptest::prelude::*;
use serde_json::Value;

fn moment(text: &str) -> Moment {
    Moment::try_from(format!("{text}+08:00")).unwrap()
}

fn day(value: &Value) -> Date {
    value.as_str().unwrap().parse().unwrap()
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[test]
fn notifications_are_whole_and_in_order() {
    let file: Value = serde_json::from_str(JSON).unwrap();
    let years = file["years"].as_array().unwrap();
    let numbers: Vec<i64> = years.iter().map(|notification| notification["year"].as_i64().unwrap()).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "a year is missing: {numbers:?}");
    assert_eq!(numbers.last().copied(), Some(i64::from(known_until())));
    for notification in years {
        let year = notification["year"].to_string();
        assert!(
            notification["source"].as_str().unwrap().contains(&year),
            "{year} names no notice of its own"
        );
        let mut end = Date::MIN;
        for holiday in notification["off"].as_array().unwrap() {
            let (from, to) = (day(&holiday["from"]), day(&holiday["to"]));
            assert!(end < from && from <= to, "{holiday}");
            assert!(!is_working_day(from) && !is_working_day(to), "{holiday}");
            end = to;
        }
        for work in notification["work"].as_array().unwrap().iter().map(day) {
            assert!(is_weekend(work), "{work} is a working day anyway");
            assert!(is_working_day(work), "{work} is a holiday as well");
        }
    }
}

#[test]
fn days_are_as_the_notifications_say() {
    for (year, off) in [(2025, 117), (2026, 117), (2031, 104)] {
        let days = date(year, 1, 1).series(Span::new().days(1)).take_while(|day| day.year() == year);
        assert_eq!(days.filter(|day| !is_working_day(*day)).count(), off, "{year}");
    }
    for (day, works) in [
        (date(2026, 2, 13), true),
        (date(2026, 2, 14), true),
        (date(2026, 2, 15), false),
        (date(2026, 2, 23), false),
        (date(2026, 2, 24), true),
        (date(2025, 10, 8), false),
        (date(2025, 10, 11), true),
        (date(2025, 10, 12), false),
    ] {
        assert_eq!(is_working_day(day), works, "{day}");
    }
}

#[test]
fn a_limit_ends_at_the_same_time_of_a_working_day() {
    for (from, to, why) in [
        ("2026-11-24T16:07:55.123", "2026-11-27T16:07:55.123", "a plain week"),
        ("2026-11-27T15:00", "2026-12-02T15:00", "a weekend between"),
        ("2026-11-28T15:00", "2026-12-03T00:00", "handed in on a Saturday: Monday to Wednesday"),
        ("2026-11-29T23:59:59.999", "2026-12-03T00:00", "the same on Sunday"),
        ("2026-11-30T00:00", "2026-12-03T00:00", "and at the start of Monday"),
        ("2026-02-12T09:00", "2026-02-24T09:00", "Spring Festival, with the Saturday before worked"),
        ("2026-02-14T09:00", "2026-02-26T09:00", "handed in on a Saturday that is worked"),
        ("2026-02-18T09:00", "2026-02-27T00:00", "handed in during the festival"),
        ("2025-09-30T18:00", "2025-10-11T18:00", "National Day: 9, 10 and the Saturday of 11 October"),
        ("2025-12-31T10:00", "2026-01-06T10:00", "over the turn of the year: 4 January is worked"),
    ] {
        assert_eq!(due_at(moment(from), 3), moment(to), "{why}");
    }
    assert_eq!(due_at(moment("2026-11-24T16:07"), 0), moment("2026-11-24T16:07"));
    assert_eq!(due_at(moment("2026-11-28T16:07"), 0), moment("2026-11-30T00:00"));
}

/// Minutes from the start of 2024 to the end of 2028: two years that are known, and others on both sides.
fn moments() -> impl Strategy<Value = Moment> {
    let (start, end) = (moment("2024-01-01T00:00"), moment("2029-01-01T00:00"));
    (start.as_millisecond()..end.as_millisecond()).prop_map(|at| Moment::from_millisecond(at).unwrap())
}

/// A count that goes on day by day, and looks at each.
fn counted(from: Moment, working_days: u32) -> Date {
    let (mut day, mut left) = (from.date(), working_days);
    while !is_working_day(day) {
        day = day.tomorrow().unwrap();
    }
    while left > 0 {
        day = day.tomorrow().unwrap();
        if is_working_day(day) {
            left -= 1;
        }
    }
    day
}

proptest! {
    #[test]
    fn a_limit_ends_on_the_counted_working_day(from in moments(), days in 0_u32..30) {
        let due = due_at(from, days);
        prop_assert!(is_working_day(due.date()));
        prop_assert_eq!(due.date(), counted(from, days));
        let time = if is_working_day(from.date()) { from.time_of_day() } else { jiff::SignedDuration::ZERO };
        prop_assert_eq!(due.time_of_day(), time);
        prop_assert!(due >= from);
    }

    #[test]
    fn who_comes_later_is_never_due_earlier(one in moments(), two in moments(), days in 0_u32..30) {
        let (first, second) = (one.min(two), one.max(two));
        prop_assert!(due_at(first, days) <= due_at(second, days));
        prop_assert!(due_at(first, days) <= due_at(first, days + 1));
    }

    #[test]
    fn whole_days_lie_between(from in moments(), days in 1_u32..30) {
        let due = due_at(from, days);
        let between = from.date().tomorrow().unwrap().series(Span::new().days(1)).take_while(|day| *day < due.date());
        let begun_on_day_off = u32::from(!is_working_day(from.date()));
        let worked = u32::try_from(between.filter(|day| is_working_day(*day)).count()).unwrap();
        prop_assert_eq!(worked, days - 1 + begun_on_day_off);
    }

    #[test]
    fn no_moment_makes_it_panic(at: i64, days in 0_u32..3) {
        if let Some(from) = Moment::from_millisecond(at) {
            let _ = due_at(from, days);
        }
    }
}

#[test]
fn the_end_of_time_is_an_end() {
    let last = moment("9999-12-30T23:59:59.999");
    assert!(due_at(last, 3) >= last);
}
