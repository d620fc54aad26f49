//! The table's changes start and end waits, however often they are delivered.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use std::num::NonZeroU32;

use domain::{
    case::{State, Waits},
    ids::CaseId,
    moment::Moment,
};
use jiff::SignedDuration;
use ports::{
    PortError,
    fakes::{Fakes, each_failure},
    workflow::TaskToken,
};
use start_review_timer::{CaseEvents, Pace, handle};

const SUBMITTED: &str = include_str!("../../../events/dynamodb-case-submitted.json");
const DECIDED: &str = include_str!("../../../events/dynamodb-case-decided.json");

/// The case of the events.
fn case() -> CaseId {
    CaseId::parse("real-name-01M86GWM5PT46713QE57XYE37A").unwrap()
}

async fn deliver(fakes: &Fakes, texts: &[&str]) -> Result<(), PortError> {
    deliver_at(Pace::default(), fakes, texts).await
}

async fn deliver_at(pace: Pace, fakes: &Fakes, texts: &[&str]) -> Result<(), PortError> {
    let mut events = CaseEvents::default();
    for text in texts {
        events.records.extend(serde_json::from_str::<CaseEvents>(text).unwrap().records);
    }
    handle(events, &fakes.table, &fakes.workflow, &fakes.workflow, &fakes.clock, pace).await
}

/// A world in which the execution waits for its token.
fn waiting(fakes: &Fakes) -> TaskToken {
    let token = TaskToken("token".to_owned());
    fakes.table.look().tokens.insert(case(), (1, token.clone()));
    token
}

#[tokio::test]
async fn a_case_that_moves_while_it_waits_has_a_clock_of_its_own_there() {
    let fakes = Fakes::new();
    let token = waiting(&fakes);
    let mut moved: serde_json::Value = serde_json::from_str(DECIDED).unwrap();
    let case_now = &mut moved["Records"][0]["dynamodb"]["NewImage"]["case"]["M"];
    case_now["state"]["S"] = "SUBMITTED".into();
    case_now["openedVersion"]["N"] = "4".into();
    deliver(&fakes, &[&moved.to_string()]).await.unwrap();
    assert_eq!(fakes.workflow.resumed(), [(token, State::Submitted)], "the clock of before ends");
    assert_eq!(fakes.workflow.started(), [(case(), 4)]);
}

#[tokio::test]
async fn replays_start_one_execution_and_end_it_once() {
    let fakes = Fakes::new();
    let token = waiting(&fakes);
    for texts in [&[SUBMITTED][..], &[SUBMITTED], &[SUBMITTED, DECIDED], &[DECIDED], &[SUBMITTED, DECIDED]] {
        deliver(&fakes, texts).await.unwrap();
    }
    assert_eq!(fakes.workflow.started(), [(case(), 1)]);
    assert_eq!(fakes.workflow.resumed(), [(token, State::Approved)]);
}

/// Tuesday 2026-11-24, 18:16:13.222: when the case of the events was handed in.
fn waits(until_reminder: u32, until_escalation: u32) -> Waits {
    Waits { until_reminder, until_escalation }
}

#[tokio::test]
async fn an_execution_waits_until_two_working_days_are_over_and_then_until_the_third_is() {
    const DAY: u32 = 86_400;
    let share = u32::try_from(case().owner.ulid().random() % 3_600).unwrap();
    let submitted: i64 = 1_795_515_373_222;
    let to = |day: &str| SUBMITTED.replace("2026-11-24T18:16:13.222", day);
    // Handed in on Tuesday, Thursday and Saturday; the clock may start late.
    for (event, hours, expected) in [
        (SUBMITTED.to_owned(), 0, waits(2 * DAY, DAY)),
        (SUBMITTED.to_owned(), 1, waits(2 * DAY - 3_600, DAY)),
        (SUBMITTED.to_owned(), 60, waits(1, DAY / 2)),
        (SUBMITTED.to_owned(), 600, waits(1, 1)),
        (to("2026-11-26T18:16:13.222"), 48, waits(4 * DAY, DAY)),
        (to("2026-11-28T18:16:13.222"), 96, waits(3 * DAY + 20_627 + share, DAY)),
    ] {
        let fakes = Fakes::new();
        let start = Moment::from_millisecond(submitted).unwrap();
        fakes.clock.set(start.after(SignedDuration::from_hours(hours)));
        deliver(&fakes, &[&event]).await.unwrap();
        assert_eq!(fakes.workflow.waits(case()), [expected], "{hours} hours after 24 November, 18:16");
    }
}

#[tokio::test]
async fn a_stack_that_is_watched_has_a_clock_of_seconds() {
    let fakes = Fakes::new();
    let pace = Pace { until_reminder: NonZeroU32::new(5), until_escalation: NonZeroU32::new(7) };
    deliver_at(pace, &fakes, &[SUBMITTED]).await.unwrap();
    assert_eq!(fakes.workflow.waits(case()), [waits(5, 7)]);
}

#[tokio::test]
async fn the_token_of_another_submission_is_left_alone() {
    let fakes = Fakes::new();
    fakes.table.look().tokens.insert(case(), (7, TaskToken("another".to_owned())));
    deliver(&fakes, &[DECIDED]).await.unwrap();
    assert!(fakes.workflow.resumed().is_empty());
}

#[tokio::test]
async fn a_change_that_cannot_be_read_is_skipped_wherever_it_stands() {
    for unreadable in [
        SUBMITTED.replace("\"case\"", "\"other\""),
        SUBMITTED.replace("\"SUBMITTED\"", "\"LOST\""),
        SUBMITTED.replace("\"NewImage\"", "\"NoImage\""),
        SUBMITTED.replace("2026-11-24T18:16:13.222+08:00", "yesterday"),
    ] {
        let fakes = Fakes::new();
        waiting(&fakes);
        deliver(&fakes, &[SUBMITTED, &unreadable, DECIDED]).await.unwrap();
        assert_eq!((fakes.workflow.started().len(), fakes.workflow.resumed().len()), (1, 1));
    }
}

#[tokio::test]
async fn whatever_fails_the_batch_comes_again_and_nothing_is_doubled() {
    let failed = each_failure(async |fakes, failure| {
        let token = waiting(fakes);
        fakes.script.arm(failure);
        let first = deliver(fakes, &[SUBMITTED, DECIDED]).await;
        let failed = fakes.script.disarm();
        assert_eq!(first.is_err(), failed.is_some());
        deliver(fakes, &[SUBMITTED, DECIDED]).await.unwrap();
        assert_eq!(fakes.workflow.started(), [(case(), 1)]);
        assert_eq!(fakes.workflow.resumed(), [(token, State::Approved)]);
        failed
    })
    .await;
    assert_eq!(failed, ["start_review", "load_token", "resume_review"]);
}
