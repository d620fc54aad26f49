//! The desk's lists as files.

use edge::ProblemKind;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::account::Progress;
use crate::{
    example,
    operation::{Caller, Operation, operation},
    texts::{
        CaseKindName, CaseListFormat, CaseListId, CaseListState, CaseState, DivisionCode, FaultCode,
        ListName, Moment,
    },
};

/// Asks for a list as a file.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct CaseListRequest {
    /// Which list.
    list: ListName,
    /// Whose, with those of the divisions below; the caller's own unless told.
    division: Option<DivisionCode>,
    /// Only cases of that kind.
    kind: Option<CaseKindName>,
    /// Only cases that stand there.
    state: Option<CaseState>,
    /// Only cases in which a rule doubts something, or none does.
    flagged: Option<bool>,
    /// Only cases that were handed in again, or were not.
    resubmitted: Option<bool>,
    /// Only cases whose time limit has passed, or has not.
    overdue: Option<bool>,
    /// What the file is.
    format: CaseListFormat,
    /// Why names, numbers and phones are to be legible: for supervisors, and written down at each case. Masked unless told.
    #[schemars(length(min = 5, max = 500))]
    reveal_reason: Option<String>,
}

/// A list that is made into a file.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct CaseList {
    /// Which.
    export_id: CaseListId,
    /// When it was asked for.
    requested_at: Moment,
    /// Which list.
    list: ListName,
    /// Whose, with those of the divisions below.
    division: DivisionCode,
    /// Only cases of that kind.
    kind: Option<CaseKindName>,
    /// Only such cases.
    filter: Filter,
    /// What the file is.
    format: CaseListFormat,
    /// Why it is not masked.
    reveal_reason: Option<String>,
    /// How far it is.
    state: CaseListState,
    /// Why it failed, where that is known.
    failure: Option<Failure>,
    /// Lines that are in it already; a case that leaves the list meanwhile is counted and not in it.
    progress: Progress,
    /// Where it can be fetched, once it is ready; in the answer about one of them.
    url: Option<String>,
    /// Until when that link is good; another call gives another one.
    expires_at: Option<Moment>,
    /// Until when the file is kept.
    kept_until: Moment,
}

/// What of a list is asked for.
#[derive(JsonSchema)]
struct Filter {
    /// Cases that stand there.
    state: Option<CaseState>,
    /// Cases in which a rule doubts something, or none does.
    flagged: Option<bool>,
    /// Cases that were handed in again, or were not.
    resubmitted: Option<bool>,
    /// Cases whose time limit has passed, or has not.
    overdue: Option<bool>,
}

/// Why there is no file.
#[derive(JsonSchema)]
struct Failure {
    /// The stable code.
    code: FaultCode,
    /// In words.
    message: String,
}

/// What the caller asked for within the last two days.
#[derive(JsonSchema)]
struct CaseLists {
    /// Newest first.
    items: Vec<CaseList>,
}

pub(super) fn operations() -> Vec<Operation> {
    let desk = |method, path, id, en, zh| operation(method, path, id, en, zh).by(Caller::Reviewer);
    vec![
        desk("POST", "/v1/review/exports", "requestCaseList", "Ask for a list as a file", "申请导出名单")
            .about(
                "In the background, 20,000 cases at most. CSV begins with a byte order mark, and no cell of it is a formula; \
                 a text with digits has a tab behind it, so that no spreadsheet takes it for a number.",
                "后台生成，最多20000条。CSV为带BOM的UTF-8编码，单元格不会被当作公式；含数字的文本后附制表符，避免被表格软件识别为数字或日期。",
            )
            .once()
            .body::<CaseListRequest>(json!({
                "list": "open", "kind": "collection", "overdue": true, "format": "xlsx",
                "revealReason": example::REVEAL_REASON,
            }))
            .problem(&[ProblemKind::TooManyRequests])
            .answers::<CaseList>(202, case_list("pending", 0, None)),
        desk("GET", "/v1/review/exports", "listCaseLists", "See which lists one asked for", "查看本人的名单导出")
            .answers::<CaseLists>(200, json!({"items": [case_list("ready", 2, None)]})),
        desk("GET", "/v1/review/exports/{id}", "getCaseList", "See how far a list is", "查看名单导出进度")
            .about(
                "Whoever moved to another division or supervises no more has no more files of theirs.",
                "调离本区划或不再担任负责人的，不能再下载原有名单。",
            )
            .path::<CaseListId>("id", "A list that the caller asked for.", example::CASE_LIST)
            .answers::<CaseList>(200, case_list("ready", 2, Some("https://exports.s3.cn-north-1.amazonaws.com.cn/…"))),
    ]
}

fn case_list(state: &str, done: u32, url: Option<&str>) -> Value {
    json!({
        "exportId": example::CASE_LIST,
        "requestedAt": example::NOW,
        "list": "open",
        "division": example::COUNTY,
        "kind": "collection",
        "filter": {"state": null, "flagged": null, "resubmitted": null, "overdue": true},
        "format": "xlsx",
        "revealReason": example::REVEAL_REASON,
        "state": state,
        "failure": null,
        "progress": {"done": done, "total": done},
        "url": url,
        "expiresAt": url.map(|_| "2026-11-24T16:12:55.123+08:00"),
        "keptUntil": "2026-11-26T16:07:55.123+08:00",
    })
}
