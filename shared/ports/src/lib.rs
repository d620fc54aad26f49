//! The ports: one trait per capability that the functions need, named after the need and not after the technology.
//!
//! The trait bounds of a handler list what it may do, and `template.yaml` grants its function exactly that. HTTP, AWS
//! and wire formats do not belong in this crate.

pub mod accounts;
pub mod alipay;
pub mod audit;
pub mod bulk;
pub mod case_lists;
pub mod cases;
pub mod closing;
pub mod codes;
#[cfg(feature = "fakes")]
pub mod conformance;
pub mod evidence;
pub mod exports;
#[cfg(feature = "fakes")]
pub mod fakes;
pub mod idempotency;
pub mod log_in;
pub mod match_keys;
pub mod messages;
pub mod notifications;
pub mod numbers;
pub mod people;
pub mod pictures;
pub mod queues;
pub mod redrive;
pub mod secrets;
pub mod staff;
pub mod statistics;
pub mod windows;
pub mod workflow;

use std::{error::Error, fmt};

use domain::moment::Moment;
use ulid::Ulid;

/// Why a call to a port failed.
#[derive(thiserror::Error)]
pub enum PortError {
    /// The data changed since it was read, or already exists: nothing was written.
    #[error("the write met another one")]
    Conflict,
    /// The service does not respond or throttles: the same call may succeed later.
    #[error("a service we need does not answer")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// Stored data cannot be read.
    #[error("a stored item cannot be read: {0}")]
    Corrupt(String),
    /// Any other error: our mistake.
    #[error("a call failed")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

/// The chain of causes as text, for the log. The derived form would print whole responses of services.
impl fmt::Debug for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_causes(self, f)
    }
}

/// Writes an error and its causes as text.
pub(crate) fn write_causes(error: &dyn Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(f, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}

/// The result of a port call.
pub type PortResult<T> = Result<T, PortError>;

/// The current time.
pub trait Clock: Sync {
    /// Returns the current time.
    fn now(&self) -> Moment;
}

/// Unpredictable random values.
pub trait Random: Sync {
    /// Returns a new ULID.
    fn ulid(&self) -> Ulid;
    /// Returns a random number, unpredictable enough for a secret code.
    fn number(&self) -> u64;
}
