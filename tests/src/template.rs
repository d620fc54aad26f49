//! `template.yaml` as data: every short intrinsic function (`!Ref X`) in its long form (`{"Ref": "X"}`), so
//! that a rule need not care how a line was written.

use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// A resource of the template: its logical id and its declaration.
pub type Resource<'a> = (&'a str, &'a Value);

/// A route that some function serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method, or `ANY`.
    pub method: String,
    /// The path with the names of its variables.
    pub path: String,
    /// Whether the route is open to callers without a token.
    pub open: bool,
}

/// The whole template.
#[derive(Clone, Debug)]
pub struct Template(pub Value);

impl Template {
    /// The template of this repository.
    pub fn read() -> Self {
        let path = file();
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::parse(&text)
    }

    /// A template from its text.
    pub fn parse(text: &str) -> Self {
        let documents = Yaml::load_from_str(text).unwrap_or_else(|error| panic!("template.yaml: {error}"));
        Self(long_form(documents.first().expect("the template is not empty")))
    }

    /// All resources.
    pub fn resources(&self) -> Vec<Resource<'_>> {
        let resources = self.0["Resources"].as_object().expect("the template has resources");
        resources.iter().map(|(name, resource)| (name.as_str(), resource)).collect()
    }

    /// The resources of a type.
    pub fn of_type(&self, kind: &str) -> Vec<Resource<'_>> {
        self.resources().into_iter().filter(|(_, resource)| resource["Type"] == kind).collect()
    }

    /// All functions.
    pub fn functions(&self) -> Vec<Resource<'_>> {
        self.of_type("AWS::Serverless::Function")
    }

    /// Every event of every function: function, event's name, event.
    pub fn events(&self) -> Vec<(&str, &str, &Value)> {
        let mut all = Vec::new();
        for (function, resource) in self.functions() {
            let events = resource["Properties"]["Events"].as_object().into_iter().flatten();
            all.extend(events.map(|(name, event)| (function, name.as_str(), event)));
        }
        all
    }

    /// Every route of the HTTP API.
    pub fn routes(&self) -> Vec<Route> {
        let text =
            |event: &Value, name: &str| event["Properties"][name].as_str().unwrap_or_default().to_owned();
        let http = self.events().into_iter().filter(|(_, _, event)| event["Type"] == "HttpApi");
        http.map(|(_, _, event)| Route {
            method: text(event, "Method").to_uppercase(),
            path: text(event, "Path"),
            open: event["Properties"]["Auth"]["Authorizer"] == "NONE",
        })
        .collect()
    }
}

/// The template's path.
pub fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml")
}

/// The elements of a list, or the one thing that stands where a list may.
pub fn many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    }
}

fn long_form(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(scalar) => plain(scalar),
        Yaml::Sequence(items) => items.iter().map(long_form).collect(),
        Yaml::Mapping(members) => {
            let member = |(key, value)| (key_text(key), long_form(value));
            Value::Object(members.iter().map(member).collect::<Map<_, _>>())
        }
        Yaml::Tagged(tag, inner) => intrinsic(&tag.suffix, &long_form(inner)),
        Yaml::Representation(text, ..) => json!(text),
        Yaml::Alias(_) | Yaml::BadValue => panic!("template.yaml: aliases and bad scalars are not used here"),
    }
}

fn key_text(key: &Yaml<'_>) -> String {
    match long_form(key) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn plain(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(truth) => json!(truth),
        Scalar::Integer(number) => json!(number),
        Scalar::FloatingPoint(number) => json!(number.into_inner()),
        Scalar::String(text) => json!(text),
    }
}

fn intrinsic(name: &str, argument: &Value) -> Value {
    match (name, argument) {
        ("Ref" | "Condition", _) => json!({ name: argument }),
        ("GetAtt", Value::String(path)) => {
            let (resource, attribute) =
                path.split_once('.').expect("!GetAtt names a resource and an attribute");
            json!({"Fn::GetAtt": [resource, attribute]})
        }
        _ => json!({ format!("Fn::{name}"): argument }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_forms_read_alike() {
        let short =
            Template::parse("Resources: {A: {X: !Ref B, Y: !GetAtt B.Arn, Z: !If [C, !Sub '${B}', !Ref D]}}");
        let long = Template::parse(
            "Resources: {A: {X: {Ref: B}, Y: {'Fn::GetAtt': [B, Arn]}, \
             Z: {'Fn::If': [C, {'Fn::Sub': '${B}'}, {Ref: D}]}}}",
        );
        assert_eq!(short.0, long.0);
    }

    #[test]
    fn an_event_without_an_authorizer_of_its_own_is_a_closed_route() {
        let template = Template::parse(
            "Resources: {F: {Type: 'AWS::Serverless::Function', Properties: {Events: {
               A: {Type: HttpApi, Properties: {Path: /a, Method: get}},
               B: {Type: HttpApi, Properties: {Path: /b, Method: POST, Auth: {Authorizer: NONE}}},
               C: {Type: SQS, Properties: {Queue: q}}}}}}",
        );
        let route =
            |method: &str, path: &str, open| Route { method: method.to_owned(), path: path.to_owned(), open };
        assert_eq!(template.routes(), [route("GET", "/a", false), route("POST", "/b", true)]);
    }
}
