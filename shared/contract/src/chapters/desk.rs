//! The review desk.

use edge::Kind;
use schemars::JsonSchema;
use serde_json::json;

use super::{
    collection::{Comment, HistoryEntry, Identity, Pages},
    pictures::Upload,
};
use crate::{
    example,
    operation::{Caller, Operation, operation},
    texts::{
        CaseId, CaseKindName, CaseState, DivisionCode, Moment, Pointer, ReviewReasonCode, UploadId, Verdict,
    },
};

/// One page of the queue, oldest first.
#[derive(JsonSchema)]
struct Queue {
    /// The lines.
    items: Vec<QueueItem>,
    /// The `cursor` of the next page, if there may be one.
    next: Option<String>,
}

/// A case that waits for a decision.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct QueueItem {
    /// The case.
    case_id: CaseId,
    /// What it is about.
    kind: CaseKindName,
    /// Where it stands.
    state: CaseState,
    /// How often it was handed in.
    round: u32,
    /// Since when it waits.
    submitted_at: Moment,
    /// By when it should be decided.
    due_at: Moment,
    /// Who holds it.
    claim: Option<Claim>,
}

/// A hold on a case: the caller's or somebody's, but not whose.
#[derive(JsonSchema)]
struct Claim {
    /// Whether it is the caller's.
    mine: bool,
    /// Until when.
    until: Moment,
}

/// A case that the caller holds now.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Claimed {
    /// The case.
    case_id: CaseId,
    /// Where it stands.
    state: CaseState,
    /// The version that this made.
    version: u64,
    /// The hold.
    claim: Option<Claim>,
}

/// The next case, if there is one.
#[derive(JsonSchema)]
struct Next {
    /// The case that the caller holds now.
    case: Option<Claimed>,
}

/// A case, fields and pictures side by side, as it was handed in.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Case {
    /// The case.
    case_id: CaseId,
    /// What it is about.
    kind: CaseKindName,
    /// Where it stands.
    state: CaseState,
    /// The state in words.
    state_text: String,
    /// The version to decide on.
    version: u64,
    /// How often it was handed in.
    round: u32,
    /// When it was last handed in.
    submitted_at: Option<Moment>,
    /// By when it should be decided.
    due_at: Option<Moment>,
    /// Who holds it.
    claim: Option<Claim>,
    /// Whose it is.
    applicant: Identity,
    /// The pages of its kind.
    pages: CasePages,
    /// The pictures that the pages name.
    pictures: Vec<CasePicture>,
    /// The comments of the last return or rejection.
    comments: Vec<Comment>,
    /// Its opinion.
    opinion: Option<String>,
    /// What happened, oldest first.
    history: Vec<HistoryEntry>,
}

/// The pages of a collection, or of a request for real-name verification.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum CasePages {
    Collection(Pages),
    RealName(RealNamePages),
}

/// 线上实名认证, as it was handed in.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct RealNamePages {
    /// 证件人像面.
    id_front: UploadId,
    /// 证件非人像面.
    #[schemars(with = "UploadId", skip_serializing_if = "Option::is_none")]
    id_back: Option<UploadId>,
    /// 手持证件人像面.
    id_holding: UploadId,
    /// 所在旗县区.
    division: DivisionCode,
}

/// A picture of a case; its link ends after five minutes.
#[derive(JsonSchema)]
struct CasePicture {
    /// The field that names it.
    pointer: Pointer,
    /// Where it can be seen.
    url: String,
    /// What is known of it.
    #[schemars(flatten)]
    upload: Upload,
}

/// A decision on the version that the caller saw and holds.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct DecisionRequest {
    /// The version.
    version: u64,
    /// What is decided.
    decision: Verdict,
    /// 审核意见; needed unless it is approved.
    #[schemars(length(min = 5, max = 500))]
    opinion: Option<String>,
    /// Field by field: at least one for a return, none for an approval.
    #[schemars(length(max = 50))]
    comments: Option<Vec<CommentRequest>>,
}

/// A remark on one field.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct CommentRequest {
    /// The field: a place in the pages.
    pointer: Pointer,
    /// Why.
    reason_code: ReviewReasonCode,
    /// More, in words; some reasons need it.
    #[schemars(length(min = 1, max = 500))]
    text: Option<String>,
}

/// What was decided.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Decided {
    /// The case.
    case_id: CaseId,
    /// Where it stands.
    state: CaseState,
    /// The version that this made.
    version: u64,
}

pub(super) fn operations() -> Vec<Operation> {
    let desk = |method, path, id, en, zh| operation(method, path, id, en, zh).by(Caller::Reviewer);
    let case = |operation: Operation| {
        operation.path::<CaseId>("id", "A case that the caller's division handles.", example::COLLECTION)
    };
    vec![
        desk("GET", "/v1/review/queue", "listQueue", "See who waits", "查看待审核列表")
            .about(
                "The queue of the caller's division, or of one below it, oldest first.",
                "本区划或所辖区划的待审核列表，最早提交的在前。",
            )
            .query::<CaseKindName>("kind", "Only cases of that kind.", &json!("collection"))
            .query::<DivisionCode>("division", "A division below; the caller's own unless told.", &json!(example::COUNTY))
            .query::<Limit>("limit", "Lines of a page; 20 unless told.", &json!(20))
            .query::<String>("cursor", "`next` of the page before.", &json!(example::cursor()))
            .problem(&[Kind::MalformedRequest, Kind::InvalidRequest])
            .answers::<Queue>(200, example::queue()),
        super::figures::describe(desk("GET", "/v1/review/figures", "getFigures", "See the figures", "查看审核统计")),
        desk("POST", "/v1/review/queue/next", "claimNext", "Take on the next case", "领取下一件")
            .about(
                "The case of the caller's division that waits longest and that nobody holds, for 30 minutes; `null` if there is none.",
                "领取本区划等待最久且无人领取的一件，有效30分钟；没有时为`null`。",
            )
            .query::<CaseKindName>("kind", "Only cases of that kind.", &json!("collection"))
            .once()
            .problem(&[Kind::InvalidRequest])
            .answers::<Next>(
                200,
                json!({"case": {
                    "caseId": example::COLLECTION, "state": "UNDER_REVIEW", "version": 10, "claim": example::claim(),
                }}),
            ),
        case(desk("GET", "/v1/review/cases/{id}", "getCase", "See a case", "查看审核事项"))
            .answers::<Case>(200, example::case()),
        case(desk("POST", "/v1/review/cases/{id}/claim", "claimCase", "Take a case on", "领取审核事项"))
            .about("For 30 minutes; again renews it.", "有效30分钟；再次领取即续期。")
            .once()
            .problem(&[Kind::NotEditable, Kind::Conflict])
            .answers::<Claimed>(
                200,
                json!({"caseId": example::COLLECTION, "state": "UNDER_REVIEW", "version": 10, "claim": example::claim()}),
            ),
        case(desk("DELETE", "/v1/review/cases/{id}/claim", "releaseCase", "Let go of a case", "释放审核事项"))
            .problem(&[Kind::NotEditable, Kind::Conflict])
            .done(204),
        case(desk("POST", "/v1/review/cases/{id}/decision", "decideCase", "Decide a case", "作出审核决定"))
            .about("The version decided must be the version seen and claimed by the caller.", "所审核的版本须为本人查看并领取的版本。")
            .once()
            .body::<DecisionRequest>(example::decision())
            .problem(&[Kind::NotEditable, Kind::Conflict])
            .answers::<Decided>(200, json!({"caseId": example::COLLECTION, "state": "RETURNED", "version": 11})),
        case(desk("GET", "/v1/review/cases/{id}/form.pdf", "printCase", "Print what was handed in", "打印采集表"))
            .about("Of a collection only.", "仅限信息采集。")
            .with_header("Content-Disposition")
            .sends("application/pdf"),
    ]
}

/// Lines of a page.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(super) struct Limit(#[schemars(range(min = 1, max = 100))] u32);
