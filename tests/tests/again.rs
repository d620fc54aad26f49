//! What is decided by two, taken back, decided once more, changed after it was approved, or moved.

use journey::scenario::comment;
use journey::stack::COUNTY;
use journey::{Applicant, Draft, Reviewer, Stack, wait};
use serde_json::{Value, json};

/// 西城区, where cases move to.
const ELSEWHERE: &str = "110102";

fn rejection(version: u64) -> Value {
    json!({"version": version, "decision": "reject", "opinion": "证件系伪造，予以终止。", "comments": []})
}

/// An applicant whose collection waits, and a reviewer who sees it.
async fn scene(stack: &Stack) -> (Applicant, Draft, Reviewer) {
    let (applicant, draft) = Box::pin(Applicant::submitted(stack)).await;
    let (reviewer, _) = Reviewer::hired(stack, COUNTY, &[]).await;
    reviewer.find("collection", &draft.case).await;
    (applicant, draft, reviewer)
}

async fn state(applicant: &Applicant) -> String {
    applicant.api.status().await.expect(200).str("/state").to_owned()
}

#[tokio::test]
async fn a_rejection_takes_two() {
    let stack = Stack::required();
    let (applicant, draft, one) = scene(&stack).await;
    let (other, _) = Reviewer::hired(&stack, COUNTY, &[]).await;
    let version = one.take(&draft.case).await;
    let proposed = one.api.decide(&draft.case, &rejection(version)).await.expect(200);
    assert_eq!((&proposed.body["proposed"], proposed.str("/state")), (&json!(true), "SUBMITTED"));
    let _ = one.api.claim(&draft.case).await.problem(409, "second-reviewer");
    let told = applicant.api.status().await.expect(200);
    assert!(
        !told.text.contains("proposed") && told.body["opinion"].is_null(),
        "not yet decided: {}",
        told.text
    );

    let version = other.take(&draft.case).await;
    let shown = other.api.case(&draft.case).await.expect(200);
    assert_eq!(shown.str("/proposal/decision"), "reject");
    let rejected = other.api.decide(&draft.case, &rejection(version)).await.expect(200);
    assert_eq!(rejected.str("/state"), "REJECTED");
    assert_eq!(state(&applicant).await, "REJECTED");

    // It was a mistake: a supervisor has it decided once more, by somebody else.
    let _ = one.api.reopen(&draft.case, "证件经核实无误").await.problem(403, "forbidden");
    let (head, _) = Reviewer::hired(&stack, COUNTY, &["--supervisor"]).await;
    let _ = head.api.reopen(&draft.case, "证件经核实无误").await.expect(200);
    let _ = head.api.claim(&draft.case).await.problem(409, "second-reviewer");
    let _ = applicant.notification("collection", "reopened").await;
    one.find("collection", &draft.case).await;
    one.approve(&draft.case).await;
    assert_eq!(state(&applicant).await, "APPROVED");
}

#[tokio::test]
async fn a_decision_is_taken_back_and_the_clock_runs_on() {
    let stack = Stack::required();
    let (applicant, draft, one) = scene(&stack).await;
    one.send_back(&draft.case, &[comment("/basic/photo", "PHOTO_BLUR", "照片模糊")]).await;
    let _ = one.api.undo(&draft.case).await.expect(200);
    assert_eq!(state(&applicant).await, "UNDER_REVIEW");
    let seen = one.api.case(&draft.case).await.expect(200);
    assert_eq!(seen.list("/comments").len(), 0, "{}", seen.text);
    let decision = json!({"version": seen.number("/version"), "decision": "approve"});
    let decided = one.api.decide(&draft.case, &decision).await.expect(200);
    assert!(decided.body["undoUntil"].is_string());
    let (head, _) = Reviewer::hired(&stack, COUNTY, &["--supervisor"]).await;
    let _ = head.api.undo(&draft.case).await.problem(409, "not-editable");
    assert_eq!(state(&applicant).await, "APPROVED");
}

#[tokio::test]
async fn a_supervisor_gives_a_case_to_somebody() {
    let stack = Stack::required();
    let (_, draft, one) = scene(&stack).await;
    let (other, account) = Reviewer::hired(&stack, COUNTY, &[]).await;
    let (head, _) = Reviewer::hired(&stack, COUNTY, &["--supervisor"]).await;
    let version = one.take(&draft.case).await;
    let given = head.api.reassign(&draft.case, &account, "原审核员今日请假").await.expect(200);
    assert_eq!(given.body["claim"]["mine"], false);
    let late = json!({"version": version, "decision": "approve"});
    let _ = one.api.decide(&draft.case, &late).await.problem(409, "conflict");
    other.approve(&draft.case).await;
}

#[tokio::test]
async fn what_was_approved_is_changed_while_it_holds() {
    let stack = Stack::required();
    let (applicant, draft, one) = scene(&stack).await;
    one.approve(&draft.case).await;
    let held = applicant.api.status().await.expect(200);
    let before = applicant.api.collection().await.expect(200);
    let _ = applicant.api.amend().await.expect(200);
    let moved = json!({"departmentId": "110102-1", "basis": "household"});
    let _ = applicant.api.put_page("department", &moved).await.problem(422, "invalid-request");
    let _ = applicant.api.delete_row("educations", &draft.education).await.expect(204);
    let _ = applicant.api.discard_change().await.expect(200);
    let after = applicant.api.collection().await.expect(200);
    assert_eq!(after.body["educations"], before.body["educations"]);

    let _ = applicant.api.amend().await.expect(200);
    let experience = journey::pages::later_experience(&applicant.person);
    let _ = applicant.api.add_experience(&draft.employment, &experience).await.expect(201);
    let _ = applicant.api.submit().await.expect(201);
    one.find("collection", &draft.case).await;
    let waiting = applicant.api.status().await.expect(200);
    assert_eq!(waiting.body["inForce"], held.body["inForce"], "what was approved still holds");
    let version = one.take(&draft.case).await;
    let _ = one.api.decide(&draft.case, &rejection(version)).await.problem(422, "invalid-request");
    let seen = one.api.case(&draft.case).await.expect(200);
    let changed = seen.list("/differences");
    assert_eq!(changed.len(), 1, "{}", seen.text);
    let _ =
        one.api.decide(&draft.case, &json!({"version": version, "decision": "approve"})).await.expect(200);
    let now = applicant.api.status().await.expect(200);
    assert!(now.number("/inForce/version") > held.number("/inForce/version"));
}

#[tokio::test]
async fn a_case_moves_when_one_county_lets_it_go_and_the_other_takes_it() {
    let stack = Stack::required();
    let (applicant, draft, here) = scene(&stack).await;
    let (there, _) = Reviewer::hired(&stack, ELSEWHERE, &[]).await;
    let case = draft.case.as_str();
    let _ = applicant.api.ask_transfer("110102-1", "现在西城区工作").await.expect(200);
    let refusal = json!({"answer": "refuse", "reason": "缺少工作证明"});
    let _ = here.api.answer_transfer(case, &refusal).await.expect(200);
    let (_, refused) = applicant.notification("collection", "transfer-refused").await;
    assert!(!refused.to_string().contains("缺少工作证明"), "{refused}");
    let _ = applicant.api.ask_transfer("110102-1", "现在西城区工作").await.expect(200);
    let _ = there.api.answer_transfer(case, &json!({"answer": "accept"})).await.problem(404, "not-found");
    let _ = here.api.answer_transfer(case, &json!({"answer": "release"})).await.expect(200);
    let _ = here.api.claim(case).await.problem(409, "not-editable");
    let list = async |reviewer: &Reviewer, query: &str| {
        let page = reviewer.api.list_cases(&format!("{query}&kind=collection&limit=100")).await.expect(200);
        page.list("/items").iter().any(|item| item["caseId"] == case)
    };
    wait::until("the transfer to come", wait::SOON, async || {
        list(&there, "list=transfers").await.then_some(())
    })
    .await;
    let _ = there.api.answer_transfer(case, &json!({"answer": "accept"})).await.expect(200);
    there.find("collection", case).await;
    here.miss("collection", case).await;
    let _ = here.api.case(case).await.problem(404, "not-found");
    let status = applicant.api.status().await.expect(200);
    assert_eq!(status.str("/department/id"), "110102-1", "whom the applicant may ask now");
    let _ = applicant.notification("collection", "transferred").await;
    there.approve(case).await;
    wait::until("it to be listed", wait::SOON, async || list(&there, "list=decided").await.then_some(()))
        .await;
}

#[tokio::test]
async fn a_selection_is_approved_and_what_somebody_must_look_at_is_not() {
    let stack = Stack::required();
    let (one_applicant, one, reviewer) = scene(&stack).await;
    let (other_applicant, other) = Box::pin(Applicant::submitted(&stack)).await;
    let version = async |applicant: &Applicant| applicant.api.status().await.expect(200).number("/version");
    let (at, of_other) = (version(&one_applicant).await, version(&other_applicant).await);
    let (unopened_applicant, unopened) = Box::pin(Applicant::submitted(&stack)).await;
    let of_unopened = version(&unopened_applicant).await;
    for case in [&one.case, &other.case] {
        let _ = reviewer.api.case(case).await.expect(200);
    }
    let begun = reviewer
        .api
        .approve_selection(&[(&one.case, at), (&other.case, of_other - 1), (&unopened.case, of_unopened)])
        .await
        .expect(202);
    let id = begun.str("/approvalId").to_owned();
    let (stranger, _) = Reviewer::hired(&stack, COUNTY, &[]).await;
    let _ = stranger.api.selection(&id).await.problem(404, "not-found");
    let ended = wait::until("the selection", wait::SOON, async || {
        let now = reviewer.api.selection(&id).await.expect(200);
        (now.str("/state") == "done").then_some(now)
    })
    .await;
    // A fixture may be in doubt: then its case is one that somebody must look at.
    let flagged = reviewer.api.case(&one.case).await.expect(200).body["flagged"] == true;
    let expected = if flagged { "SUBMITTED" } else { "APPROVED" };
    assert_eq!(
        (state(&one_applicant).await.as_str(), state(&other_applicant).await.as_str()),
        (expected, "SUBMITTED")
    );
    let refused = ended.list("/refused");
    let code =
        |case: &str| refused.iter().find(|refused| refused["caseId"] == case).map(|refused| &refused["code"]);
    let changed = code(&other.case).expect("the other was refused");
    assert!(*changed == "bulk.CHANGED" || *changed == "bulk.FLAGGED", "{}", ended.text);
    let never_seen = code(&unopened.case).expect("nobody looked at it");
    assert!(*never_seen == "bulk.NOT_OPENED" || *never_seen == "bulk.FLAGGED", "{}", ended.text);
    assert_eq!(state(&unopened_applicant).await, "SUBMITTED");
    assert_eq!(code(&one.case).is_some(), flagged, "{}", ended.text);
    let _ = reviewer.api.cancel_selection(&id).await.expect(204);
    assert_eq!(reviewer.api.selection(&id).await.expect(200).str("/state"), "cancelled");
}
