//! What still stands in the way, what looks odd, and which condition of the examination is met.

use journey::pictures::Picture;
use journey::windows::{self, Province, Window};
use journey::{Applicant, Client, Draft, Response, Stack, numbers, pages, table};
use serde_json::{Value, json};

/// What a list tells, in its order: the field and the code. Each has a text.
fn told<'a>(answer: &'a Response, list: &str) -> Vec<(&'a str, &'a str)> {
    let text = |fault: &'a Value, name: &str| fault[name].as_str().unwrap_or_default();
    let list = answer.list(list);
    assert!(list.iter().all(|fault| !text(fault, "message").is_empty()), "no text: {}", answer.text);
    list.iter().map(|fault| (text(fault, "pointer"), text(fault, "code"))).collect()
}

/// What stands in the way, when page and submission say exactly the same.
async fn stands_in_the_way(api: &Client) -> Response {
    let asked = api.readiness().await.expect(200);
    assert_eq!(asked.body["ready"], false, "{}", asked.text);
    let refused = api.submit().await.problem(422, "not-ready");
    assert_eq!(asked.body["errors"], refused.body["errors"], "the page and the submission differ");
    assert_eq!(api.collection().await.number("/version"), asked.number("/version"), "something was written");
    asked
}

#[tokio::test]
async fn an_empty_draft_is_told_everything_and_writes_nothing() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let empty = stands_in_the_way(&applicant.api).await;
    assert_eq!(
        told(&empty, "/errors"),
        [
            ("/scope", "scope.REQUIRED"),
            ("/basic", "basic.REQUIRED"),
            ("/educations", "education.REQUIRED"),
            ("/department", "department.REQUIRED"),
        ]
    );
    assert_eq!((empty.number("/version"), empty.list("/warnings").len()), (0, 0));
    let stored = table::items(&stack, applicant.ulid()).await;
    let stored = stored.iter().filter_map(|item| item["sk"].as_s().ok());
    assert!(stored.into_iter().all(|sk| sk != "CASE#collection"), "asking stored a draft");
}

#[tokio::test]
async fn each_scope_asks_for_what_belongs_to_it() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let api = &applicant.api;
    let whole = api.readiness().await.expect(200);
    assert_eq!((&whole.body["ready"], whole.list("/errors").len()), (&json!(true), 0), "{}", whole.text);

    let scope = |code: &str| pages::spoilt(&pages::scope(), "scope", json!(code));
    let _ = api.put_page("scope", &scope("2")).await.expect(200);
    let unqualified = stands_in_the_way(api).await;
    assert_eq!(told(&unqualified, "/errors"), [("/basic/qualifications", "qualification.REQUIRED")]);

    let _ = api.put_page("scope", &scope("1")).await.expect(200);
    let _ = api.delete_row("employments", &draft.employment).await.expect(204);
    let idle = stands_in_the_way(api).await;
    assert_eq!(told(&idle, "/errors"), [("/employments", "employment.REQUIRED")]);
    let _ = api.add_row("employments", &pages::plain_employment(&applicant.person)).await.expect(201);
    let other_work = stands_in_the_way(api).await;
    assert_eq!(told(&other_work, "/errors"), [("/employments", "accounting.REQUIRED")]);
}

#[tokio::test]
async fn a_draft_with_every_possible_mistake_gets_one_answer_that_names_them_all() {
    const PROVINCE: Province = Province { code: "320000", county: "320102" };
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let (api, person) = (&applicant.api, &applicant.person);
    let proof = applicant.usable(Picture::work_proof(&stack)).await;
    PROVINCE.with_department(&stack).await;
    PROVINCE.set(&stack, &Window { enforced: true, ..Window::open() }).await;

    // The first employment lacks the accounting work that it says it has.
    let employment = pages::employment(person, &proof);
    let _ = api.add_row("employments", &employment).await.expect(201);
    // The second is cut to a time after the work in it, and says that it had none.
    let second = api.add_row("employments", &employment).await.expect(201);
    let second = second.str("/employment/id");
    let _ = api.add_experience(second, &pages::experience(person)).await.expect(201);
    let later = pages::spoilt(&employment, "start", json!(format!("{}-01", person.graduation_year() + 1)));
    let later = pages::spoilt(&later, "hasAccounting", json!(false));
    let _ = api.put_row("employments", second, &later).await.expect(200);
    // The department was closed, and the proof removed, since they were chosen.
    let choice = pages::spoilt(&pages::department(), "departmentId", json!(PROVINCE.department()));
    let _ = api.put_page("department", &choice).await.expect(200);
    PROVINCE.without_department(&stack).await;
    let upload = proof.replacen("upl_", "UPLOAD#", 1);
    table::delete(&stack, &format!("PERSON#{}", applicant.ulid()), &upload).await;

    let answer = stands_in_the_way(api).await;
    PROVINCE.without_window(&stack).await;
    assert_eq!(
        told(&answer, "/errors"),
        [
            ("/scope", "scope.REQUIRED"),
            ("/basic", "basic.REQUIRED"),
            ("/educations", "education.REQUIRED"),
            ("/employments/0/accountingExperiences", "accounting.REQUIRED"),
            ("/employments/1/accountingExperiences", "accounting.NOT_ALLOWED"),
            ("/employments/1/accountingExperiences/0/start", "time_range.OUTSIDE_EMPLOYMENT"),
            ("/department/departmentId", "department.UNKNOWN"),
            ("", "eligibility_intermediate.NO_QUALIFYING_EDUCATION"),
            ("/employments/0/proof", "upload.UNKNOWN"),
            ("/employments/1/proof", "upload.UNKNOWN"),
        ]
    );
}

#[tokio::test]
async fn what_looks_odd_is_told_and_stops_nobody() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let (api, person) = (&applicant.api, &applicant.person);
    let year = person.graduation_year();
    let whole = api.readiness().await.expect(200);
    assert_eq!((&whole.body["ready"], told(&whole, "/warnings")), (&json!(true), vec![]), "{}", whole.text);

    // A bachelor's degree that came with 专科.
    let junior = pages::education(person, &draft.certificate);
    let number = numbers::education_certificate(year - 4);
    let junior = pages::spoilt(&junior, "educationCertificateNo", json!(junior_number(&number)));
    let junior = pages::spoilt(&junior, "degreeCertificateNo", json!(numbers::degree_certificate(year - 4)));
    let junior = pages::spoilt(&junior, "level", json!("31"));
    let junior = pages::spoilt(&junior, "start", json!(format!("{}-09", year - 7)));
    let junior = pages::spoilt(&junior, "end", json!(format!("{}-06", year - 4)));
    let _ = api.add_row("educations", &junior).await.expect(201);
    // Work in the summer of full-time study.
    let _ = api.add_row("employments", &pages::plain_employment(person)).await.expect(201);
    // A second employment to this day, of a kind that the credit code does not belong to.
    let second = pages::plain_employment(person);
    let second = pages::spoilt(&second, "start", json!(format!("{}-01", year + 2)));
    let second = pages::spoilt(&second, "end", json!("至今"));
    let second = pages::spoilt(&second, "unitType", json!("20"));
    let _ = api.add_row("employments", &second).await.expect(201);
    // The department of another county than that of both employers.
    let elsewhere = pages::spoilt(&pages::department(), "departmentId", json!("110102-1"));
    let _ = api.put_page("department", &elsewhere).await.expect(200);
    // The scope of those who want to sit another examination.
    let third = pages::spoilt(&pages::scope(), "scope", json!("3"));
    let _ = api.put_page("scope", &third).await.expect(200);

    let odd = api.readiness().await.expect(200);
    assert_eq!(
        told(&odd, "/warnings"),
        [
            ("/scope/scope", "scope.NOT_INTERMEDIATE"),
            ("/educations/0/start", "education.OVERLAPS_WORK"),
            ("/educations/1/degree", "education.DEGREE_LEVEL"),
            ("/employments/0/start", "time_range.OVERLAP"),
            ("/employments/0/end", "time_range.PRESENT_NOT_LATEST"),
            ("/employments/2/start", "time_range.OVERLAP"),
            ("/employments/2/unitType", "uscc.UNIT_TYPE"),
            ("/department/departmentId", "department.OTHER_COUNTY"),
        ]
    );
    assert_eq!((&odd.body["ready"], odd.list("/errors").len()), (&json!(true), 0), "{}", odd.text);
    assert_eq!(api.submit().await.expect(201).str("/state"), "SUBMITTED");
    let _ = api.withdraw().await.expect(200);
}

/// The number of a certificate of 专科 in place of one of 本科.
fn junior_number(bachelor: &str) -> String {
    format!("{}06{}", &bachelor[..10], &bachelor[12..])
}

/// The months that count for an examination, and those that are missing.
async fn months(api: &Client, exam_year: u64) -> (u64, u64) {
    let answer = api.eligibility(Some(exam_year)).await.expect(200);
    assert_eq!(answer.number("/examYear"), exam_year);
    (answer.number("/monthsWorked"), answer.number("/monthsMissing"))
}

/// A period of accounting work between two months.
fn work(applicant: &Applicant, start: &str, end: &str) -> Value {
    let body = pages::spoilt(&pages::experience(&applicant.person), "start", json!(start));
    pages::spoilt(&body, "end", json!(end))
}

#[tokio::test]
async fn a_bachelor_needs_forty_eight_months_and_months_count_once() {
    let stack = Stack::required();
    let (applicant, Draft { employment, experience, .. }) = Applicant::with_draft(&stack).await;
    let (api, year) = (&applicant.api, applicant.person.graduation_year());
    let short = api.eligibility(None).await.expect(200);
    assert_eq!((&short.body["eligible"], short.str("/reason")), (&json!(false), "YEARS_SHORT"));
    assert_eq!((short.number("/monthsWorked"), short.number("/monthsMissing")), (29, 19));

    let replace = async |end: String| {
        let body = work(&applicant, &format!("{year}-08"), &end);
        let _ = api.put_experience(&employment, &experience, &body).await.expect(200);
        api.eligibility(None).await.expect(200)
    };
    let nearly = replace(format!("{}-06", year + 4)).await;
    assert_eq!((&nearly.body["eligible"], nearly.number("/monthsMissing")), (&json!(false), 1));
    let just = replace(format!("{}-07", year + 4)).await;
    assert_eq!((&just.body["eligible"], just.number("/monthsWorked")), (&json!(true), 48));
    let met = replace(format!("{}-12", year + 4)).await;
    assert_eq!((&met.body["eligible"], met.str("/condition")), (&json!(true), "2"));
    assert_eq!((met.number("/monthsWorked"), met.number("/monthsMissing")), (53, 0));
    assert_eq!(met.body["reason"], Value::Null);
    assert!(met.str("/conditionText").contains("本科"), "{}", met.text);
    let mut english = api.clone();
    english.language = Some("en".to_owned());
    assert!(english.eligibility(None).await.str("/conditionText").contains("Bachelor"));

    // Within, across both ends, and in another employment at the same time.
    let within = work(&applicant, &format!("{}-01", year + 1), &format!("{}-12", year + 1));
    let _ = api.add_experience(&employment, &within).await.expect(201);
    assert_eq!(api.eligibility(None).await.number("/monthsWorked"), 53);
    let across = work(&applicant, &format!("{}-07", year + 4), &format!("{}-01", year + 5));
    let _ = api.add_experience(&employment, &across).await.expect(201);
    assert_eq!(api.eligibility(None).await.number("/monthsWorked"), 54);
}

#[tokio::test]
async fn open_work_counts_to_december_of_the_examinations_year() {
    let stack = Stack::required();
    let (applicant, Draft { employment, experience, .. }) = Applicant::with_draft(&stack).await;
    let api = &applicant.api;
    let year: u64 = windows::text(windows::now())[..4].parse().expect("a year");
    let open = work(&applicant, &format!("{}-03", year - 2), "至今");
    let _ = api.put_experience(&employment, &experience, &open).await.expect(200);
    for (exam_year, expected) in [
        (year - 3, (0, 48)),
        (year - 2, (10, 38)),
        (year, (34, 14)),
        (year + 1, (46, 2)),
        (year + 2, (58, 0)),
    ] {
        assert_eq!(months(api, exam_year).await, expected, "the examination of {exam_year}");
    }
    assert_eq!(api.eligibility(Some(year + 1)).await.body["eligible"], false);
    assert_eq!(api.eligibility(Some(year + 2)).await.body["eligible"], true);
}

#[tokio::test]
async fn without_an_education_that_counts_no_condition_is_met() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let api = &applicant.api;
    let _ = api.delete_row("educations", &draft.education).await.expect(204);
    let none = api.eligibility(None).await.expect(200);
    assert_eq!((&none.body["eligible"], none.str("/reason")), (&json!(false), "NO_QUALIFYING_EDUCATION"));
    for member in ["condition", "conditionText", "monthsMissing"] {
        assert_eq!(none.body[member], Value::Null, "{member}: {}", none.text);
    }
    for wrong in ["soon", "1999", "99999", "-1", "2027.5", "%32027x", "99999999999999999999"] {
        let answer = api.send("GET", &format!("/v1/collection/eligibility?examYear={wrong}")).await;
        answer.problem(422, "invalid-request").assert_faulty(&["/examYear"]);
    }
}
