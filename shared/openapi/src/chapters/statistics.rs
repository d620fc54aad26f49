//! The desk's statistics.

use edge::ProblemKind;
use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::{
    example,
    operation::Operation,
    texts::{CaseKindName, DivisionCode, ReviewReasonCode},
};

/// What a division has to do and has done, and each division directly below it.
#[derive(JsonSchema)]
struct Overview {
    /// Only cases of that kind; of both where it is null.
    kind: Option<CaseKindName>,
    /// The division with all that lie in it.
    whole: Statistics,
    /// Each division directly below it with all that lie in that; none below a county.
    parts: Vec<Statistics>,
}

/// The statistics of a division.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Statistics {
    /// The division.
    division: DivisionCode,
    /// Its Chinese name.
    zh: String,
    /// Its English name.
    en: String,
    /// How many cases stand how.
    cases: Cases,
    /// What happened, since the beginning.
    events: Events,
    /// How long cases had waited when they were taken on.
    waiting: Durations,
    /// How long cases had been held when they were decided.
    handling: Durations,
    /// What was wrong with returned cases, by the reasons of comments, the most frequent first.
    return_reasons: Vec<ReturnReason>,
}

/// Cases by where they stand. Those that were never handed in, or taken back, are not counted.
#[derive(JsonSchema)]
struct Cases {
    /// 待审核 and 审核中: handed in and not decided.
    open: u64,
    /// 审核不通过（待修改）, and not handed in again.
    returned: u64,
    /// 审核通过.
    approved: u64,
    /// 审核不通过（终止）.
    rejected: u64,
}

/// How often something happened.
#[derive(JsonSchema)]
struct Events {
    /// Cases were approved.
    approvals: u64,
    /// Cases were returned.
    returns: u64,
    /// Cases were rejected.
    rejections: u64,
    /// Cases were handed in again after a return.
    resubmissions: u64,
    /// Cases were shown to the division above.
    escalations: u64,
}

/// Lengths of time, exact to 9.1 % and a second; null where there is none.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Durations {
    /// How many there are.
    count: u64,
    /// Half of them are this long or shorter.
    median_seconds: Option<u64>,
    /// Nine in ten of them are this long or shorter.
    p90_seconds: Option<u64>,
}

/// A reason, and how many comments of returns gave it.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct ReturnReason {
    /// The reason.
    reason_code: ReviewReasonCode,
    /// In Chinese.
    zh: String,
    /// In English.
    en: String,
    /// How many comments.
    count: u64,
}

/// Completes the operation.
pub(super) fn describe(operation: Operation) -> Operation {
    operation
        .about(
            "Counts, times and reasons of the caller's division, or of one below it, and of each division directly below \
             that; a few seconds old.",
            "本区划或所辖区划及其下一级各区划的数量、时长与退回原因，有数秒延迟。",
        )
        .query::<CaseKindName>("kind", "Only cases of that kind.", &json!("collection"))
        .query::<DivisionCode>(
            "division",
            "A division below; the caller's own unless told.",
            &json!(example::COUNTY),
        )
        .problem(&[ProblemKind::InvalidRequest])
        .answers::<Overview>(200, overview())
}

fn overview() -> Value {
    json!({"kind": "collection", "parts": [], "whole": {
        "division": example::COUNTY, "zh": "东城区", "en": "Dong Cheng Qu",
        "cases": {"open": 12, "returned": 7, "approved": 230, "rejected": 1},
        "events": {"approvals": 230, "returns": 41, "rejections": 1, "resubmissions": 34, "escalations": 2},
        "waiting": {"count": 284, "medianSeconds": 12_754, "p90Seconds": 121_337},
        "handling": {"count": 272, "medianSeconds": 279, "p90Seconds": 790},
        "returnReasons": [{"reasonCode": "PHOTO_BLUR", "zh": "照片模糊", "en": "Photo is blurred", "count": 19}],
    }})
}
