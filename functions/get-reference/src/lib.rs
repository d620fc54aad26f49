//! `GET /v1/reference/{table}`: code tables and divisions, from the function itself.

use domain::{
    codes,
    divisions::{self, Division},
};
use edge::{Problem, ProblemKind, Request, Response};
use serde_json::json;

/// Code tables change with a deployment; a day in a cache is safe (ours), in seconds.
const MAX_AGE: u32 = 86_400;

/// The agreement and the notifications that applicants consent to.
const CONSENTS: &str = include_str!("../../../infra/reference/consents.json");

/// Shows a table.
#[expect(clippy::unused_async, reason = "handlers are asynchronous")]
pub async fn handle(req: Request) -> Result<Response, Problem> {
    let name = req.path("table", |name| Ok::<_, ()>(name.to_owned()))?;
    let json = match name.as_str() {
        "divisions" => divisions(req.query("parent"))?,
        "consents" => CONSENTS.to_owned(),
        name => codes::table(name).ok_or_else(|| Problem::new(ProblemKind::NotFound))?.json.to_owned(),
    };
    Ok(Response::public(&req, &json, MAX_AGE))
}

fn divisions(parent: Option<&str>) -> Result<String, Problem> {
    let children = divisions::children(parent).ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let items: Vec<_> = children.map(division).collect();
    Ok(json!({"items": items}).to_string())
}

fn division(division: Division) -> serde_json::Value {
    let has_children =
        divisions::children(Some(division.code())).is_some_and(|mut children| children.next().is_some());
    json!({
        "code": division.code(),
        "zh": division.zh(),
        "en": division.en(),
        "level": division.level(),
        "hasChildren": has_children,
        "selectable": division.is_selectable(),
        "closedSince": division.closed_since().map(|day| day.to_string()),
        "successor": division.successor().map(Division::code),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn below(parent: &str, code: &str) -> Value {
        let items: Value = serde_json::from_str(&divisions(Some(parent)).unwrap()).unwrap();
        let found = items["items"].as_array().unwrap().iter().find(|item| item["code"] == code);
        found.unwrap_or_else(|| panic!("{code} is not below {parent}")).clone()
    }

    #[test]
    fn a_closed_division_is_listed_with_its_successor_and_cannot_be_selected() {
        let closed = below("500100", "500112");
        let told = (&closed["selectable"], &closed["closedSince"], &closed["successor"]);
        assert_eq!(told, (&json!(false), &json!("2025-11-06"), &json!("500157")));
        let open = below("500100", "500157");
        let told = (&open["selectable"], &open["closedSince"], &open["successor"]);
        assert_eq!(told, (&json!(true), &Value::Null, &Value::Null));
    }
}
