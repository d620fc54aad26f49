//! The contract holds against the template, and its examples against the running stack.

use std::collections::BTreeMap;

use journey::contract::{Cast, Contract, Operation};
use journey::template::Template;
use journey::{Client, Response, Stack};

/// Not run here: it would take on a case of another test. `staff.rs` does it in a county of its own.
const TAKES_ANY_CASE: &str = "claimNext";

/// What cannot succeed as it is shown: the status that comes instead, and why.
const CANNOT_SUCCEED: [(&str, u16, &str); 26] = [
    ("sendSmsCode", 422, "nobody was shown that picture code"),
    ("registerApplicant", 422, "no phone was sent that SMS code"),
    ("resetPassword", 422, "no phone was sent that SMS code"),
    ("openSession", 422, "nobody was shown that picture code"),
    ("refreshSession", 401, "no session has been opened"),
    ("putMobile", 422, "no phone was sent those SMS codes"),
    ("getExport", 404, "the copy is not the caller's"),
    ("markNotificationRead", 404, "the notice is not the caller's"),
    ("requestRealName", 409, "the applicant is verified already"),
    ("beginAlipay", 409, "the applicant is verified already"),
    ("getAlipayAttempt", 404, "the attempt is not the caller's"),
    ("decideCase", 409, "the case has another version"),
    ("getBulkApproval", 404, "the selection is not the caller's"),
    ("cancelBulkApproval", 404, "the selection is not the caller's"),
    ("undoDecision", 409, "nothing is decided"),
    ("requestCaseList", 403, "the reviewer is no supervisor"),
    ("getCaseList", 404, "the list is not the caller's"),
    ("reassignCase", 403, "the reviewer is no supervisor"),
    ("unlockReviewer", 403, "the reviewer is no supervisor"),
    ("reopenCase", 403, "the reviewer is no supervisor"),
    ("answerTransfer", 409, "no transfer was asked for"),
    ("amendCollection", 409, "nothing is in force"),
    ("discardAmendment", 409, "nothing is in force"),
    ("requestTransfer", 409, "the case is under review"),
    ("cancelTransfer", 409, "no transfer was asked for"),
    ("closeAccount", 422, "nobody was shown that picture code"),
];

fn route(operation: &Operation<'_>) -> String {
    format!("{} {}", operation.method.to_uppercase(), operation.path)
}

/// Whether each route is open, by its name.
fn template() -> BTreeMap<String, bool> {
    let routes = Template::read().routes();
    routes.into_iter().map(|route| (format!("{} {}", route.method, route.path), route.open)).collect()
}

/// Whether each operation is open, by its route.
fn contract() -> BTreeMap<String, bool> {
    let contract = Contract::read();
    let operations = contract.operations();
    operations.iter().map(|operation| (route(operation), operation.role().is_none())).collect()
}

#[test]
fn every_route_of_the_template_is_in_the_contract_and_every_operation_has_a_route() {
    let (routes, operations) = (template(), contract());
    let untold: Vec<_> = routes.keys().filter(|route| !operations.contains_key(*route)).collect();
    assert!(untold.is_empty(), "routes without an operation in shared/openapi: {untold:#?}");
    let stray: Vec<_> = operations.keys().filter(|route| !routes.contains_key(*route)).collect();
    assert!(stray.is_empty(), "operations without a route in the template: {stray:#?}");
}

#[test]
fn what_is_open_in_the_template_is_open_in_the_contract_and_nothing_else() {
    let operations = contract();
    for (route, open) in template() {
        assert_eq!(operations.get(&route), Some(&open), "{route}: open in the template, and in the contract");
    }
}

#[test]
fn operations_have_names_of_their_own() {
    let contract = Contract::read();
    let mut names: Vec<_> = contract.operations().iter().map(|operation| operation.id().to_owned()).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

async fn run(operation: &Operation<'_>, client: &Client) -> Response {
    let method = operation.method.to_uppercase();
    match operation.body() {
        Some(body) => client.send_json(&method, &operation.target(), body).await,
        None => client.send(&method, &operation.target()).await,
    }
}

/// What is wrong with the status of an answer to an operation's example, if anything; the rest is the client's to see.
fn amiss(operation: &Operation<'_>, answer: &Response) -> Option<String> {
    let excused = CANNOT_SUCCEED.iter().find(|(id, ..)| *id == operation.id());
    let expected = excused.map_or_else(|| operation.successes(), |(_, status, _)| vec![*status]);
    let line = &answer.request_line;
    let why = excused.map(|(.., why)| format!(" ({why})")).unwrap_or_default();
    let (status, text) = (answer.status, &answer.text);
    (!expected.contains(&status)).then(|| format!("{line}: {status}, not {expected:?}{why}: {text}"))
}

#[tokio::test]
async fn every_example_runs_as_it_stands_and_is_answered_as_the_contract_says() {
    let stack = Stack::required();
    let cast = Box::pin(Cast::meet(&stack)).await;
    let contract = Contract::read().about(&cast);
    let nobody = Client::new(&stack);
    let mut differences = Vec::new();
    for operation in contract.operations().into_iter().filter(|operation| operation.id() != TAKES_ANY_CASE) {
        let client = match operation.role() {
            None => &nobody,
            Some("reviewer") => &cast.reviewer.api,
            Some(_) => &cast.applicant.api,
        };
        differences.extend(amiss(&operation, &run(&operation, client).await));
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

#[tokio::test]
async fn the_contract_is_there_for_programs_and_as_a_page_that_loads_nothing() {
    let stack = Stack::required();
    let api = Client::new(&stack);
    let (document, page) = (api.contract().await.expect(200), api.contract_page().await.expect(200));
    assert_eq!(document.body, Contract::read().0);
    assert_eq!(document.header("content-type"), Some("application/json"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    for name in [&document.body["info"]["title"], &document.body["tags"][0]["name"]] {
        assert!(page.text.contains(name.as_str().expect("a name")), "{name}");
    }
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn whoever_has_the_contract_already_is_told_that_it_still_stands() {
    let stack = Stack::required();
    let api = Client::new(&stack);
    let (document, page) = (api.contract().await.expect(200), api.contract_page().await.expect(200));
    assert_ne!(document.header("etag"), page.header("etag"));
    for (first, route) in [(&document, "/v1/openapi.json"), (&page, "/v1/docs")] {
        let tag = first.header("etag").expect("the contract has a tag");
        assert_eq!(first.header("cache-control"), Some("public, max-age=300"));
        let kept = api.with_header("if-none-match", tag).send("GET", route).await.expect(304);
        assert_eq!((kept.text.as_str(), kept.header("etag")), ("", Some(tag)));
        assert_eq!(
            api.with_header("if-none-match", "\"other\"").send("GET", route).await.expect(200).text,
            first.text
        );
    }
}
