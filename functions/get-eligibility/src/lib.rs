//! `GET /v1/collection/eligibility`: which of the examination's conditions is met, or how much is missing.

use applicant::{
    readiness::{exam_year, window_of},
    take_collection, verified_caller,
};
use domain::{
    codes,
    eligibility::{Condition, Eligible, Ineligible},
    fault::{Code, Faults, Pointer},
    messages::Lang,
    moment::Moment,
    window::Window,
};
use edge::{Answer, Call, Problem};
use ports::{Clock, people::LoadPerson, windows::LoadWindow};
use serde_json::{Value, json};

/// Tells, and does not enforce unless the province's window does.
pub async fn handle(
    call: Call,
    table: &(impl LoadPerson + LoadWindow),
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let now = clock.now();
    let mut person = verified_caller(&call, table, now).await?;
    let pages = take_collection(&mut person, now).pages;
    let window = window_of(table, &pages).await?;
    let year = asked_year(&call, window.as_ref(), now)?;
    let (condition, months, reason) = match pages.eligibility(year, now.date()) {
        Ok(Eligible { condition, months }) => (Some(condition), Some(months), None),
        Err(why @ Ineligible::YearsShort { condition, months }) => (Some(condition), Some(months), Some(why)),
        Err(why @ Ineligible::NoQualifyingEducation) => (None, None, Some(why)),
    };
    let missing =
        condition.zip(months).map(|(condition, months)| (condition.months_needed() - months).max(0));
    let met = condition.filter(|_| reason.is_none());
    Ok(Answer::ok(&json!({
        "examYear": year,
        "eligible": reason.is_none(),
        "condition": met.map(Condition::code),
        "conditionText": condition.map(|condition| text(condition, call.lang())),
        "monthsWorked": months,
        "monthsMissing": missing,
        "reason": reason.map(why_not),
        "enforced": window.is_some_and(|window| window.enforces_eligibility),
    })))
}

/// The examination asked about; that of the window, or the next one, unless told. Nobody plans ten years ahead.
fn asked_year(call: &Call, window: Option<&Window>, now: Moment) -> Result<i16, Problem> {
    let next = exam_year(window, now);
    let Some(text) = call.query("examYear") else { return Ok(next) };
    let year =
        text.parse().ok().filter(|year| (next.saturating_sub(10)..=next.saturating_add(10)).contains(year));
    let at = Pointer::root().child("examYear");
    Ok(year.ok_or_else(|| Faults::one(at, Code("form.TYPE")))?)
}

fn text(condition: Condition, lang: Lang) -> Option<&'static str> {
    let entry = codes::table("exam_conditions")?.get(condition.code())?;
    Some(match lang {
        Lang::Zh => &entry.zh,
        Lang::En => &entry.en,
    })
}

fn why_not(why: Ineligible) -> Value {
    json!(match why {
        Ineligible::NoQualifyingEducation => "NO_QUALIFYING_EDUCATION",
        Ineligible::YearsShort { .. } => "YEARS_SHORT",
    })
}
