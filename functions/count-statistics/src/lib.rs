//! Cases changed, and the desk's statistics with them.
//!
//! The queue delivers audit entries at least once and in any order. Statistics are sums, so the order does not matter; an
//! entry is marked in the write that counts it, so that it counts once.

use domain::case::AuditEntry;
use events::{SqsBatchResponse, SqsEvent, SqsMessage};
use ports::{
    Clock, PortError, PortResult,
    statistics::{AT_ONCE, CountEntries},
};

/// How often entries are tried that meet others' writes, before the queue delivers them again.
const TRIES: usize = 6;

/// Counts what was delivered. What fails is delivered again, and in the end parked for `admin redrive`.
pub async fn handle(delivery: SqsEvent, table: &impl CountEntries, clock: &impl Clock) -> SqsBatchResponse {
    let mut read: Vec<(AuditEntry, Vec<&SqsMessage>)> = Vec::new();
    for message in &delivery.messages {
        let Some(entry) = message.read::<AuditEntry>() else {
            events::discard_poison("count-statistics", message, clock.now());
            continue;
        };
        // why: a transaction may write an item once, and a delivery may have an entry twice.
        let is_same =
            |(known, _): &&mut (AuditEntry, _)| (known.case, known.version) == (entry.case, entry.version);
        match read.iter_mut().find(is_same) {
            Some((_, messages)) => messages.push(message),
            None => read.push((entry, vec![message])),
        }
    }
    let mut again = SqsBatchResponse::default();
    for some in read.chunks(AT_ONCE) {
        let entries = some.iter().map(|(entry, _)| entry.clone()).collect();
        if let Err(error) = count(entries, table).await {
            tracing::warn!(entries = some.len(), ?error, "entries are to be counted again");
            some.iter().flat_map(|(_, messages)| messages).for_each(|message| again.add(message));
        }
    }
    again
}

/// Counts those of the entries that were not counted before.
async fn count(mut entries: Vec<AuditEntry>, table: &impl CountEntries) -> PortResult<()> {
    for _ in 0..TRIES {
        if entries.is_empty() {
            return Ok(());
        }
        match table.count_entries(&entries).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(counted)) => {
                let mut counted = counted.into_iter();
                entries.retain(|_| !counted.next().unwrap_or(false));
            }
            // Another delivery has one of them, or one of their counters, at this moment.
            Err(PortError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    if entries.is_empty() { Ok(()) } else { Err(PortError::Conflict) }
}
