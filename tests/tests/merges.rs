//! Several proofs in one picture.

use std::time::{SystemTime, UNIX_EPOCH};

use journey::pictures::Picture;
use journey::{Applicant, Response, Stack};

fn proof(stack: &Stack, file: &str) -> Picture {
    Picture::of(stack, "work-proof", file)
}

/// Two accepted proofs of somebody new.
async fn with_proofs(stack: &Stack) -> (Applicant, [String; 2]) {
    let applicant = Applicant::registered(stack).await;
    let (one, other) = tokio::join!(
        applicant.usable(proof(stack, "work-proof.jpg")),
        applicant.usable(proof(stack, "education-certificate.jpg")),
    );
    (applicant, [one, other])
}

#[tokio::test]
async fn two_proofs_become_one_picture_that_the_applicant_can_see() {
    let stack = Stack::required();
    let (applicant, [one, other]) = with_proofs(&stack).await;
    let merged = applicant.api.merge_uploads("work-proof", &[&one, &other]).await.expect(201);
    assert!(matches!(merged.str("/state"), "accepted" | "flagged"), "{}", merged.text);
    assert_eq!(merged.str("/purpose"), "work-proof");
    assert!(merged.number("/bytes") <= 512_000, "{}", merged.text);
    assert!(merged.number("/height") > merged.number("/width"), "stacked: {}", merged.text);

    let picture = reqwest::get(merged.str("/picture/url")).await.expect("the link leads somewhere");
    assert!(picture.status().is_success());
    let picture = picture.bytes().await.expect("a picture");
    assert_eq!(picture.len() as u64, merged.number("/bytes"));
    assert!(picture.starts_with(&[0xFF, 0xD8, 0xFF]));

    // It is an upload like any other from now on.
    let again = applicant.api.upload(merged.str("/uploadId")).await.expect(200);
    assert_eq!(again.str("/state"), merged.str("/state"));
    let more = applicant.api.merge_uploads("work-proof", &[merged.str("/uploadId"), &one]).await;
    assert!(matches!(more.status, 201 | 422), "{}", more.text);
}

#[tokio::test]
async fn only_ones_own_usable_proofs_of_the_purpose_are_merged() {
    let stack = Stack::required();
    let ((applicant, [one, other]), stranger) =
        tokio::join!(with_proofs(&stack), Applicant::registered(&stack));
    let certificate = applicant.usable(Picture::certificate(&stack)).await;
    let pending = applicant.announced(&Picture::work_proof(&stack)).await;
    let pending = pending.str("/uploadId");
    let nobodys = "upl_00000000000000000000000000";

    let api = &applicant.api;
    let faulty = async |purpose: &str, uploads: &[&str], pointers: &[&str]| {
        let refused: Response = api.merge_uploads(purpose, uploads).await;
        refused.problem(422, "invalid-request").assert_faulty(pointers);
    };
    faulty("work-proof", &[&one], &["/uploads"]).await;
    faulty("work-proof", &[&one, &one], &["/uploads/1"]).await;
    faulty("work-proof", &[&one, &certificate], &["/uploads/1"]).await;
    faulty("work-proof", &[pending, &one], &["/uploads/0"]).await;
    faulty("work-proof", &[&one, nobodys], &["/uploads/1"]).await;
    faulty("photo", &[&one, &other], &["/purpose"]).await;
    let foreign = stranger.api.merge_uploads("work-proof", &[&one, &other]).await;
    foreign.problem(422, "invalid-request").assert_faulty(&["/uploads/0", "/uploads/1"]);
}

#[tokio::test]
async fn a_merger_sent_again_with_its_key_makes_no_second_picture() {
    let stack = Stack::required();
    let (applicant, [one, other]) = with_proofs(&stack).await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    let api = applicant.api.with_header("idempotency-key", format!("merge-{}", now.as_nanos()));
    let first = api.merge_uploads("work-proof", &[&one, &other]).await.expect(201);
    let again = api.merge_uploads("work-proof", &[&one, &other]).await.expect(201);
    assert_eq!(first.body, again.body);
    let turned = api.merge_uploads("work-proof", &[&other, &one]).await;
    let _ = turned.problem(422, "idempotency-key-reused");
}
