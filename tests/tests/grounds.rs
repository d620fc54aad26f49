//! What a claim and a decision rest on, on the running system: consent and verification at that very moment, a look, and room.

use journey::pictures::Picture;
use journey::scenario::{approval, comment, face_consent, returned};
use journey::stack::COUNTY;
use journey::{Applicant, Draft, Response, Reviewer, Stack, pages};
use serde_json::json;

/// Rounds of each race.
const ROUNDS: usize = 8;

fn code(answer: &Response) -> String {
    if answer.status < 400 { answer.status.to_string() } else { answer.str("/code").to_owned() }
}

/// Agrees again, and fills the page of pictures in anew.
async fn agree_again(stack: &Stack, applicant: &Applicant, draft: &Draft) {
    let api = &applicant.api;
    let _ = api.put_consent(&face_consent(api).await).await.expect(200);
    let (photo, front) =
        tokio::join!(applicant.usable(Picture::photo(stack)), applicant.usable(Picture::id_front(stack)));
    let _ = api.put_page("basic", &pages::basic(&photo, &front, &draft.basic[2])).await.expect(200);
}

async fn agrees(applicant: &Applicant) -> bool {
    applicant.api.me().await.expect(200).body["biometrics"]["inForce"] == true
}

#[tokio::test]
async fn a_consent_withdrawn_in_the_moment_of_submitting_leaves_nothing_submitted() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let api = &applicant.api;
    for round in 0..ROUNDS {
        let (withdrawn, submitted) = tokio::join!(api.delete_consent(), api.submit());
        let (withdrawn, submitted) = (code(&withdrawn), code(&submitted));
        assert_eq!(withdrawn, "204", "round {round}, submitted: {submitted}");
        let said = ["201", "consent-required", "conflict", "not-ready"];
        assert!(said.contains(&submitted.as_str()), "round {round}: {submitted}");
        assert_eq!(api.status().await.expect(200).str("/state"), "DRAFT", "round {round}: {submitted}");
        assert!(!agrees(&applicant).await, "round {round}: {submitted}");
        agree_again(&stack, &applicant, &draft).await;
    }
    let _ = api.submit().await.expect(201);
}

#[tokio::test]
async fn a_consent_withdrawn_in_the_moment_of_claiming_is_withdrawn_or_waits() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let api = &applicant.api;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    for round in 0..ROUNDS {
        let _ = api.submit().await.expect(201);
        let (withdrawn, claimed) = tokio::join!(api.delete_consent(), reviewer.api.claim(&draft.case));
        let said = (code(&withdrawn), code(&claimed));
        let state = api.status().await.expect(200).str("/state").to_owned();
        match (said.0.as_str(), said.1.as_str()) {
            ("not-editable", "200") => {
                assert_eq!(
                    (state.as_str(), agrees(&applicant).await),
                    ("UNDER_REVIEW", true),
                    "round {round}"
                );
                let _ = reviewer.api.release(&draft.case).await.expect(204);
                let _ = api.delete_consent().await.expect(204);
            }
            ("204", "consent-required" | "conflict" | "not-found" | "not-editable") => {
                assert_eq!((state.as_str(), agrees(&applicant).await), ("DRAFT", false), "round {round}");
            }
            _ => panic!("round {round}: {said:?}, {state}"),
        }
        agree_again(&stack, &applicant, &draft).await;
    }
}

#[tokio::test]
async fn a_decision_needs_a_look_at_what_was_submitted_last() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let (one, other) = (Reviewer::of(&stack, COUNTY).await, Reviewer::of(&stack, COUNTY).await);
    let _ = other.api.case(&draft.case).await.expect(200);
    let version = one.api.claim(&draft.case).await.expect(200).number("/version");
    let comments = [comment("/basic/photo", "PHOTO_BLUR", "照片模糊")];
    for body in [approval(version), returned(version, &comments)] {
        let _ = one.api.decide(&draft.case, &body).await.problem(409, "not-opened");
    }
    one.send_back(&draft.case, &comments).await;
    let _ = applicant.api.submit().await.expect(201);
    let version = one.api.claim(&draft.case).await.expect(200).number("/version");
    let _ = one.api.decide(&draft.case, &approval(version)).await.problem(409, "not-opened");
    one.approve(&draft.case).await;
}

#[tokio::test]
async fn nobody_is_approved_while_their_verification_is_looked_at_again() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let (head, _) = Reviewer::hired(&stack, COUNTY, &["--supervisor"]).await;
    let (one, other) = (Reviewer::of(&stack, COUNTY).await, Reviewer::of(&stack, COUNTY).await);
    let version = one.take(&draft.case).await;
    let shown = one.api.case(&draft.case).await.expect(200);
    assert_eq!((shown.str("/verification/state"), shown.list("/obstacles").len()), ("VERIFIED", 0));

    let verification = applicant.real_name_case();
    let _ = head.api.reopen(&verification, "证件须重新核验").await.expect(200);
    let _ = one.api.decide(&draft.case, &approval(version)).await.problem(409, "applicant-not-verified");
    let shown = one.api.case(&draft.case).await.expect(200);
    assert_eq!(shown.str("/verification/state"), "MANUAL_PENDING");
    assert_eq!(shown.str("/obstacles/0/code"), "approval.NOT_VERIFIED");
    other.send_back(&verification, &[comment("/idFront", "PHOTO_BLUR", "照片模糊")]).await;
    let _ = one.api.decide(&draft.case, &approval(version)).await.problem(409, "applicant-not-verified");
    assert_eq!(one.api.case(&draft.case).await.expect(200).str("/verification/state"), "MANUAL_RETURNED");
    one.send_back(&draft.case, &[comment("/basic/photo", "PHOTO_BLUR", "照片模糊")]).await;
}

#[tokio::test]
async fn three_cases_are_held_at_once_and_none_for_ever() {
    let stack = Stack::required();
    let mut cases = Vec::new();
    for _ in 0..4 {
        let applicant = Applicant::registered(&stack).await;
        let _ = applicant.request_real_name(&stack).await.expect(201);
        cases.push(applicant.real_name_case());
    }
    let (one, other) = (Reviewer::of(&stack, COUNTY).await, Reviewer::of(&stack, COUNTY).await);
    let claims = cases.iter().map(|case| one.api.claim(case));
    let answers = futures_util::future::join_all(claims).await;
    let claimed = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(claimed <= 3, "{:?}", answers.iter().map(code).collect::<Vec<_>>());
    for case in &cases {
        let answer = one.api.claim(case).await;
        assert!(answer.status == 200 || code(&answer) == "too-many-claims", "{}", answer.text);
    }
    let held = |case: &str| {
        let (api, case) = (one.api.clone(), case.to_owned());
        async move { api.case(&case).await.expect(200).body["claim"]["mine"] == true }
    };
    let mut mine = Vec::new();
    for case in &cases {
        if held(case).await {
            mine.push(case.clone());
        }
    }
    assert_eq!(mine.len(), 3);
    let free = cases.iter().find(|case| !mine.contains(case)).expect("one of four");
    let refused = one.api.claim(free).await.problem(409, "too-many-claims");
    assert_eq!((refused.number("/limit"), refused.list("/held").len()), (3, 3));
    let _ = one.api.next_case("real-name").await.problem(409, "too-many-claims");
    one.approve(&mine[0]).await;
    let _ = one.api.claim(free).await.expect(200);
    let _ = one.api.release(free).await.expect(204);

    // One of those that were claimed twice above may have a renewal less.
    let mut renewed = 0;
    let refused = loop {
        let answer = one.api.claim(&mine[1]).await;
        if answer.status != 200 {
            break answer;
        }
        renewed += 1;
        assert!(renewed <= 4, "renewed for ever");
    };
    let _ = refused.problem(409, "claim-not-renewable");
    let _ = one.api.release(&mine[1]).await.expect(204);
    let _ = one.api.claim(&mine[1]).await.problem(409, "claim-not-renewable");
    let _ = other.api.claim(&mine[1]).await.expect(200);
}

#[tokio::test]
async fn own_case_of_a_reviewer_is_on_no_list_of_theirs() {
    let stack = Stack::required();
    let ((applicant, draft), (_, another)) =
        tokio::join!(Applicant::submitted(&stack), Applicant::submitted(&stack));
    let own = ["--own-account", applicant.account_id.as_str()];
    let (reviewer, _) = Reviewer::hired(&stack, COUNTY, &own).await;
    reviewer.find("collection", &another.case).await;
    assert_eq!(reviewer.in_queue("collection", &draft.case).await, None);
    for query in ["list=decided&limit=100", "list=transfers&limit=100", "limit=1"] {
        let listed = reviewer.api.list_cases(query).await.expect(200);
        assert!(!listed.text.contains(applicant.ulid()), "{query}: {}", listed.text);
    }
    let _ = reviewer.api.case(&draft.case).await.problem(404, "not-found");
    let _ = reviewer.api.claim(&draft.case).await.problem(404, "not-found");
    let begun = reviewer.api.approve_selection(&[(&draft.case, 1)]).await.expect(202);
    let ended = journey::wait::until("the selection", journey::wait::SOON, async || {
        let now = reviewer.api.selection(begun.str("/approvalId")).await.expect(200);
        (now.str("/state") == "done").then_some(now)
    });
    assert_eq!(ended.await.str("/refused/0/code"), "bulk.NOT_FOUND");
}

#[tokio::test]
async fn a_reviewer_is_told_in_words_for_reviewers() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    let version = reviewer.take(&draft.case).await;
    let _ = reviewer.api.release(&draft.case).await.expect(204);
    let late = json!({"version": version + 1, "decision": "approve"});
    let theirs = reviewer.api.decide(&draft.case, &late).await.problem(409, "not-editable");
    let applicants = applicant.api.submit().await.problem(409, "not-editable");
    assert_ne!(theirs.str("/detail"), applicants.str("/detail"));
    assert!(!theirs.str("/detail").contains("审核期间"), "{}", theirs.text);
    let _ = applicant.api.withdraw().await.expect(200);
    let gone = reviewer.api.claim(&draft.case).await.problem(404, "not-found");
    assert!(gone.str("/detail").contains("申请人已撤回"), "{}", gone.text);
}
