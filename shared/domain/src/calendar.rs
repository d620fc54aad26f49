//! Working days in China: Monday to Friday, as the State Council's yearly notice moves them.
//!
//! `infra/reference/holidays.json` has the notices. A year without one has weekends only, so
//! [`known_until`] says how far the data goes.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::{
    SignedDuration,
    civil::{Date, Weekday},
};
use serde::Deserialize;

use crate::moment::Moment;

/// The file as it is.
pub const JSON: &str = include_str!("../../../infra/reference/holidays.json");

/// A year's notice.
#[derive(Deserialize)]
struct Notification {
    year: i16,
    off: Vec<Holiday>,
    work: Vec<Date>,
}

#[derive(Deserialize)]
struct Holiday {
    from: Date,
    to: Date,
}

#[derive(Default)]
struct Calendar {
    /// The days of which a notice says whether they are working days.
    told: BTreeMap<Date, bool>,
    known_until: i16,
}

#[expect(clippy::expect_used, reason = "the file is embedded at build time and parsed by a test")]
static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        years: Vec<Notification>,
    }
    let file: File = serde_json::from_str(JSON).expect("the embedded notices");
    let mut calendar = Calendar::default();
    for notification in file.years {
        calendar.known_until = calendar.known_until.max(notification.year);
        for Holiday { from, to } in notification.off {
            calendar.told.extend(
                from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to).map(|day| (day, false)),
            );
        }
        calendar.told.extend(notification.work.into_iter().map(|day| (day, true)));
    }
    calendar
});

/// The last year whose notice is in the data. Later days off are weekends only.
pub fn known_until() -> i16 {
    CALENDAR.known_until
}

/// Whether offices work on that day.
pub fn is_working_day(day: Date) -> bool {
    let is_weekday = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    CALENDAR.told.get(&day).copied().unwrap_or(is_weekday)
}

/// When a time limit of so many working days ends that began at `from`.
///
/// It ends at the same time of day, that many working days later: Friday 15:00 and three days is Wednesday 15:00. What
/// begins on a day off counts from the start of the next working day, so that an office has whole days: handed in on
/// Saturday, three days is Thursday 00:00, the end of Wednesday. The end is always within a working day (midnight belongs
/// to the day that it begins) and never earlier for a later beginning. Days are those of China ([`Moment::date`]).
///
/// The specification (section 16) says "three working days" and no more; the rest is ours.
pub fn due_at(from: Moment, working_days: u32) -> Moment {
    let begun = from.date();
    let (first, unused) =
        if is_working_day(begun) { (begun, SignedDuration::ZERO) } else { (next(begun), from.time_of_day()) };
    let last = (0..working_days).fold(first, |day, _| next(day));
    from.after(begun.duration_until(last) - unused)
}

/// The next working day; the calendar's last day where there is none.
fn next(day: Date) -> Date {
    let mut days = std::iter::successors(day.tomorrow().ok(), |day| day.tomorrow().ok());
    days.find(|day| is_working_day(*day)).unwrap_or(Date::MAX)
}
