//! The collection's pages: every fault at its field, and nothing stored with it.

use journey::pictures::Picture;
use journey::{Applicant, Draft, Stack, numbers, pages, wait};
use serde_json::{Value, json};

/// An upload id that was never given out.
const NOBODYS: &str = "upl_00000000000000000000000000";

async fn version(applicant: &Applicant) -> u64 {
    applicant.api.collection().await.expect(200).number("/version")
}

/// Fails unless the body is refused for exactly that field, for that reason where one is given.
async fn assert_refused(applicant: &Applicant, path: &str, body: &Value, pointer: &str, code: &str) {
    let method = if path.contains("educations") || path.contains("employments") { "POST" } else { "PUT" };
    let answer = applicant.api.send_json(method, &format!("/v1/collection/{path}"), body).await;
    let answer = answer.problem(422, "invalid-request");
    answer.assert_faulty(&[pointer]);
    if !code.is_empty() {
        answer.assert_fault(pointer, code);
    }
}

#[tokio::test]
async fn the_collection_is_closed_until_the_real_name_is_verified() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let api = &applicant.api;
    let answers = [
        api.collection().await,
        api.status().await,
        api.put_page("scope", &pages::scope()).await,
        api.add_row("employments", &pages::employment(&applicant.person, "upl_none")).await,
        api.submit().await,
    ];
    for answer in answers {
        let _ = answer.problem(403, "real-name-required");
    }
    let _ = applicant.request_real_name(&stack).await.expect(201);
    let _ = api.collection().await.problem(403, "real-name-required");
}

#[tokio::test]
async fn a_new_draft_shows_the_identity_masked_and_empty_pages() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let draft = applicant.api.collection().await.expect(200);
    let number = &applicant.person.id_number;
    assert_eq!(draft.str("/identity/idNumber"), format!("{}***********{}", &number[..3], &number[14..]));
    assert_eq!(draft.str("/identity/name"), applicant.person.name);
    let birth = format!("{}-{}-{}", &number[6..10], &number[10..12], &number[12..14]);
    assert_eq!(draft.str("/identity/birthDate"), birth);
    for page in ["scope", "basic", "department"] {
        assert_eq!(draft.body[page], Value::Null, "{page}");
    }
    assert!(draft.list("/educations").is_empty() && draft.list("/employments").is_empty());
    assert!(!draft.text.contains(number.as_str()), "the full number is in the answer");
    assert!(!draft.text.contains(&applicant.person.mobile), "the full phone is in the answer");
}

#[tokio::test]
async fn every_write_answers_with_what_is_stored_and_the_next_version() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let before = version(&applicant).await;
    let education = pages::education(&applicant.person, &draft.certificate);
    let education = pages::spoilt(&education, "major", json!("审计学"));
    let answer = applicant.api.put_row("educations", &draft.education, &education).await.expect(200);
    assert_eq!(answer.number("/version"), before + 1);
    assert_eq!(answer.str("/education/major"), "审计学");
    assert_eq!(answer.str("/education/id"), draft.education);
    let stored = applicant.api.collection().await.expect(200);
    assert_eq!(stored.body["educations"][0], answer.body["education"]);
    assert_eq!(stored.number("/version"), before + 1);
    let row = applicant.api.experience(&draft.employment, &draft.experience).await.expect(200);
    let read = row.body.get("accountingExperience").unwrap_or(&row.body);
    assert_eq!(read, &stored.body["employments"][0]["accountingExperiences"][0]);

    let deleted = applicant.api.delete_experience(&draft.employment, &draft.experience).await;
    assert!(deleted.is_success(), "{}", deleted.text);
    let _ = applicant.api.experience(&draft.employment, &draft.experience).await.problem(404, "not-found");
    let deleted = applicant.api.delete_row("educations", &draft.education).await;
    assert!(deleted.is_success(), "{}", deleted.text);
    assert!(applicant.api.collection().await.expect(200).list("/educations").is_empty());
    assert_eq!(version(&applicant).await, before + 3);
}

#[tokio::test]
async fn faults_of_the_first_pages_are_named_at_their_fields() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let (photo, front, back, refused) = tokio::join!(
        applicant.usable(Picture::photo(&stack)),
        applicant.usable(Picture::id_front(&stack)),
        applicant.usable(Picture::id_back(&stack)),
        applicant.judged(Picture::small_photo(&stack)),
    );
    let unsent = applicant.announced(&Picture::photo(&stack)).await;
    let before = version(&applicant).await;
    let (basic, department) = (pages::basic(&photo, &front, &back), pages::department());
    let six = vec![json!({"title": "2", "obtained": "2015-09", "certificateNo": "B20150001"}); 6];
    let cases = [
        ("scope", pages::spoilt(&pages::scope(), "scope", json!("9")), "/scope", "code.UNKNOWN"),
        ("scope", pages::spoilt(&pages::scope(), "noticeRead", json!(false)), "/noticeRead", ""),
        ("basic", pages::spoilt(&basic, "photo", json!(NOBODYS)), "/photo", "upload.UNKNOWN"),
        (
            "basic",
            pages::spoilt(&basic, "photo", refused.body["uploadId"].clone()),
            "/photo",
            "upload.NOT_ACCEPTED",
        ),
        (
            "basic",
            pages::spoilt(&basic, "photo", unsent.body["uploadId"].clone()),
            "/photo",
            "upload.NOT_ACCEPTED",
        ),
        ("basic", pages::spoilt(&basic, "photo", json!(front)), "/photo", "upload.PURPOSE"),
        ("basic", pages::spoilt(&basic, "idEmblem", Value::Null), "/idEmblem", "form.REQUIRED"),
        ("basic", pages::spoilt(&basic, "idValidTo", json!("2020-01-01")), "/idValidTo", ""),
        ("basic", pages::spoilt(&basic, "qualifications", json!(six)), "/qualifications", "form.TOO_MANY"),
        (
            "department",
            pages::spoilt(&department, "departmentId", json!("0-9")),
            "/departmentId",
            "department.UNKNOWN",
        ),
        ("department", pages::spoilt(&department, "basis", json!("hobby")), "/basis", ""),
    ];
    for (path, body, pointer, code) in cases {
        assert_refused(&applicant, path, &body, pointer, code).await;
    }
    let all = json!({"photo": NOBODYS, "idPortrait": back, "idValidTo": "soon"});
    let answer = applicant.api.put_page("basic", &all).await.problem(422, "invalid-request");
    answer.assert_faulty(&["/photo", "/idPortrait", "/idEmblem", "/idValidTo"]);
    assert_eq!(version(&applicant).await, before, "a refused page moved the version");
    assert_eq!(applicant.api.collection().await.expect(200).body["basic"], Value::Null);
}

#[tokio::test]
async fn faults_of_an_education_are_named_at_their_fields() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let certificate = applicant.usable(Picture::certificate(&stack)).await;
    let before = version(&applicant).await;
    let good = pages::education(&applicant.person, &certificate);
    let year = applicant.person.graduation_year();
    let doctor = numbers::degree_certificate(year).replacen("100024", "100022", 1);
    let cases = [
        ("studyMode", json!("99"), "code.UNKNOWN"),
        ("school", json!("某"), "form.TOO_SHORT"),
        ("level", json!("22"), ""),
        ("degree", json!("1"), ""),
        ("major", json!(""), ""),
        ("start", json!("2011-13"), "time_range.START_FORMAT"),
        ("end", json!("2099-06"), "time_range.END_FUTURE"),
        ("end", json!("至今"), "time_range.END_PRESENT_NOT_ALLOWED"),
        (
            "educationCertificateNo",
            json!(numbers::education_certificate(year - 5)),
            "edu_cert_no.YEAR_MISMATCH",
        ),
        ("educationCertificateNo", json!("１２"), ""),
        ("degreeCertificateNo", json!(doctor), "degree_cert_no.LEVEL_MISMATCH"),
        ("certificates", json!([]), "form.TOO_FEW"),
        ("certificates", json!([certificate, certificate, certificate, certificate]), ""),
    ];
    for (member, value, code) in cases {
        let body = pages::spoilt(&good, member, value);
        assert_refused(&applicant, "educations", &body, &format!("/{member}"), code).await;
    }
    let answer = applicant.api.add_row("educations", &json!({})).await.problem(422, "invalid-request");
    for pointer in ["/studyMode", "/school", "/level", "/degree", "/major", "/start"] {
        assert!(answer.faults().contains_key(pointer), "{pointer} is missing and not named: {}", answer.text);
    }
    assert_eq!(version(&applicant).await, before, "a refused row moved the version");
}

#[tokio::test]
async fn faults_of_an_employment_are_named_at_their_fields() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let proof = applicant.usable(Picture::work_proof(&stack)).await;
    let good = pages::employment(&applicant.person, &proof);
    let code = good["uscc"].as_str().expect("a credit code");
    let before = version(&applicant).await;
    let cases = [
        ("start", json!("2099-01"), "time_range.START_FUTURE"),
        ("end", json!("2001-01"), "time_range.END_BEFORE_START"),
        ("employer", json!("厂"), "form.TOO_SHORT"),
        ("uscc", json!(numbers::with_wrong_credit_check(code)), "uscc.CHECKSUM"),
        ("uscc", json!(&code[..15]), "uscc.OLD_REG_NO_15"),
        ("uscc", json!(&code[..16]), "uscc.LENGTH"),
        ("unitType", json!("99"), "code.UNKNOWN"),
        ("industry", json!("Z"), "code.UNKNOWN"),
        ("division", json!("999999"), "division.UNKNOWN"),
        ("division", json!("110000"), "division.NOT_COUNTY"),
        ("address", json!("街"), ""),
        ("phone", json!("call me"), "phone.FORMAT"),
        ("proof", Value::Null, "proof.REQUIRED"),
    ];
    for (member, value, code) in cases {
        let body = pages::spoilt(&good, member, value);
        assert_refused(&applicant, "employments", &body, &format!("/{member}"), code).await;
    }
    assert_eq!(version(&applicant).await, before, "a refused row moved the version");

    let employment = applicant.api.add_row("employments", &good).await.expect(201);
    let path = format!("employments/{}/accounting-experiences", employment.str("/employment/id"));
    let good = pages::experience(&applicant.person);
    let early = format!("{}-01", applicant.person.graduation_year());
    let cases = [
        ("start", json!(early), "time_range.OUTSIDE_EMPLOYMENT"),
        ("posts", json!([]), ""),
        ("duties", json!("账".repeat(201)), "form.TOO_LONG"),
    ];
    for (member, value, code) in cases {
        let body = pages::spoilt(&good, member, value);
        assert_refused(&applicant, &path, &body, &format!("/{member}"), code).await;
    }
    let body = pages::spoilt(&good, "posts", json!(["99"]));
    let answer = applicant.api.send_json("POST", &format!("/v1/collection/{path}"), &body).await;
    let answer = answer.problem(422, "invalid-request");
    let faults = answer.faults();
    assert!(faults.keys().all(|pointer| pointer.starts_with("/posts")) && faults.len() == 1, "{faults:?}");
}

#[tokio::test]
async fn fields_that_are_not_the_applicants_to_write_are_refused() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let before = version(&applicant).await;
    let [photo, front, back] = &draft.basic;
    let bodies = [
        ("scope", pages::scope()),
        ("basic", pages::basic(photo, front, back)),
        ("educations", pages::education(&applicant.person, &draft.certificate)),
        ("employments", pages::employment(&applicant.person, &draft.proof)),
        ("department", pages::department()),
    ];
    for (path, body) in bodies {
        let body = pages::spoilt(&body, "state", json!("APPROVED"));
        let body = pages::spoilt(&body, "ownerId", json!("acc_00000000000000000000000000"));
        let body = pages::spoilt(&body, "version", json!(99));
        let method = if path.ends_with('s') { "POST" } else { "PUT" };
        let answer = applicant.api.send_json(method, &format!("/v1/collection/{path}"), &body).await;
        let answer = answer.problem(422, "invalid-request");
        answer.assert_faulty(&["/state", "/ownerId", "/version"]);
        answer.assert_fault("/state", "form.UNKNOWN_FIELD");
    }
    let after = applicant.api.collection().await.expect(200);
    assert_eq!((after.str("/state"), after.number("/version")), ("DRAFT", before));
}

#[tokio::test]
async fn an_incomplete_draft_is_told_everything_it_lacks() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let _ = applicant.api.put_page("scope", &pages::scope()).await.expect(200);
    let before = version(&applicant).await;
    let refused = applicant.api.submit().await.problem(422, "not-ready");
    for pointer in ["/basic", "/educations", "/employments", "/department"] {
        assert!(
            refused.faults().contains_key(pointer),
            "{pointer} is missing and not named: {}",
            refused.text
        );
    }
    assert!(!refused.faults().contains_key("/scope"), "{}", refused.text);
    let draft = applicant.api.collection().await.expect(200);
    assert_eq!((draft.str("/state"), draft.number("/version")), ("DRAFT", before));
}

#[tokio::test]
async fn a_draft_without_the_promise_or_without_accounting_work_is_not_handed_in() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let unpromised = json!({"declared": false});
    let refused = applicant.api.send_json("POST", "/v1/collection/submission", &unpromised).await;
    refused.problem(422, "invalid-request").assert_faulty(&["/declared"]);
    let deleted = applicant.api.delete_experience(&draft.employment, &draft.experience).await;
    assert!(deleted.is_success(), "{}", deleted.text);
    let refused = applicant.api.submit().await.problem(422, "not-ready");
    let faults = refused.faults();
    assert!(faults.keys().any(|pointer| pointer.starts_with("/employments")), "{faults:?}");
}

/// Tries every kind of write and fails unless each is told that the state does not allow it.
async fn assert_closed(applicant: &Applicant, draft: &Draft) {
    let api = &applicant.api;
    let [photo, front, back] = &draft.basic;
    let education = pages::education(&applicant.person, &draft.certificate);
    let answers = [
        api.put_page("scope", &pages::scope()).await,
        api.put_page("basic", &pages::basic(photo, front, back)).await,
        api.put_page("department", &pages::department()).await,
        api.add_row("educations", &education).await,
        api.put_row("educations", &draft.education, &education).await,
        api.delete_row("employments", &draft.employment).await,
        api.delete_experience(&draft.employment, &draft.experience).await,
        api.submit().await,
    ];
    for answer in answers {
        let _ = answer.problem(409, "not-editable");
    }
}

#[tokio::test]
async fn nothing_can_be_edited_after_it_was_handed_in() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let before = applicant.api.collection().await.expect(200);
    assert_eq!(before.body["editable"], false);
    assert_closed(&applicant, &draft).await;
    let after = applicant.api.collection().await.expect(200);
    assert_eq!(before.body, after.body);
    let _ = applicant.api.withdraw().await.expect(200);
}

#[tokio::test]
async fn of_many_submissions_at_once_one_counts() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let api = &applicant.api;
    let (a, b, c, d) = tokio::join!(api.submit(), api.submit(), api.submit(), api.submit());
    let mut answers = [a.status, b.status, c.status, d.status];
    answers.sort_unstable();
    assert_eq!(answers, [201, 409, 409, 409]);
    let trail = journey::table::transitions(&stack, applicant.ulid(), &draft.case).await;
    assert_eq!(trail, ["submitted"]);
    let started = async || {
        let all = journey::machine::executions_of(&stack, &draft.case).await;
        (!all.is_empty()).then_some(all.len())
    };
    assert_eq!(wait::until("the execution of the case", wait::SOON, started).await, 1);
    let _ = api.withdraw().await.expect(200);
}

#[tokio::test]
async fn pictures_and_rows_of_somebody_else_cannot_be_used() {
    let stack = Stack::required();
    let ((owner, theirs), mine) = tokio::join!(Applicant::with_draft(&stack), Applicant::verified(&stack));
    let [photo, front, back] = &theirs.basic;
    let answer = mine.api.put_page("basic", &pages::basic(photo, front, back)).await;
    answer.problem(422, "invalid-request").assert_faulty(&["/photo", "/idPortrait", "/idEmblem"]);
    let education = pages::education(&mine.person, &theirs.certificate);
    let faults = mine.api.add_row("educations", &education).await.problem(422, "invalid-request").faults();
    assert!(
        faults.keys().all(|pointer| pointer.starts_with("/certificates")) && faults.len() == 1,
        "{faults:?}"
    );

    let before = owner.api.collection().await.expect(200);
    let _ = mine.api.row("educations", &theirs.education).await.problem(404, "not-found");
    let _ = mine.api.delete_row("educations", &theirs.education).await.problem(404, "not-found");
    let _ = mine.api.delete_row("employments", &theirs.employment).await.problem(404, "not-found");
    let experience = pages::experience(&mine.person);
    let _ = mine.api.add_experience(&theirs.employment, &experience).await.problem(404, "not-found");
    assert_eq!(owner.api.collection().await.expect(200).body, before.body);
}

#[tokio::test]
async fn a_draft_takes_fifteen_educations_and_no_more() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let certificate = applicant.usable(Picture::certificate(&stack)).await;
    let good = pages::education(&applicant.person, &certificate);
    for number in 1..=15 {
        let row = pages::spoilt(&good, "school", json!(format!("示例大学第{number}分校")));
        let _ = applicant.api.add_row("educations", &row).await.expect(201);
    }
    let refused = applicant.api.add_row("educations", &good).await.problem(422, "invalid-request");
    assert!(!refused.faults().is_empty(), "{}", refused.text);
    assert_eq!(applicant.api.collection().await.expect(200).list("/educations").len(), 15);
}

#[tokio::test]
async fn bodies_that_no_page_sends_are_refused_before_they_are_read() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let path = "/v1/collection/scope";
    let json = "application/json";
    let send =
        async |media_type: &str, body: &str| applicant.api.send_raw("PUT", path, media_type, body).await;
    let _ = send(json, "{\"scope\":").await.problem(400, "malformed-request");
    let _ = send(json, "[]").await.problem(400, "malformed-request");
    let deep = format!("{{\"scope\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let _ = send(json, &deep).await.problem(400, "malformed-request");
    let _ = send("text/plain", "{\"scope\":\"1\"}").await.problem(415, "unsupported-media-type");
    let large = format!("{{\"scope\":\"{}\"}}", "1".repeat(65_536));
    let _ = send(json, &large).await.problem(413, "payload-too-large");
    assert_eq!(applicant.api.collection().await.expect(200).body["scope"], Value::Null);
}
