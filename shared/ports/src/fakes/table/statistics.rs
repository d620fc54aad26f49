//! Statistics, in counters.

use domain::{
    case::AuditEntry,
    divisions::Division,
    ids::{CaseId, CaseKind},
    statistics::{Delta, Statistics},
};

use super::{MemoryTable, Stored};
use crate::{
    PortError, PortResult,
    audit::ScanPlace,
    statistics::{CountEntries, Counter, CounterId, LoadStatistics, MendCounters, ScanEntries, StoredEntry},
};

/// Entries per page of a scan; few, so that tests need several pages.
const PAGE: usize = 3;

fn write(stored: &mut Stored, id: CounterId, statistics: &Statistics) {
    let (version, counter) = stored.counters.entry(id).or_default();
    *version += 1;
    counter.merge(statistics);
}

fn is_counted(stored: &Stored, entry: &AuditEntry) -> bool {
    let key = (entry.case, entry.version);
    !stored.history.contains_key(&key) || stored.counted.contains(&key)
}

impl CountEntries for MemoryTable {
    async fn count_entries(&self, entries: &[AuditEntry]) -> PortResult<Result<(), Vec<bool>>> {
        self.call("count_entries", |stored| {
            let counted: Vec<bool> = entries.iter().map(|entry| is_counted(stored, entry)).collect();
            if counted.contains(&true) {
                return Ok(Err(counted));
            }
            for entry in entries {
                if !stored.counted.insert((entry.case, entry.version)) {
                    return Err(PortError::Internal("an entry twice in one transaction".into()));
                }
            }
            for entry in entries {
                for (place, statistics) in Delta::of(entry).iter() {
                    write(stored, CounterId::of(*place, entry.case.owner), statistics);
                }
            }
            Ok(Ok(()))
        })
        .await
    }
}

impl LoadStatistics for MemoryTable {
    async fn load_statistics(
        &self,
        division: Division,
        kind: Option<CaseKind>,
    ) -> PortResult<Vec<(Division, Statistics)>> {
        self.call("load_figures", |stored| {
            let wanted = |id: &CounterId| {
                division.contains(id.place.division) && kind.is_none_or(|kind| kind == id.place.kind)
            };
            let counters = stored.counters.iter().filter(|(id, _)| wanted(id));
            Ok(counters.map(|(id, (_, statistics))| (id.place.division, statistics.clone())).collect())
        })
        .await
    }
}

impl ScanEntries for MemoryTable {
    async fn scan_entries(
        &self,
        after: Option<ScanPlace>,
    ) -> PortResult<(Vec<StoredEntry>, Option<ScanPlace>)> {
        self.call("scan_entries", |stored| {
            let place = |(case, version): &(CaseId, u64)| format!("{case}#{version:08}");
            let mut all: Vec<_> =
                stored.history.iter().map(|(key, entry)| (place(key), key, entry)).collect();
            all.sort_by(|one, other| one.0.cmp(&other.0));
            all.retain(|(place, ..)| after.as_ref().is_none_or(|after| *place > after.0));
            all.truncate(PAGE);
            let next = all.last().map(|(place, ..)| ScanPlace(place.clone()));
            let found = all.into_iter().map(|(_, key, entry)| StoredEntry {
                entry: Some(entry.clone()),
                is_counted: stored.counted.contains(key),
            });
            Ok((found.collect(), next))
        })
        .await
    }
}

impl MendCounters for MemoryTable {
    async fn list_counters(&self) -> PortResult<Vec<Counter>> {
        self.call("list_counters", |stored| {
            let counters = stored.counters.iter();
            let counters = counters.map(|(id, (version, statistics))| Counter {
                id: *id,
                version: *version,
                statistics: statistics.clone(),
            });
            Ok(counters.collect())
        })
        .await
    }

    async fn mend_counter(&self, read: &Counter, missing: &Statistics) -> PortResult<()> {
        self.call("mend_counter", |stored| {
            let version = stored.counters.get(&read.id).map_or(0, |(version, _)| *version);
            if version != read.version {
                return Err(PortError::Conflict);
            }
            write(stored, read.id, missing);
            Ok(())
        })
        .await
    }
}
