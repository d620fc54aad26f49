//! Real-name verification.

use edge::Kind;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::collection::Comment;
use crate::{
    example,
    operation::{Caller, Operation, operation},
    texts::{CountyCode, DivisionCode, Moment, RealNameStateCode, UploadId},
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

/// Where the verification stands.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
struct RealName {
    /// The state.
    state: RealNameStateCode,
    /// The county that was asked.
    division: Option<DivisionCode>,
    /// What is wrong, after a return.
    comments: Vec<Comment>,
    /// The reviewer's words.
    opinion: Option<String>,
    /// When it was decided last.
    decided_at: Option<Moment>,
}

fn pending() -> Value {
    json!({"state": "MANUAL_PENDING", "division": example::COUNTY, "comments": [], "opinion": null, "decidedAt": null})
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
        .by(Caller::Applicant)
        .answers::<RealName>(
            200,
            json!({
                "state": "MANUAL_RETURNED", "division": example::COUNTY,
                "comments": [example::comment("/idHolding")],
                "opinion": "请按批注修改后重新提交。", "decidedAt": example::NOW,
            }),
        ),
        operation(
            "POST",
            "/v1/real-name/online",
            "requestRealName",
            "Ask for verification",
            "申请线上实名认证",
        )
        .about("For the first time, or again after a return.", "首次申请，或被退回后再次申请。")
        .by(Caller::Applicant)
        .once()
        .body::<RealNameRequest>(example::real_name())
        .problem(&[Kind::NotEditable, Kind::Conflict])
        .answers::<RealName>(201, pending()),
    ]
}
