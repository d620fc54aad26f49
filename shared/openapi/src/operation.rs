//! One operation: a method and a path, and all that can be said about it.

use std::collections::BTreeSet;

use edge::ProblemKind;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::{
    chapters::Chapter,
    document::Components,
    problems::{self, GatewayMessage, Problem},
};

/// Makes the schema of a type, as a reference to a component.
type Schematic = fn(&mut SchemaGenerator) -> Schema;

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Whoever likes.
    Anybody,
    /// Whoever has a session, by its refresh cookie.
    Session,
    /// The same, or nobody: without a session there is nothing to end.
    PerhapsSession,
    /// An applicant.
    Applicant,
    /// An applicant whose real name is verified.
    Verified,
    /// A reviewer.
    Reviewer,
}

impl Caller {
    pub(crate) fn needs_token(self) -> bool {
        matches!(self, Self::Applicant | Self::Verified | Self::Reviewer)
    }

    fn security(self) -> Value {
        match self {
            Self::Anybody => json!([]),
            Self::Session => json!([{"refreshCookie": []}]),
            Self::PerhapsSession => json!([{"refreshCookie": []}, {}]),
            Self::Applicant | Self::Verified => json!([{"accessToken": ["applicant"]}]),
            Self::Reviewer => json!([{"accessToken": ["reviewer"]}]),
        }
    }

    fn problems(self) -> &'static [ProblemKind] {
        match self {
            Self::Anybody | Self::PerhapsSession => &[],
            Self::Session => &[ProblemKind::SessionExpired],
            Self::Applicant | Self::Reviewer => &[ProblemKind::Unauthenticated, ProblemKind::Forbidden],
            Self::Verified => {
                &[ProblemKind::Unauthenticated, ProblemKind::Forbidden, ProblemKind::RealNameRequired]
            }
        }
    }
}

/// A success.
struct Success {
    status: u16,
    content: Option<(&'static str, Option<Schematic>, Option<Value>)>,
}

/// An operation of the API.
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) id: &'static str,
    en: &'static str,
    zh: &'static str,
    about: Option<(&'static str, &'static str)>,
    caller: Caller,
    parameters: Vec<(Value, Option<Schematic>)>,
    body: Option<(Schematic, Value)>,
    successes: Vec<Success>,
    headers: Vec<&'static str>,
    problems: Vec<ProblemKind>,
}

/// An operation with its name, and its summary in English and Chinese.
pub(crate) fn operation(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    en: &'static str,
    zh: &'static str,
) -> Operation {
    Operation {
        method,
        path,
        id,
        en,
        zh,
        about: None,
        caller: Caller::Anybody,
        parameters: vec![(json!({"$ref": "#/components/parameters/AcceptLanguage"}), None)],
        body: None,
        successes: Vec::new(),
        headers: vec!["X-Request-Id"],
        // A header, a path or a query that cannot be read is the fault of any request.
        problems: vec![ProblemKind::MalformedRequest, ProblemKind::Internal, ProblemKind::Unavailable],
    }
}

impl Operation {
    /// Whatever the summary does not say, in English and Chinese.
    pub(crate) fn about(self, en: &'static str, zh: &'static str) -> Self {
        Self { about: Some((en, zh)), ..self }
    }

    /// Who may call; anybody unless told.
    pub(crate) fn by(self, caller: Caller) -> Self {
        Self { caller, ..self }.problem(caller.problems())
    }

    /// A problem that the operation may end in.
    pub(crate) fn problem(mut self, kinds: &[ProblemKind]) -> Self {
        self.problems.extend(kinds);
        self
    }

    /// A part of the path; a value that names nothing is not found.
    pub(crate) fn path<T: JsonSchema>(self, name: &str, about: &str, example: &str) -> Self {
        let parameter =
            json!({"name": name, "in": "path", "required": true, "description": about, "example": example});
        self.parameter::<T>(parameter).problem(&[ProblemKind::NotFound])
    }

    /// A parameter of the query that may be left out, or left empty.
    pub(crate) fn query<T: JsonSchema>(self, name: &str, about: &str, example: &Value) -> Self {
        self.parameter::<T>(json!({
            "name": name, "in": "query", "description": about, "example": example, "allowEmptyValue": true,
        }))
    }

    /// A parameter of the query that must be there.
    pub(crate) fn needed_query<T: JsonSchema>(self, name: &str, about: &str, example: &Value) -> Self {
        let parameter =
            json!({"name": name, "in": "query", "required": true, "description": about, "example": example});
        self.parameter::<T>(parameter)
    }

    fn parameter<T: JsonSchema>(mut self, parameter: Value) -> Self {
        self.parameters.push((parameter, Some(SchemaGenerator::subschema_for::<T>)));
        self
    }

    /// A header that is declared once for all operations.
    fn header(mut self, name: &str) -> Self {
        self.parameters.push((json!({"$ref": format!("#/components/parameters/{name}")}), None));
        self
    }

    /// A JSON body, and an example of it.
    pub(crate) fn body<T: JsonSchema>(self, example: Value) -> Self {
        Self { body: Some((SchemaGenerator::subschema_for::<T>, example)), ..self }.problem(&[
            ProblemKind::MalformedRequest,
            ProblemKind::PayloadTooLarge,
            ProblemKind::UnsupportedMediaType,
            ProblemKind::InvalidRequest,
        ])
    }

    /// A success with a JSON body, and an example of it.
    pub(crate) fn answers<T: JsonSchema>(mut self, status: u16, example: Value) -> Self {
        let schema: Schematic = SchemaGenerator::subschema_for::<T>;
        self.successes
            .push(Success { status, content: Some(("application/json", Some(schema), Some(example))) });
        self
    }

    /// A success with a body that is no JSON.
    pub(crate) fn sends(mut self, media_type: &'static str) -> Self {
        self.successes.push(Success { status: 200, content: Some((media_type, None, None)) });
        self
    }

    /// A success without a body.
    pub(crate) fn done(mut self, status: u16) -> Self {
        self.successes.push(Success { status, content: None });
        self
    }

    /// Success says more in a header.
    pub(crate) fn with_header(mut self, name: &'static str) -> Self {
        self.headers.push(name);
        self
    }

    /// May be sent again with an `Idempotency-Key`.
    pub(crate) fn once(self) -> Self {
        self.header("IdempotencyKey").with_header("Idempotency-Replayed").problem(&[
            ProblemKind::MalformedRequest,
            ProblemKind::IdempotencyInProgress,
            ProblemKind::IdempotencyKeyReused,
        ])
    }

    /// Shows the draft, whose version is the entity tag.
    pub(crate) fn versioned(self) -> Self {
        self.with_header("ETag")
    }

    /// Changes the draft, where its state and `If-Match` allow it.
    pub(crate) fn changes_draft(self) -> Self {
        self.header("IfMatch").versioned().problem(&[
            ProblemKind::NotEditable,
            ProblemKind::Conflict,
            ProblemKind::PreconditionFailed,
        ])
    }

    /// Kept by caches, and asked about with `If-None-Match`.
    pub(crate) fn cached(self) -> Self {
        self.header("IfNoneMatch").with_header("ETag").with_header("Cache-Control").done(304)
    }

    /// The operation as the document has it.
    pub(crate) fn write(self, chapter: &Chapter, components: &mut Components) -> Value {
        let mut operation = json!({
            "operationId": self.id,
            "summary": format!("{} · {}", self.en, self.zh),
            "tags": [chapter.name()],
            "security": self.caller.security(),
            "responses": self.responses(components),
        });
        let parameters = self.parameters.into_iter().map(|(mut parameter, schema)| {
            if let Some(schema) = schema {
                parameter["schema"] = json!(schema(&mut components.read));
            }
            parameter
        });
        operation["parameters"] = parameters.collect();
        if let Some((en, zh)) = self.about {
            operation["description"] = json!(format!("{en}\n\n{zh}"));
        }
        if let Some((schema, example)) = self.body {
            operation["requestBody"] = json!({
                "required": true,
                "content": {"application/json": {"schema": schema(&mut components.read), "example": example}},
            });
        }
        operation
    }

    fn responses(&self, components: &mut Components) -> Value {
        let successes = self
            .successes
            .iter()
            .map(|success| (success.status.to_string(), self.success(success, components)));
        let mut responses: Map<_, _> = successes.collect();
        // The gateway may tell anybody to wait.
        let statuses: BTreeSet<u16> = self.problems.iter().map(|kind| kind.status()).chain([429]).collect();
        for status in statuses {
            let name = self.refusal(status, components);
            let reference = json!({"$ref": format!("#/components/responses/{name}")});
            responses.insert(status.to_string(), reference);
        }
        Value::Object(responses)
    }

    fn success(&self, success: &Success, components: &mut Components) -> Value {
        let mut response =
            json!({"description": description(success.status), "headers": headers(&self.headers)});
        if let Some((media_type, schema, example)) = &success.content {
            let schema = schema.map(|schema| schema(&mut components.written));
            let mut content = json!({"schema": schema.unwrap_or_else(|| json_schema!({"type": "string"}))});
            if let Some(example) = example {
                content["example"] = example.clone();
            }
            response["content"] = json!({ *media_type: content });
        }
        response
    }

    /// The problems of a status, and what the gateway says with it, as a component; its name.
    fn refusal(&self, status: u16, components: &mut Components) -> String {
        // In the order of the list of problems, each once.
        let kinds: Vec<ProblemKind> = ProblemKind::ALL
            .iter()
            .copied()
            .filter(|kind| kind.status() == status && self.problems.contains(kind))
            .collect();
        let codes: Vec<&str> = kinds.iter().map(|kind| kind.code()).collect();
        let name = if codes.is_empty() { format!("gateway-{status}") } else { codes.join(".") };
        let mut content = json!({});
        if !codes.is_empty() {
            let example =
                |code: &&str| ((*code).to_owned(), json!({"$ref": format!("#/components/examples/{code}")}));
            let examples: Map<_, _> = codes.iter().map(example).collect();
            let problem = components.written.subschema_for::<Problem>();
            // These and no others.
            let schema = json!({"allOf": [problem, {"properties": {"code": {"enum": codes}, "status": {"const": status}}}]});
            content["application/problem+json"] = json!({"schema": schema, "examples": examples});
        }
        if problems::is_gateways(status, self.caller.needs_token()) {
            let schema = components.written.subschema_for::<GatewayMessage>();
            content["application/json"] =
                json!({"schema": schema, "example": problems::gateway_message(status)});
        }
        let says_when = kinds.iter().any(|kind| problems::says_when(*kind));
        let names: &[_] = if says_when { &["X-Request-Id", "Retry-After"] } else { &["X-Request-Id"] };
        let description = if codes.is_empty() { "the gateway's own".to_owned() } else { codes.join(", ") };
        let response = json!({"description": description, "headers": headers(names), "content": content});
        components.responses.insert(name.clone(), response);
        name
    }
}

fn headers(names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| ((*name).to_owned(), json!({"$ref": format!("#/components/headers/{name}")})))
        .collect()
}

fn description(status: u16) -> &'static str {
    match status {
        201 => "Made · 已创建",
        202 => "Taken on · 已受理",
        204 => "Done, and nothing to show · 已完成",
        304 => "The copy that the caller has is still good · 未变更",
        _ => "Done · 成功",
    }
}
