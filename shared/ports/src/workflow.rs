//! The state machine that waits for a decision.

use domain::{
    case::{Case, Waits},
    ids::CaseId,
};

use crate::PortResult;

/// What the state machine gives to have itself woken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskToken(pub String);

/// Starts the wait.
pub trait StartReview: Sync {
    /// Starts the execution for the version that opened the case; one that was started before is left alone.
    fn start_review(&self, case: &Case, waits: Waits) -> impl Future<Output = PortResult<()>> + Send;
}

/// Ends the wait.
pub trait ResumeReview: Sync {
    /// Tells the waiting execution how the case was decided; one that waits no more is left alone.
    fn resume_review(&self, token: &TaskToken, case: &Case) -> impl Future<Output = PortResult<()>> + Send;
}

/// Keeps the token of a waiting execution.
pub trait SaveToken: Sync {
    /// Keeps it while the case is open since that version; `Conflict` when it no longer is.
    fn save_token(
        &self,
        id: CaseId,
        opened_version: u64,
        token: &TaskToken,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads the token of a waiting execution.
pub trait LoadToken: Sync {
    /// The token kept last for what that version opened.
    fn load_token(
        &self,
        id: CaseId,
        opened_version: u64,
    ) -> impl Future<Output = PortResult<Option<TaskToken>>> + Send;
}
