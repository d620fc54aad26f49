//! Cases changed: executions that wait for a decision are started, and told when there is one.
//!
//! The table's stream delivers each change at least once and in order for each case. Starting an execution
//! twice is refused by its name; telling it twice finds nobody waiting.

pub use aws_lambda_events::dynamodb::Event as CaseEvents;
use aws_lambda_events::dynamodb::EventRecord;
use domain::case::{Case, State};
use ports::{
    Clock, PortError,
    workflow::{LoadToken, ResumeReview, StartReview},
};
use serde::Deserialize;
use telemetry::Metric;

/// What of a case's item matters here.
#[derive(Deserialize)]
struct CaseItem {
    case: Case,
}

#[derive(Deserialize)]
struct StateItem {
    state: State,
}

/// Handles the changes in their order. An error has the whole batch delivered again, halved each time, and in
/// the end parked for `./dev redrive`.
pub async fn handle(
    event: CaseEvents,
    table: &impl LoadToken,
    workflow: &(impl StartReview + ResumeReview),
    clock: &impl Clock,
) -> Result<(), PortError> {
    for record in event.records {
        let sequence_number = record.change.sequence_number.clone();
        if let Some((before, case)) = read(record) {
            follow(before, &case, table, workflow).await?;
        } else {
            tracing::error!(sequence_number, "a case that cannot be read was given up on");
            let now = clock.now().as_millisecond();
            telemetry::record(now, &[("Function", "run-workflow")], &[(Metric::Poison, 1.0)]);
        }
    }
    Ok(())
}

/// The state before, if there was a case, and the case now.
fn read(record: EventRecord) -> Option<(Option<State>, Case)> {
    let before = serde_dynamo::from_item::<_, StateItem>(record.change.old_image).ok();
    let now: CaseItem = serde_dynamo::from_item(record.change.new_image).ok()?;
    Some((before.map(|item| item.state), now.case))
}

async fn follow(
    before: Option<State>,
    case: &Case,
    table: &impl LoadToken,
    workflow: &(impl StartReview + ResumeReview),
) -> Result<(), PortError> {
    let was_open = before.is_some_and(State::is_open);
    if case.state.is_open() && !was_open {
        workflow.start_review(case).await
    } else if was_open && !case.state.is_open() {
        let Some(version) = case.submitted_version else { return Ok(()) };
        // No token: the execution has not begun to wait, and will find the case decided.
        match table.load_token(case.id, version).await? {
            Some(token) => workflow.resume_review(&token, case).await,
            None => Ok(()),
        }
    } else {
        Ok(())
    }
}
