//! What the functions need from the outside: one trait per capability, named by the need and not by the store.
//!
//! The bounds on a handler are the list of what it may do; `template.yaml` grants its function just that.
//! HTTP, AWS and JSON on the wire do not belong here.

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

/// Why something outside did not do what was asked.
#[derive(thiserror::Error)]
pub enum PortError {
    /// Something changed in between, or is there already: nothing was written.
    #[error("the write met another one")]
    Conflict,
    /// It does not answer, or asks to slow down: the same call may go through later.
    #[error("a service we need does not answer")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// What is stored cannot be read.
    #[error("a stored item cannot be read: {0}")]
    Corrupt(String),
    /// Anything else: our fault.
    #[error("a call failed")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

/// The chain of causes in words, as the runtime logs it. The derived form would print whole answers of services.
impl fmt::Debug for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_causes(self, f)
    }
}

/// An error with its causes, in words.
pub(crate) fn write_causes(error: &dyn Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(f, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}

/// What a port answers.
pub type PortResult<T> = Result<T, PortError>;

/// Tells the time.
pub trait Clock: Sync {
    /// Now.
    fn now(&self) -> Moment;
}

/// Makes what nobody can guess.
pub trait Random: Sync {
    /// A fresh ULID.
    fn ulid(&self) -> Ulid;
    /// A random number, good enough for a code that is worth guessing.
    fn number(&self) -> u64;
}
