//! Something was written that others follow: it is passed on to their queues.
//!
//! The table's stream has few readers (AWS advises two); a queue has as many as there are queues. Entries of histories go
//! to whoever tells applicants and to whoever counts, of requests for real-name verification that were handed in also to
//! whoever reads cards, and of whatever changes what a case shows to whoever indexes that; requests for files go to whoever makes them. Everything is passed
//! on at least once, in no order: whoever reads a queue has to bear both.

use std::time::Duration;

pub use aws_lambda_events::dynamodb::Event as WriteEvents;
use aws_lambda_events::dynamodb::EventRecord;
use domain::{
    case::{AuditEntry, Event},
    ids::CaseKind,
    real_name::Way,
};
use ports::{
    Clock, PortError,
    case_lists::CaseList,
    evidence::IdCardOcrQueue,
    exports::Export,
    match_keys::SharedEvidenceToIndex,
    numbers::Settlement,
    queues::{
        EnqueueCaseLists, EnqueueExports, EnqueueIdCards, EnqueueNotifications, EnqueueNumbers,
        EnqueueSharedEvidence, EnqueueStatistics, HeldNumber, Notification,
    },
};
use serde::Deserialize;
use telemetry::Metric;

/// What a record of the stream tells.
enum Written {
    /// A case changed.
    Entry(Box<AuditEntry>),
    /// An export was asked for.
    Export(Export),
    /// A list was asked for as a file.
    CaseList(CaseList),
    /// An account came to hold its identity number.
    Number(Settlement),
    /// Nothing that anybody follows. Redriven records are not filtered.
    Other,
    /// Something that cannot be read, and never will be.
    Unreadable,
}

#[derive(Deserialize)]
struct Kind {
    r#type: String,
}

/// Where everything is passed on to.
pub trait Queues:
    EnqueueNotifications
    + EnqueueStatistics
    + EnqueueExports
    + EnqueueCaseLists
    + EnqueueIdCards
    + EnqueueSharedEvidence
    + EnqueueNumbers
{
}

impl<T> Queues for T where
    T: EnqueueNotifications
        + EnqueueStatistics
        + EnqueueExports
        + EnqueueCaseLists
        + EnqueueIdCards
        + EnqueueSharedEvidence
        + EnqueueNumbers
{
}

/// Passes everything on. An error has the whole batch delivered again, halved each time, and in the end parked for
/// `admin redrive`. Decisions are told to applicants `delay` later, and what an approval means for other accounts
/// follows then: a reviewer may take one back until then.
pub async fn handle(
    event: WriteEvents,
    queues: &impl Queues,
    clock: &impl Clock,
    delay: Duration,
) -> Result<(), PortError> {
    let (mut entries, mut exports, mut case_lists) = (Vec::new(), Vec::new(), Vec::new());
    let mut numbers = Vec::new();
    for record in event.records {
        let sequence_number = record.change.sequence_number.clone();
        match read(record) {
            Written::Entry(entry) => entries.push(*entry),
            Written::Export(export) => exports.push(export),
            Written::CaseList(case_list) => case_lists.push(case_list),
            Written::Number(settlement) => {
                let delay = if settlement.way == Way::Online { delay } else { Duration::ZERO };
                numbers.push(HeldNumber { settlement, delay });
            }
            Written::Other => {}
            Written::Unreadable => {
                tracing::error!(sequence_number, "a write that cannot be read was given up on");
                let now = clock.now().as_millisecond();
                telemetry::record(now, &[("Function", "fan-out-stream")], &[(Metric::Poison, 1.0)]);
            }
        }
    }
    if !exports.is_empty() {
        queues.enqueue_exports(&exports).await?;
    }
    if !case_lists.is_empty() {
        queues.enqueue_case_lists(&case_lists).await?;
    }
    if !numbers.is_empty() {
        queues.enqueue_numbers(&numbers).await?;
    }
    let cards: Vec<IdCardOcrQueue> = entries.iter().filter_map(cards).collect();
    if !cards.is_empty() {
        queues.enqueue_id_cards(&cards).await?;
    }
    let match_keys: Vec<SharedEvidenceToIndex> = entries.iter().filter_map(match_keys).collect();
    if !match_keys.is_empty() {
        queues.enqueue_shared_evidence(&match_keys).await?;
    }
    if !entries.is_empty() {
        queues.enqueue_statistics(&entries).await?;
        let notifications =
            entries.into_iter().map(|entry| Notification { delay: held_back(&entry, delay), entry });
        queues.enqueue_notifications(&notifications.collect::<Vec<_>>()).await?;
    }
    Ok(())
}

fn read(record: EventRecord) -> Written {
    if record.event_name != "INSERT" {
        return Written::Other;
    }
    let item = record.change.new_image;
    let Ok(Kind { r#type: kind }) = serde_dynamo::from_item(item.clone()) else { return Written::Unreadable };
    let written = match kind.as_str() {
        "audit-entry" => serde_dynamo::from_item(item).map(|entry| Written::Entry(Box::new(entry))),
        "export" => serde_dynamo::from_item(item).map(Written::Export),
        "roster" => serde_dynamo::from_item(item).map(Written::CaseList),
        "number-settlement" => serde_dynamo::from_item(item).map(Written::Number),
        _ => Ok(Written::Other),
    };
    written.unwrap_or(Written::Unreadable)
}

/// The cards that are to be read after a change, if any are.
fn cards(entry: &AuditEntry) -> Option<IdCardOcrQueue> {
    let handed_in = matches!(entry.event, Event::Submitted | Event::Resubmitted);
    let asked = handed_in && entry.case.kind == CaseKind::RealName;
    asked.then_some(IdCardOcrQueue { case: entry.case, version: entry.version })
}

/// The case that shows something else after a change, if it does.
fn match_keys(entry: &AuditEntry) -> Option<SharedEvidenceToIndex> {
    let changes =
        matches!(entry.event, Event::Submitted | Event::Resubmitted | Event::Withdrawn | Event::Discarded);
    changes.then_some(SharedEvidenceToIndex { case: entry.case })
}

fn held_back(entry: &AuditEntry, delay: Duration) -> Duration {
    let is_decision = matches!(entry.event, Event::Approved | Event::Returned | Event::Rejected);
    if is_decision { delay } else { Duration::ZERO }
}
