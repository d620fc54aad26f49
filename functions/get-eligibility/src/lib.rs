//! `GET /v1/collection/eligibility`: which of the examination's conditions is met, or how much is missing.

use applicant::{
    readiness::{exam_year, window_of},
    take_collection, verified_caller, view,
};
use domain::{
    fault::{Code, Faults, Pointer},
    moment::Moment,
    window::Window,
};
use edge::{Problem, Request, Response};
use ports::{Clock, people::LoadPerson, windows::LoadWindow};
use serde_json::json;

/// Tells, and does not enforce unless the province's window does.
pub async fn handle(
    req: Request,
    table: &(impl LoadPerson + LoadWindow),
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let now = clock.now();
    let mut person = verified_caller(&req, table, now).await?;
    let pages = take_collection(&mut person, now).pages;
    let window = window_of(table, &pages).await?;
    let year = asked_year(&req, window.as_ref(), now)?;
    let mut answer = view::eligibility(&pages, year, now, req.lang());
    answer["enforced"] = json!(window.is_some_and(|window| window.enforces_eligibility));
    Ok(Response::ok(&answer))
}

/// The examination asked about; that of the window, or the next one, unless told. Nobody plans ten years ahead.
fn asked_year(req: &Request, window: Option<&Window>, now: Moment) -> Result<i16, Problem> {
    let next = exam_year(window, now);
    let Some(text) = req.query("examYear") else { return Ok(next) };
    let year =
        text.parse().ok().filter(|year| (next.saturating_sub(10)..=next.saturating_add(10)).contains(year));
    let at = Pointer::root().child("examYear");
    Ok(year.ok_or_else(|| Faults::one(at, Code("form.TYPE")))?)
}
