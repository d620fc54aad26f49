//! Logs as one JSON object a line, and metrics in CloudWatch's embedded metric format.
//!
//! Nothing personal belongs here: no names, numbers, phones, tokens, file names or bodies. Types that hold such
//! things show nothing of them in `Debug` and `Display`.

use tracing_subscriber::EnvFilter;

/// Starts logging to standard output; `LOG_LEVEL` (a `tracing` filter) says how much, `info` unless told.
pub fn init() {
    let filter = EnvFilter::try_from_env("LOG_LEVEL").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .init();
}

/// What is counted and measured; a closed list, so that dashboards and alarms can rely on the names.
#[derive(Clone, Copy, Debug)]
pub enum Metric {
    /// Requests, by route and outcome.
    Request,
    /// Milliseconds that a request took in the function.
    RequestMillis,
    /// Pictures judged, by purpose and verdict.
    PictureVerdict,
    /// Milliseconds that judging a picture took.
    PictureMillis,
    /// Events that were given up on.
    Poison,
    /// SMS codes that were asked for, by purpose and outcome: `counted` or `refused`.
    SmsCode,
    /// SMS codes that were refused because the day's of the whole system are spent.
    SmsCodesSpent,
}

impl Metric {
    fn name_and_unit(self) -> (&'static str, &'static str) {
        match self {
            Self::Request => ("Request", "Count"),
            Self::RequestMillis => ("RequestMillis", "Milliseconds"),
            Self::PictureVerdict => ("PictureVerdict", "Count"),
            Self::PictureMillis => ("PictureMillis", "Milliseconds"),
            Self::Poison => ("Poison", "Count"),
            Self::SmsCode => ("SmsCode", "Count"),
            Self::SmsCodesSpent => ("SmsCodesSpent", "Count"),
        }
    }
}

/// Writes metrics that share their dimensions; each dimension has few values, and none names a person.
///
/// Format: CloudWatch embedded metric format specification, version 0.
pub fn record(now_millis: i64, dimensions: &[(&str, &str)], metrics: &[(Metric, f64)]) {
    let names: Vec<&str> = dimensions.iter().map(|(name, _)| *name).collect();
    let definitions: Vec<_> = metrics
        .iter()
        .map(|(metric, _)| {
            let (name, unit) = metric.name_and_unit();
            serde_json::json!({"Name": name, "Unit": unit})
        })
        .collect();
    let mut line = serde_json::json!({
        "_aws": {
            "Timestamp": now_millis,
            "CloudWatchMetrics": [{"Namespace": "Baoming", "Dimensions": [names], "Metrics": definitions}],
        },
    });
    for (name, value) in dimensions {
        line[*name] = (*value).into();
    }
    for (metric, value) in metrics {
        line[metric.name_and_unit().0] = (*value).into();
    }
    println!("{line}");
}
