//! The state machine is the clock: it waits, reminds and hands a late case upwards, and it decides nothing.

use journey::admin::{admin, done};
use journey::scenario::approval;
use journey::stack::{CITY, COUNTY};
use journey::{Applicant, Reviewer, Stack, machine, table, wait};
use serde_json::json;

/// The executions of a case as soon as there is one.
async fn executions(stack: &Stack, case: &str) -> Vec<machine::Execution> {
    let started = async || Some(machine::executions_of(stack, case).await).filter(|all| !all.is_empty());
    wait::until(&format!("an execution of {case}"), wait::SOON, started).await
}

#[tokio::test]
async fn a_decision_ends_the_execution_that_waits_for_it() {
    let stack = Stack::required();
    let (_, draft) = Applicant::submitted(&stack).await;
    let waiting = executions(&stack, &draft.case).await;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert!(!waiting[0].succeeded(), "it does not wait: {waiting:?}");

    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    reviewer.approve(&draft.case).await;
    let ended = async || {
        let all = machine::executions_of(&stack, &draft.case).await;
        all.iter().all(machine::Execution::succeeded).then_some(all)
    };
    let all = wait::until(&format!("the execution of {} to succeed", draft.case), wait::SOON, ended).await;
    assert_eq!(all.len(), 1, "{all:?}");
}

#[tokio::test]
async fn a_decision_in_the_moment_of_handing_in_is_not_lost_to_the_execution() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    let _ = applicant.api.submit().await.expect(201);
    // No look at the queue in between: the machine may not even have begun to wait.
    let _ = reviewer.api.claim(&draft.case).await.expect(200);
    let version = reviewer.api.case(&draft.case).await.expect(200).number("/version");
    let _ = reviewer.api.decide(&draft.case, &approval(version)).await.expect(200);
    let ended = async || {
        let all = machine::executions_of(&stack, &draft.case).await;
        (!all.is_empty() && all.iter().all(machine::Execution::succeeded)).then_some(())
    };
    wait::until(&format!("the execution of {} to succeed", draft.case), wait::SOON, ended).await;
    assert_eq!(applicant.api.status().await.expect(200).str("/state"), "APPROVED");
}

#[tokio::test]
async fn the_name_of_an_execution_is_used_once() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let name = executions(&stack, &draft.case).await[0].name.clone();
    let other_input = json!({"caseId": draft.case, "version": 1_000_000, "remindAfterSeconds": 1, "escalateAfterSeconds": 1});
    assert_eq!(machine::start(&stack, &name, &other_input).await, Err("ExecutionAlreadyExists".to_owned()));
    let _ = applicant.api.withdraw().await.expect(200);
}

#[tokio::test]
async fn a_case_that_nobody_looks_at_is_reminded_of_and_then_seen_by_the_city() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let version = applicant.api.status().await.expect(200).number("/version");
    executions(&stack, &draft.case).await;
    let city = Reviewer::of(&stack, CITY).await;
    assert_eq!(city.in_queue("collection", &draft.case).await, None, "the city sees it before it is late");

    let hurried = machine::Hurried::start(&stack, &draft.case, version).await;
    let ended = wait::until("the hurried execution", wait::SOON, async || hurried.ended(&stack).await).await;
    assert!(ended.succeeded(), "{ended:?}");
    let trail = table::transitions(&stack, applicant.ulid(), &draft.case).await;
    assert_eq!(trail, ["submitted", "reminded", "escalated"], "after {ended:?}");
    city.find("collection", &draft.case).await;
    let state = applicant.api.status().await.expect(200);
    assert_eq!(state.str("/state"), "SUBMITTED", "lateness decides nothing");

    let county = Reviewer::of(&stack, COUNTY).await;
    county.approve(&draft.case).await;
    city.miss("collection", &draft.case).await;

    let told = done(&admin(&stack, &["verify-audit", "--case", &draft.case]));
    assert!(told.starts_with("chains that hold: 1, entries in them: 5\n"), "{told}");
}

#[tokio::test]
async fn an_execution_of_a_version_that_is_gone_changes_nothing() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let version = applicant.api.status().await.expect(200).number("/version");
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    reviewer.approve(&draft.case).await;
    let before = table::transitions(&stack, applicant.ulid(), &draft.case).await;

    let hurried = machine::Hurried::start(&stack, &draft.case, version).await;
    let ended = wait::until("the hurried execution", wait::SOON, async || hurried.ended(&stack).await).await;
    assert!(ended.succeeded(), "a case that has moved on is no failure: {ended:?}");
    assert!(!ended.visited.iter().any(|state| state == "Escalate"), "{ended:?}");
    assert_eq!(table::transitions(&stack, applicant.ulid(), &draft.case).await, before);
    assert_eq!(applicant.api.status().await.expect(200).str("/state"), "APPROVED");
}
