//! The review desk.

use edge::ProblemKind;
use schemars::JsonSchema;
use serde_json::json;

use super::{
    case_lists,
    collection::{Comment, Eligibility, HistoryEntry, Identity, InForce, Pages, Transfer},
    pictures::Upload,
};
use crate::{
    example,
    operation::{Caller, Operation, operation},
    texts::{
        BulkId, BulkState, CaseId, CaseKindName, CaseState, ComparisonState, DivisionCode, EvidenceField,
        EvidenceState, EvidenceVerdict, FaultCode, ListName, MatchKindName, Moment, Pointer,
        RealNameStateCode, RealNameWay, ReviewReasonCode, TransferWord, UploadId, Verdict,
    },
};

/// One page of a list. With a filter it may be short, or empty, and still have a next one.
#[derive(JsonSchema)]
struct Queue {
    /// The lines.
    items: Vec<QueueItem>,
    /// The `cursor` of the next page, if there may be one.
    next: Option<String>,
}

/// A case of a list.
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
    /// Since when it stands in the list.
    since: Moment,
    /// By when it should be decided, while it is not.
    due_at: Option<Moment>,
    /// Whether a rule doubts something in it.
    flagged: bool,
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
    /// When it was shown to the division above, for being late.
    escalated_at: Option<Moment>,
    /// Whether a rule doubts something in it.
    flagged: bool,
    /// What was approved and holds until something else is approved.
    in_force: Option<InForce>,
    /// What another reviewer wants to decide.
    proposal: Option<Proposal>,
    /// The transfer that was asked for.
    transfer: Option<Transfer>,
    /// Who holds it.
    claim: Option<Claim>,
    /// Whose it is.
    applicant: Identity,
    /// The pages of its kind.
    pages: CasePages,
    /// The pictures that the pages name.
    pictures: Vec<CasePicture>,
    /// What the identity card says beside what was typed: advice, from which nothing follows; of a request for real-name verification
    /// only.
    evidence: Option<Evidence>,
    /// What other people's cases show as well: a sign, from which nothing follows.
    shared: Comparison,
    /// How many other accounts were registered with the applicant's identity number; they lose it by an approval. Of a
    /// request for real-name verification only.
    #[schemars(range(max = 4))]
    other_accounts: Option<u8>,
    /// Which condition of the examination is met; of a collection only.
    eligibility: Option<Eligibility>,
    /// Where the applicant stands with real-name verification; of a collection only.
    verification: Option<ApplicantVerification>,
    /// What an approval would be refused for now; empty where nothing blocks it, and of a case that is decided.
    obstacles: Vec<Obstacle>,
    /// In what it differs from the submission that was decided on last.
    differences: Vec<Difference>,
    /// The comments of the last five returns, oldest first.
    comments: Vec<EarlierComment>,
    /// The opinion of the last return or rejection.
    opinion: Option<String>,
    /// What happened, oldest first.
    history: Vec<HistoryEntry>,
}

/// Whether the applicant is verified now: nobody else's collection is approved.
#[derive(JsonSchema)]
struct ApplicantVerification {
    /// Where they stand.
    state: RealNameStateCode,
    /// Since when; null where nothing was asked for yet.
    since: Option<Moment>,
    /// How they were verified; null while they are not.
    way: Option<RealNameWay>,
    /// Until when it is good; null where there is no end, and while they are not verified.
    until: Option<Moment>,
}

/// Why a case cannot be approved now.
#[derive(JsonSchema)]
struct Obstacle {
    /// Why, as a code.
    code: FaultCode,
    /// Why, in words.
    message: String,
    /// The field whose picture is gone; null of any other obstacle.
    pointer: Option<Pointer>,
}

/// What was read on an identity card, by a program that may be wrong.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Evidence {
    /// How far the reading is.
    state: EvidenceState,
    /// When it was read.
    read_at: Option<Moment>,
    /// Field by field; empty until it was read, and of a kind of document that is not read.
    fields: Vec<ReadField>,
    /// What is to be said of the whole card.
    flags: Vec<CardFlag>,
}

/// A field of a card. Numbers are masked.
#[derive(JsonSchema)]
struct ReadField {
    /// Which.
    field: EvidenceField,
    /// What was read beside what was typed.
    verdict: EvidenceVerdict,
    /// How many characters differ, where any do.
    differing: Option<u8>,
    /// How sure the program is of what it read, in percent; none where it read nothing.
    #[schemars(range(max = 100))]
    confidence: Option<u8>,
    /// What was typed; none where nothing was.
    typed: Option<String>,
    /// What was read.
    read: Option<String>,
    /// The verdict as a code.
    code: FaultCode,
    /// The verdict in words.
    message: String,
}

/// Something about a whole card that a reviewer should look at.
#[derive(JsonSchema)]
struct CardFlag {
    /// What, as a code.
    code: FaultCode,
    /// What, in words.
    message: String,
}

/// A comparison with other people's cases.
#[derive(JsonSchema)]
struct Comparison {
    /// How far it is.
    state: ComparisonState,
    /// What others have as well, in the order of the pages.
    evidence: Vec<SharedEvidence>,
}

/// Something that other people's cases show as well.
#[derive(JsonSchema)]
struct SharedEvidence {
    /// Where it stands in the pages.
    pointer: Pointer,
    /// Of which kind it is.
    kind: MatchKindName,
    /// What it means, as a code.
    code: FaultCode,
    /// What it means, in words.
    message: String,
    /// How many other cases show it; ten at most.
    #[schemars(range(max = 10))]
    others: u8,
    /// Whether there are more than these.
    more: bool,
    /// Those of them that the caller may look at.
    cases: Vec<CaseId>,
}

/// What a first reviewer wants to decide. It is decided when a second one says the same.
#[derive(JsonSchema)]
struct Proposal {
    /// Whether it is the caller's: then somebody else has to take the case on.
    mine: bool,
    /// When.
    at: Moment,
    /// What.
    decision: Verdict,
    /// Field by field.
    comments: Vec<Comment>,
    /// In words.
    opinion: Option<String>,
}

/// A field that is not what it was.
#[derive(JsonSchema)]
struct Difference {
    /// The field: in the pages as they are now, or as they were where it is gone.
    pointer: Pointer,
    /// What it was; absent where it is new.
    #[schemars(skip_serializing_if = "Option::is_none")]
    before: Option<serde_json::Value>,
    /// What it is; absent where it is gone.
    #[schemars(skip_serializing_if = "Option::is_none")]
    after: Option<serde_json::Value>,
}

/// A comment of an earlier decision.
#[derive(JsonSchema)]
struct EarlierComment {
    /// When it was made.
    at: Moment,
    /// On which submission.
    round: u32,
    /// Whether what it points at was changed since.
    answered: bool,
    /// What it says.
    #[schemars(flatten)]
    comment: Comment,
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
    /// Whether it is a proposal: a second reviewer has to say the same.
    proposed: bool,
    /// Until when the decision can be taken back.
    undo_until: Option<Moment>,
}

/// Who is to decide it, and why.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ReassignRequest {
    /// The name that the reviewer logs in with.
    to: String,
    /// 改派原因.
    #[schemars(length(min = 5, max = 500))]
    reason: String,
}

/// Why it is to be decided once more.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ReopenRequest {
    /// 重新审核原因.
    #[schemars(length(min = 5, max = 500))]
    reason: String,
}

/// What a department says to a transfer.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TransferAnswer {
    /// What.
    answer: TransferWord,
    /// 不同意的原因; needed where it is refused.
    #[schemars(length(min = 5, max = 500))]
    reason: Option<String>,
}

/// A transfer was answered.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct TransferAnswered {
    /// The case.
    case_id: CaseId,
    /// Where it stands.
    state: CaseState,
    /// The version that this made.
    version: u64,
}

/// A selection of cases.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct BulkRequest {
    /// The cases, none twice.
    #[schemars(length(min = 1, max = 500))]
    cases: Vec<Selected>,
}

/// A case as it was on the list.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct Selected {
    /// The case.
    case_id: CaseId,
    /// Its version then.
    version: u64,
}

/// How far a selection has come.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Bulk {
    /// The selection.
    approval_id: BulkId,
    /// Whether there is more to come.
    state: BulkState,
    /// Of how many cases it is known what became of them.
    progress: BulkProgress,
    /// How many were approved.
    approved: u32,
    /// What was not, and why.
    refused: Vec<RefusedCase>,
}

/// Cases that are done with, and all of them.
#[derive(JsonSchema)]
struct BulkProgress {
    /// Done with.
    done: u32,
    /// All.
    total: u32,
}

/// A case that was not approved.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct RefusedCase {
    /// The case.
    case_id: CaseId,
    /// Why, as a code.
    code: FaultCode,
    /// Why, in words.
    message: String,
}

pub(super) fn operations() -> Vec<Operation> {
    [lists(), cases(), decisions(), selections(), case_lists::operations()].into_iter().flatten().collect()
}

/// An operation of a reviewer.
fn desk(
    method: &'static str,
    path: &'static str,
    id: &'static str,
    en: &'static str,
    zh: &'static str,
) -> Operation {
    operation(method, path, id, en, zh).by(Caller::Reviewer)
}

/// The same of a case.
fn case(operation: Operation) -> Operation {
    operation.path::<CaseId>("id", "A case that the caller's division handles.", example::COLLECTION)
}

/// Lists, the next case, and statistics.
fn lists() -> Vec<Operation> {
    vec![
        desk("GET", "/v1/review/queue", "listQueue", "See a list of cases", "查看审核列表")
            .about(
                "What waits, the longest waiting first; what was decided, the newest first; or transfers. Of the caller's division, or of one below it. With a filter a page may be short and still have a next one.",
                "本区划或所辖区划的待审核（等待最久的在前）、已审核（最新的在前）或调转列表。使用筛选时，一页可能不满但仍有下一页。",

            )
            .query::<CaseKindName>("kind", "Only cases of that kind.", &json!("collection"))
            .query::<ListName>("list", "Which list; `open` unless told.", &json!("open"))
            .query::<DivisionCode>("division", "A division below; the caller's own unless told.", &json!(example::COUNTY))
            .query::<CaseState>("state", "Only cases in that state.", &json!("SUBMITTED"))
            .query::<bool>("flagged", "Only cases in which a rule doubts something, or only the others.", &json!(true))
            .query::<bool>("resubmitted", "Only cases that were handed in again, or only the others.", &json!(false))
            .query::<bool>("overdue", "Only cases that should have been decided by now, or only the others.", &json!(false))
            .query::<Limit>("limit", "Lines of a page; 20 unless told.", &json!(20))
            .query::<String>("cursor", "`next` of the page before.", &json!(example::cursor()))
            .problem(&[ProblemKind::MalformedRequest, ProblemKind::InvalidRequest])
            .answers::<Queue>(200, example::queue()),
        super::statistics::describe(desk("GET", "/v1/review/statistics", "getStatistics", "See the figures", "查看审核统计")),
        desk("POST", "/v1/review/queue/next", "claimNext", "Take on the next case", "领取下一件")
            .about(
                "The case that waits longest and that nobody holds, for 30 minutes; what the caller returned before comes first; `null` if there is none. Of the caller's division, or one that was delegated to them.",
                "领取本区划（或受委托区划）等待最久且无人领取的一件，有效30分钟；本人退回后重新提交的优先；没有时为`null`。",

            )
            .query::<CaseKindName>("kind", "Only cases of that kind.", &json!("collection"))
            .query::<DivisionCode>("division", "A division that was delegated; the caller's own unless told.", &json!(example::COUNTY))
            .once()
            .problem(&[ProblemKind::InvalidRequest, ProblemKind::TooManyClaims])
            .answers::<Next>(
                200,
                json!({"case": {
                    "caseId": example::COLLECTION, "state": "UNDER_REVIEW", "version": 10, "claim": example::claim(),
                }}),
            ),
    ]
}

/// A case, and who holds it.
fn cases() -> Vec<Operation> {
    vec![
        case(desk("GET", "/v1/review/cases/{id}", "getCase", "See a case", "查看审核事项"))
            .answers::<Case>(200, example::case()),
        case(desk("POST", "/v1/review/cases/{id}/claim", "claimCase", "Take a case on", "领取审核事项"))
            .about(
                "For 30 minutes; again renews it, four times unless the department has it otherwise. Three cases at once unless the department has it otherwise. A case that was released or whose claim has ended counts as renewed when the same reviewer claims it within 30 minutes. Needs the applicant's consent to pictures of their face.",
                "有效30分钟；再次领取即续期，默认最多续期4次；默认最多同时领取3件。释放或到期后30分钟内由同一审核员再次领取的，按续期计。须申请人对照片的单独同意有效。",
            )
            .once()
            .problem(&[
                ProblemKind::NotEditable,
                ProblemKind::Conflict,
                ProblemKind::SecondReviewer,
                ProblemKind::TooManyClaims,
                ProblemKind::ClaimNotRenewable,
                ProblemKind::ConsentRequired,
            ])
            .answers::<Claimed>(
                200,
                json!({"caseId": example::COLLECTION, "state": "UNDER_REVIEW", "version": 10, "claim": example::claim()}),
            ),
        case(desk("DELETE", "/v1/review/cases/{id}/claim", "releaseCase", "Let go of a case", "释放审核事项"))
            .problem(&[ProblemKind::NotEditable, ProblemKind::Conflict])
            .done(204),
        case(desk("PUT", "/v1/review/cases/{id}/claim", "reassignCase", "Give a case to a reviewer", "改派审核事项"))
            .about("By a supervisor of the case's division or of one above it.", "由该区划或上级区划的主管改派。")
            .body::<ReassignRequest>(json!({"to": "dongcheng-2", "reason": "原审核员今日请假。"}))
            .problem(&[ProblemKind::NotEditable, ProblemKind::Conflict, ProblemKind::SecondReviewer, ProblemKind::ConsentRequired])
            .answers::<Claimed>(
                200,
                json!({"caseId": example::COLLECTION, "state": "UNDER_REVIEW", "version": 11, "claim": {"mine": false, "until": "2026-11-24T16:37:55.123+08:00"}}),
            ),
        case(desk("GET", "/v1/review/cases/{id}/form.pdf", "printCase", "Print what was handed in", "打印采集表"))
            .about("Of a collection only.", "仅限信息采集。")
            .with_header("Content-Disposition")
            .sends("application/pdf"),
    ]
}

/// Deciding, and what follows.
fn decisions() -> Vec<Operation> {
    vec![
        case(desk("DELETE", "/v1/review/cases/{id}/decision", "undoDecision", "Take a decision back", "撤回审核决定"))
            .about(
                "The caller's own, within a minute, while nothing else happened to the case: the applicant is told after that.",
                "一分钟内可撤回本人作出的决定；此后才会通知申请人。",
            )
            .problem(&[ProblemKind::NotEditable, ProblemKind::Conflict, ProblemKind::ConsentRequired])
            .answers::<Claimed>(
                200,
                json!({"caseId": example::COLLECTION, "state": "UNDER_REVIEW", "version": 12, "claim": example::claim()}),
            ),
        case(desk("POST", "/v1/review/cases/{id}/reopening", "reopenCase", "Have a case decided once more", "重新审核"))
            .about(
                "What was approved or rejected, by a supervisor; somebody else decides it. What was in force is so no longer.",
                "由主管对已通过或已终止的事项发起，须由另一位审核员作出决定；原已通过的信息不再有效。",
            )
            .once()
            .body::<ReopenRequest>(json!({"reason": "有举报称学历证书不实，须重新核验。"}))
            .problem(&[ProblemKind::NotEditable, ProblemKind::Conflict])
            .answers::<Decided>(
                200,
                json!({"caseId": example::COLLECTION, "state": "SUBMITTED", "version": 12, "proposed": false, "undoUntil": null}),
            ),
        desk(
            "DELETE",
            "/v1/review/reviewers/{account}/lock",
            "unlockReviewer",
            "Let a reviewer log in again",
            "解除审核员的登录锁定",
        )
        .about(
            "By a supervisor of the reviewer's division or one above it, not for oneself: what wrong passwords locked is \
             open again, from every address. Who did it is kept.",
            "由审核员所在或上级部门的主管办理，不能为本人办理：因密码错误而锁定的登录立即恢复，不限地址，并留存办理记录。",
        )
        .path::<String>("account", "The name that the reviewer logs in with.", "dongcheng-3")
        .problem(&[ProblemKind::Conflict])
        .done(204),
        case(desk("POST", "/v1/review/cases/{id}/transfer", "answerTransfer", "Answer a transfer", "办理调转"))
            .about(
                "The department that has the case releases it, the other accepts it; either may refuse.",
                "原部门同意调出，新部门同意调入；双方均可不同意。",
            )
            .once()
            .body::<TransferAnswer>(json!({"answer": "release"}))
            .problem(&[ProblemKind::NotEditable, ProblemKind::Conflict])
            .answers::<TransferAnswered>(200, json!({"caseId": example::COLLECTION, "state": "APPROVED", "version": 12})),
        case(desk("POST", "/v1/review/cases/{id}/decision", "decideCase", "Decide a case", "作出审核决定"))
            .about(
                "The version decided must be the version claimed by the caller, who must have opened what was submitted last. Needs the applicant's consent to pictures of their face; an approval also needs their real-name verification in force, and every picture that the pages name. Where two have to decide, the first proposes.",
                "所审核的版本须为本人领取的版本，且本人已打开本次提交的内容；须申请人对照片的单独同意有效；审核通过还须申请人实名认证有效、所提交的图片齐全。须两人审核时，第一人的决定作为处理意见。",
            )
            .once()
            .body::<DecisionRequest>(example::decision())
            .problem(&[
                ProblemKind::NotEditable,
                ProblemKind::Conflict,
                ProblemKind::NotOpened,
                ProblemKind::ConsentRequired,
                ProblemKind::ApplicantNotVerified,
                ProblemKind::PicturesMissing,
                ProblemKind::NumberTaken,
            ])
            .answers::<Decided>(200, json!({"caseId": example::COLLECTION, "state": "RETURNED", "version": 11, "proposed": false, "undoUntil": "2026-11-24T16:08:55.123+08:00"})),
    ]
}

/// Many cases at once.
fn selections() -> Vec<Operation> {
    let bulk_at =
        |operation: Operation| operation.path::<BulkId>("id", "A selection of the caller's.", example::BULK);
    let bulk = |state: &str, done: u32, refused: &serde_json::Value| {
        json!({
            "approvalId": example::BULK, "state": state, "progress": {"done": done, "total": 1}, "approved": 0,
            "refused": refused,
        })
    };
    vec![
        desk("POST", "/v1/review/approvals", "startBulkApproval", "Approve a selection of cases", "批量通过")
            .about(
                "In the background, each by the rules that hold for one: the caller has opened it, the applicant's consent and verification are in force, its pictures are there. What a rule doubts, and what changed since it was selected, is refused.",
                "在后台逐件按同样的规则办理：本人已打开查看、申请人的单独同意和实名认证有效、图片齐全；检查存疑或选择后有变化的不予通过。",
            )
            .once()
            .body::<BulkRequest>(json!({"cases": [{"caseId": example::COLLECTION, "version": 9}]}))
            .answers::<Bulk>(202, bulk("working", 0, &json!([]))),
        bulk_at(desk("GET", "/v1/review/approvals/{id}", "getBulkApproval", "See how far a selection is", "查看批量通过进度"))
            .answers::<Bulk>(
                200,
                bulk(
                    "done",
                    1,
                    &json!([{"caseId": example::COLLECTION, "code": "bulk.FLAGGED", "message": "系统检查存疑，须逐件审核"}]),
                ),
            ),
        bulk_at(desk("DELETE", "/v1/review/approvals/{id}", "cancelBulkApproval", "Cancel a selection", "取消批量通过"))
            .about("Cases whose turn has not come stay as they are.", "尚未办理的事项保持不变。")
            .problem(&[ProblemKind::Conflict])
            .done(204),
    ]
}

/// Lines of a page.
#[derive(JsonSchema)]
#[schemars(inline)]
pub(super) struct Limit(#[schemars(range(min = 1, max = 100))] u32);
