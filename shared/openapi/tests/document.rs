//! The document is up to date, and what it gives as examples is what the functions' own rules take.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may end so")]

use domain::{
    case::{
        bulk::BulkRequest,
        case_list::CaseListRequest,
        decision::DecisionRequest,
        request::{ReassignRequest, ReopenRequest, TransferAnswer, TransferRequest},
    },
    collection::{
        About, AccountingExperience, Basic, Collection, DepartmentChoice, Education, Employment, Scope,
        readiness::parse_declaration,
    },
    consent::parse_consent,
    divisions::Division,
    fault::Faults,
    identity::IdType,
    ids::UploadId,
    messages::{self, Lang},
    mobile::Mobile,
    moment::Moment,
    person::{MobileChange, PasswordReset, Registration, SmsPurpose},
    real_name::{OnlineRequest, alipay::Consent},
    upload::{Finding, Format, Purpose},
};
use edge::ProblemKind;
use jiff::civil::{Date, date};
use openapi::example;
use serde_json::{Value, json};

const TODAY: Date = date(2026, 11, 24);

/// Each operation of the document: its name and what it says.
fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|item| item.as_object().unwrap().values());
    operations
        .map(|operation| (operation["operationId"].as_str().unwrap().to_owned(), operation.clone()))
        .collect()
}

fn operation(document: &Value, id: &str) -> Value {
    let mut operations = operations(document).into_iter();
    operations.find(|(name, _)| name == id).unwrap_or_else(|| panic!("no operation {id}")).1
}

/// The example of the answer with that status.
fn answer(id: &str, status: &str) -> Value {
    operation(&openapi::document(), id)["responses"][status]["content"]["application/json"]["example"].clone()
}

#[test]
fn the_checked_in_document_is_up_to_date() {
    let checked_in = include_str!("../../../docs/openapi.json");
    assert!(
        openapi::text() == checked_in,
        "docs/openapi.json is of another contract; renew it: \
         cargo run -q -p contract > target/openapi.json && mv target/openapi.json docs/openapi.json"
    );
}

/// Every schema with an example beside it: where, the schema, the example.
fn with_examples(value: &Value, at: &str, document: &Value, found: &mut Vec<(String, Value, Value)>) {
    let Some(members) = value.as_object() else {
        let elements = value.as_array().into_iter().flatten().enumerate();
        return elements
            .for_each(|(index, value)| with_examples(value, &format!("{at}/{index}"), document, found));
    };
    if let Some(schema) = members.get("schema") {
        let mut note = |example: &Value| found.push((at.to_owned(), schema.clone(), example.clone()));
        members.get("example").into_iter().for_each(&mut note);
        for example in
            members.get("examples").and_then(Value::as_object).into_iter().flat_map(|map| map.values())
        {
            let target = example["$ref"].as_str().unwrap().trim_start_matches('#');
            note(&document.pointer(target).unwrap()["value"]);
        }
    }
    for (name, member) in members.iter().filter(|(name, _)| !name.starts_with("example")) {
        with_examples(member, &format!("{at}/{name}"), document, found);
    }
}

#[test]
fn every_example_is_valid_against_its_schema() {
    let document = openapi::document();
    let mut found = Vec::new();
    with_examples(&document, "", &document, &mut found);
    assert!(found.len() > 100, "only {} examples", found.len());
    let mut wrong = Vec::new();
    for (at, schema, example) in found {
        let whole = json!({"allOf": [schema], "components": document["components"]});
        let validator = jsonschema::options().should_validate_formats(true).build(&whole).unwrap();
        wrong.extend(
            validator.iter_errors(&example).map(|error| format!("{at}{}: {error}", error.instance_path())),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What a reference leads to, or the value itself.
fn resolve<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let target = value["$ref"].as_str().map(|target| target.trim_start_matches('#'));
    target.map_or(value, |target| document.pointer(target).unwrap_or_else(|| panic!("{target} is nowhere")))
}

#[test]
fn every_operation_with_a_body_shows_one_and_every_json_answer_too() {
    let document = openapi::document();
    for (id, operation) in operations(&document) {
        let body = &operation["requestBody"]["content"]["application/json"];
        assert!(body.is_null() || body["example"].is_object(), "{id} shows no body");
        for (status, response) in operation["responses"].as_object().unwrap() {
            for (media_type, content) in
                resolve(&document, response)["content"].as_object().into_iter().flatten()
            {
                let shows = content["example"].is_object() || content["examples"].is_object();
                assert!(shows || !media_type.ends_with("json"), "{id} shows no {media_type} with {status}");
            }
        }
    }
}

#[test]
fn every_operation_says_in_both_languages_what_it_does_and_how_it_ends() {
    let document = openapi::document();
    for (id, operation) in operations(&document) {
        let summary = operation["summary"].as_str().unwrap();
        let (english, chinese) = summary.split_once(" · ").unwrap_or_else(|| panic!("{id}: {summary}"));
        assert!(!english.is_empty() && english.chars().all(|c| !is_han(c)), "{id}: {english}");
        assert!(chinese.chars().any(is_han), "{id}: {chinese}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{id} cannot succeed");
        for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
            let content = &resolve(&document, response)["content"];
            let problem = &content["application/problem+json"];
            if problem.is_null() {
                // The gateway's own answer, without a problem of ours.
                assert!(content["application/json"].is_object(), "{id}: {status} says nothing");
                continue;
            }
            let shown: Vec<_> =
                problem["examples"].as_object().unwrap().keys().map(|code| json!(code)).collect();
            let mut allowed =
                problem["schema"]["allOf"][1]["properties"]["code"]["enum"].as_array().unwrap().clone();
            allowed.sort_by_key(Value::to_string);
            assert_eq!(
                shown, allowed,
                "{id}: the problems that are shown with {status}, and those that may come"
            );
        }
        // Whatever is called may fail.
        assert!(responses.contains_key("500") && responses.contains_key("503"), "{id}");
        let takes_token = operation["security"][0].get("accessToken").is_some();
        assert_eq!(responses.contains_key("403"), takes_token, "{id}: callers of another kind");
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn about() -> About {
    About { as_of: TODAY, id_type: IdType::Ric, birth_date: Some(date(1993, 3, 7)), birth_from_number: true }
}

fn employment(body: &Value) -> Result<Employment, Faults> {
    Employment::parse(example::EMPLOYMENT.to_owned().try_into().unwrap(), body, &about())
}

/// Reads the example of a body as its function does.
fn read(document: &Value, id: &str, body: &Value) -> Result<(), Faults> {
    let text = |member: &str| body[member].as_str().unwrap();
    match id {
        "sendSmsCode" => {
            Mobile::parse(text("mobile")).unwrap();
            SmsPurpose::parse(text("purpose")).unwrap();
            Ok(())
        }
        "registerApplicant" => Registration::parse(body, TODAY).map(drop),
        "resetPassword" => PasswordReset::parse(body, TODAY).map(drop),
        "openSession" => {
            Mobile::parse(text("account")).unwrap();
            Ok(())
        }
        "putConsent" => parse_consent(body),
        "putMobile" => MobileChange::parse(body).map(drop),
        // Its members are those of openSession.
        "closeAccount" => Ok(()),
        "requestUpload" => {
            let (purpose, format) =
                (Purpose::parse(text("purpose")), Format::from_media_type(text("mediaType")));
            purpose.unwrap().limits().check_file(format, body["bytes"].as_u64().unwrap()).unwrap();
            Ok(())
        }
        "mergeUploads" => {
            Purpose::parse(text("purpose")).unwrap();
            let uploads = body["uploads"].as_array().unwrap();
            assert!(uploads.len() >= 2);
            assert!(uploads.iter().all(|id| UploadId::parse(id.as_str().unwrap()).is_ok()));
            Ok(())
        }
        "beginAlipay" => Consent::parse(body, Moment::start_of(TODAY)).map(drop),
        "requestRealName" => OnlineRequest::parse(body, IdType::Ric).map(drop),
        "putScope" => Scope::parse(body).map(drop),
        "putBasic" => Basic::parse(body, &about()).map(drop),
        "putDepartment" => DepartmentChoice::parse(body).map(drop),
        "addEducation" | "putEducation" => {
            let row = example::EDUCATION.to_owned().try_into().unwrap();
            Education::parse(row, body, &about()).map(drop)
        }
        "addEmployment" | "putEmployment" => employment(body).map(drop),
        "addAccountingExperience" | "putAccountingExperience" => {
            let within = &operation(document, "addEmployment")["requestBody"]["content"]["application/json"];
            let row = example::EXPERIENCE.to_owned().try_into().unwrap();
            AccountingExperience::parse(row, body, &about(), &employment(&within["example"])?).map(drop)
        }
        "submitCollection" => parse_declaration(body),
        "requestTransfer" => TransferRequest::parse(body).map(drop),
        "startBulkApproval" => BulkRequest::parse(body).map(drop),
        "requestCaseList" => {
            CaseListRequest::parse(body, Division::parse(example::COUNTY).unwrap()).map(drop)
        }
        "reassignCase" => ReassignRequest::parse(body).map(drop),
        "reopenCase" => ReopenRequest::parse(body).map(drop),
        "answerTransfer" => TransferAnswer::parse(body).map(drop),
        "decideCase" => {
            let pages = answer("getCase", "200")["pages"].clone();
            DecisionRequest::parse(body, true, &pages).map(drop)
        }
        other => panic!("{other} has a body: say here how its function reads it"),
    }
}

#[test]
fn every_body_that_is_shown_is_taken_by_the_domains_own_rules() {
    let document = openapi::document();
    for (id, operation) in operations(&document) {
        let body = &operation["requestBody"]["content"]["application/json"]["example"];
        if !body.is_null() {
            let read = read(&document, &id, body);
            assert!(read.is_ok(), "{id}: {:?}", read.unwrap_err().iter().collect::<Vec<_>>());
        }
    }
}

#[test]
fn pages_that_are_shown_are_as_the_domain_writes_them() {
    for shown in [answer("getCollection", "200"), answer("getCase", "200")["pages"].clone()] {
        let pages: Collection = serde_json::from_value(shown.clone()).unwrap();
        for (name, page) in json!(pages).as_object().unwrap() {
            assert_eq!(*page, shown[name], "the page {name}");
        }
    }
    let finding = &answer("getUpload", "200")["findings"][0];
    let _: Finding = serde_json::from_value(finding.clone()).unwrap();
    let identity = &answer("getCollection", "200")["identity"];
    let registered = &operation(&openapi::document(), "registerApplicant")["requestBody"]["content"];
    let person = Registration::parse(&registered["application/json"]["example"], TODAY).unwrap().identity;
    let masked = (person.number.masked(), person.mobile.masked(), person.birth().1.unwrap().to_string());
    assert_eq!(
        [&masked.0, &masked.1, &masked.2].map(|text| json!(text)),
        ["idNumber", "mobile", "birthDate"].map(|name| identity[name].clone())
    );
}

#[test]
fn every_problem_is_in_the_document_and_in_the_api_page_in_both_languages() {
    let (document, page) = (openapi::document(), include_str!("../../../docs/api.md"));
    let used = document["components"]["responses"].to_string();
    for kind in ProblemKind::ALL {
        let (code, status) = (kind.code(), kind.status());
        let example = &document["components"]["examples"][code];
        let text = |part, lang| messages::text(&format!("problem.{code}.{part}"), lang);
        assert_eq!(
            example["summary"],
            format!("{} · {}", text("title", Lang::En), text("title", Lang::Zh)),
            "{code}"
        );
        assert_eq!(example["value"]["status"], status, "{code}");
        assert!(used.contains(&format!("#/components/examples/{code}\"")), "no operation ends in {code}");
        let mut rows = page.lines().filter(|line| line.starts_with(&format!("| `{code}` | {status} | ")));
        let (row, chinese) =
            (rows.next(), format!(" {}：{} |", text("title", Lang::Zh), text("detail", Lang::Zh)));
        assert!(
            row.is_some_and(|row| row.ends_with(&chinese)),
            "docs/api.md needs a row of {code} that ends with{chinese}"
        );
        assert_eq!(rows.next(), None, "docs/api.md has two rows of {code}");
    }
}

#[test]
fn problems_with_words_are_declared_and_every_reason_is_in_the_api_page() {
    let messages: Value =
        serde_json::from_str(include_str!("../../../infra/reference/messages.json")).unwrap();
    for message in messages["items"].as_array().unwrap() {
        let code = message["code"].as_str().unwrap();
        let problem = code.strip_prefix("problem.").and_then(|rest| rest.split('.').next());
        let known = |problem: &str| ProblemKind::ALL.iter().any(|kind| kind.code() == problem);
        assert!(problem.is_none_or(known), "{code} is about no problem of the edge");
    }
    let page = include_str!("../../../docs/api.md");
    assert!(
        page.ends_with(&format!("\n\n{}", openapi::reasons())),
        "docs/api.md must end with the table of `cargo run -q -p contract reasons`"
    );
}
