//! `GET /v1/windows`: when the provinces take collections.

use domain::{
    case::State,
    divisions::{self, Division, Level},
    fault::{Code, Faults, Pointer},
    moment::Moment,
    window::Window,
};
use edge::{Problem, Request, Response};
use ports::{Clock, windows::ListWindows};
use serde_json::{Value, json};

/// Lists the windows there are, or that of one province.
pub async fn handle(req: Request, table: &impl ListWindows, clock: &impl Clock) -> Result<Response, Problem> {
    let provinces = provinces(req.query("province"))?;
    let mut windows = table.list_windows(&provinces).await?;
    windows.sort_by_key(|window| window.province.code());
    let now = clock.now();
    let items: Vec<Value> = windows.iter().map(|window| view(window, now)).collect();
    Ok(Response::ok(&json!({"items": items})))
}

fn provinces(asked: Option<&str>) -> Result<Vec<Division>, Faults> {
    let Some(code) = asked else {
        return Ok(divisions::children(None).into_iter().flatten().collect());
    };
    let province = Division::parse(code).ok().filter(|division| division.level() == Level::Province);
    let at = Pointer::root().child("province");
    Ok(vec![province.ok_or_else(|| Faults::one(at, Code("division.UNKNOWN")))?])
}

fn view(window: &Window, now: Moment) -> Value {
    json!({
        "province": window.province,
        "examYear": window.exam_year,
        "opensAt": window.opens_at,
        "closesAt": window.closes_at,
        "correctionsUntil": window.corrections_until(),
        "open": window.allows(State::Draft, now).is_ok(),
    })
}
