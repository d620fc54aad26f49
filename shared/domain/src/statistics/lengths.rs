//! Durations, counted in exponential buckets.
//!
//! Counts per second would be too many, and medians cannot be added. So durations are counted in buckets that grow by
//! 2^(1/4): a value read from the counts is within 9.1 % (2^(1/8)) plus one second of the exact value, regardless of
//! how many durations there are and where they were counted.

/// A bucket of durations: number `n` covers more than 2^((n-1)/4) and up to 2^(n/4) seconds, number 0 up to one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Length(u8);

/// The last bucket, which also covers everything over 114 years.
const LAST: u8 = 128;

impl Length {
    /// The bucket of a duration. Integer arithmetic, so that the result is the same on every machine.
    pub fn of(seconds: u64) -> Self {
        let seconds = u128::from(u32::try_from(seconds).unwrap_or(u32::MAX).max(1));
        // The least n with seconds^4 <= 2^n.
        let number = u128::BITS - (seconds.pow(4) - 1).leading_zeros();
        Self(u8::try_from(number).unwrap_or(LAST))
    }

    /// Number of the bucket.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Parses the number of a bucket.
    pub fn parse(text: &str) -> Option<Self> {
        let number: u8 = text.parse().ok().filter(|number| *number <= LAST)?;
        (text == number.to_string()).then_some(Self(number))
    }

    /// All buckets, shortest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=LAST).map(Self)
    }

    /// Geometric middle of the bucket, in seconds.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 2^32")]
    pub fn seconds(self) -> u64 {
        ((f64::from(self.0) - 0.5) / 4.0).exp2().round().max(1.0) as u64
    }
}

/// Summary of many durations, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// Number of durations.
    pub count: u64,
    /// Half of the durations are at most this long.
    pub median: Option<u64>,
    /// Nine in ten durations are at most this long.
    pub p90: Option<u64>,
}

impl Durations {
    /// Computes the summary from counts sorted by bucket.
    pub(super) fn of(counts: &[(Length, u64)]) -> Self {
        let count = counts.iter().map(|(_, count)| count).sum();
        let share = |tenths: u64| {
            let wanted = (u128::from(count) * u128::from(tenths)).div_ceil(10);
            let mut seen = 0;
            let reached = counts.iter().find(|(_, count)| {
                seen += u128::from(*count);
                seen >= wanted
            });
            reached.map(|(length, _)| length.seconds())
        };
        Self { count, median: share(5), p90: share(9) }
    }
}
