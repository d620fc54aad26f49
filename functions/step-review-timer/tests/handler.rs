//! The steps of the machine that waits: each may run twice, late, and while things fail.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    case::{Actor, Command, Event, List, State},
    ids::{CaseId, ReviewerId},
};
use jiff::SignedDuration;
use lambda_runtime::Diagnostic;
use ports::{
    PortError,
    fakes::{Fakes, each_failure},
};
use serde_json::json;
use step_review_timer::{Step, StepError, handle};

/// The version that [`Fakes::submitted`] hands in.
const VERSION: u64 = 2;

async fn step(fakes: &Fakes, action: &str, case: CaseId, version: u64) -> Result<(), StepError> {
    let token = (action == "wait").then_some("token");
    let step = json!({"action": action, "caseId": case, "version": version, "taskToken": token});
    let step: Step = serde_json::from_value(step).unwrap();
    handle(step, &fakes.table, &fakes.workflow, &fakes.clock).await
}

fn events(fakes: &Fakes) -> Vec<Event> {
    let stored = fakes.table.look();
    let collections =
        stored.history.iter().filter(|((case, _), _)| case.kind == domain::ids::CaseKind::Collection);
    collections.map(|(_, entry)| entry.event).collect()
}

/// How the machine is told of an error.
fn name(result: Result<(), StepError>) -> String {
    result.map_or_else(|error| Diagnostic::from(error).error_type, |()| "done".to_owned())
}

#[tokio::test]
async fn waiting_keeps_the_token_of_an_open_case() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    for _ in 0..2 {
        assert_eq!(name(step(&fakes, "wait", case, VERSION).await), "done");
    }
    assert_eq!(fakes.table.look().tokens[&case], (VERSION, ports::workflow::TaskToken("token".to_owned())));
    assert!(fakes.workflow.resumed().is_empty());
}

#[tokio::test]
async fn a_case_that_moved_before_the_wait_wakes_the_machine_at_once() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    fakes.follow(case, &Command::Withdraw, &Actor::Applicant(case.owner)).await;
    assert_eq!(name(step(&fakes, "wait", case, VERSION).await), "done");
    let resumed = fakes.workflow.resumed();
    assert_eq!((resumed.len(), resumed[0].1), (1, State::Draft));
    assert!(fakes.table.look().tokens.is_empty());
}

#[tokio::test]
async fn reminding_and_escalating_twice_is_done_once() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    for action in ["remind", "remind", "escalate", "escalate", "remind"] {
        fakes.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(name(step(&fakes, action, case, VERSION).await), "done");
    }
    assert_eq!(events(&fakes), [Event::Submitted, Event::Reminded, Event::Escalated]);
    let stored = fakes.table.look();
    let open = stored.queues.keys().filter(|(list, ..)| *list == List::Open);
    let queues: Vec<&str> = open.map(|(_, division, ..)| *division).collect();
    assert_eq!(queues, ["110100", "110101"]);
}

#[tokio::test]
async fn a_case_that_moved_on_ends_the_machine() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    for action in ["remind", "escalate"] {
        assert_eq!(name(step(&fakes, action, case, VERSION + 1).await), "CaseMoved", "another submission");
    }
    fakes.follow(case, &Command::Withdraw, &Actor::Applicant(case.owner)).await;
    for action in ["remind", "escalate"] {
        assert_eq!(name(step(&fakes, action, case, VERSION).await), "CaseMoved");
    }
    let nobodys = CaseId { owner: domain::ids::AccountId::new(ulid(7)), ..case };
    assert_eq!(name(step(&fakes, "remind", nobodys, 1).await), "CaseMoved");
    assert_eq!(events(&fakes), [Event::Submitted, Event::Withdrawn]);
}

fn ulid(number: u128) -> ulid::Ulid {
    ulid::Ulid(number)
}

#[tokio::test]
async fn a_case_under_review_is_reminded_of_and_stays_under_review() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let reviewer = Actor::Reviewer(ReviewerId::new(ulid(1)));
    fakes.follow(case, &Command::Claim, &reviewer).await;
    assert_eq!(name(step(&fakes, "remind", case, VERSION).await), "done");
    let stored = fakes.table.look();
    assert_eq!(stored.cases[&case].case.state, State::UnderReview);
    assert!(stored.cases[&case].case.claim.is_some());
}

#[test]
fn errors_have_the_names_that_the_machine_catches() {
    let port = |error| StepError::Port(error);
    for (error, expected) in [
        (StepError::CaseMoved, "CaseMoved"),
        (StepError::NoToken, "NoToken"),
        (port(PortError::Conflict), "TryAgain"),
        (port(PortError::Unavailable("".into())), "TryAgain"),
        (port(PortError::Internal("".into())), "Failed"),
        (port(PortError::Corrupt(String::new())), "Failed"),
    ] {
        assert_eq!(name(Err(error)), expected);
    }
}

#[tokio::test]
async fn whatever_fails_the_next_try_does_each_step_once() {
    for (action, calls) in [
        ("wait", &["save_token"][..]),
        ("remind", &["load_case", "save_change"]),
        ("escalate", &["load_case", "save_change"]),
    ] {
        let failed = each_failure(async |fakes, failure| {
            let case = fakes.submitted(1).await;
            fakes.script.arm(failure);
            let first = step(fakes, action, case, VERSION).await;
            let failed = fakes.script.disarm();
            assert_eq!(first.is_err(), failed.is_some(), "{failure:?}");
            assert_eq!(name(step(fakes, action, case, VERSION).await), "done");
            let (tokens, queues) = {
                let stored = fakes.table.look();
                (stored.tokens.len(), stored.queues.keys().filter(|(list, ..)| *list == List::Open).count())
            };
            let expected = match action {
                "wait" => (1, 1, 1),
                "remind" => (0, 1, 2),
                _ => (0, 2, 2),
            };
            assert_eq!((tokens, queues, events(fakes).len()), expected, "{failure:?}");
            assert!(fakes.workflow.resumed().is_empty());
            failed
        })
        .await;
        assert_eq!(failed, calls);
    }
}

#[tokio::test]
async fn whatever_fails_a_machine_that_comes_too_late_is_woken_once() {
    let failed = each_failure(async |fakes, failure| {
        let case = fakes.submitted(1).await;
        fakes.follow(case, &Command::Withdraw, &Actor::Applicant(case.owner)).await;
        fakes.script.arm(failure);
        let first = step(fakes, "wait", case, VERSION).await;
        let failed = fakes.script.disarm();
        assert!(first.is_err() || fakes.workflow.resumed().len() == 1);
        assert_eq!(name(step(fakes, "wait", case, VERSION).await), "done");
        assert_eq!(fakes.workflow.resumed().len(), 1);
        failed
    })
    .await;
    assert_eq!(failed, ["save_token", "load_case", "resume_review"]);
}
