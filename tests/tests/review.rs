//! The review desk: who sees a case, who holds it, and what a decision needs.

use journey::scenario::{approval, comment, log_in, returned};
use journey::stack::{CITY, COUNTY, Staff};
use journey::{Applicant, Client, Response, Reviewer, Stack, machine, pages, wait};
use serde_json::{Value, json};

fn elsewhere(stack: &Stack) -> &Staff {
    stack.reviewer_elsewhere().expect("a reviewer of another county is seeded")
}

/// Somebody else who sees the case: a second reviewer of the county, or the city once the case is late.
async fn somebody_else(stack: &Stack, case: &str, version: u64) -> Reviewer {
    if let Some(second) = stack.staff.iter().filter(|staff| staff.division == COUNTY).nth(1) {
        return Reviewer::log_in(stack, second).await;
    }
    let hurried = machine::Hurried::start(stack, case, version).await;
    wait::until("the hurried execution", wait::SOON, async || hurried.ended(stack).await).await;
    let city = Reviewer::of(stack, CITY).await;
    city.find("collection", case).await;
    city
}

#[tokio::test]
async fn a_reviewer_of_another_county_finds_nothing() {
    let stack = Stack::required();
    let (_, draft) = Applicant::submitted(&stack).await;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    let version = reviewer.take(&draft.case).await;
    let before = reviewer.api.case(&draft.case).await.expect(200);

    let other = Reviewer::log_in(&stack, elsewhere(&stack)).await;
    assert_eq!(other.in_queue("collection", &draft.case).await, None);
    let absent = draft.case.replace(|digit: char| digit.is_ascii_digit(), "0");
    let nobodys = other.api.case(&absent).await.problem(404, "not-found");
    let theirs = other.api.case(&draft.case).await.problem(404, "not-found");
    let plain = |answer: &Response| answer.text.replace(answer.str("/instance"), "");
    assert_eq!(plain(&theirs), plain(&nobodys), "the answers tell the two apart");
    let _ = other.api.claim(&draft.case).await.problem(404, "not-found");
    let _ = other.api.release(&draft.case).await.problem(404, "not-found");
    let _ = other.api.decide(&draft.case, &approval(version)).await.problem(404, "not-found");

    let after = reviewer.api.case(&draft.case).await.expect(200);
    assert_eq!((after.number("/version"), after.str("/state")), (version, before.str("/state")));
    let _ = reviewer.api.decide(&draft.case, &approval(version)).await.expect(200);
}

#[tokio::test]
async fn a_case_has_one_holder() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let first = Reviewer::of(&stack, COUNTY).await;
    first.find("collection", &draft.case).await;
    let version = applicant.api.status().await.expect(200).number("/version");
    let second = somebody_else(&stack, &draft.case, version).await;
    let (one, two) = tokio::join!(first.api.claim(&draft.case), second.api.claim(&draft.case));
    let (holder, other, late) = if one.status == 200 { (first, second, two) } else { (second, first, one) };
    let _ = late.problem(409, "conflict");
    let version = holder.api.case(&draft.case).await.expect(200).number("/version");
    let _ = other.api.decide(&draft.case, &approval(version)).await.problem(409, "conflict");
    let seen = other.find("collection", &draft.case).await;
    assert_eq!(seen["claim"]["mine"], false, "{seen}");
    assert_eq!(seen["claim"].get("reviewer"), None, "a claim says no more than mine and until: {seen}");

    let _ = holder.api.release(&draft.case).await.expect(204);
    let version = other.take(&draft.case).await;
    let _ = other.api.decide(&draft.case, &approval(version)).await.expect(200);
}

#[tokio::test]
async fn letting_go_of_a_case_puts_it_back_where_it_was_claimed_from() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let _ = applicant.api.withdraw().await.expect(200);
    let again = applicant.api.submit().await.expect(201);
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    reviewer.take(&draft.case).await;
    let _ = reviewer.api.release(&draft.case).await.expect(204);
    let status = applicant.api.status().await.expect(200);
    assert_eq!(status.str("/state"), again.str("/state"), "it was never returned: {}", status.text);
    assert_eq!(reviewer.find("collection", &draft.case).await["claim"], Value::Null);
    let _ = applicant.api.withdraw().await.expect(200);
}

#[tokio::test]
async fn of_two_decisions_at_once_one_counts() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    let version = reviewer.take(&draft.case).await;
    let comments = [comment("/basic/photo", "PHOTO_BLUR", "照片模糊")];
    let (approve, send_back) = (approval(version), returned(version, &comments));
    let (one, two) = tokio::join!(
        reviewer.api.decide(&draft.case, &approve),
        reviewer.api.decide(&draft.case, &send_back)
    );
    let mut answers = [one.status, two.status];
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
    let state = if one.status == 200 { "APPROVED" } else { "RETURNED" };
    assert_eq!(applicant.api.status().await.expect(200).str("/state"), state);
    let trail = journey::table::transitions(&stack, applicant.ulid(), &draft.case).await;
    assert_eq!(trail.len(), 3, "one decision is written: {trail:?}");
}

#[tokio::test]
async fn a_decision_needs_a_claim_and_the_version_that_was_seen() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    let unclaimed = reviewer.api.case(&draft.case).await.expect(200);
    let seen = unclaimed.number("/version");
    assert_eq!(
        reviewer.api.decide(&draft.case, &approval(seen)).await.status,
        409,
        "decided without a claim"
    );

    let version = reviewer.take(&draft.case).await;
    let stale = approval(version - 1);
    let _ = reviewer.api.decide(&draft.case, &stale).await.problem(409, "conflict");
    let early = approval(version + 1);
    let _ = reviewer.api.decide(&draft.case, &early).await.problem(409, "conflict");
    assert_eq!(applicant.api.status().await.expect(200).str("/state"), "UNDER_REVIEW");
    let _ = reviewer.api.decide(&draft.case, &approval(version)).await.expect(200);
    assert_eq!(reviewer.api.decide(&draft.case, &approval(version)).await.status, 409, "decided once");
}

#[tokio::test]
async fn a_return_says_why_at_fields_that_exist() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    let version = reviewer.take(&draft.case).await;
    let photo = comment("/basic/photo", "PHOTO_BLUR", "照片模糊");
    let with = |member: &str, value: Value| {
        let mut body = returned(version, std::slice::from_ref(&photo));
        body[member] = value;
        body
    };
    let nowhere = comment("/educations/7/school", "OTHER", "没有这一行");
    let unknown = comment("/basic/photo", "NO_SUCH_REASON", "");
    let cases = [
        (with("comments", json!([])), "/comments"),
        (with("comments", json!([photo, nowhere])), "/comments/1/pointer"),
        (with("comments", json!([unknown])), "/comments/0/reasonCode"),
        (with("opinion", json!("改")), "/opinion"),
        (with("opinion", json!("改".repeat(501))), "/opinion"),
        (with("decision", json!("forget")), "/decision"),
        (with("reviewer", json!("somebody else")), "/reviewer"),
    ];
    for (body, pointer) in cases {
        let answer = reviewer.api.decide(&draft.case, &body).await;
        answer.problem(422, "invalid-request").assert_faulty(&[pointer]);
    }
    assert_eq!(applicant.api.status().await.expect(200).str("/state"), "UNDER_REVIEW");
    let reject = json!({"version": version, "decision": "reject", "opinion": "材料涉嫌虚假，终止审核。", "comments": []});
    let _ = reviewer.api.decide(&draft.case, &reject).await.expect(200);
    // It takes a second one who says the same (`again.rs`).
    let second =
        stack.staff.iter().filter(|staff| staff.division == COUNTY).nth(1).expect("a second of the county");
    let second = Reviewer::log_in(&stack, second).await;
    let version = second.take(&draft.case).await;
    let reject = pages::spoilt(&reject, "version", json!(version));
    let _ = second.api.decide(&draft.case, &reject).await.expect(200);
    let status = applicant.api.status().await.expect(200);
    assert_eq!((status.str("/state"), status.str("/opinion")), ("REJECTED", "材料涉嫌虚假，终止审核。"));
    assert_eq!(applicant.api.submit().await.status, 409, "a rejected case is closed");
}

#[tokio::test]
async fn a_verification_cannot_be_rejected_for_good() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let _ = applicant.request_real_name(&stack).await.expect(201);
    let (case, reviewer) = (applicant.real_name_case(), Reviewer::of(&stack, COUNTY).await);
    reviewer.find("real-name", &case).await;
    let version = reviewer.take(&case).await;
    let reject =
        json!({"version": version, "decision": "reject", "opinion": "材料涉嫌虚假。", "comments": []});
    let refused = reviewer.api.decide(&case, &reject).await.problem(422, "invalid-request");
    refused.assert_faulty(&["/decision"]);
    reviewer.approve(&case).await;
}

#[tokio::test]
async fn a_case_shows_its_pictures_for_five_minutes_and_the_number_never_whole() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    reviewer.take(&draft.case).await;
    let case = reviewer.api.case(&draft.case).await.expect(200);
    assert!(!case.text.contains(&applicant.person.id_number), "the full number is in the answer");
    assert!(!case.text.contains(&applicant.person.mobile), "the full phone is in the answer");
    assert_eq!(case.header("cache-control"), Some("no-store"));

    let pictures = case.list("/pictures");
    let pointers: Vec<&str> = pictures.iter().filter_map(|picture| picture["pointer"].as_str()).collect();
    for pointer in [
        "/basic/photo",
        "/basic/idPortrait",
        "/basic/idEmblem",
        "/educations/0/certificates/0",
        "/employments/0/proof",
    ] {
        assert!(pointers.contains(&pointer), "{pointer} is not among {pointers:?}");
    }
    for picture in pictures {
        let url = reqwest::Url::parse(picture["url"].as_str().expect("a link")).expect("a link that is one");
        let expires = url.query_pairs().find(|(name, _)| name == "X-Amz-Expires").expect("X-Amz-Expires").1;
        assert!(expires.parse::<u32>().expect("seconds") <= 300, "{url}");
        assert!(!url.path().contains(&stack.quarantine), "a link into quarantine: {url}");
        let (status, bytes) = reviewer.api.fetch(url.as_str()).await;
        assert_eq!(status, 200, "{url}");
        assert!(bytes.starts_with(&[0xFF, 0xD8]) || bytes.starts_with(b"\x89PNG"), "no picture behind {url}");
        let mut other = url.clone();
        other.set_path(&format!("{}x", url.path()));
        assert_eq!(reviewer.api.fetch(other.as_str()).await.0, 403, "the link opens other objects");
    }
    reviewer.approve(&draft.case).await;
}

#[tokio::test]
async fn what_belongs_to_one_applicant_is_hidden_from_another() {
    let stack = Stack::required();
    let ((_, draft), other) = tokio::join!(Applicant::submitted(&stack), Applicant::verified(&stack));
    let status = other.api.status().await;
    assert!(!status.text.contains(&draft.case), "{}", status.text);
    for path in [format!("/v1/review/cases/{}", draft.case), "/v1/review/queue".to_owned()] {
        let _ = other.api.send("GET", &path).await.problem(403, "forbidden");
    }
    for upload in [&draft.basic[0], &draft.certificate, &draft.proof] {
        let _ = other.api.upload(upload).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn an_account_of_one_kind_does_not_log_in_as_the_other() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let (api, person) = (Client::new(&stack), &applicant.person);
    let staff = elsewhere(&stack);
    let _ =
        log_in(&stack, &api, "applicant", &staff.account, &staff.password).await.problem(401, "login-failed");
    let crossed = log_in(&stack, &api, "reviewer", &person.id_number, &person.password).await;
    let _ = crossed.problem(401, "login-failed");
}

#[tokio::test]
async fn a_queue_is_read_page_by_page_with_cursors_that_are_its_own() {
    let stack = Stack::required();
    let ((one, first), (two, second)) =
        tokio::join!(Applicant::submitted(&stack), Applicant::submitted(&stack));
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &first.case).await;
    reviewer.find("collection", &second.case).await;
    let page = reviewer.api.queue("collection", 1, None).await.expect(200);
    assert_eq!(page.list("/items").len(), 1);
    let cursor = page.str("/next").to_owned();
    let next = reviewer.api.queue("collection", 1, Some(&cursor)).await.expect(200);
    assert_ne!(next.list("/items")[0]["caseId"], page.list("/items")[0]["caseId"]);
    assert!(next.list("/items")[0]["submittedAt"].as_str() >= page.list("/items")[0]["submittedAt"].as_str());

    let _ = reviewer.api.queue("collection", 1, Some("bm90LW91cnM")).await.problem(400, "malformed-request");
    let other = Reviewer::log_in(&stack, elsewhere(&stack)).await;
    let _ = other.api.queue("collection", 1, Some(&cursor)).await.problem(400, "malformed-request");
    for limit in [0, 101] {
        let refused = reviewer.api.queue("collection", limit, None).await.problem(422, "invalid-request");
        refused.assert_faulty(&["/limit"]);
    }
    let _ = one.api.withdraw().await.expect(200);
    let _ = two.api.withdraw().await.expect(200);
}
