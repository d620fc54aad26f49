//! Statistics of the desk, kept in counters.

use domain::{
    case::AuditEntry,
    divisions::Division,
    ids::{AccountId, CaseKind},
    statistics::{Statistics, StatisticsScope},
};

use crate::{PortResult, audit::ScanPlace};

/// Counters of a place. Four of them take turns by whose case it is, so that writes of one county rarely meet; changing
/// the number needs all statistics counted anew.
pub const SHARDS: u8 = 4;

/// Which counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CounterId {
    /// Whose statistics it counts.
    pub place: StatisticsScope,
    /// Which of that place's.
    pub shard: u8,
}

impl CounterId {
    /// The counter of a place for that person's cases.
    pub fn of(place: StatisticsScope, owner: AccountId) -> Self {
        let shard = owner.ulid().random() % u128::from(SHARDS);
        Self { place, shard: u8::try_from(shard).unwrap_or_default() }
    }
}

/// A counter.
#[derive(Clone, Debug, PartialEq)]
pub struct Counter {
    /// Which.
    pub id: CounterId,
    /// Counts every write to it; 0 for one that there is not.
    pub version: u64,
    /// What it has.
    pub statistics: Statistics,
}

/// Counts audit entries.
pub trait CountEntries: Sync {
    /// Adds what the entries add to statistics and marks them as counted, all or nothing; at most [`AT_ONCE`], none of
    /// them twice.
    ///
    /// The inner error says which of them were counted before, or are gone: then nothing was written. `Conflict`: somebody
    /// else wrote the same at the same moment, and nothing was written.
    fn count_entries(
        &self,
        entries: &[AuditEntry],
    ) -> impl Future<Output = PortResult<Result<(), Vec<bool>>>> + Send;
}

/// Most entries that are counted at once: with two counters for each they are 75 writes of the 100 that one transaction
/// may have, and the longest entries (110 KB) stay under its 4 MB.
pub const AT_ONCE: usize = 25;

/// Reads statistics.
pub trait LoadStatistics: Sync {
    /// Those of the division and of all in it, as they were a moment ago; a division may come several times.
    fn load_statistics(
        &self,
        division: Division,
        kind: Option<CaseKind>,
    ) -> impl Future<Output = PortResult<Vec<(Division, Statistics)>>> + Send;
}

/// An audit entry as it lies there.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredEntry {
    /// The entry, if it can be read.
    pub entry: Option<AuditEntry>,
    /// Whether it was counted.
    pub is_counted: bool,
}

/// Finds all audit entries. It reads the whole table: not for requests.
pub trait ScanEntries: Sync {
    /// Some of them, and where to go on.
    fn scan_entries(
        &self,
        after: Option<ScanPlace>,
    ) -> impl Future<Output = PortResult<(Vec<StoredEntry>, Option<ScanPlace>)>> + Send;
}

/// Mends counters: for the administrator's command.
pub trait MendCounters: Sync {
    /// All counters that there are, as they are now.
    fn list_counters(&self) -> impl Future<Output = PortResult<Vec<Counter>>> + Send;

    /// Adds what is missing to a counter; `Conflict` when it was written since it was read.
    fn mend_counter(
        &self,
        read: &Counter,
        missing: &Statistics,
    ) -> impl Future<Output = PortResult<()>> + Send;
}
