//! 证件比对: what the identity card says, beside what was typed, as advice for the reviewer.

use journey::stack::COUNTY;
use journey::{Applicant, Reviewer, Stack, wait};

#[tokio::test]
async fn the_reviewer_sees_what_the_card_says_beside_what_was_typed() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let _ = applicant.request_real_name(&stack).await.expect(201);
    let case = applicant.real_name_case();
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("real-name", &case).await;

    let read = async || {
        let shown = reviewer.api.case(&case).await.expect(200);
        match shown.str("/evidence/state") {
            "ready" => Some(shown),
            state => {
                assert_eq!(state, "pending");
                None
            }
        }
    };
    let shown = wait::until("the card to be read", wait::SOON, read).await;
    // The drawn card is nobody's: its number is none, and it names 样本.
    let fields = shown.body["evidence"]["fields"].as_array().expect("fields");
    let field = |name: &str| fields.iter().find(|field| field["field"] == name).expect("the field");
    assert_eq!(field("name")["read"], "样本");
    assert_eq!(field("name")["typed"], shown.body["applicant"]["name"]);
    assert!(["similar", "different"].contains(&field("name")["verdict"].as_str().unwrap_or_default()));
    assert_eq!(field("number")["verdict"], "different");
    assert_eq!(field("number")["read"], "000***********0000", "numbers are masked");
    assert_eq!(field("number")["typed"], shown.body["applicant"]["idNumber"]);
    assert_eq!(field("authority")["read"], "样本市样本局");
    assert_eq!(field("validity")["read"], "2020.01.01-2040.01.01");
    assert_eq!(shown.str("/evidence/flags/0/code"), "evidence.NUMBER_UNSOUND");

    // It is advice: the case is decided as it would have been without it.
    reviewer.approve(&case).await;
    assert_eq!(applicant.api.real_name().await.expect(200).str("/state"), "VERIFIED");
}
