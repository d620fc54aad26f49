//! The state machine that waits for a decision, and the one that approves a selection.

use aws_sdk_sfn::{Client, error::SdkError};
use domain::{
    case::{Case, Waits},
    ids::CaseId,
};
use ports::{
    PortResult,
    bulk::{Bulk, StartBulk},
    workflow::{ResumeReview, StartReview, TaskToken},
};
use serde_json::json;

use crate::failure::failed;

/// Step Functions.
#[derive(Debug)]
pub struct Workflow {
    client: Client,
    machine: String,
}

impl Workflow {
    pub(crate) fn new(client: Client, machine: String) -> Self {
        Self { client, machine }
    }
}

/// One execution each time that a department gets a case: the name is what makes starting it twice harmless.
fn execution_name(case: CaseId, opened_version: u64) -> String {
    format!("{case}-v{opened_version}")
}

/// The state machine that approves a selection.
#[derive(Debug)]
pub struct BulkWorkflow {
    client: Client,
    machine: String,
}

impl BulkWorkflow {
    pub(crate) fn new(client: Client, machine: String) -> Self {
        Self { client, machine }
    }
}

impl StartBulk for BulkWorkflow {
    async fn start_bulk(&self, bulk: &Bulk) -> PortResult<()> {
        let input = json!({"reviewerId": bulk.reviewer, "bulkId": bulk.id, "cases": bulk.cases});
        let start = self.client.start_execution().state_machine_arn(&self.machine);
        let start = start.name(bulk.id.to_string()).input(input.to_string());
        match start.send().await {
            Err(SdkError::ServiceError(error)) if error.err().is_execution_already_exists() => Ok(()),
            result => result.map(|_| ()).map_err(failed),
        }
    }
}

impl StartReview for Workflow {
    async fn start_review(&self, case: &Case, waits: Waits) -> PortResult<()> {
        let Some(version) = case.opened_version else { return Ok(()) };
        let input = json!({
            "caseId": case.id,
            "version": version,
            "remindAfterSeconds": waits.until_reminder,
            "escalateAfterSeconds": waits.until_escalation,
        });
        let start = self.client.start_execution().state_machine_arn(&self.machine);
        let start = start.name(execution_name(case.id, version)).input(input.to_string());
        match start.send().await {
            Err(SdkError::ServiceError(error)) if error.err().is_execution_already_exists() => Ok(()),
            result => result.map(|_| ()).map_err(failed),
        }
    }
}

impl ResumeReview for Workflow {
    async fn resume_review(&self, token: &TaskToken, case: &Case) -> PortResult<()> {
        let output = json!({"caseId": case.id, "state": case.state, "version": case.version});
        let send = self.client.send_task_success().task_token(&token.0).output(output.to_string());
        match send.send().await {
            Err(SdkError::ServiceError(error))
                if error.err().is_task_does_not_exist()
                    || error.err().is_task_timed_out()
                    || error.err().is_invalid_token() =>
            {
                Ok(())
            }
            result => result.map(|_| ()).map_err(failed),
        }
    }
}
