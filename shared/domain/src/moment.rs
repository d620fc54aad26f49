//! Moments: when something happened, to the millisecond, written in China Standard Time.

use std::fmt;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
    tz::Offset,
};
use serde::{Deserialize, Serialize};

/// Asia/Shanghai has had no daylight saving time since 1991: a fixed offset needs no time zone tables.
const BEIJING: Offset = Offset::constant(8);

/// A moment, printed as RFC 3339 with milliseconds and the offset +08:00.
///
/// One width and one offset, so that texts sort as the moments do and can be sort keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(Timestamp);

/// A text is not an RFC 3339 moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 date and time")]
pub struct MomentError;

impl Moment {
    /// The moment of a timestamp, cut to the millisecond.
    pub fn new(timestamp: Timestamp) -> Self {
        Self(Timestamp::from_millisecond(timestamp.as_millisecond()).unwrap_or(timestamp))
    }

    /// The moment that many milliseconds after 1970-01-01T00:00Z, if there is one.
    pub fn from_millisecond(millisecond: i64) -> Option<Self> {
        Timestamp::from_millisecond(millisecond).ok().map(Self)
    }

    /// The calendar day in China: what "today" means to every rule.
    pub fn date(self) -> Date {
        BEIJING.to_datetime(self.0).date()
    }

    /// The first moment of that day in China; the first of all where there is none.
    pub fn start_of(day: Date) -> Self {
        Self(BEIJING.to_timestamp(day.to_datetime(Time::midnight())).unwrap_or(Timestamp::MIN))
    }

    /// How long that day in China had lasted.
    pub fn time_of_day(self) -> SignedDuration {
        BEIJING.to_datetime(self.0).time().duration_since(Time::midnight())
    }

    /// Day and time in China to the minute, such as 2026-11-24 09:30: for people to read.
    pub fn to_minute(self) -> String {
        BEIJING.to_datetime(self.0).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// Seconds since 1970-01-01T00:00Z, as a time to live wants them.
    pub fn as_second(self) -> i64 {
        self.0.as_second()
    }

    /// Milliseconds since 1970-01-01T00:00Z.
    pub fn as_millisecond(self) -> i64 {
        self.0.as_millisecond()
    }

    /// That much later; the end of time when there is no such moment.
    #[must_use]
    pub fn after(self, duration: SignedDuration) -> Self {
        Self(self.0.saturating_add(duration).unwrap_or(Timestamp::MAX))
    }

    /// How long from here to `later`, in whole seconds rounded up; 0 when it is past.
    pub fn seconds_until(self, later: Self) -> u64 {
        let millis = later.as_millisecond().saturating_sub(self.as_millisecond());
        u64::try_from(millis).unwrap_or(0).div_ceil(1_000)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = BEIJING.to_datetime(self.0);
        write!(f, "{time:.3}+08:00")
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Moment {
    type Error = MomentError;
    fn try_from(text: String) -> Result<Self, MomentError> {
        text.parse().map(Self::new).map_err(|_| MomentError)
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_with_milliseconds_and_offset_and_sort_as_text() {
        let moment = Moment::new("2026-11-24T15:59:59.9994Z".parse().unwrap());
        assert_eq!(moment.to_string(), "2026-11-24T23:59:59.999+08:00");
        assert_eq!(Moment::try_from(moment.to_string()), Ok(moment));
        assert_eq!(moment.date().to_string(), "2026-11-24");
        assert_eq!(Moment::start_of(moment.date()).to_string(), "2026-11-24T00:00:00.000+08:00");
        assert_eq!(moment.time_of_day(), SignedDuration::from_millis(24 * 3_600_000 - 1));
        let later = moment.after(SignedDuration::from_millis(1));
        assert_eq!(later.to_string(), "2026-11-25T00:00:00.000+08:00");
        assert_eq!(later.date().to_string(), "2026-11-25");
        assert!(later.to_string() > moment.to_string());
        assert_eq!((moment.seconds_until(later), later.seconds_until(moment)), (1, 0));
    }
}
