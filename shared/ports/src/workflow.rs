//! The review timer: the state machine that waits for a decision.

use domain::{
    case::{Case, Waits},
    ids::CaseId,
};

use crate::PortResult;

/// The Step Functions token that resumes a waiting execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskToken(pub String);

/// Starts review timers.
pub trait StartReview: Sync {
    /// Starts the execution for the version that opened the case; does nothing if it was started before.
    fn start_review(&self, case: &Case, waits: Waits) -> impl Future<Output = PortResult<()>> + Send;
}

/// Resumes review timers.
pub trait ResumeReview: Sync {
    /// Resumes the waiting execution with the decision; does nothing if it no longer waits.
    fn resume_review(&self, token: &TaskToken, case: &Case) -> impl Future<Output = PortResult<()>> + Send;
}

/// Saves the token of a waiting execution.
pub trait SaveToken: Sync {
    /// Saves it if the case has been open since that version; `Conflict` if not.
    fn save_token(
        &self,
        id: CaseId,
        opened_version: u64,
        token: &TaskToken,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads the token of a waiting execution.
pub trait LoadToken: Sync {
    /// Returns the latest token for the submission that created that version.
    fn load_token(
        &self,
        id: CaseId,
        opened_version: u64,
    ) -> impl Future<Output = PortResult<Option<TaskToken>>> + Send;
}
