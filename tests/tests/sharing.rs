//! 材料比对: what other people's cases show as well, told to the reviewer with the case.

use journey::scenario::solved_captcha;
use journey::stack::COUNTY;
use journey::{Applicant, Reviewer, Stack, pages, wait};
use serde_json::{Value, json};

/// Somebody new who handed in with that employer's telephone number, and the case.
async fn submitted_with(stack: &Stack, phone: &str) -> (Applicant, String) {
    let (applicant, draft) = Box::pin(Applicant::with_draft(stack)).await;
    let employment =
        pages::spoilt(&pages::employment(&applicant.person, &draft.proof), "phone", json!(phone));
    let _ = applicant.api.put_row("employments", &draft.employment, &employment).await.expect(200);
    let _ = applicant.api.submit().await.expect(201);
    (applicant, draft.case)
}

/// What the case has in common with others, once it was compared, and if `is_wanted` holds.
async fn shared(reviewer: &Reviewer, case: &str, is_wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let compared = async || {
        let shown = reviewer.api.case(case).await.expect(200);
        let match_keys = shown.body["shared"]["evidence"].as_array().cloned().unwrap_or_default();
        (shown.str("/shared/state") == "ready" && is_wanted(&match_keys)).then_some(match_keys)
    };
    wait::until("the comparison", wait::SOON, compared).await
}

fn phone(match_keys: &[Value]) -> Option<&Value> {
    match_keys.iter().find(|match_key| match_key["kind"] == "phone")
}

#[tokio::test]
async fn the_reviewer_is_told_what_another_case_shows_as_well() {
    let stack = Stack::required();
    let number = format!("0{}-6{:07}", fastrand::u32(311..999), fastrand::u32(0..10_000_000));
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    let (first, first_case) = submitted_with(&stack, &number).await;
    // Everybody here sends the drawn certificate.
    let alone = shared(&reviewer, &first_case, |_| true).await;
    assert_eq!(phone(&alone), None, "nobody else has that number");

    let (_second, second_case) = submitted_with(&stack, &number.replace('-', "")).await;
    for (case, other) in [(&first_case, &second_case), (&second_case, &first_case)] {
        let told = shared(&reviewer, case, |match_keys| phone(match_keys).is_some()).await;
        let told = phone(&told).expect("the telephone");
        assert_eq!(told["pointer"], "/employments/0/phone");
        assert_eq!((&told["code"], &told["others"]), (&json!("shared.PHONE"), &json!(1)));
        assert_eq!((&told["more"], &told["cases"]), (&json!(false), &json!([other])));
    }
    let pictures = shared(&reviewer, &second_case, |_| true).await;
    let certificate = pictures.iter().find(|told| told["pointer"] == "/educations/0/certificates/0");
    assert_eq!(certificate.map(|told| &told["kind"]), Some(&json!("picture")));

    // What is taken back is shown to nobody, and an account that is closed leaves nothing to be found by.
    let _ = first.api.withdraw().await.expect(200);
    shared(&reviewer, &second_case, |match_keys| phone(match_keys).is_none()).await;
    let _ = first.api.submit().await.expect(201);
    shared(&reviewer, &second_case, |match_keys| phone(match_keys).is_some()).await;
    let _ = first.api.withdraw().await.expect(200);
    let (captcha, answer) = solved_captcha(&stack, &first.api).await;
    let _ = first.api.close_account(&first.person.password, (&captcha, &answer)).await.expect(204);
    shared(&reviewer, &second_case, |match_keys| phone(match_keys).is_none()).await;
}
