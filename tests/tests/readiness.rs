//! What still stands in the way, what looks odd, and which condition of the examination is met.

use journey::{Answer, Applicant, Client, Stack, pages};
use serde_json::{Value, json};

async fn readiness(api: &Client) -> Answer {
    api.send("GET", "/v1/collection/readiness").await.expect(200)
}

fn told(answer: &Answer, list: &str) -> Vec<(String, String)> {
    let text = |fault: &Value, name: &str| fault[name].as_str().unwrap_or_default().to_owned();
    answer.list(list).iter().map(|fault| (text(fault, "pointer"), text(fault, "code"))).collect()
}

#[tokio::test]
async fn a_submission_is_refused_with_the_very_list_that_readiness_shows() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let empty = readiness(&applicant.api).await;
    assert_eq!(empty.body["ready"], false);
    let refused = applicant.api.submit().await.problem(422, "not-ready");
    assert_eq!(empty.body["errors"], refused.body["errors"]);
    let expected = ["/scope", "/basic", "/educations", "/department"];
    let pointers: Vec<String> = told(&empty, "/errors").into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(pointers, expected);

    let _ = applicant.api.put_page("scope", &pages::scope()).await.expect(200);
    let employment = pages::plain_employment(&applicant.person);
    let _ = applicant.api.add_row("employments", &employment).await.expect(201);
    let more = readiness(&applicant.api).await;
    assert!(told(&more, "/errors").contains(&("/employments".to_owned(), "accounting.REQUIRED".to_owned())));
    let refused = applicant.api.submit().await.problem(422, "not-ready");
    assert_eq!(more.body["errors"], refused.body["errors"]);
}

#[tokio::test]
async fn what_looks_odd_is_told_and_stops_nobody() {
    let stack = Stack::required();
    let (applicant, _) = Applicant::with_draft(&stack).await;
    let whole = readiness(&applicant.api).await;
    assert_eq!((&whole.body["ready"], told(&whole, "/errors").len()), (&json!(true), 0));

    // A second employment at the same time, of a kind that the credit code does not belong to.
    let second = pages::plain_employment(&applicant.person);
    let second = pages::spoilt(&second, "end", json!("至今"));
    let second = pages::spoilt(&second, "unitType", json!("20"));
    let added = applicant.api.add_row("employments", &second).await.expect(201);
    let odd = told(&readiness(&applicant.api).await, "/warnings");
    for (pointer, code) in [
        ("/employments/0/start", "time_range.OVERLAP"),
        ("/employments/1/start", "time_range.OVERLAP"),
        ("/employments/1/unitType", "uscc.UNIT_TYPE"),
    ] {
        assert!(odd.contains(&(pointer.to_owned(), code.to_owned())), "{pointer} {code} in {odd:?}");
    }
    let _ = added.str("/employment/id");
    let _ = applicant.api.submit().await.expect(201);
}

#[tokio::test]
async fn eligibility_names_the_condition_or_what_is_missing() {
    let stack = Stack::required();
    let empty = Applicant::verified(&stack).await;
    let eligibility = async |api: &Client, query: &str| {
        api.send("GET", &format!("/v1/collection/eligibility{query}")).await
    };
    let none = eligibility(&empty.api, "").await.expect(200);
    assert_eq!((&none.body["eligible"], none.str("/reason")), (&json!(false), "NO_QUALIFYING_EDUCATION"));

    let (applicant, _) = Applicant::with_draft(&stack).await;
    let soon = eligibility(&applicant.api, "").await.expect(200);
    let later = eligibility(&applicant.api, &format!("?examYear={}", soon.number("/examYear") + 5)).await;
    assert!(later.expect(200).number("/monthsWorked") >= soon.number("/monthsWorked"));
    for wrong in ["?examYear=soon", "?examYear=1999", "?examYear=99999"] {
        let answer = eligibility(&applicant.api, wrong).await.problem(422, "invalid-request");
        answer.assert_faulty(&["/examYear"]);
    }
}
