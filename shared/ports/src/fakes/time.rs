//! A clock that only tests advance, and random values that are the same in each run.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::moment::Moment;
use jiff::SignedDuration;
use ulid::Ulid;

use super::lock;
use crate::{Clock, Random};

/// 2026-11-24T10:00:00+08:00.
const MORNING: i64 = 1_795_485_600_000;

/// A clock that tests set.
#[derive(Debug)]
pub struct FixedClock(Mutex<Moment>);

impl Default for FixedClock {
    fn default() -> Self {
        let start = Moment::new(jiff::Timestamp::UNIX_EPOCH);
        Self(Mutex::new(start.after(SignedDuration::from_millis(MORNING))))
    }
}

impl FixedClock {
    /// Advances the clock.
    pub fn advance(&self, duration: SignedDuration) {
        let mut now = lock(&self.0);
        *now = now.after(duration);
    }

    /// Sets the clock.
    pub fn set(&self, now: Moment) {
        *lock(&self.0) = now;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Moment {
        *lock(&self.0)
    }
}

/// Produces the same values in each run; later ids sort after earlier ones.
#[derive(Debug, Default)]
pub struct SeededChance(AtomicU64);

impl SeededChance {
    /// The number of values so far, and the next pseudorandom number.
    fn next(&self) -> (u64, u64) {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        let mut hasher = DefaultHasher::new();
        count.hash(&mut hasher);
        (count, hasher.finish())
    }
}

impl Random for SeededChance {
    fn ulid(&self) -> Ulid {
        let (count, random) = self.next();
        Ulid::from_parts(MORNING.unsigned_abs() + count, random.into())
    }

    fn number(&self) -> u64 {
        self.next().1
    }
}
