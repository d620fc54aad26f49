//! When notifications may be sent: not by SMS at night.

use jiff::{SignedDuration, ToSpan};

use crate::moment::Moment;

/// Hours of the day (China time) without SMS, from `from` inclusive to `until` exclusive; equal values mean no quiet
/// hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// Hour at which they begin.
    pub from: u8,
    /// Hour at which they end.
    pub until: u8,
}

impl QuietHours {
    /// 21:00 to 08:00 (ours).
    pub const NIGHT: Self = Self { from: 21, until: 8 };

    /// The first moment at or after `at` when an SMS may be sent.
    pub fn leaves(self, at: Moment) -> Moment {
        let hour = |hour: u8| SignedDuration::from_hours(i64::from(hour));
        let (from, until, time) = (hour(self.from), hour(self.until), at.time_of_day());
        let is_quiet =
            if from <= until { (from..until).contains(&time) } else { time >= from || time < until };
        if !is_quiet {
            return at;
        }
        let today = at.date();
        let day = if time < until { today } else { today.saturating_add(1.day()) };
        Moment::start_of(day).after(until)
    }
}
