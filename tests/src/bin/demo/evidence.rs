//! What the journey left behind, read where only an operator can look.

use journey::{Applicant, Stack, machine, table};

use crate::show::{Show, readable};

/// The state machine's executions of the case, with the states they went through.
pub async fn executions(stack: &Stack, show: &Show, case: &str) {
    show.chapter("状态机 The state machine that waited");
    let ended = async || {
        let all = machine::executions_of(stack, case).await;
        (!all.is_empty() && all.iter().all(machine::Execution::ended)).then_some(all)
    };
    for execution in show.wait(&format!("the executions of {case} to end"), ended).await {
        let way = execution.visited.join(" → ");
        show.note(&readable(&execution.name), &format!("{way}: {}", execution.status));
    }
}

/// The audit trail of the case.
pub async fn audit_trail(stack: &Stack, show: &Show, applicant: &Applicant, case: &str) {
    show.chapter("审计 The audit trail");
    for entry in table::audit(stack, applicant.ulid(), case).await {
        let what = format!("{:<14} {}", entry.event, entry.at);
        show.note(&what, &format!("by {}: {}, version {}", entry.by, entry.to, entry.version));
    }
}
