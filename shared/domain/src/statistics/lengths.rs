//! Lengths of time, counted by how long they are about.
//!
//! Counts of single seconds would be too many, and medians cannot be added. So lengths are counted in steps that grow by
//! 2^(1/4): what is read from the counts is within 9.1 % (2^(1/8)) and a second of what it is of the lengths
//! themselves, however many there are and wherever they were counted.

/// A step of lengths: number `n` is more than 2^((n-1)/4) and up to 2^(n/4) seconds, number 0 up to one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Length(u8);

/// The last step, which has everything over 114 years as well.
const LAST: u8 = 128;

impl Length {
    /// The step of a length. In whole numbers, so that every machine has the same.
    pub fn of(seconds: u64) -> Self {
        let seconds = u128::from(u32::try_from(seconds).unwrap_or(u32::MAX).max(1));
        // The least n with seconds^4 <= 2^n.
        let number = u128::BITS - (seconds.pow(4) - 1).leading_zeros();
        Self(u8::try_from(number).unwrap_or(LAST))
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The step with the number that `text` spells.
    pub fn parse(text: &str) -> Option<Self> {
        let number: u8 = text.parse().ok().filter(|number| *number <= LAST)?;
        (text == number.to_string()).then_some(Self(number))
    }

    /// All steps, the shortest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=LAST).map(Self)
    }

    /// Its middle, on the scale of the steps, in seconds.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 2^32")]
    pub fn seconds(self) -> u64 {
        ((f64::from(self.0) - 0.5) / 4.0).exp2().round().max(1.0) as u64
    }
}

/// What many lengths are like, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Durations {
    /// How many there are.
    pub count: u64,
    /// Half of them are this long or shorter.
    pub median: Option<u64>,
    /// Nine in ten of them are this long or shorter.
    pub p90: Option<u64>,
}

impl Durations {
    /// Reads them from counts, which are in the order of the steps.
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
