//! Cases changed: executions that wait for a decision are started, and told when there is one. Selections were made for bulk
//! approval: executions that approve them are started.
//!
//! The table's stream delivers each change at least once and in order for each case. Starting an execution
//! twice is refused by its name; telling it twice finds nobody waiting.

use std::num::NonZeroU32;

pub use aws_lambda_events::dynamodb::Event as CaseEvents;
use aws_lambda_events::dynamodb::EventRecord;
use domain::{
    calendar,
    case::{Case, Waits},
    moment::Moment,
};
use ports::{
    Clock, PortError,
    bulk::{Bulk, StartBulk},
    workflow::{LoadToken, ResumeReview, StartReview},
};
use serde::Deserialize;
use telemetry::Metric;

/// Waits that are the same for every case, in place of those that follow the working days: for a stack that is to be
/// watched, whose clock must be quick.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    /// Seconds before the reminder.
    pub until_reminder: Option<NonZeroU32>,
    /// Seconds from there to the escalation.
    pub until_escalation: Option<NonZeroU32>,
}

impl Pace {
    fn of(self, waits: Waits) -> Waits {
        Waits {
            until_reminder: self.until_reminder.map_or(waits.until_reminder, NonZeroU32::get),
            until_escalation: self.until_escalation.map_or(waits.until_escalation, NonZeroU32::get),
        }
    }
}

/// What a record of the stream tells.
enum Written {
    /// A case as it was, if there was one, and as it is now.
    Case(Option<Box<Case>>, Box<Case>),
    /// A selection to be approved.
    Bulk(Bulk),
    /// A selection that changed: its execution looks for itself.
    Other,
    /// Something that cannot be read, and never will be.
    Unreadable,
}

#[derive(Deserialize)]
struct Kind {
    r#type: String,
}

/// What of a case's item matters here.
#[derive(Deserialize)]
struct CaseItem {
    case: Case,
}

/// Handles the changes in their order. An error has the whole batch delivered again, halved each time, and in
/// the end parked for `admin redrive`.
pub async fn handle(
    event: CaseEvents,
    table: &impl LoadToken,
    workflow: &(impl StartReview + ResumeReview),
    bulks: &impl StartBulk,
    clock: &impl Clock,
    pace: Pace,
) -> Result<(), PortError> {
    for record in event.records {
        let sequence_number = record.change.sequence_number.clone();
        match read(record) {
            Written::Case(before, case) => {
                follow(before.as_deref(), &case, table, workflow, clock.now(), pace).await?;
            }
            Written::Bulk(bulk) => bulks.start_bulk(&bulk).await?,
            Written::Other => {}
            Written::Unreadable => {
                tracing::error!(sequence_number, "a change that cannot be read was given up on");
                let now = clock.now().as_millisecond();
                telemetry::record(now, &[("Function", "start-review-timer")], &[(Metric::Poison, 1.0)]);
            }
        }
    }
    Ok(())
}

fn read(record: EventRecord) -> Written {
    let is_new = record.event_name == "INSERT";
    let (before, item) = (record.change.old_image, record.change.new_image);
    let kind: Result<Kind, _> = serde_dynamo::from_item(item.clone());
    if kind.is_ok_and(|kind| kind.r#type == "bulk") {
        return match serde_dynamo::from_item(item) {
            Ok(bulk) if is_new => Written::Bulk(bulk),
            Ok(Bulk { .. }) => Written::Other,
            Err(_) => Written::Unreadable,
        };
    }
    let read = |item| serde_dynamo::from_item::<_, CaseItem>(item).ok().map(|item| Box::new(item.case));
    read(item).map_or(Written::Unreadable, |now| Written::Case(read(before), now))
}

/// The version since which the case is open.
fn open_since(case: &Case) -> Option<u64> {
    case.opened_version.filter(|_| case.state.is_open())
}

async fn follow(
    before: Option<&Case>,
    case: &Case,
    table: &impl LoadToken,
    workflow: &(impl StartReview + ResumeReview),
    now: Moment,
    pace: Pace,
) -> Result<(), PortError> {
    let (was_open, is_open) = (before.and_then(open_since), open_since(case));
    if was_open == is_open {
        return Ok(());
    }
    // A case that moved to another department is open as before, and has a clock of its own there.
    if let Some(version) = was_open
        // No token: the execution has not begun to wait, and will find that the case has moved on.
        && let Some(token) = table.load_token(case.id, version).await?
    {
        workflow.resume_review(&token, case).await?;
    }
    if let Some(waits) = case.waits(now).filter(|_| is_open.is_some()) {
        let due = case.due_at().map_or(0, |due| due.date().year());
        if due > calendar::known_until() {
            tracing::warn!(year = due, "holidays of that year are not known: only weekends are days off");
        }
        workflow.start_review(case, pace.of(waits)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use domain::ids::CaseId;
    use ports::{PortResult, workflow::TaskToken};

    use super::*;

    const SUBMITTED: &str = include_str!("../../../events/dynamodb-case-submitted.json");
    const SELECTED: &str = include_str!("../../../events/dynamodb-bulk.json");
    const DECIDED: &str = include_str!("../../../events/dynamodb-case-decided.json");

    /// A workflow that writes down what it was asked for, and a table that knows one token or none.
    #[derive(Default)]
    struct Spy {
        token: Option<TaskToken>,
        asked: Mutex<Vec<String>>,
        is_down: bool,
    }

    impl Spy {
        fn note(&self, what: &str, case: &Case) -> PortResult<()> {
            self.asked.lock().unwrap().push(format!("{what} {}", case.id.kind.as_str()));
            if self.is_down { Err(PortError::Conflict) } else { Ok(()) }
        }
    }

    impl StartReview for Spy {
        async fn start_review(&self, case: &Case, _: Waits) -> PortResult<()> {
            self.note("start", case)
        }
    }

    impl ResumeReview for Spy {
        async fn resume_review(&self, token: &TaskToken, case: &Case) -> PortResult<()> {
            assert_eq!(Some(token), self.token.as_ref());
            self.note("resume", case)
        }
    }

    impl StartBulk for Spy {
        async fn start_bulk(&self, bulk: &Bulk) -> PortResult<()> {
            self.asked.lock().unwrap().push(format!("bulk of {}", bulk.cases.len()));
            if self.is_down { Err(PortError::Conflict) } else { Ok(()) }
        }
    }

    impl LoadToken for Spy {
        async fn load_token(&self, _: CaseId, _: u64) -> PortResult<Option<TaskToken>> {
            Ok(self.token.clone())
        }
    }

    struct Midnight;

    impl Clock for Midnight {
        fn now(&self) -> Moment {
            Moment::from_millisecond(0).unwrap()
        }
    }

    fn events(texts: &[&str]) -> CaseEvents {
        let mut all = CaseEvents::default();
        for text in texts {
            all.records.extend(serde_json::from_str::<CaseEvents>(text).unwrap().records);
        }
        all
    }

    async fn asked(spy: Spy, texts: &[&str]) -> (Result<(), PortError>, Vec<String>) {
        let result = handle(events(texts), &spy, &spy, &spy, &Midnight, Pace::default()).await;
        (result, spy.asked.into_inner().unwrap())
    }

    #[tokio::test]
    async fn a_submission_starts_the_wait_and_a_decision_ends_it() {
        let waiting = || Spy { token: Some(TaskToken("token".to_owned())), ..Spy::default() };
        let (result, asked_for) = asked(waiting(), &[SUBMITTED, DECIDED]).await;
        assert!(result.is_ok());
        assert_eq!(asked_for.len(), 2);
        assert!(asked_for[0].starts_with("start ") && asked_for[1].starts_with("resume "), "{asked_for:?}");
    }

    #[tokio::test]
    async fn a_decision_before_the_wait_began_wakes_nobody() {
        let (result, asked_for) = asked(Spy::default(), &[DECIDED]).await;
        assert!(result.is_ok());
        assert_eq!(asked_for, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_change_that_cannot_be_read_holds_nobody_up() {
        let unreadable = SUBMITTED.replace("\"case\"", "\"something\"");
        let (result, asked_for) = asked(Spy::default(), &[&unreadable, SUBMITTED]).await;
        assert!(result.is_ok());
        assert_eq!(asked_for.len(), 1);
    }

    #[tokio::test]
    async fn a_selection_is_started_by_its_record_and_by_nothing_else() {
        let (result, asked_for) = asked(Spy::default(), &[SELECTED]).await;
        assert!(result.is_ok());
        assert_eq!(asked_for, ["bulk of 2"]);
        let cancelled = SELECTED.replace("\"INSERT\"", "\"MODIFY\"");
        assert_eq!(asked(Spy::default(), &[&cancelled]).await.1, Vec::<String>::new());
        let unreadable = SELECTED.replace("\"cases\"", "\"things\"");
        let (result, asked_for) = asked(Spy::default(), &[&unreadable, SELECTED]).await;
        assert!(result.is_ok() && asked_for.len() == 1, "it holds nobody up");
        let (result, _) = asked(Spy { is_down: true, ..Spy::default() }, &[SELECTED]).await;
        assert!(result.is_err(), "it is delivered again");
    }

    #[tokio::test]
    async fn a_failure_has_the_batch_delivered_again() {
        let down = Spy { is_down: true, ..Spy::default() };
        let (result, asked_for) = asked(down, &[SUBMITTED, SUBMITTED]).await;
        assert!(result.is_err());
        assert_eq!(asked_for.len(), 1, "what follows waits for its turn");
    }
}
