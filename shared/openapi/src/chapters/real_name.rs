//! Real-name verification.

use edge::ProblemKind;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::collection::Comment;
use crate::{
    example,
    operation::{Caller, Operation, operation},
    texts::{
        AttemptCode, AttemptId, AttemptReason, AttemptState, CountyCode, DivisionCode, Moment, RealNameNext,
        RealNameStateCode, RealNameWay, UploadId,
    },
};

/// Asks a county to verify who the applicant is.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct RealNameRequest {
    /// 证件人像面, a picture of the purpose `id-front`.
    id_front: UploadId,
    /// 证件非人像面, of the purpose `id-back`; passports have none.
    id_back: Option<UploadId>,
    /// 手持证件人像面, of the purpose `id-holding`.
    id_holding: UploadId,
    /// 所在旗县区, whose department checks.
    division: CountyCode,
}

/// Where the verification stands, by both ways.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct RealName {
    /// The state.
    state: RealNameStateCode,
    /// The ways that may be begun, or gone on with, now.
    ways: Vec<RealNameWay>,
    /// What to do next.
    next: NextStep,
    /// What verified the applicant last, whether it is still good or not.
    verification: Option<Verification>,
    /// The last attempt with Alipay.
    alipay: Option<Attempt>,
    /// The county that was asked.
    division: Option<DivisionCode>,
    /// What is wrong, after a return.
    comments: Vec<Comment>,
    /// The reviewer's words.
    opinion: Option<String>,
    /// When the county decided last.
    decided_at: Option<Moment>,
}

/// What to do next.
#[derive(JsonSchema)]
struct NextStep {
    /// Which step.
    code: RealNameNext,
    /// The step in words.
    message: String,
}

/// What verified an applicant.
#[derive(JsonSchema)]
struct Verification {
    /// How.
    way: RealNameWay,
    /// When.
    at: Moment,
    /// Until when it is good; for ever where there is no end.
    until: Option<Moment>,
}

/// Begins an attempt with Alipay.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
struct AlipayRequest {
    /// The version of the consent `alipay` of `GET /v1/reference/consents`: a consent of its own.
    consent_version: String,
}

/// An attempt with Alipay.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct Attempt {
    /// Which.
    attempt_id: AttemptId,
    /// How far it is.
    state: AttemptState,
    /// Why it has failed.
    reason: Option<AttemptReason>,
    /// What the state means.
    code: AttemptCode,
    /// The same in words, and what to do.
    message: String,
    /// When it was begun.
    started_at: Moment,
    /// Until when it may be passed.
    expires_at: Moment,
    /// When it ended.
    ended_at: Option<Moment>,
    /// After how many seconds to ask again, while it runs.
    ask_again_after: Option<u64>,
}

/// An attempt with Alipay, and what a phone needs to pass it.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct BegunAttempt {
    /// The attempt.
    #[schemars(flatten)]
    attempt: Attempt,
    /// The address that the Alipay app opens; none once the attempt has ended. It is signed anew for each answer.
    link: Option<String>,
    /// The same for a phone's browser, which opens the app with it.
    app_link: Option<String>,
    /// The link as a QR code: an SVG picture.
    qr: Option<String>,
}

fn view(state: &str, ways: &Value, next: (&str, &str)) -> Value {
    json!({
        "state": state, "ways": ways, "next": {"code": next.0, "message": next.1}, "verification": null,
        "alipay": null, "division": example::COUNTY, "comments": [], "opinion": null, "decidedAt": null,
    })
}

fn pending() -> Value {
    view("MANUAL_PENDING", &json!(["alipay"]), ("real_name.WAIT", "线上实名认证审核中，请等待审核结果"))
}

fn returned() -> Value {
    let next = ("real_name.CORRECT", "线上实名认证未通过，请按审核意见修改后重新提交");
    let mut view = view("MANUAL_RETURNED", &json!(["alipay", "online"]), next);
    view["comments"] = json!([example::comment("/idHolding")]);
    view["opinion"] = json!("请按批注修改后重新提交。");
    view["decidedAt"] = json!(example::NOW);
    view
}

fn begun() -> Value {
    let mut attempt = example::attempt();
    attempt["link"] = json!("https://openapi.alipay.com/gateway.do?app_id=2021000000000000&sign=…");
    attempt["appLink"] = json!("alipays://platformapi/startapp?appId=20000067&url=…");
    attempt["qr"] = json!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 109 109\">…</svg>");
    attempt
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        operation(
            "GET",
            "/v1/real-name",
            "getRealName",
            "See where the verification stands",
            "查看实名认证状态",
        )
        .about(
            "By both ways together; `next` says what to do, `ways` what may be begun.",
            "两种认证方式的综合状态；`next` 说明下一步，`ways` 为当前可用的方式。",
        )
        .by(Caller::Applicant)
        .answers::<RealName>(200, returned()),
        operation(
            "POST",
            "/v1/real-name/online",
            "requestRealName",
            "Ask for verification",
            "申请线上实名认证",
        )
        .about(
            "For the first time, again after a return, or when a verification has run out.",
            "首次申请、被退回后再次申请，或认证过期后重新申请。",
        )
        .by(Caller::Applicant)
        .once()
        .body::<RealNameRequest>(example::real_name())
        .problem(&[ProblemKind::ConsentRequired, ProblemKind::NotEditable, ProblemKind::AlreadyVerified, ProblemKind::Conflict])
        .answers::<RealName>(201, pending()),
        operation(
            "POST",
            "/v1/real-name/alipay",
            "beginAlipay",
            "Begin verification by Alipay, or go on with it",
            "开始或继续支付宝认证",
        )
        .about(
            "While an attempt runs, it is answered again with 200 and a fresh link: it may be asked for any number of times.",
            "认证进行中时再次调用返回同一次认证（200）和新的链接，可重复调用。",
        )
        .by(Caller::Applicant)
        .body::<AlipayRequest>(json!({"consentVersion": domain::real_name::alipay::CONSENT_VERSION}))
        .problem(&[
            ProblemKind::AlreadyVerified,
            ProblemKind::AlipayNotOffered,
            ProblemKind::Conflict,
            ProblemKind::TooManyRequests,
            ProblemKind::AlipayUnavailable,
        ])
        .answers::<BegunAttempt>(201, begun())
        .answers::<BegunAttempt>(200, begun()),
        operation(
            "GET",
            "/v1/real-name/alipay/{id}",
            "getAlipayAttempt",
            "See what became of an attempt with Alipay",
            "查看支付宝认证结果",
        )
        .about(
            "Asks Alipay, as long as the attempt has not ended; ask again after `askAgainAfter` seconds.",
            "认证结束前每次调用都会向支付宝查询，请在 `askAgainAfter` 秒后再次查询。",
        )
        .by(Caller::Applicant)
        .path::<AttemptId>("id", "The attempt.", example::ATTEMPT)
        .query::<bool>(
            "returned",
            "Whether the applicant came back from Alipay: what is not passed then is cancelled.",
            &json!(false),
        )
        .problem(&[ProblemKind::Conflict, ProblemKind::TooManyRequests, ProblemKind::AlipayUnavailable])
        .answers::<Attempt>(200, example::attempt()),
    ]
}
