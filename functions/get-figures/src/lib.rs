//! `GET /v1/review/figures`: how many cases a division has, how long they wait, and what they are returned for.

use domain::{
    divisions::Division,
    fault::{Code, Faults, Pointer},
    figures::{Figures, Happening, Lengths, Measure, Overview, Standing},
    ids::CaseKind,
};
use edge::{Answer, Call, Kind, Problem};
use ports::{figures::LoadFigures, people::LoadReviewer};
use serde_json::{Map, Value, json};

/// Answers with the figures of the reviewer's division or of one below it, and of each division directly below that.
pub async fn handle(call: Call, table: &(impl LoadReviewer + LoadFigures)) -> Result<Answer, Problem> {
    let reviewer = desk::reviewer(&call, table).await?;
    let at = |name| Pointer::root().child(name);
    let kind = call.query("kind").map(|kind| CaseKind::parse(kind).ok_or(())).transpose();
    let kind = kind.map_err(|()| Faults::one(at("kind"), Code("code.UNKNOWN")))?;
    let division = call.query("division").map_or(Ok(reviewer.division), Division::parse);
    let division = division.map_err(|error| Faults::one(at("division"), error))?;
    if !reviewer.may_list(division) {
        return Err(Problem::new(Kind::Forbidden));
    }
    let overview = Overview::of(division, &table.load_figures(division, kind).await?);
    let parts: Vec<Value> = overview.parts.iter().map(|(part, figures)| view(*part, figures)).collect();
    Ok(Answer::ok(&json!({"kind": kind, "whole": view(division, &overview.whole), "parts": parts})))
}

fn view(division: Division, figures: &Figures) -> Value {
    let standing = |standing: Standing| (standing.as_str(), figures.count(Measure::Standing(standing)));
    let happened = |happening: Happening| (happening.as_str(), figures.count(Measure::Happened(happening)));
    let reason = |(reason, count): (domain::codes::ReviewReason, u64)| json!({"reasonCode": reason.code(), "zh": reason.zh(), "en": reason.en(), "count": count});
    json!({
        "division": division,
        "zh": division.zh(),
        "en": division.en(),
        "cases": counts(Standing::ALL.map(standing)),
        "events": counts(Happening::ALL.map(happened)),
        "waiting": lengths(figures.waited()),
        "handling": lengths(figures.held()),
        "returnReasons": figures.reasons().into_iter().map(reason).collect::<Vec<_>>(),
    })
}

fn counts<const N: usize>(counts: [(&str, u64); N]) -> Map<String, Value> {
    counts.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect()
}

fn lengths(lengths: Lengths) -> Value {
    json!({"count": lengths.count, "medianSeconds": lengths.median, "p90Seconds": lengths.p90})
}
