//! The executions of the state machine that waits for decisions.

use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::{Value, json};

use crate::stack::Stack;

/// One execution and the way it took.
#[derive(Clone, Debug)]
pub struct Execution {
    /// Its name, which begins with the case's id.
    pub name: String,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// The states it entered, in order.
    pub visited: Vec<String>,
}

impl Execution {
    /// Whether it ended, well or not.
    pub fn ended(&self) -> bool {
        self.status != ExecutionStatus::Running
    }

    /// Whether it ended well.
    pub fn succeeded(&self) -> bool {
        self.status == ExecutionStatus::Succeeded
    }
}

/// The executions of a case, oldest first.
pub async fn executions_of(stack: &Stack, case: &str) -> Vec<Execution> {
    let client = stack.states().await;
    let mut pages =
        client.list_executions().state_machine_arn(&stack.state_machine).into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(item) = pages.next().await {
        let item = item.expect("the executions can be listed");
        if item.name.starts_with(case) {
            let visited = visited(&client, &item.execution_arn).await;
            found.push((item.start_date, Execution { name: item.name, status: item.status, visited }));
        }
    }
    found.sort_by_key(|(started, _)| *started);
    found.into_iter().map(|(_, execution)| execution).collect()
}

/// Starts an execution, as the system itself does when a case is handed in; the service's error code when
/// it refuses.
pub async fn start(stack: &Stack, name: &str, input: &Value) -> Result<(), String> {
    let client = stack.states().await;
    let request = client.start_execution().state_machine_arn(&stack.state_machine).name(name);
    match request.input(input.to_string()).send().await {
        Ok(_) => Ok(()),
        Err(error) => Err(error.into_service_error().meta().code().unwrap_or("no code").to_owned()),
    }
}

/// The state machine with its waiting cut to a second, running for one case.
#[derive(Clone, Debug)]
pub struct Hurried {
    machine: String,
    execution: String,
}

impl Hurried {
    /// Runs, for a case as it stands, what happens when nobody decides.
    ///
    /// It is the deployed definition in which each wait for a decision is a wait for a second, in a machine of
    /// its own: the machine that really waits for this case, and the token by which it is woken, are left alone.
    pub async fn start(stack: &Stack, case: &str, version: u64) -> Self {
        let client = stack.states().await;
        let deployed = client.describe_state_machine().state_machine_arn(&stack.state_machine).send().await;
        let deployed = deployed.expect("the state machine can be described");
        let definition = serde_json::from_str(&deployed.definition).expect("a definition is JSON");
        let name = format!("{}-hurried-{}", deployed.name, fastrand::u32(..));
        let create = client.create_state_machine().name(&name).role_arn(&deployed.role_arn);
        let created = create.definition(hurried(definition).to_string()).send().await;
        let machine = created.expect("a state machine can be made").state_machine_arn;
        let input = json!({"caseId": case, "version": version});
        let started =
            client.start_execution().state_machine_arn(&machine).input(input.to_string()).send().await;
        let execution = started.expect("an execution can be started").execution_arn;
        Self { machine, execution }
    }

    /// The execution once it has ended, the machine being taken away again; `None` as long as it runs.
    pub async fn ended(&self, stack: &Stack) -> Option<Execution> {
        let client = stack.states().await;
        let now = client.describe_execution().execution_arn(&self.execution).send().await;
        let now = now.expect("the execution can be described");
        let visited = visited(&client, &self.execution).await;
        let execution = Execution { name: now.name.unwrap_or_default(), status: now.status, visited };
        if !execution.ended() {
            return None;
        }
        // A machine that stays behind harms nobody.
        let _ = client.delete_state_machine().state_machine_arn(&self.machine).send().await;
        Some(execution)
    }
}

/// The definition in which nobody ever answers in time, and giving up is as good an end as any.
fn hurried(mut definition: Value) -> Value {
    let states = definition["States"].as_object_mut().expect("a definition has states");
    let gives_up: Vec<String> =
        states.iter().filter(|(_, state)| state["Type"] == "Fail").map(|(name, _)| name.clone()).collect();
    for state in states.values_mut() {
        let waits =
            state["Resource"].as_str().is_some_and(|resource| resource.ends_with(".waitForTaskToken"));
        if waits {
            let late = state["Catch"].as_array().into_iter().flatten();
            let late = late.clone().find(|catch| catch["ErrorEquals"] == json!(["States.Timeout"]));
            let next = late.expect("a wait says what follows its end")["Next"].clone();
            let is_last = next.as_str().is_some_and(|next| gives_up.iter().any(|name| name == next));
            let next = if is_last { state["Next"].clone() } else { next };
            *state = json!({"Type": "Wait", "Seconds": 1, "Next": next});
        }
    }
    definition
}

async fn visited(client: &aws_sdk_sfn::Client, execution: &str) -> Vec<String> {
    let mut events = client.get_execution_history().execution_arn(execution).into_paginator().items().send();
    let mut states = Vec::new();
    while let Some(event) = events.next().await {
        let event = event.expect("the history can be read");
        states.extend(event.state_entered_event_details.map(|details| details.name));
    }
    states
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hurried_definition_keeps_its_steps_and_waits_for_seconds() {
        let wait = |late: &str| {
            json!({
                "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Next": "Decided",
                "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": late}],
            })
        };
        let step = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "B"});
        let end = (json!({"Type": "Fail"}), json!({"Type": "Succeed"}));
        let states =
            json!({"A": wait("Remind"), "Remind": step, "B": wait("Gone"), "Gone": end.0, "Decided": end.1});
        let hurried = hurried(json!({"StartAt": "A", "States": states}));
        assert_eq!(hurried["States"]["A"], json!({"Type": "Wait", "Seconds": 1, "Next": "Remind"}));
        assert_eq!(hurried["States"]["Remind"], step);
        assert_eq!(hurried["States"]["B"], json!({"Type": "Wait", "Seconds": 1, "Next": "Decided"}));
    }
}
