//! What was written reaches everybody who follows it, whatever fails on the way.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use std::time::Duration;

use domain::case::Event;
use fan_out_stream::{WriteEvents, handle};
use ports::{
    PortError,
    fakes::{Fakes, each_failure},
};
use serde_json::{Value, json};

/// A claim, a return, and requests for an export and a list.
const WRITES: &str = include_str!("../../../events/dynamodb-writes.json");
const CASE: &str = include_str!("../../../events/dynamodb-case-submitted.json");

const DELAY: Duration = Duration::from_secs(75);

async fn deliver(fakes: &Fakes, texts: &[&str]) -> Result<(), PortError> {
    let mut events = WriteEvents::default();
    for text in texts {
        events.records.extend(serde_json::from_str::<WriteEvents>(text).unwrap().records);
    }
    handle(events, &fakes.queues, &fakes.clock, DELAY).await
}

/// How much reached each queue: notifications, statistics, exports, lists.
fn passed_on(fakes: &Fakes) -> [usize; 4] {
    let queues = &fakes.queues;
    [
        queues.notifications().len(),
        queues.statistics().len(),
        queues.exports().len(),
        queues.case_lists().len(),
    ]
}

#[tokio::test]
async fn entries_go_to_two_queues_and_requests_for_files_to_one_each() {
    let fakes = Fakes::new();
    deliver(&fakes, &[WRITES]).await.unwrap();
    let statistics = fakes.queues.statistics();
    assert_eq!(
        statistics.iter().map(|entry| entry.event).collect::<Vec<_>>(),
        [Event::Claimed, Event::Returned]
    );
    assert_eq!(
        (statistics[0].version, statistics[0].lasted, statistics[1].lasted),
        (8, Some(612), Some(230))
    );
    let notifications = fakes.queues.notifications();
    assert_eq!(
        notifications.iter().map(|notification| notification.entry.clone()).collect::<Vec<_>>(),
        statistics
    );
    let exports = fakes.queues.exports();
    assert_eq!((exports.len(), exports[0].owner), (1, statistics[0].case.owner));
    let case_lists = fakes.queues.case_lists();
    assert_eq!((case_lists.len(), case_lists[0].asked.filter.overdue), (1, Some(true)));
}

#[tokio::test]
async fn requests_for_verification_that_were_handed_in_go_to_whoever_reads_cards() {
    let fakes = Fakes::new();
    // The return becomes a submission; the claim stays one.
    let collection = WRITES.replace("\"returned\"", "\"submitted\"");
    let [first, again] = ["submitted", "resubmitted"].map(|event| {
        WRITES.replace("\"collection-", "\"real-name-").replace("\"returned\"", &format!("\"{event}\""))
    });
    let claimed = WRITES.replace("\"collection-", "\"real-name-");
    deliver(&fakes, &[WRITES, &collection, &claimed]).await.unwrap();
    assert_eq!(fakes.queues.cards(), []);
    deliver(&fakes, &[&first, &again]).await.unwrap();
    let cards = fakes.queues.cards();
    assert_eq!(cards.len(), 2);
    assert_eq!(
        (cards[0].case.to_string(), cards[0].version),
        ("real-name-01M86GWM5PT46713QE57XYE37A".to_owned(), 9)
    );
    assert_eq!(cards[1], cards[0]);
}

#[tokio::test]
async fn whatever_changes_what_a_case_shows_goes_to_whoever_indexes_it() {
    let fakes = Fakes::new();
    deliver(&fakes, &[WRITES]).await.unwrap();
    assert_eq!(fakes.queues.match_keys(), [], "a claim and a return change nothing");
    for (count, event) in ["submitted", "resubmitted", "withdrawn", "discarded"].iter().enumerate() {
        deliver(&fakes, &[&WRITES.replace("\"returned\"", &format!("\"{event}\""))]).await.unwrap();
        assert_eq!(fakes.queues.match_keys().len(), count + 1, "{event}");
    }
}

#[tokio::test]
async fn decisions_are_held_back_and_nothing_else_is() {
    let fakes = Fakes::new();
    let [approved, rejected] =
        ["approved", "rejected"].map(|event| WRITES.replace("\"returned\"", &format!("\"{event}\"")));
    deliver(&fakes, &[WRITES, &approved, &rejected]).await.unwrap();
    for notification in fakes.queues.notifications() {
        let expected = if notification.entry.event == Event::Claimed { Duration::ZERO } else { DELAY };
        assert_eq!(notification.delay, expected, "{:?}", notification.entry.event);
    }
}

#[tokio::test]
async fn what_nobody_follows_is_passed_over() {
    let fakes = Fakes::new();
    let changed = WRITES.replace("\"INSERT\"", "\"MODIFY\"");
    let removed = WRITES.replace("\"INSERT\"", "\"REMOVE\"").replace("\"NewImage\"", "\"OldImage\"");
    deliver(&fakes, &[CASE, &changed, &removed]).await.unwrap();
    assert!(fakes.script.take_calls().is_empty());
}

#[tokio::test]
async fn a_write_that_cannot_be_read_holds_nobody_up() {
    for (sound, unreadable) in [
        ("\"claimed\"", "\"lost\""),
        ("\"NewImage\"", "\"NoImage\""),
        ("2026-11-24T18:30:12.000+08:00", "yesterday"),
        ("\"xpt_", "\"exp_"),
        ("\"ros_", "\"exp_"),
    ] {
        let fakes = Fakes::new();
        let unreadable = WRITES.replace(sound, unreadable);
        assert_ne!(unreadable, WRITES);
        deliver(&fakes, &[&unreadable, WRITES]).await.unwrap();
        let [notifications, statistics, exports, case_lists] = passed_on(&fakes);
        assert!(notifications >= 2 && statistics >= 2 && exports >= 1 && case_lists >= 1, "{sound}");
        assert!(notifications + statistics + exports + case_lists < 12, "{sound}");
    }
}

#[tokio::test]
async fn whatever_fails_the_batch_comes_again_and_nothing_is_lost() {
    // The return becomes a request for verification that was handed in.
    let writes = WRITES.replace("\"collection-", "\"real-name-").replace("\"returned\"", "\"submitted\"");
    let failed = each_failure(async |fakes, failure| {
        fakes.script.arm(failure);
        let first = deliver(fakes, &[&writes]).await;
        let failed = fakes.script.disarm();
        assert_eq!(first.is_err(), failed.is_some());
        deliver(fakes, &[&writes]).await.unwrap();
        let whole = passed_on(fakes);
        assert!(!fakes.queues.cards().is_empty() && !fakes.queues.match_keys().is_empty());
        assert!(whole[0] >= 2 && whole[1] >= 2 && whole[2] >= 1 && whole[3] >= 1, "{whole:?}");
        failed
    })
    .await;
    let queues = [
        "pass_to_exports",
        "pass_to_rosters",
        "pass_to_cards",
        "pass_to_materials",
        "pass_to_figures",
        "pass_to_notifications",
    ];
    assert_eq!(failed, queues);
}

#[tokio::test]
async fn who_holds_a_number_is_settled_once_an_approval_cannot_be_taken_back() {
    let fakes = Fakes::new();
    let settlement = |way: &str| {
        let item = json!({
            "type": {"S": "number-settlement"}, "account": {"S": "acc_01M86GWM5PT46713QE57XYE37A"},
            "way": {"S": way}, "at": {"S": "2026-11-24T10:00:00.000+08:00"},
        });
        let mut event: Value = serde_json::from_str(WRITES).unwrap();
        event["Records"].as_array_mut().unwrap().truncate(1);
        event["Records"][0]["dynamodb"]["NewImage"] = item;
        event.to_string()
    };
    deliver(&fakes, &[&settlement("online"), &settlement("alipay"), WRITES]).await.unwrap();
    let held = fakes.queues.numbers();
    assert_eq!(held.iter().map(|held| held.delay).collect::<Vec<_>>(), [DELAY, Duration::ZERO]);
    assert!(held.iter().all(|held| held.settlement.lost.is_empty()));
    assert_eq!(fakes.queues.statistics().len(), 2, "it is no entry of a history");
}
