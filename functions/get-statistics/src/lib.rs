//! `GET /v1/review/statistics`: how many cases a division has, how long they wait, and what they are returned for.

use domain::{
    divisions::Division,
    fault::{Code, Faults, Pointer},
    ids::CaseKind,
    statistics::{CaseEvent, Durations, Measure, Overview, StateBucket, Statistics},
};
use edge::{Problem, ProblemKind, Request, Response};
use ports::{people::LoadReviewer, statistics::LoadStatistics};
use serde_json::{Map, Value, json};

/// Answers with the statistics of the reviewer's division or of one below it, and of each division directly below that.
pub async fn handle(req: Request, table: &(impl LoadReviewer + LoadStatistics)) -> Result<Response, Problem> {
    let reviewer = reviewer_auth::reviewer(&req, table).await?;
    let at = |name| Pointer::root().child(name);
    let kind = req.query("kind").map(|kind| CaseKind::parse(kind).ok_or(())).transpose();
    let kind = kind.map_err(|()| Faults::one(at("kind"), Code("code.UNKNOWN")))?;
    let division = req.query("division").map_or(Ok(reviewer.division), Division::parse);
    let division = division.map_err(|error| Faults::one(at("division"), error))?;
    if !reviewer.may_list(division) {
        return Err(Problem::new(ProblemKind::Forbidden));
    }
    let overview = Overview::of(division, &table.load_statistics(division, kind).await?);
    let parts: Vec<Value> = overview.parts.iter().map(|(part, statistics)| view(*part, statistics)).collect();
    Ok(Response::ok(&json!({"kind": kind, "whole": view(division, &overview.whole), "parts": parts})))
}

fn view(division: Division, statistics: &Statistics) -> Value {
    let standing =
        |standing: StateBucket| (standing.as_str(), statistics.count(Measure::StateBucket(standing)));
    let happened =
        |happening: CaseEvent| (happening.as_str(), statistics.count(Measure::Happened(happening)));
    let reason = |(reason, count): (domain::codes::ReviewReason, u64)| json!({"reasonCode": reason.code(), "zh": reason.zh(), "en": reason.en(), "count": count});
    json!({
        "division": division,
        "zh": division.zh(),
        "en": division.en(),
        "cases": counts(StateBucket::ALL.map(standing)),
        "events": counts(CaseEvent::ALL.map(happened)),
        "waiting": lengths(statistics.waited()),
        "handling": lengths(statistics.held()),
        "returnReasons": statistics.reasons().into_iter().map(reason).collect::<Vec<_>>(),
    })
}

fn counts<const N: usize>(counts: [(&str, u64); N]) -> Map<String, Value> {
    counts.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect()
}

fn lengths(lengths: Durations) -> Value {
    json!({"count": lengths.count, "medianSeconds": lengths.median, "p90Seconds": lengths.p90})
}
