//! What anybody may read, and the language in which faults are said.

use journey::stack::{CITY, COUNTY};
use journey::{Client, Stack, pages};
use serde_json::json;

#[tokio::test]
async fn code_tables_may_be_kept_by_caches_and_answers_about_people_may_not() {
    let stack = Stack::required();
    let api = Client::new(&stack);
    for table in ["id_types", "study_modes", "education_levels", "degrees", "unit_types", "review_reasons"] {
        let answer = api.reference(table).await.expect(200);
        assert!(!answer.list("/items").is_empty(), "{table} is empty");
        let cached = answer.header("cache-control").unwrap_or_default();
        assert!(cached.contains("public") && cached.contains("max-age="), "{table}: {cached:?}");
    }
    let captcha = api.captcha().await.expect(201);
    assert_eq!(captcha.header("cache-control"), Some("no-store"));
    assert!(captcha.header("x-request-id").is_some_and(|id| !id.is_empty()), "{:?}", captcha.headers);
    for table in ["no_such_table", "id_types.json"] {
        let _ = api.reference(table).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn whoever_has_a_code_table_already_is_told_that_it_still_stands() {
    let stack = Stack::required();
    let api = Client::new(&stack);
    let first = api.reference("education_levels").await.expect(200);
    let tag = first.header("etag").expect("a code table has a tag").to_owned();
    assert_eq!(api.reference("education_levels").await.header("etag"), Some(tag.as_str()));
    assert_ne!(api.reference("degrees").await.header("etag"), Some(tag.as_str()));
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}")] {
        let kept = api.reference_unless("education_levels", &known).await.expect(304);
        assert_eq!((kept.text.as_str(), kept.header("etag")), ("", Some(tag.as_str())), "{known}");
        assert_eq!(kept.header("cache-control"), first.header("cache-control"), "{known}");
    }
    for other in ["\"other\"", "nonsense", tag.trim_matches('"')] {
        let sent = api.reference_unless("education_levels", other).await.expect(200);
        assert_eq!(sent.text, first.text, "{other}");
    }
    // The tag is that of the answer, not of the path.
    let (provinces, cities) = (api.divisions(None).await, api.divisions(Some("110000")).await);
    assert_ne!(provinces.header("etag"), cities.header("etag"));
    let _ = api.reference_unless("no_such_table", &tag).await.problem(404, "not-found");
}

#[tokio::test]
async fn divisions_lead_from_a_province_to_the_departments_of_a_county() {
    let stack = Stack::required();
    let api = Client::new(&stack);
    let provinces = api.divisions(None).await.expect(200);
    let beijing = provinces.list("/items").iter().find(|item| item["code"] == "110000");
    assert_eq!(beijing.expect("Beijing is a province-level division")["hasChildren"], true);
    let cities = api.divisions(Some("110000")).await.expect(200);
    assert!(cities.list("/items").iter().any(|item| item["code"] == CITY), "{}", cities.text);
    let counties = api.divisions(Some(CITY)).await.expect(200);
    let county = counties.list("/items").iter().find(|item| item["code"] == COUNTY).expect("the county");
    assert_eq!((&county["zh"], &county["hasChildren"]), (&json!("东城区"), &json!(false)));
    assert_eq!(county["selectable"], true);
    let closed = api.divisions(Some("500100")).await.expect(200);
    let closed = closed
        .list("/items")
        .iter()
        .find(|item| item["code"] == "500112")
        .expect("a closed division")
        .clone();
    assert_eq!((&closed["selectable"], &closed["successor"]), (&json!(false), &json!("500157")));
    let departments = api.departments(COUNTY).await.expect(200);
    assert!(
        departments.list("/items").iter().any(|item| item["id"] == pages::DEPARTMENT),
        "{}",
        departments.text
    );
}

#[tokio::test]
async fn faults_are_said_in_the_language_that_was_asked_for() {
    let stack = Stack::required();
    let mut api = Client::new(&stack);
    let chinese = api.register(&json!({})).await.problem(422, "invalid-request");
    api.language = Some("en-GB, en;q=0.9, zh;q=0.5".to_owned());
    let english = api.register(&json!({})).await.problem(422, "invalid-request");
    assert_eq!(chinese.faults(), english.faults(), "pointers and codes do not depend on the language");
    assert!(english.text.is_ascii(), "Chinese in an English answer: {}", english.text);
    assert!(
        !chinese.str("/title").is_ascii() && !chinese.str("/errors/0/message").is_ascii(),
        "{}",
        chinese.text
    );
}
