//! Every entry counts once, however often, in whatever order and beside whatever else it is delivered.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use count_statistics::handle;
use domain::{
    case::{Actor, AuditEntry, Command, Decision},
    ids::{CaseId, ReviewerId},
    statistics::{Delta, Measure, StateBucket, Statistics},
};
use events::{SqsBatchResponse, SqsEvent};
use ports::{
    Random,
    fakes::{Failure, Fakes, How, When, each_failure},
    statistics::CounterId,
};
use serde_json::{Value, json};

/// Three people who handed in; the first one's case was approved. Their entries, oldest first.
async fn scene(fakes: &Fakes) -> Vec<AuditEntry> {
    let first = fakes.submitted(1).await;
    for number in [2, 3] {
        fakes.submitted(number).await;
    }
    approve(fakes, first).await;
    fakes.table.look().history.values().cloned().collect()
}

async fn approve(fakes: &Fakes, case: CaseId) {
    let reviewer = Actor::Reviewer(ReviewerId::new(fakes.chance.ulid()));
    fakes.follow(case, &Command::Claim, &reviewer).await;
    fakes.follow(case, &Command::Decide(Decision::Approve), &reviewer).await;
}

async fn deliver(fakes: &Fakes, entries: &[AuditEntry]) -> SqsBatchResponse {
    deliver_bodies(fakes, entries.iter().map(|entry| serde_json::to_string(entry).unwrap())).await
}

async fn deliver_bodies(fakes: &Fakes, bodies: impl Iterator<Item = String>) -> SqsBatchResponse {
    let messages =
        bodies.enumerate().map(|(number, body)| json!({"messageId": number.to_string(), "body": body}));
    let delivery: SqsEvent = serde_json::from_value(json!({"Records": messages.collect::<Value>()})).unwrap();
    handle(delivery, &fakes.table, &fakes.clock).await
}

/// Asserts that the counters have what the entries add up to, and that all are marked.
fn assert_counted(fakes: &Fakes, entries: &[AuditEntry]) {
    let stored = fakes.table.look();
    let mut expected = std::collections::HashMap::<CounterId, Statistics>::new();
    for entry in entries {
        assert!(stored.counted.contains(&(entry.case, entry.version)), "{:?} is not marked", entry.event);
        for (place, statistics) in Delta::of(entry).iter() {
            expected.entry(CounterId::of(*place, entry.case.owner)).or_default().merge(statistics);
        }
    }
    let counters = stored.counters.iter().map(|(id, (_, statistics))| (*id, statistics.clone())).collect();
    assert_eq!(expected, counters);
}

#[tokio::test]
async fn what_is_delivered_once_or_often_counts_once() {
    let fakes = Fakes::new();
    let entries = scene(&fakes).await;
    assert_eq!(deliver(&fakes, &entries[..4]).await, SqsBatchResponse::default());
    assert_counted(&fakes, &entries[..4]);
    assert_eq!(deliver(&fakes, &[&entries[..], &entries[2..]].concat()).await, SqsBatchResponse::default());
    assert_counted(&fakes, &entries);
    let before: Vec<_> = fakes.table.look().counters.values().cloned().collect();
    assert_eq!(deliver(&fakes, &entries).await, SqsBatchResponse::default());
    let after: Vec<_> = fakes.table.look().counters.values().cloned().collect();
    assert_eq!(before, after, "not even written");

    let approved = |statistics: &Statistics| statistics.count(Measure::StateBucket(StateBucket::Approved));
    let all: u64 = fakes.table.look().counters.values().map(|(_, statistics)| approved(statistics)).sum();
    assert_eq!(all, 4, "three requests for verification and a collection");
}

#[tokio::test]
async fn the_order_does_not_matter() {
    let fakes = Fakes::new();
    let mut entries = scene(&fakes).await;
    entries.reverse();
    for entry in &entries {
        assert_eq!(deliver(&fakes, std::slice::from_ref(entry)).await, SqsBatchResponse::default());
    }
    assert_counted(&fakes, &entries);
}

#[tokio::test]
async fn many_entries_are_counted_by_several_writes() {
    let fakes = Fakes::new();
    for number in 1..=12 {
        let case = fakes.submitted(number).await;
        approve(&fakes, case).await;
    }
    let entries: Vec<_> = fakes.table.look().history.values().cloned().collect();
    fakes.script.take_calls();
    assert_eq!(deliver(&fakes, &entries).await, SqsBatchResponse::default());
    assert_eq!(fakes.script.take_calls(), ["count_entries"; 3], "{} entries", entries.len());
    assert_counted(&fakes, &entries);
}

#[tokio::test]
async fn what_cannot_be_read_or_is_gone_holds_nobody_up() {
    let fakes = Fakes::new();
    let entries = scene(&fakes).await;
    let gone = fakes.table.look().history.remove(&(entries[0].case, entries[0].version)).unwrap();
    let bodies = ["nothing".to_owned(), serde_json::to_string(&gone).unwrap()];
    let sound = entries[1..].iter().map(|entry| serde_json::to_string(entry).unwrap());
    assert_eq!(deliver_bodies(&fakes, bodies.into_iter().chain(sound)).await, SqsBatchResponse::default());
    assert_counted(&fakes, &entries[1..]);
}

#[tokio::test]
async fn two_deliveries_at_once_count_once() {
    let fakes = Fakes::new();
    let entries = scene(&fakes).await;
    let late = [entries.last().unwrap().clone()];
    let (one, other) = tokio::join!(deliver(&fakes, &entries), deliver(&fakes, &late));
    assert_eq!((one, other), (SqsBatchResponse::default(), SqsBatchResponse::default()));
    assert_counted(&fakes, &entries);
}

#[tokio::test]
async fn who_meets_another_write_tries_again_at_once() {
    let fakes = Fakes::new();
    let entries = scene(&fakes).await;
    fakes.script.arm(Failure { call: 1, when: When::Before, how: How::Conflict });
    assert_eq!(deliver(&fakes, &entries).await, SqsBatchResponse::default());
    assert_counted(&fakes, &entries);
}

#[tokio::test]
async fn whatever_fails_the_messages_come_again_and_count_once() {
    let failed = each_failure(async |fakes, failure| {
        let entries = scene(fakes).await;
        fakes.script.arm(failure);
        let first = deliver(fakes, &entries).await;
        let failed = fakes.script.disarm();
        let expected = if failed.is_some() && failure.how != How::Conflict { entries.len() } else { 0 };
        assert_eq!(first.messages().count(), expected, "{failure:?}");
        assert_eq!(deliver(fakes, &entries).await, SqsBatchResponse::default());
        assert_counted(fakes, &entries);
        failed
    })
    .await;
    assert_eq!(failed, ["count_entries"]);
}
