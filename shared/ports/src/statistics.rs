//! Statistics of the review, stored in counters.

use domain::{
    case::AuditEntry,
    divisions::Division,
    ids::{AccountId, CaseKind},
    statistics::{Statistics, StatisticsScope},
};

use crate::{PortResult, audit::ScanPlace};

/// Number of counters per place. The case's owner selects the counter, so that concurrent writes for one county rarely
/// conflict. A change of this number requires a recount of all statistics.
pub const SHARDS: u8 = 4;

/// Identifies a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CounterId {
    /// The division and kind of case that it counts.
    pub place: StatisticsScope,
    /// The index of the counter within that place, below [`SHARDS`].
    pub shard: u8,
}

impl CounterId {
    /// The counter of a place for the cases of that account.
    pub fn of(place: StatisticsScope, owner: AccountId) -> Self {
        let shard = owner.ulid().random() % u128::from(SHARDS);
        Self { place, shard: u8::try_from(shard).unwrap_or_default() }
    }
}

/// A counter.
#[derive(Clone, Debug, PartialEq)]
pub struct Counter {
    /// The counter's id.
    pub id: CounterId,
    /// Counts the writes to the counter; 0 if it does not exist.
    pub version: u64,
    /// The counts.
    pub statistics: Statistics,
}

/// Counts audit entries.
pub trait CountEntries: Sync {
    /// Adds the entries to the statistics and marks them as counted, all or nothing. Accepts at most [`AT_ONCE`]
    /// entries without duplicates.
    ///
    /// The inner error shows which entries were counted before or no longer exist; then nothing was written.
    /// `Conflict`: a concurrent write changed the same items; nothing was written.
    fn count_entries(
        &self,
        entries: &[AuditEntry],
    ) -> impl Future<Output = PortResult<Result<(), Vec<bool>>>> + Send;
}

/// Maximum number of entries per write: with two counters for each entry, that is 75 of the 100 writes that one
/// transaction may have, and the longest entries (110 KB) stay below its limit of 4 MB.
pub const AT_ONCE: usize = 25;

/// Reads statistics.
pub trait LoadStatistics: Sync {
    /// Returns the statistics of the division and all divisions in it, slightly delayed. A division may be returned
    /// several times.
    fn load_statistics(
        &self,
        division: Division,
        kind: Option<CaseKind>,
    ) -> impl Future<Output = PortResult<Vec<(Division, Statistics)>>> + Send;
}

/// A stored audit entry.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEntry {
    /// The entry; `None` if it cannot be read.
    pub entry: Option<AuditEntry>,
    /// Whether it was counted.
    pub is_counted: bool,
}

/// Finds all audit entries by reading the whole table. Not for use in requests.
pub trait ScanEntries: Sync {
    /// Returns some entries, and the position to continue at.
    fn scan_entries(
        &self,
        after: Option<ScanPlace>,
    ) -> impl Future<Output = PortResult<(Vec<StoredEntry>, Option<ScanPlace>)>> + Send;
}

/// Corrects counters, for the administrator's command.
pub trait MendCounters: Sync {
    /// Returns the current value of all counters.
    fn list_counters(&self) -> impl Future<Output = PortResult<Vec<Counter>>> + Send;

    /// Adds what is missing to a counter; `Conflict` if it changed since it was read.
    fn mend_counter(
        &self,
        read: &Counter,
        missing: &Statistics,
    ) -> impl Future<Output = PortResult<()>> + Send;
}
