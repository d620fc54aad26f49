//! `docs/openapi.json` as data: its examples about people who are there, and what of an answer is not as it says.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::pictures::Picture;
use crate::response::Response;
use crate::scenario::{Applicant, Draft, Reviewer};
use crate::stack::{COUNTY, Stack};

/// An operation of the contract.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'c> {
    /// The method, in lower case.
    pub method: &'c str,
    /// The path with the names of its variables.
    pub path: &'c str,
    /// What the contract says of it.
    pub says: &'c Value,
}

impl<'c> Operation<'c> {
    /// Its name.
    pub fn id(&self) -> &'c str {
        self.says["operationId"].as_str().expect("every operation has a name")
    }

    /// Who must call, `applicant` or `reviewer`; nobody in particular where there is no word.
    pub fn role(&self) -> Option<&'c str> {
        self.says["security"][0]["accessToken"][0].as_str()
    }

    /// The example of its body.
    pub fn body(&self) -> Option<&'c Value> {
        self.says.pointer("/requestBody/content/application~1json/example")
    }

    /// The example of a parameter.
    pub fn example(&self, parameter: &str) -> &'c str {
        let mut parameters = self.says["parameters"].as_array().into_iter().flatten();
        let found = parameters.find(|one| one["name"] == parameter).and_then(|one| one["example"].as_str());
        found.unwrap_or_else(|| panic!("{}: no example of {parameter}", self.id()))
    }

    /// The path with the examples of its parameters and of its query.
    pub fn target(&self) -> String {
        let parameters = self.says["parameters"].as_array().into_iter().flatten();
        let (mut path, mut query) = (self.path.to_owned(), Vec::new());
        for one in parameters.filter(|one| !one["example"].is_null()) {
            let name = one["name"].as_str().expect("a parameter has a name");
            let example = one["example"].as_str().map_or_else(|| one["example"].to_string(), str::to_owned);
            if one["in"] == "path" {
                path = path.replace(&format!("{{{name}}}"), &example);
            } else if one["in"] == "query" {
                query.push(format!("{name}={example}"));
            }
        }
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// The statuses of its successes; a copy that is still good is none.
    pub fn successes(&self) -> Vec<u16> {
        let statuses = self.says["responses"].as_object().expect("an operation has responses").keys();
        statuses
            .filter_map(|status| status.parse().ok())
            .filter(|status| (200..300).contains(status))
            .collect()
    }

    /// Whether that is a request for it, whatever stands in the place of its variables.
    fn is_asked_by(&self, method: &str, path: &str) -> bool {
        let (ours, theirs) = (self.path.split('/'), path.split('/'));
        let alike =
            |(ours, theirs): (&str, &str)| ours.starts_with('{') && !theirs.is_empty() || ours == theirs;
        self.method.eq_ignore_ascii_case(method)
            && ours.clone().count() == theirs.clone().count()
            && ours.zip(theirs).all(alike)
    }
}

/// The whole contract.
#[derive(Clone, Debug)]
pub struct Contract(pub Value);

impl Contract {
    /// The contract as it is checked in.
    pub fn read() -> Self {
        let path = file();
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(serde_json::from_str(&text).expect("the contract is JSON"))
    }

    /// All operations, in an order in which the examples work: first what looks, then what changes, with what is
    /// handed in taken back at once; last what takes away, from the inside out.
    pub fn operations<'c>(&'c self) -> Vec<Operation<'c>> {
        let paths = self.0["paths"].as_object().expect("the contract has paths");
        let of = |path, item: &'c Value| {
            let methods = item.as_object().expect("a path has operations").iter();
            methods.map(move |(method, says)| Operation { method, path, says })
        };
        let mut operations: Vec<_> = paths.iter().flat_map(|(path, item)| of(path, item)).collect();
        operations.sort_by_key(|operation| match (operation.method, operation.id()) {
            ("get", _) => (0, 0),
            ("put", _) => (1, 0),
            (_, "submitCollection") => (2, 0),
            (_, "withdrawCollection") => (3, 0),
            ("post", _) => (4, 0),
            (_, _) => (5, usize::MAX - operation.path.len()),
        });
        operations
    }

    /// The operation of that name.
    pub fn operation(&self, id: &str) -> Operation<'_> {
        let mut operations = self.operations().into_iter();
        operations.find(|operation| operation.id() == id).unwrap_or_else(|| panic!("no operation {id}"))
    }

    /// The operation that a request line asks for: one without variables rather than one with, where both would do.
    fn asked(&self, request_line: &str) -> Option<Operation<'_>> {
        let (method, target) = request_line.split_once(' ')?;
        let path = target.split('?').next().unwrap_or_default();
        let asked = self.operations().into_iter().filter(|operation| operation.is_asked_by(method, path));
        asked.min_by_key(|operation| operation.path.matches('{').count())
    }

    /// What of an answer the contract does not tell, if anything: the status, the media type, or the body with the code
    /// of a problem. Requests that the contract does not know are none of its business.
    pub fn difference(&self, answer: &Response) -> Option<String> {
        let operation = self.asked(&answer.request_line)?;
        let id = operation.id();
        let Some(response) = operation.says["responses"].get(answer.status.to_string()) else {
            return Some(format!("{id}: no status {}", answer.status));
        };
        let response = self.resolve(response);
        let media_type = answer.header("content-type").map(|one| one.split(';').next().unwrap_or_default());
        let contents = response["content"].as_object().filter(|contents| !contents.is_empty());
        match (contents, media_type) {
            (None, _) if answer.text.is_empty() => None,
            (None, _) => Some(format!("{id}: {} has no body", answer.status)),
            (Some(contents), media_type) => match contents.get(media_type.unwrap_or_default()) {
                None => Some(format!("{id}: {} is not of the type {media_type:?}", answer.status)),
                Some(content) if media_type.is_some_and(|one| one.ends_with("json")) => {
                    let why = self.invalid(&content["schema"], &answer.body)?;
                    Some(format!("{id}: {}: {why}", answer.status))
                }
                Some(_) => None,
            },
        }
    }

    /// What a reference leads to, or the value itself.
    fn resolve<'c>(&'c self, value: &'c Value) -> &'c Value {
        let target = value["$ref"].as_str().map(|target| target.trim_start_matches('#'));
        target.map_or(value, |target| self.0.pointer(target).unwrap_or_else(|| panic!("{target} is nowhere")))
    }

    /// The first thing that keeps a value from being what a schema says. A member that no schema tells of is one: the
    /// contract lets answers gain members, and we tell of them all.
    fn invalid(&self, schema: &Value, value: &Value) -> Option<String> {
        let whole = json!({"allOf": [schema], "components": {"schemas": self.shut()}});
        let validator = jsonschema::options().should_validate_formats(true).build(&whole);
        let validator = validator.unwrap_or_else(|error| panic!("{schema} is no schema: {error}"));
        validator.iter_errors(value).next().map(|error| format!("{}: {error}", error.instance_path()))
    }

    /// The schemas, none of which leaves room for members that it does not tell of, unless it says so.
    fn shut(&self) -> Value {
        let mut schemas = self.0["components"]["schemas"].clone();
        for schema in schemas.as_object_mut().expect("the contract has schemas").values_mut() {
            if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
                schema["additionalProperties"] = json!(false);
            }
        }
        schemas
    }

    /// The same contract with the ids of the cast's things in its examples.
    #[must_use]
    pub fn about(&self, cast: &Cast) -> Self {
        let mut text = self.0.to_string();
        for (example, real) in cast.things(self) {
            text = text.replace(&format!("\"{example}\""), &format!("\"{real}\""));
        }
        Self(serde_json::from_str(&text).expect("an id for an id leaves JSON what it is"))
    }
}

/// The contract as it is checked in, read once.
static CHECKED_IN: LazyLock<Contract> = LazyLock::new(Contract::read);

/// Ends the test when an answer is not as the contract says.
#[track_caller]
pub fn hold(answer: &Response) {
    if let Some(difference) = CHECKED_IN.difference(answer) {
        panic!("{}: not as docs/openapi.json says: {difference}\n{}", answer.request_line, answer.text);
    }
}

/// People with the things that the examples are about.
#[derive(Clone, Debug)]
pub struct Cast {
    /// A verified applicant with a draft that lacks nothing.
    pub applicant: Applicant,
    /// The draft.
    pub draft: Draft,
    /// A reviewer who has a case to decide.
    pub reviewer: Reviewer,
    /// The case.
    pub case: String,
    /// Another picture of a proof of work, named on no page.
    pub second_proof: String,
}

impl Cast {
    /// Makes them.
    pub async fn meet(stack: &Stack) -> Self {
        let ((applicant, draft), (_, handed_in), reviewer) = tokio::join!(
            Applicant::with_draft(stack),
            Applicant::submitted(stack),
            Reviewer::of(stack, COUNTY)
        );
        reviewer.find("collection", &handed_in.case).await;
        let second = Picture::of(stack, "work-proof", "education-certificate.jpg");
        let second_proof = applicant.usable(second).await;
        Self { applicant, draft, reviewer, case: handed_in.case, second_proof }
    }

    /// The ids in the examples, and those of the things that are really there.
    fn things(&self, contract: &Contract) -> Vec<(String, String)> {
        let in_body = |id: &str, pointer: &str| {
            let body = contract.operation(id).body().and_then(|body| body.pointer(pointer));
            body.and_then(Value::as_str).unwrap_or_else(|| panic!("{id}: no example at {pointer}")).to_owned()
        };
        let in_path = |id: &str, name: &str| contract.operation(id).example(name).to_owned();
        let Draft {
            basic: [photo, front, back], certificate, proof, education, employment, experience, ..
        } = self.draft.clone();
        vec![
            (in_body("putBasic", "/photo"), photo),
            (in_body("putBasic", "/idPortrait"), front),
            (in_body("putBasic", "/idEmblem"), back),
            (in_body("addEducation", "/certificates/0"), certificate),
            (in_body("addEmployment", "/proof"), proof),
            (in_body("mergeUploads", "/uploads/1"), self.second_proof.clone()),
            (in_path("getEducation", "id"), education),
            (in_path("getEmployment", "id"), employment),
            (in_path("getAccountingExperience", "experienceId"), experience),
            (in_path("getCase", "id"), self.case.clone()),
        ]
    }
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

    use super::*;

    /// What the contract has against an answer of that media type and body.
    fn difference(request_line: &str, status: u16, media_type: &'static str, body: Value) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let (elapsed, retried) = (Duration::ZERO, false);
        let request_line = request_line.to_owned();
        CHECKED_IN.difference(&Response { request_line, status, headers, body, text, elapsed, retried })
    }

    fn example(id: &str, status: &str) -> Value {
        CHECKED_IN.operation(id).says["responses"][status]["content"]["application/json"]["example"].clone()
    }

    #[test]
    fn what_the_contract_shows_is_as_it_says() {
        assert_eq!(difference("GET /v1/me", 200, "application/json", example("getMe", "200")), None);
        let line = "GET /v1/collection/educations/edu_01KAWQ61G7H8J9K0M1N2P3Q4R5";
        assert_eq!(difference(line, 200, "application/json", example("getEducation", "200")), None);
        assert_eq!(difference("DELETE /v1/sessions/current", 204, "text/plain", Value::Null), None);
        let problem = CHECKED_IN.0["components"]["examples"]["unauthenticated"]["value"].clone();
        assert_eq!(difference("GET /v1/me?x=1", 401, "application/problem+json", problem), None);
    }

    #[test]
    fn whatever_it_does_not_tell_is_a_difference() {
        let me = example("getMe", "200");
        let spoilt = |member: &str, value: Value| {
            let mut me = me.clone();
            me[member] = value;
            difference("GET /v1/me", 200, "application/json", me)
        };
        assert!(spoilt("accountId", json!("acc_1")).is_some(), "an id of another form");
        assert!(spoilt("role", json!("reviewer")).is_some(), "a member more");
        assert!(difference("GET /v1/me", 201, "application/json", me.clone()).is_some(), "another status");
        assert!(difference("GET /v1/me", 200, "text/html", me.clone()).is_some(), "another media type");
        assert!(difference("DELETE /v1/sessions/current", 204, "application/json", me).is_some(), "a body");
        let problem = CHECKED_IN.0["components"]["examples"]["login-failed"]["value"].clone();
        let of = |line| difference(line, 401, "application/problem+json", problem.clone());
        assert_eq!(of("POST /v1/sessions"), None);
        assert!(of("GET /v1/me").is_some(), "a problem of another operation");
    }

    #[test]
    fn a_path_without_variables_is_itself() {
        let asked = |line| CHECKED_IN.asked(line).map(|operation| operation.id());
        assert_eq!(asked("GET /v1/review/queue?limit=1"), Some("listQueue"));
        assert_eq!(asked("GET /v1/reference/id_types"), Some("getReference"));
        assert_eq!((asked("GET /v1/reference/"), asked("PATCH /v1/me")), (None, None));
    }
}
