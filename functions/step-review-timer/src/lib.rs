//! The steps of the state machine that waits for a decision: waiting, reminding, escalating.
//!
//! The machine is only the clock: each step looks at the case first, and a case that has moved on ends the
//! machine. Every step may run twice.

use domain::{
    case::{Actor, Case, Command},
    ids::CaseId,
};
use lambda_runtime::Diagnostic;
use ports::{
    Clock, PortError,
    cases::{LoadCase, SaveChange},
    workflow::{ResumeReview, SaveToken, TaskToken},
};
use serde::Deserialize;

/// A step, as the state machine asks for it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// What to do.
    pub action: Action,
    /// For which case.
    pub case_id: CaseId,
    /// The version that gave it to its department.
    pub version: u64,
    /// What wakes the machine; there while it waits.
    pub task_token: Option<String>,
}

/// What the state machine asks for.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Keep the token until there is a decision.
    Wait,
    /// Remind the department.
    Remind,
    /// Show the case to the division above.
    Escalate,
}

/// Why a step is not done.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The case is no longer open since that version: the machine has nothing to wait for.
    #[error("the case has moved on")]
    CaseMoved,
    /// A wait without a token.
    #[error("the step has no task token")]
    NoToken,
    /// Something did not answer; the machine tries again.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<StepError> for Diagnostic {
    /// The names that the state machine catches and retries.
    fn from(error: StepError) -> Self {
        let error_type = match error {
            StepError::CaseMoved => "CaseMoved",
            StepError::NoToken => "NoToken",
            StepError::Port(PortError::Conflict | PortError::Unavailable(_)) => "TryAgain",
            StepError::Port(PortError::Corrupt(_) | PortError::Internal(_)) => "Failed",
        };
        Self { error_type: error_type.to_owned(), error_message: error.to_string() }
    }
}

/// Takes a step.
pub async fn handle(
    step: Step,
    table: &(impl LoadCase + SaveChange + SaveToken),
    workflow: &impl ResumeReview,
    clock: &impl Clock,
) -> Result<(), StepError> {
    let (id, version) = (step.case_id, step.version);
    if let Action::Wait = step.action {
        let token = TaskToken(step.task_token.ok_or(StepError::NoToken)?);
        return match table.save_token(id, version, &token).await {
            Err(PortError::Conflict) => wake_if_moved(id, version, &token, table, workflow).await,
            result => Ok(result?),
        };
    }
    let case = load(id, table).await?;
    match step.action {
        _ if !is_open(&case, version) => Err(StepError::CaseMoved),
        Action::Remind if case.reminded_at.is_none() => change(&case, &Command::Remind, table, clock).await,
        Action::Escalate if case.escalated_at.is_none() => {
            change(&case, &Command::Escalate, table, clock).await
        }
        // Done before.
        Action::Wait | Action::Remind | Action::Escalate => Ok(()),
    }
}

/// The token was not kept: there is a decision already, and the machine is told so. It is woken rather than
/// failed, since it waits for its token, whatever becomes of this call.
async fn wake_if_moved(
    id: CaseId,
    version: u64,
    token: &TaskToken,
    table: &impl LoadCase,
    workflow: &impl ResumeReview,
) -> Result<(), StepError> {
    let case = load(id, table).await?;
    if is_open(&case, version) {
        return Err(PortError::Conflict.into());
    }
    Ok(workflow.resume_review(token, &case).await?)
}

/// Whether the case waits for a decision since that version.
fn is_open(case: &Case, version: u64) -> bool {
    case.state.is_open() && case.opened_version == Some(version)
}

async fn change(
    case: &Case,
    command: &Command,
    table: &impl SaveChange,
    clock: &impl Clock,
) -> Result<(), StepError> {
    let change = case.apply(command, &Actor::Clock, clock.now()).map_err(|_| StepError::CaseMoved)?;
    Ok(table.save_change(&change).await?)
}

async fn load(id: CaseId, table: &impl LoadCase) -> Result<Case, StepError> {
    table.load_case(id).await?.ok_or(StepError::CaseMoved)
}
