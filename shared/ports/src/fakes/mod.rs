//! In-memory ports: small, but with the same conditions as the real ones, so that a race has the same loser.
//! `crate::conformance` runs the same suite on [`MemoryTable`] and on the adapter.
//!
//! Every call goes through one [`Script`], which lets concurrent calls go first, records the call, and can make it
//! fail.

mod alipay;
mod keys;
mod objects;
mod queues;
mod scene;
mod script;
mod sent;
mod table;
mod time;
mod users;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use alipay::MemoryAlipay;
pub use keys::PlainKeys;
pub use objects::MemoryObjects;
pub use queues::MemoryQueues;
pub use scene::{CAPTCHA_ANSWER, COUNTY, MOBILE, PASSWORD, body, typed};
pub use script::{Failure, How, Script, When, each_failure};
pub use sent::{MemoryWorkflow, Outgoing};
pub use table::{MemoryTable, Stored, StoredCase, StoredClosing, StoredNumber};
pub use time::{FixedClock, SeededChance};
pub use users::MemoryUsers;

/// All ports of one test environment.
#[derive(Debug)]
pub struct Fakes {
    /// The script that every call goes through.
    pub script: Arc<Script>,
    /// The table.
    pub table: MemoryTable,
    /// The users.
    pub users: MemoryUsers,
    /// The keys.
    pub keys: PlainKeys,
    /// The pictures in both buckets.
    pub objects: MemoryObjects,
    /// The items that were enqueued.
    pub queues: MemoryQueues,
    /// The messages that were sent.
    pub outgoing: Outgoing,
    /// Alipay.
    pub alipay: MemoryAlipay,
    /// The state machine.
    pub workflow: MemoryWorkflow,
    /// The time.
    pub clock: FixedClock,
    /// Random values.
    pub chance: SeededChance,
}

impl Fakes {
    /// An empty environment, on the morning of 24 November 2026.
    pub fn new() -> Self {
        let script = Arc::new(Script::default());
        Self {
            table: MemoryTable::new(Arc::clone(&script)),
            users: MemoryUsers::new(Arc::clone(&script)),
            keys: PlainKeys::new(Arc::clone(&script)),
            objects: MemoryObjects::new(Arc::clone(&script)),
            queues: MemoryQueues::new(Arc::clone(&script)),
            outgoing: Outgoing::new(Arc::clone(&script)),
            alipay: MemoryAlipay::new(Arc::clone(&script)),
            workflow: MemoryWorkflow::new(Arc::clone(&script)),
            clock: FixedClock::default(),
            chance: SeededChance::default(),
            script,
        }
    }
}

impl Default for Fakes {
    fn default() -> Self {
        Self::new()
    }
}

/// Locks the mutex even if it is poisoned: a failed test must not make others fail.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
