//! The desk's statistics counted anew from the audit entries, and held against the counters.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    error::Error,
};

use clap::Args;
use domain::{
    case::AuditEntry,
    moment::Moment,
    statistics::{Delta, Statistics},
};
use jiff::SignedDuration;
use ports::{
    Clock, PortError, PortResult,
    statistics::{AT_ONCE, CountEntries, Counter, CounterId, MendCounters, ScanEntries},
};

/// How often everything is read before counters that are written all the time are left alone.
const TRIES: usize = 8;

/// How often a write that meets others is tried.
const WRITES: usize = 5;

/// How long an entry may be on its way before it counts as lost: a batch of the stream and a delivery of the queue may
/// each be tried again.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_mins(15);

/// Counts statistics anew.
#[derive(Debug, Args)]
pub(crate) struct Recount {
    /// Count what was not counted, and mend counters that are wrong; without it differences are only shown
    #[arg(long)]
    apply: bool,
}

/// The counters do not have what the entries add up to.
#[derive(Debug, thiserror::Error)]
#[error("the figures are not what the audit entries add up to\n{}", .0.join("\n"))]
struct Wrong(Vec<String>);

/// What the command may do with the table.
pub(crate) trait StatisticsTable: ScanEntries + MendCounters + CountEntries {}

impl<T: ScanEntries + MendCounters + CountEntries> StatisticsTable for T {}

/// Says whether the counters have what the entries add up to; an error names what differs.
pub(crate) async fn recount(
    table: &impl StatisticsTable,
    clock: &impl Clock,
    recount: &Recount,
) -> Result<String, Box<dyn Error>> {
    let mut said = Vec::new();
    if recount.apply {
        let counted = count_missing(table).await?;
        said.push(format!("entries counted that had not been: {counted}"));
        let found = compare(table, clock).await?;
        for (counter, missing) in &found.wrong {
            match table.mend_counter(counter, missing).await {
                Ok(()) => said.push(format!("mended {}", line(counter.id, missing))),
                // Written since it was read: what is below says whether it is still wrong.
                Err(PortError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    let found = compare(table, clock).await?;
    let faults = found.faults();
    said.extend(found.lines());
    if faults.is_empty() {
        return Ok(said.join("\n") + "\n");
    }
    Err(Wrong(faults.into_iter().chain(said).collect()).into())
}

/// Counts the entries that were not counted, by the write that counts them as they come: one that is being delivered at the
/// same moment counts once all the same.
async fn count_missing(table: &(impl ScanEntries + CountEntries)) -> PortResult<usize> {
    let (mut place, mut counted) = (None, 0);
    loop {
        let (found, next) = table.scan_entries(place).await?;
        let missing = found.into_iter().filter(|stored| !stored.is_counted);
        let missing: Vec<AuditEntry> = missing.filter_map(|stored| stored.entry).collect();
        for some in missing.chunks(AT_ONCE) {
            counted += count(some.to_vec(), table).await?;
        }
        match next {
            None => return Ok(counted),
            next => place = next,
        }
    }
}

/// Counts those of the entries that nobody counted meanwhile; how many they were.
async fn count(mut entries: Vec<AuditEntry>, table: &impl CountEntries) -> PortResult<usize> {
    for _ in 0..WRITES {
        if entries.is_empty() {
            return Ok(0);
        }
        match table.count_entries(&entries).await {
            Ok(Ok(())) => return Ok(entries.len()),
            Ok(Err(counted)) => {
                let mut counted = counted.into_iter();
                entries.retain(|_| !counted.next().unwrap_or(false));
            }
            Err(PortError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    if entries.is_empty() { Ok(0) } else { Err(PortError::Conflict) }
}

/// What a comparison found.
#[derive(Default)]
struct Found {
    /// Entries that were read and counted, in the last reading.
    counted: usize,
    /// Entries that are on their way to be counted.
    on_their_way: usize,
    /// Entries that nobody counts any more.
    lost: Vec<(Moment, String)>,
    /// Entries that cannot be read.
    unreadable: usize,
    /// Counters that have what they should have.
    right: usize,
    /// Counters that have not, and what they lack.
    wrong: Vec<(Counter, Statistics)>,
    /// Counters that were written each time they were read.
    moving: Vec<CounterId>,
}

/// Holds the counters against the entries that are marked as counted.
///
/// Mark and counter are written by one transaction, which also raises the counter's version. A counter that has the same
/// version before and after all entries were read was not written meanwhile: the entries that are marked are those that
/// it has. Counters of other versions are compared when everything is read again. As a reading is not one moment (a
/// transaction may be seen half), a counter is wrong only if the next reading finds the same of the same version.
async fn compare(table: &(impl ScanEntries + MendCounters), clock: &impl Clock) -> PortResult<Found> {
    let mut settled: HashSet<CounterId> = HashSet::new();
    let mut suspects: HashMap<CounterId, (u64, Statistics)> = HashMap::new();
    let mut found = Found::default();
    for _ in 0..TRIES {
        let before = counters(table).await?;
        let (read, mut expected) = read_entries(table, clock.now()).await?;
        let after = counters(table).await?;
        found = Found { right: found.right, wrong: found.wrong, ..read };
        for id in after.keys() {
            expected.entry(*id).or_default();
        }
        for (id, expected) in expected {
            if settled.contains(&id) {
                continue;
            }
            let none = || Counter { id, version: 0, statistics: Statistics::default() };
            let counter = after.get(&id).cloned().unwrap_or_else(none);
            if counter.version != before.get(&id).map_or(0, |counter| counter.version) {
                suspects.remove(&id);
                found.moving.push(id);
                continue;
            }
            let missing = expected.minus(&counter.statistics);
            if missing.is_empty() {
                settled.insert(id);
                found.right += 1;
            } else if suspects.get(&id) == Some(&(counter.version, missing.clone())) {
                settled.insert(id);
                found.wrong.push((counter, missing));
            } else {
                suspects.insert(id, (counter.version, missing));
                found.moving.push(id);
            }
        }
        if found.moving.is_empty() {
            break;
        }
    }
    found.wrong.sort_by_key(|(counter, missing)| line(counter.id, missing));
    Ok(found)
}

async fn counters(table: &impl MendCounters) -> PortResult<HashMap<CounterId, Counter>> {
    Ok(table.list_counters().await?.into_iter().map(|counter| (counter.id, counter)).collect())
}

/// Reads all entries: what those that are marked add up to, and how many are not.
async fn read_entries(
    table: &impl ScanEntries,
    now: Moment,
) -> PortResult<(Found, HashMap<CounterId, Statistics>)> {
    let (mut found, mut sums) = (Found::default(), HashMap::<CounterId, Statistics>::new());
    let mut place = None;
    loop {
        let (entries, next) = table.scan_entries(place).await?;
        for stored in entries {
            let Some(entry) = stored.entry else {
                found.unreadable += 1;
                continue;
            };
            if stored.is_counted {
                found.counted += 1;
                for (place, statistics) in Delta::of(&entry).iter() {
                    sums.entry(CounterId::of(*place, entry.case.owner)).or_default().merge(statistics);
                }
            } else if entry.at.after(ON_ITS_WAY) > now {
                found.on_their_way += 1;
            } else {
                found.lost.push((entry.at, format!("{} version {}", entry.case, entry.version)));
            }
        }
        match next {
            None => return Ok((found, sums)),
            next => place = next,
        }
    }
}

/// Which counter, and what it lacks: `110101 collection 2: open +1, w24 -1`.
fn line(id: CounterId, missing: &Statistics) -> String {
    let counts: Vec<String> =
        missing.iter().map(|(measure, count)| format!("{} {count:+}", measure.name())).collect();
    format!("{}: {}", name(id), counts.join(", "))
}

fn name(id: CounterId) -> String {
    format!("{} {} {}", id.place.division.code(), id.place.kind.as_str(), id.shard)
}

impl Found {
    /// What is not as it should be.
    fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> =
            self.wrong.iter().map(|(counter, missing)| line(counter.id, missing)).collect();
        if let Some((at, entry)) = self.lost.iter().min() {
            faults.push(format!(
                "entries that nobody counted: {}, the oldest of {at}: {entry}",
                self.lost.len()
            ));
        }
        if self.unreadable > 0 {
            faults.push(format!("entries that cannot be read: {}", self.unreadable));
        }
        let moving: BTreeSet<String> = self.moving.iter().map(|id| name(*id)).collect();
        if let Some(first) = moving.first() {
            faults.push(format!(
                "counters that were written each time they were read: {}, such as {first}; try again when less is done",
                moving.len()
            ));
        }
        faults
    }

    /// What there is to say all the same.
    fn lines(&self) -> Vec<String> {
        let right = format!("counters that are right: {}, entries in them: {}", self.right, self.counted);
        let on_their_way = format!("entries on their way to be counted: {}", self.on_their_way);
        [Some(right), (self.on_their_way > 0).then_some(on_their_way)].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        case::{Actor, Command, Decision},
        divisions::Division,
        ids::{CaseId, CaseKind, ReviewerId},
        statistics::{Measure, StateBucket, StatisticsScope},
    };
    use ports::{
        cases::LoadCase,
        fakes::{Fakes, MemoryTable},
    };
    use ulid::Ulid;

    use super::*;

    fn reviewer() -> Actor {
        Actor::Reviewer(ReviewerId::new(Ulid(1)))
    }

    fn open(count: i64) -> Statistics {
        Statistics::one(Measure::StateBucket(StateBucket::Open), count)
    }

    /// Three people who handed in, one of whom was approved; everything is counted, an hour ago.
    async fn scene() -> (Fakes, CaseId) {
        let fakes = Fakes::new();
        let case = fakes.submitted(1).await;
        for number in [2, 3] {
            fakes.submitted(number).await;
        }
        fakes.follow(case, &Command::Claim, &reviewer()).await;
        fakes.follow(case, &Command::Decide(Decision::Approve), &reviewer()).await;
        count_missing(&fakes.table).await.unwrap();
        fakes.clock.advance(SignedDuration::from_hours(1));
        fakes.script.take_calls();
        (fakes, case)
    }

    async fn run(fakes: &Fakes, apply: bool) -> Result<String, String> {
        let asked = Recount { apply };
        recount(&fakes.table, &fakes.clock, &asked).await.map_err(|error| error.to_string())
    }

    /// Somebody writes to a counter by hand.
    fn spoil(table: &MemoryTable, by: i64) -> CounterId {
        let mut stored = table.look();
        let (id, (version, statistics)) = stored.counters.iter_mut().next().unwrap();
        *version += 1;
        statistics.merge(&open(by));
        *id
    }

    #[tokio::test]
    async fn what_was_counted_as_it_came_is_right() {
        let (fakes, _) = scene().await;
        let report = run(&fakes, false).await.unwrap();
        assert!(report.ends_with("entries in them: 14\n"), "{report}");
        assert_eq!(fakes.script.take_calls().iter().filter(|call| **call == "list_counters").count(), 2);
    }

    #[tokio::test]
    async fn a_spoilt_counter_is_named_and_mended_and_nothing_else_is_written() {
        let (fakes, _) = scene().await;
        let whole = fakes.table.look().counters.clone();
        let id = spoil(&fakes.table, 5);
        let spoilt = fakes.table.look().counters.clone();
        let report = run(&fakes, false).await.unwrap_err();
        assert!(report.contains(&format!("{}: open -5\n", name(id))), "{report}");
        assert_eq!(fakes.table.look().counters, spoilt, "it only looked");

        let report = run(&fakes, true).await.unwrap();
        assert!(report.contains(&format!("mended {}: open -5\n", name(id))), "{report}");
        for (id, (_, statistics)) in &fakes.table.look().counters {
            assert_eq!(statistics, &whole[id].1);
        }
        run(&fakes, false).await.unwrap();
    }

    #[tokio::test]
    async fn a_counter_that_is_gone_is_made_again() {
        let (fakes, _) = scene().await;
        let whole = fakes.table.look().counters.clone();
        fakes.table.look().counters.clear();
        assert!(run(&fakes, false).await.is_err());
        run(&fakes, true).await.unwrap();
        let statistics = |counters: &HashMap<CounterId, (u64, Statistics)>| {
            counters.iter().map(|(id, (_, statistics))| (*id, statistics.clone())).collect::<HashMap<_, _>>()
        };
        assert_eq!(statistics(&fakes.table.look().counters), statistics(&whole));
    }

    #[tokio::test]
    async fn an_entry_on_its_way_is_no_fault_and_a_lost_one_is_counted_once() {
        let (fakes, _) = scene().await;
        fakes.submitted(4).await;
        let report = run(&fakes, false).await.unwrap();
        assert!(report.contains("on their way to be counted: 4\n"), "{report}");
        fakes.clock.advance(SignedDuration::from_hours(1));
        let report = run(&fakes, false).await.unwrap_err();
        assert!(
            report.contains("entries that nobody counted: 4, the oldest of 2026-11-24T11:00"),
            "{report}"
        );
        let report = run(&fakes, true).await.unwrap();
        assert!(report.starts_with("entries counted that had not been: 4\n"), "{report}");
        let report = run(&fakes, true).await.unwrap();
        assert!(report.starts_with("entries counted that had not been: 0\n"), "{report}");
    }

    #[tokio::test]
    async fn what_is_counted_while_everything_is_read_is_compared_when_it_is_read_again() {
        let (fakes, _) = scene().await;
        let late = fakes.submitted(4).await;
        let entries: Vec<AuditEntry> = fakes
            .table
            .look()
            .history
            .range((late, 0)..=(late, u64::MAX))
            .map(|(_, entry)| entry.clone())
            .collect();
        // Counted after the entries were read as not counted, before the counters are read again.
        let table = fakes.table.clone();
        fakes.script.meanwhile("scan_entries", move || {
            let mut stored = table.look();
            for entry in &entries {
                stored.counted.insert((entry.case, entry.version));
                for (place, statistics) in Delta::of(entry).iter() {
                    let counter = stored.counters.entry(CounterId::of(*place, entry.case.owner)).or_default();
                    counter.0 += 1;
                    counter.1.merge(statistics);
                }
            }
        });
        run(&fakes, false).await.unwrap();
        assert!(fakes.script.take_calls().iter().filter(|call| **call == "list_counters").count() > 2);
    }

    #[tokio::test]
    async fn a_counter_that_is_written_before_it_is_mended_is_left_alone() {
        let (fakes, _) = scene().await;
        let id = spoil(&fakes.table, 5);
        let table = fakes.table.clone();
        fakes.script.meanwhile("mend_counter", move || {
            table.look().counters.get_mut(&id).unwrap().0 += 1;
        });
        let report = run(&fakes, true).await.unwrap_err();
        assert!(report.contains(&format!("{}: open -5", name(id))) && !report.contains("mended"), "{report}");
        assert!(run(&fakes, true).await.unwrap().contains("mended"));
    }

    /// As if a transaction were seen half: the counter that it wrote, and not yet the mark.
    #[tokio::test]
    async fn a_difference_that_is_gone_at_the_next_look_is_none() {
        let (fakes, case) = scene().await;
        let version = fakes.table.load_case(case).await.unwrap().unwrap().version;
        fakes.table.look().counted.remove(&(case, version));
        fakes.script.take_calls();
        let mark = async {
            let mut looks = 0;
            while looks < 2 {
                looks += fakes.script.take_calls().iter().filter(|call| **call == "list_counters").count();
                tokio::task::yield_now().await;
            }
            fakes.table.look().counted.insert((case, version));
        };
        let (found, ()) = tokio::join!(compare(&fakes.table, &fakes.clock), mark);
        let found = found.unwrap();
        assert_eq!((found.wrong.len(), found.moving.len(), found.lost.len()), (0, 0, 0));
        assert!(!fakes.script.take_calls().is_empty(), "it looked once more");
    }

    #[test]
    fn counters_that_never_stand_still_are_said() {
        let place =
            StatisticsScope { division: Division::parse("110101").unwrap(), kind: CaseKind::Collection };
        let id = CounterId { place, shard: 2 };
        let found = Found { moving: vec![id, id], ..Found::default() };
        let fault = "counters that were written each time they were read: 1, such as 110101 collection 2";
        assert!(found.faults()[0].starts_with(fault), "{:?}", found.faults());
    }
}
