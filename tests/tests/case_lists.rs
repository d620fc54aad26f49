//! The desk's lists as files: made in the background, masked, and unmasked for supervisors who say why.

use journey::admin::{admin, done};
use journey::{Applicant, Response, Reviewer, Stack, wait};
use serde_json::{Value, json};

/// A county that no other test works in, 平谷区 of Beijing, and the province that it lies in.
const COUNTY: &str = "110117";
const PROVINCE: &str = "110000";

/// The file's answer once it is ready.
async fn ready(reviewer: &Reviewer, asked: &Value) -> Response {
    let asked = reviewer.api.request_case_list(asked).await.expect(202);
    let id = asked.str("/exportId").to_owned();
    let is_ready = async || {
        let answer = reviewer.api.case_list(&id).await.expect(200);
        assert_ne!(answer.str("/state"), "failed", "{}", answer.text);
        (answer.str("/state") == "ready").then_some(answer)
    };
    wait::until("the list", wait::SOON, is_ready).await
}

async fn fetch(reviewer: &Reviewer, ready: &Response) -> Vec<u8> {
    let (status, file) = reviewer.api.fetch(ready.str("/url")).await;
    assert_eq!(status, 200, "the link to the file");
    file
}

#[tokio::test]
async fn a_list_becomes_a_file_masked_for_reviewers_and_legible_for_supervisors_with_a_reason() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let _ = applicant.request_real_name_in(&stack, COUNTY).await.expect(201);
    let case = applicant.real_name_case();
    let (reviewer, _) = Reviewer::hired(&stack, COUNTY, &[]).await;
    reviewer.find("real-name", &case).await;
    let person = &applicant.person;
    let masked = json!({"list": "open", "kind": "real-name", "format": "csv"});

    let answer = ready(&reviewer, &masked).await;
    assert_eq!(answer.number("/progress/done"), answer.number("/progress/total"));
    let file = String::from_utf8(fetch(&reviewer, &answer).await).expect("UTF-8");
    assert!(file.starts_with("\u{FEFF}\"事项\",\"事项编号\",\"姓名\","), "{file}");
    assert!(file.contains(&format!("\"{case}\t\"")) && file.contains(&format!("\"{COUNTY}\t\"")), "{file}");
    for secret in [&person.name, &person.id_number, &person.mobile] {
        assert!(!file.contains(secret.as_str()), "{file}");
    }
    let nothing = json!({"list": "open", "kind": "real-name", "overdue": true, "format": "csv"});
    let answer = ready(&reviewer, &nothing).await;
    let file = String::from_utf8(fetch(&reviewer, &answer).await).expect("UTF-8");
    assert!(!file.contains(&case) && file.starts_with('\u{FEFF}'), "{file}");

    // Unmasked: not for everybody, and not unseen.
    let legible = json!({
        "list": "open", "division": COUNTY, "format": "xlsx", "revealReason": "逐一电话通知补正材料",
    });
    let _ = reviewer.api.request_case_list(&legible).await.problem(403, "forbidden");
    let (head, head_name) = Reviewer::hired(&stack, PROVINCE, &["--supervisor"]).await;
    let answer = ready(&head, &legible).await;
    let book = fetch(&head, &answer).await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(book)).expect("a workbook is a ZIP file");
    let mut texts = String::new();
    let mut strings = zip.by_name("xl/sharedStrings.xml").expect("its texts");
    std::io::Read::read_to_string(&mut strings, &mut texts).expect("UTF-8");
    for shown in [&person.name, &person.id_number, &person.mobile, &case] {
        assert!(texts.contains(shown.as_str()), "{shown}");
    }
    let trail = done(&admin(&stack, &["audit-trail", "--case", &case]));
    assert_eq!(trail.matches("had in list").count(), 1, "{trail}");
    let trail = done(&admin(&stack, &["audit-trail", "--reviewer", &head_name]));
    assert!(trail.contains(&case), "{trail}");

    // Nobody else's, and not of others' divisions.
    let id = answer.str("/exportId");
    let _ = reviewer.api.case_list(id).await.problem(404, "not-found");
    let own = reviewer.api.case_lists().await.expect(200);
    assert_eq!(own.list("/items").len(), 2, "{}", own.text);
    let elsewhere = json!({"list": "open", "division": PROVINCE, "format": "csv"});
    let _ = reviewer.api.request_case_list(&elsewhere).await.problem(403, "forbidden");
    let faulty = json!({"list": "all", "format": "pdf"});
    let _ = reviewer.api.request_case_list(&faulty).await.problem(422, "invalid-request");
}
