//! Whole ways through the system: what an applicant and a reviewer live through, and what stays written.

use journey::scenario::{approval, comment};
use journey::{Applicant, Reviewer, Stack, pages, pictures::Picture, stack::COUNTY, table};
use journey::{machine, wait};
use serde_json::json;

/// Fails unless the audit trail and the executions of the case are what these transitions leave behind.
async fn assert_written(
    stack: &Stack,
    applicant: &Applicant,
    case: &str,
    transitions: &[&str],
    executions: usize,
) {
    assert_eq!(table::transitions(stack, applicant.ulid(), case).await, transitions);
    let ended = async || {
        let all = machine::executions_of(stack, case).await;
        (all.len() == executions && all.iter().all(machine::Execution::succeeded)).then_some(all)
    };
    let all = wait::until(&format!("{executions} ended executions of {case}"), wait::SOON, ended).await;
    for execution in all {
        assert_eq!(execution.visited, ["AwaitDecision", "Decided"], "the way of {}", execution.name);
    }
}

/// The states of an answer's history, without repetitions.
fn states(answer: &journey::Response) -> Vec<&str> {
    let mut states: Vec<&str> =
        answer.list("/history").iter().filter_map(|entry| entry["state"].as_str()).collect();
    states.dedup();
    states
}

#[tokio::test]
async fn a_complete_draft_is_handed_in_claimed_and_approved() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let handed_in = applicant.api.submit().await.expect(201);
    assert_eq!(handed_in.str("/state"), "SUBMITTED");
    assert_eq!(handed_in.number("/round"), 1);
    assert!(handed_in.str("/dueAt") > handed_in.str("/submittedAt"), "{}", handed_in.text);

    let reviewer = Reviewer::of(&stack, COUNTY).await;
    let item = reviewer.find("collection", &draft.case).await;
    assert_eq!(item["claim"], json!(null), "nobody has claimed it yet: {item}");
    let claimed = reviewer.api.claim(&draft.case).await.expect(200);
    assert_eq!(claimed.str("/state"), "UNDER_REVIEW");
    assert_eq!(claimed.body["claim"]["mine"], true);
    assert_eq!(applicant.api.withdraw().await.status, 409, "a claimed case cannot be taken back");
    let version = reviewer.api.case(&draft.case).await.expect(200).number("/version");
    let decided = reviewer.api.decide(&draft.case, &approval(version)).await.expect(200);
    assert_eq!(decided.str("/state"), "APPROVED");
    reviewer.miss("collection", &draft.case).await;

    let status = applicant.api.status().await.expect(200);
    assert_eq!(status.str("/state"), "APPROVED");
    assert_eq!(status.str("/department/id"), pages::DEPARTMENT);
    assert!(states(&status).ends_with(&["APPROVED"]), "{}", status.text);
    assert_eq!(applicant.api.collection().await.expect(200).body["editable"], false);
    assert_written(&stack, &applicant, &draft.case, &["submitted", "claimed", "approved"], 1).await;
}

#[tokio::test]
async fn a_returned_draft_is_corrected_where_the_comments_point_and_approved() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    let comments = [
        comment("/educations/0/school", "EDU_CERT_MISMATCH", "学校名称与证书不一致"),
        comment("/employments/0/employer", "WORK_USCC_BAD", "请填写营业执照上的全称"),
    ];
    reviewer.send_back(&draft.case, &comments).await;
    reviewer.miss("collection", &draft.case).await;

    let status = applicant.api.status().await.expect(200);
    assert_eq!(status.str("/state"), "RETURNED");
    assert_eq!(status.list("/comments").len(), 2, "{}", status.text);
    assert_eq!(status.str("/comments/0/pointer"), "/educations/0/school");
    assert_eq!(status.str("/comments/0/reasonCode"), "EDU_CERT_MISMATCH");
    assert!(!status.str("/comments/0/reason").is_empty());
    let collection = applicant.api.collection().await.expect(200);
    assert_eq!(collection.body["editable"], true);
    for commented in status.list("/comments") {
        let pointer = commented["pointer"].as_str().expect("a pointer");
        assert!(collection.body.pointer(pointer).is_some(), "{pointer} leads nowhere in {}", collection.text);
    }

    let education = pages::education(&applicant.person, &draft.certificate);
    let education = pages::spoilt(&education, "school", json!("中央财经大学"));
    let _ = applicant.api.put_row("educations", &draft.education, &education).await.expect(200);
    let employment = pages::employment(&applicant.person, &draft.proof);
    let employment = pages::spoilt(&employment, "employer", json!("北京东城示例精密制造有限公司"));
    let _ = applicant.api.put_row("employments", &draft.employment, &employment).await.expect(200);
    let again = applicant.api.submit().await.expect(201);
    assert_eq!(again.str("/state"), "RESUBMITTED");
    assert_eq!(again.number("/round"), 2);

    reviewer.find("collection", &draft.case).await;
    let version = reviewer.take(&draft.case).await;
    let seen = reviewer.api.case(&draft.case).await.expect(200);
    assert_eq!(seen.str("/pages/educations/0/school"), "中央财经大学");
    let experience = "/pages/employments/0/accountingExperiences/0/posts/0";
    assert_eq!(seen.str(experience), "03", "correcting an employment keeps its accounting work");
    let _ = reviewer.api.decide(&draft.case, &approval(version)).await.expect(200);

    let status = applicant.api.status().await.expect(200);
    assert_eq!(status.str("/state"), "APPROVED");
    assert_eq!(status.number("/round"), 2);
    let walked = states(&status);
    assert!(walked.ends_with(&["APPROVED"]) && walked.contains(&"RETURNED"), "{walked:?}");
    let trail = ["submitted", "claimed", "returned", "resubmitted", "claimed", "approved"];
    assert_written(&stack, &applicant, &draft.case, &trail, 2).await;
}

#[tokio::test]
async fn a_draft_taken_back_is_open_again_and_can_be_handed_in_again() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;

    let _ = applicant.api.withdraw().await.expect(200);
    let open = applicant.api.collection().await.expect(200);
    assert_eq!((open.str("/state"), &open.body["editable"]), ("DRAFT", &json!(true)));
    reviewer.miss("collection", &draft.case).await;
    let claim = reviewer.api.claim(&draft.case).await;
    assert!(matches!(claim.status, 404 | 409), "there is nothing to claim: {} {}", claim.status, claim.text);
    assert_eq!(applicant.api.withdraw().await.status, 409, "there is nothing to take back");

    let _ = applicant.api.put_page("department", &pages::department()).await.expect(200);
    let _ = applicant.api.submit().await.expect(201);
    reviewer.find("collection", &draft.case).await;
    reviewer.approve(&draft.case).await;
    let trail = ["submitted", "withdrawn", "submitted", "claimed", "approved"];
    assert_written(&stack, &applicant, &draft.case, &trail, 2).await;
}

#[tokio::test]
async fn a_returned_verification_is_asked_for_again_with_new_pictures() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    assert_eq!(applicant.api.real_name().await.expect(200).str("/state"), "NONE");
    let asked = applicant.request_real_name(&stack).await.expect(201);
    assert_eq!(asked.str("/state"), "MANUAL_PENDING");
    let _ = applicant.request_real_name(&stack).await.problem(409, "not-editable");

    let (case, reviewer) = (applicant.real_name_case(), Reviewer::of(&stack, COUNTY).await);
    reviewer.find("real-name", &case).await;
    let hand = comment("/idHolding", "ID_HANDHELD_BAD", "请露出全部证件号码");
    reviewer.send_back(&case, &[hand]).await;
    let returned = applicant.api.real_name().await.expect(200);
    assert_eq!(returned.str("/state"), "MANUAL_RETURNED");
    assert_eq!(returned.str("/comments/0/pointer"), "/idHolding");

    let _ = applicant.request_real_name(&stack).await.expect(201);
    reviewer.find("real-name", &case).await;
    reviewer.approve(&case).await;
    assert_eq!(applicant.api.real_name().await.expect(200).str("/state"), "VERIFIED");
    let wrong_side = Picture { purpose: "id-holding", ..Picture::id_front(&stack) };
    let spare = applicant.usable(wrong_side).await;
    let body = json!({"idFront": spare, "idBack": spare, "idHolding": spare, "division": COUNTY});
    assert_eq!(applicant.api.request_real_name(&body).await.status, 409, "verified once is verified");
}
