//! Time and chance from the operating system.

use domain::moment::Moment;
use ports::{Clock, Random};
use ulid::Ulid;

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock that everything else asks")]
    fn now(&self) -> Moment {
        Moment::new(jiff::Timestamp::now())
    }
}

/// The operating system's random numbers.
#[derive(Clone, Copy, Debug)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn ulid(&self) -> Ulid {
        Ulid::generate()
    }

    fn number(&self) -> u64 {
        rand::random()
    }
}
