//! Logs with one JSON object per line, and metrics in CloudWatch's embedded metric format.
//!
//! Personal data must not be logged: no names, numbers, phones, tokens, file names or bodies. Types that contain such
//! values do not show them in `Debug` and `Display`.

use tracing_subscriber::EnvFilter;

/// Starts logging to standard output. `LOG_LEVEL` (a `tracing` filter) sets the level; the default is `info`.
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

/// All metrics; a closed list, so that dashboards and alarms can rely on the names.
#[derive(Clone, Copy, Debug)]
pub enum Metric {
    /// Number of requests, by route and outcome.
    Request,
    /// Duration of a request in the function, in milliseconds.
    RequestMillis,
    /// Number of judged pictures, by purpose and verdict.
    PictureVerdict,
    /// Duration of judging a picture, in milliseconds.
    PictureMillis,
    /// Number of discarded events.
    Poison,
    /// Number of requested SMS codes, by purpose and outcome: `counted` or `refused`.
    SmsCode,
    /// Number of SMS codes refused because the daily limit of the whole system was reached.
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

/// Writes metrics that share their dimensions. A dimension must have few values and contain no personal data.
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
