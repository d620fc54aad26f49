//! What was handed in, on paper.

use journey::stack::COUNTY;
use journey::{Applicant, Client, Response, Reviewer, Stack};

/// Whether an answer is a whole PDF file to look at and never to keep.
fn assert_paper(answer: &Response, case: &str) {
    assert_eq!(answer.status, 200, "{}: {}", answer.request_line, answer.text);
    let header =
        |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(header("content-type"), "application/pdf");
    assert_eq!(header("content-disposition"), format!("inline; filename=\"{case}.pdf\""));
    assert_eq!(header("cache-control"), "no-store");
    assert!(answer.text.starts_with("%PDF-1."), "no PDF");
    assert!(answer.text.trim_end().ends_with("%%EOF"), "the PDF is cut");
}

async fn at_the_desk(api: &Client, case: &str) -> Response {
    api.send("GET", &format!("/v1/review/cases/{case}/form.pdf")).await
}

#[tokio::test]
async fn a_draft_and_what_was_handed_in_are_printed_for_their_owner_and_their_county() {
    let stack = Stack::required();
    let unverified = Applicant::registered(&stack).await;
    let refused = unverified.api.send("GET", "/v1/collection/form.pdf").await;
    let _ = refused.problem(403, "real-name-required");

    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let own = async || applicant.api.send("GET", "/v1/collection/form.pdf").await;
    assert_paper(&own().await, &draft.case);

    // What nobody handed in is nobody's else to print.
    let county = Reviewer::of(&stack, COUNTY).await;
    let _ = at_the_desk(&county.api, &draft.case).await.problem(404, "not-found");
    let _ = applicant.api.submit().await.expect(201);
    assert_paper(&own().await, &draft.case);
    assert_paper(&at_the_desk(&county.api, &draft.case).await, &draft.case);

    let elsewhere = stack.reviewer_elsewhere().expect("a reviewer of another county is seeded");
    let elsewhere = Reviewer::log_in(&stack, elsewhere).await;
    let _ = at_the_desk(&elsewhere.api, &draft.case).await.problem(404, "not-found");
    let _ = at_the_desk(&applicant.api, &draft.case).await.problem(403, "forbidden");
    // A request for real-name verification has no form.
    let _ = at_the_desk(&county.api, &applicant.real_name_case()).await.problem(404, "not-found");
}
