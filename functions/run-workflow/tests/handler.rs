//! The table's changes start and end waits, however often they are delivered.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{case::State, ids::CaseId};
use ports::{
    PortError,
    fakes::{Fakes, each_failure},
    workflow::TaskToken,
};
use run_workflow::{CaseEvents, handle};

const SUBMITTED: &str = include_str!("../../../events/dynamodb-case-submitted.json");
const DECIDED: &str = include_str!("../../../events/dynamodb-case-decided.json");

/// The case of the events.
fn case() -> CaseId {
    CaseId::parse("real-name-01M86GWM5PT46713QE57XYE37A").unwrap()
}

async fn deliver(fakes: &Fakes, texts: &[&str]) -> Result<(), PortError> {
    let mut events = CaseEvents::default();
    for text in texts {
        events.records.extend(serde_json::from_str::<CaseEvents>(text).unwrap().records);
    }
    handle(events, &fakes.table, &fakes.workflow, &fakes.clock).await
}

/// A world in which the execution waits for its token.
fn waiting(fakes: &Fakes) -> TaskToken {
    let token = TaskToken("token".to_owned());
    fakes.table.look().tokens.insert(case(), (1, token.clone()));
    token
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
