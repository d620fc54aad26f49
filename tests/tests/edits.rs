//! Doing it once, and on what was seen: `Idempotency-Key`, `ETag` and `If-Match`.

use std::collections::BTreeSet;

use journey::scenario::{approval, consent, received_sms, solved_captcha};
use journey::stack::COUNTY;
use journey::{
    Applicant, Client, Draft, Person, Response, Reviewer, Stack, machine, pages, table, wait, windows,
};
use serde_json::{Value, json};

const SUBMISSION: &str = "/v1/collection/submission";

/// A key that no other run used.
fn key(name: &str) -> String {
    format!("{name}-{}-{:08x}", windows::now(), fastrand::u32(..))
}

fn is_replayed(answer: &Response) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

/// An education that differs from that of the draft.
fn another_education(applicant: &Applicant, draft: &Draft) -> Value {
    let education = pages::education(&applicant.person, &draft.certificate);
    pages::spoilt(&education, "school", json!("另一所示例大学"))
}

async fn hand_in(api: &Client) -> Response {
    api.send_json("POST", SUBMISSION, &json!({"declared": true})).await
}

/// Every kind of write that the collection knows, the last of them deletions.
async fn every_write(api: &Client, applicant: &Applicant, draft: &Draft) -> Vec<Response> {
    let [photo, front, back] = &draft.basic;
    let person = &applicant.person;
    let education = another_education(applicant, draft);
    vec![
        api.put_page("scope", &pages::scope()).await,
        api.put_page("basic", &pages::basic(photo, front, back)).await,
        api.put_page("department", &pages::department()).await,
        api.add_row("educations", &education).await,
        api.put_row("educations", &draft.education, &education).await,
        api.add_row("employments", &pages::plain_employment(person)).await,
        api.put_row("employments", &draft.employment, &pages::employment(person, &draft.proof)).await,
        api.add_experience(&draft.employment, &pages::later_experience(person)).await,
        api.put_experience(&draft.employment, &draft.experience, &pages::experience(person)).await,
        api.delete_experience(&draft.employment, &draft.experience).await,
        api.delete_row("educations", &draft.education).await,
        api.delete_row("employments", &draft.employment).await,
    ]
}

#[tokio::test]
async fn every_page_and_row_that_is_read_or_written_has_the_drafts_version_as_its_tag() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let api = &applicant.api;
    let version = api.collection().await.number("/version");
    let reads = [
        api.collection().await,
        api.readiness().await,
        api.row("educations", &draft.education).await,
        api.row("employments", &draft.employment).await,
        api.experience(&draft.employment, &draft.experience).await,
    ];
    for read in reads {
        let read = read.expect(200);
        assert_eq!(read.header("etag"), Some(format!("\"{version}\"").as_str()), "{}", read.request_line);
        assert_eq!(read.number("/version"), version, "{}", read.request_line);
    }
    for (number, write) in (version + 1..).zip(every_write(api, &applicant, &draft).await) {
        let tag = format!("\"{number}\"");
        assert!(write.is_success(), "{}: {}", write.request_line, write.text);
        assert_eq!(write.header("etag"), Some(tag.as_str()), "{}", write.request_line);
    }
}

#[tokio::test]
async fn a_write_on_another_version_than_was_seen_is_refused_with_the_current_one() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let before = applicant.api.collection().await.expect(200);
    let version = before.number("/version");
    for other in [version - 1, version + 1] {
        let late = applicant.api.if_match(other);
        for refused in every_write(&late, &applicant, &draft).await {
            assert_eq!(refused.problem(412, "precondition-failed").number("/version"), version);
        }
    }
    assert_eq!(applicant.api.collection().await.body, before.body, "a refused write changed something");
    assert_eq!(table::transitions(&stack, applicant.ulid(), &draft.case).await.len(), 0);
}

#[tokio::test]
async fn tags_are_compared_as_a_list_weak_or_strong_and_a_star_is_any() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let put = async |tags: &str| {
        applicant.api.with_header("if-match", tags).put_page("scope", &pages::scope()).await
    };
    // Nothing is stored yet, and what is shown has version 0.
    assert_eq!(applicant.api.collection().await.header("etag"), Some("\"0\""));
    for (number, good) in (1..).zip(["\"0\"", "W/\"1\"", "\"7\", \"2\"", "*", "\"3\",W/\"4\""]) {
        assert_eq!(put(good).await.expect(200).number("/version"), number, "{good}");
    }
    for stale in ["\"4\"", "\"7\", W/\"9\"", "5", "\"55\"", "nonsense", "\"\"", "\"*\""] {
        assert_eq!(put(stale).await.problem(412, "precondition-failed").number("/version"), 5, "{stale}");
    }
    assert_eq!(applicant.api.collection().await.number("/version"), 5, "a refused write moved the version");
}

#[tokio::test]
async fn of_two_writers_who_saw_the_same_one_wins() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    // The first time the draft is stored for the first time.
    for version in 0..5 {
        let api = applicant.api.if_match(version);
        let (scope, department) = (pages::scope(), pages::department());
        let (one, other) =
            tokio::join!(api.put_page("scope", &scope), api.put_page("department", &department));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert!(matches!(statuses, [200, 409 | 412]), "{statuses:?}: {} {}", one.text, other.text);
        assert_eq!(applicant.api.collection().await.number("/version"), version + 1);
    }
}

#[tokio::test]
async fn a_collection_is_handed_in_and_taken_back_on_the_version_that_was_seen() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let version = applicant.api.collection().await.number("/version");
    let stale = applicant.api.if_match(version - 1);
    assert_eq!(stale.submit().await.problem(412, "precondition-failed").number("/version"), version);
    let receipt = applicant.api.if_match(version).submit().await.expect(201);
    assert_eq!(receipt.header("etag"), Some(format!("\"{}\"", version + 1).as_str()));
    let _ = stale.withdraw().await.problem(412, "precondition-failed");
    let _ = applicant.api.if_match(version + 1).withdraw().await.expect(200);
    let events = table::transitions(&stack, applicant.ulid(), &draft.case).await;
    assert_eq!(events, ["submitted", "withdrawn"]);
}

#[tokio::test]
async fn a_request_sent_again_with_its_key_does_nothing_and_gets_the_first_answer() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let education = another_education(&applicant, &draft);
    let key = key("education");
    let api = applicant.api.idempotency_key(&key);
    let first = api.add_row("educations", &education).await.expect(201);
    assert!(!is_replayed(&first));
    let again = api.add_row("educations", &education).await.expect(201);
    assert!(is_replayed(&again), "{:?}", again.headers);
    assert_eq!(first.text, again.text);
    assert_eq!(again.header("content-type"), Some("application/json"));
    assert_eq!(again.header("cache-control"), Some("no-store"));
    assert_eq!(applicant.api.collection().await.list("/educations").len(), 2, "the row was added twice");

    let other = pages::spoilt(&education, "school", json!("第三所示例大学"));
    let _ = api.add_row("educations", &other).await.problem(422, "idempotency-key-reused");
    // What became of the row since makes no difference.
    let _ = applicant.api.delete_row("educations", first.str("/education/id")).await.expect(204);
    assert_eq!(api.add_row("educations", &education).await.expect(201).text, first.text);
    assert_eq!(applicant.api.collection().await.list("/educations").len(), 1, "the row came back");
}

#[tokio::test]
async fn a_key_belongs_to_one_person_on_one_path() {
    let stack = Stack::required();
    let ((applicant, draft), (stranger, theirs)) =
        tokio::join!(Applicant::with_draft(&stack), Applicant::with_draft(&stack));
    let key = key("shared");
    let api = applicant.api.idempotency_key(&key);
    let education = another_education(&applicant, &draft);
    let first = api.add_row("educations", &education).await.expect(201);
    let elsewhere = api.add_row("employments", &pages::plain_employment(&applicant.person)).await.expect(201);
    assert!(!is_replayed(&elsewhere), "{}", elsewhere.text);
    let other = stranger.api.idempotency_key(&key);
    let other = other.add_row("educations", &another_education(&stranger, &theirs)).await.expect(201);
    assert!(!is_replayed(&other), "{}", other.text);
    assert_ne!(first.str("/education/id"), other.str("/education/id"));
    // Even when both send the very same words.
    let forged = stranger.api.idempotency_key(&key).add_row("educations", &education).await;
    assert!(!is_replayed(&forged) && !forged.text.contains(first.str("/education/id")), "{}", forged.text);
}

#[tokio::test]
async fn twenty_of_the_same_request_at_once_are_one() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let education = another_education(&applicant, &draft);
    let api = applicant.api.idempotency_key(&key("twenty"));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (api, education) = (api.clone(), education.clone());
        calls.spawn(async move { api.add_row("educations", &education).await });
    }
    let (mut answers, mut fresh) = (BTreeSet::new(), 0);
    while let Some(answer) = calls.join_next().await {
        let answer = answer.expect("the call ends");
        if answer.status == 201 {
            fresh += u32::from(!is_replayed(&answer));
            answers.insert(answer.text);
        } else {
            let answer = answer.problem(409, "idempotency-in-progress");
            assert!(answer.retry_after().is_some_and(|seconds| seconds > 0), "{:?}", answer.headers);
        }
    }
    assert_eq!((answers.len(), fresh), (1, 1), "{answers:?}");
    assert_eq!(applicant.api.collection().await.list("/educations").len(), 2);
    let late = api.add_row("educations", &education).await.expect(201);
    assert!(is_replayed(&late) && answers.contains(&late.text), "{}", late.text);
}

#[tokio::test]
async fn a_request_that_was_refused_can_be_mended_under_the_same_key() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let api = applicant.api.idempotency_key(&key("mended"));
    let good = another_education(&applicant, &draft);
    let bad = pages::spoilt(&good, "school", json!(""));
    for _ in 0..2 {
        let refused = api.add_row("educations", &bad).await.problem(422, "invalid-request");
        refused.assert_faulty(&["/school"]);
    }
    let stale = api.if_match(1).add_row("educations", &good).await;
    let current = stale.problem(412, "precondition-failed").number("/version");
    let mended = api.if_match(current).add_row("educations", &good).await.expect(201);
    assert!(!is_replayed(&mended));
    assert!(is_replayed(&api.if_match(current).add_row("educations", &good).await.expect(201)));
}

#[tokio::test]
async fn a_submission_sent_again_gets_the_same_receipt_and_happens_once() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let api = applicant.api.idempotency_key(&key("submission"));
    let refused = api.send_json("POST", SUBMISSION, &json!({"declared": false})).await;
    refused.problem(422, "invalid-request").assert_faulty(&["/declared"]);
    let receipt = hand_in(&api).await.expect(201);
    let again = hand_in(&api).await.expect(201);
    assert_eq!((is_replayed(&again), &again.text), (true, &receipt.text));
    let _ = hand_in(&applicant.api).await.problem(409, "not-editable");
    let events = async || table::transitions(&stack, applicant.ulid(), &draft.case).await;
    assert_eq!(events().await, ["submitted"]);
    assert_eq!(applicant.api.status().await.list("/history").len(), 1);

    let _ = applicant.api.withdraw().await.expect(200);
    assert_eq!(hand_in(&api).await.expect(201).text, receipt.text);
    assert_eq!(applicant.api.collection().await.str("/state"), "DRAFT", "it was handed in again");
    assert_eq!(events().await, ["submitted", "withdrawn"]);
    let ended = async || {
        let all = machine::executions_of(&stack, &draft.case).await;
        (!all.is_empty() && all.iter().all(machine::Execution::ended)).then_some(all.len())
    };
    assert_eq!(wait::until("the execution to end", wait::SOON, ended).await, 1);
}

#[tokio::test]
async fn a_decision_sent_again_is_the_decision_that_was_taken() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let _ = applicant.request_real_name(&stack).await.expect(201);
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    let case = applicant.real_name_case();
    reviewer.find("real-name", &case).await;
    let decision = approval(reviewer.take(&case).await);
    let desk = reviewer.api.idempotency_key(&key("decision"));
    let first = desk.decide(&case, &decision).await.expect(200);
    let again = desk.decide(&case, &decision).await.expect(200);
    assert_eq!((is_replayed(&again), &again.text), (true, &first.text));
    let _ = reviewer.api.decide(&case, &decision).await.expect(409);
    let events = table::transitions(&stack, applicant.ulid(), &case).await;
    assert_eq!(events, ["submitted", "claimed", "approved"]);
}

#[tokio::test]
async fn a_registration_sent_again_is_told_of_the_account_that_it_made() {
    let stack = Stack::required();
    let (person, api) = (Person::random(), Client::new(&stack));
    let code = received_sms(&stack, &api, &person.mobile).await;
    let form = person.registration(&code, &consent(&api).await);
    let key = key("registration");
    let keyed = api.idempotency_key(&key);
    let wrong = json!(code.wrong().digits);
    let _ = keyed.register(&pages::spoilt(&form, "smsCode", wrong)).await.problem(422, "invalid-request");
    let first = keyed.register(&form).await.expect(201);
    let again = keyed.register(&form).await.expect(201);
    assert_eq!((is_replayed(&again), &again.text), (true, &first.text));
    let reused = keyed.register(&pages::spoilt(&form, "name", json!("王小明"))).await;
    let _ = reused.problem(422, "idempotency-key-reused");

    let account = first.str("/accountId");
    let kept = table::kept_answers(&stack).await;
    let kept: Vec<_> =
        kept.iter().map(|item| format!("{item:?}")).filter(|item| item.contains(account)).collect();
    assert_eq!(kept.len(), 1, "the answer is kept once");
    for secret in
        [&key, &person.password, &person.id_number, &person.mobile, &person.name, &code.digits, &code.id]
    {
        assert!(!kept[0].contains(secret.as_str()), "{secret} is stored in clear: {}", kept[0]);
    }
}

#[tokio::test]
async fn sessions_are_never_kept_whatever_key_they_come_with() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let keyed = applicant.api.anonymous().idempotency_key(&key("session"));
    let mut tokens = BTreeSet::new();
    for _ in 0..2 {
        let (captcha, answer) = solved_captcha(&stack, &applicant.api).await;
        let (number, password) = (&applicant.person.id_number, &applicant.person.password);
        let session = keyed.log_in("applicant", number, password, (&captcha, &answer)).await.expect(201);
        assert!(!is_replayed(&session));
        tokens.insert(session.str("/accessToken").to_owned());
    }
    assert_eq!(tokens.len(), 2);
    for item in table::kept_answers(&stack).await {
        let item = format!("{item:?}");
        assert!(!item.contains("accessToken") && !tokens.iter().any(|token| item.contains(token)), "{item}");
    }
}

#[tokio::test]
async fn a_key_has_eight_to_sixty_four_characters() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let education = another_education(&applicant, &draft);
    for malformed in ["", "short-7", &"k".repeat(65), "钥匙钥匙钥匙"] {
        let api = applicant.api.idempotency_key(malformed);
        let refused = api.add_row("educations", &education).await;
        let _ = refused.problem(400, "malformed-request");
    }
    assert_eq!(applicant.api.collection().await.list("/educations").len(), 1, "a refused row was added");
    for sound in ["k".repeat(8), "k".repeat(64)] {
        let api = applicant.api.idempotency_key(&sound);
        assert!(!is_replayed(&api.add_row("educations", &education).await.expect(201)));
        assert!(is_replayed(&api.add_row("educations", &education).await.expect(201)));
    }
}
