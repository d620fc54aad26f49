//! `GET /v1/reference/{table}`: code tables and divisions, from the function itself.

use domain::{
    codes,
    divisions::{self, Division},
};
use edge::{Answer, Call, Kind, Problem};
use serde_json::json;

/// Code tables change with a deployment; a day in a cache is safe (ours), in seconds.
const MAX_AGE: u32 = 86_400;

/// The agreement and the notices that applicants consent to.
const CONSENTS: &str = include_str!("../../../infra/reference/consents.json");

/// Shows a table.
#[expect(clippy::unused_async, reason = "handlers are asynchronous")]
pub async fn handle(call: Call) -> Result<Answer, Problem> {
    let name = call.path("table", |name| Ok::<_, ()>(name.to_owned()))?;
    let json = match name.as_str() {
        "divisions" => divisions(call.query("parent"))?,
        "consents" => CONSENTS.to_owned(),
        name => codes::table(name).ok_or_else(|| Problem::new(Kind::NotFound))?.json.to_owned(),
    };
    Ok(Answer::public(&call, &json, MAX_AGE))
}

fn divisions(parent: Option<&str>) -> Result<String, Problem> {
    let children = divisions::children(parent).ok_or_else(|| Problem::new(Kind::NotFound))?;
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
    })
}
