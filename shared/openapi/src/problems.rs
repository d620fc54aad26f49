//! Problems as the document shows them (RFC 9457).

use domain::messages::Lang;
use edge::ProblemKind;
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use crate::{
    example,
    texts::{self, CaseId, FaultCode, Moment, Pointer, ProblemCode},
};

/// Why a request is not answered with what it asked for (RFC 9457). `code` and `errors[].code` are stable, texts are
/// not.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(crate) struct Problem {
    /// `urn:baoming:problem:` and the code.
    #[schemars(regex(pattern = "^urn:baoming:problem:[a-z-]+$"))]
    pub r#type: String,
    /// Which problem.
    pub code: ProblemCode,
    /// The problem, in a few words.
    pub title: String,
    /// The HTTP status.
    #[schemars(range(min = 400, max = 599))]
    pub status: u16,
    /// What to do.
    pub detail: String,
    /// `urn:baoming:request:` and the id of the request, for whoever asks us about it.
    #[schemars(regex(pattern = "^urn:baoming:request:.*$"))]
    pub instance: String,
    /// The faults of the request, or all that still blocks the submission of a draft; the first 100.
    #[schemars(with = "Vec<Fault>", skip_serializing_if = "Option::is_none", length(min = 1, max = 100))]
    pub errors: Option<Vec<Fault>>,
    /// How many more there are than `errors` lists; absent when it lists all.
    #[schemars(with = "usize", skip_serializing_if = "Option::is_none", range(min = 1))]
    pub omitted_errors: Option<usize>,
    /// With `precondition-failed`: the version that the draft has now.
    #[schemars(with = "u64", skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// With `too-many-claims`: how many cases may be claimed at once.
    #[schemars(with = "usize", skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// With `too-many-claims`: the cases that the caller holds.
    #[schemars(with = "Vec<HeldCase>", skip_serializing_if = "Option::is_none")]
    pub held: Option<Vec<HeldCase>>,
    /// With `outside-window` and `confirmation-required`: when the window opens.
    #[schemars(with = "Moment", skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Moment>,
    /// With `outside-window` and `confirmation-required`: when it closes.
    #[schemars(with = "Moment", skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<Moment>,
    /// With `outside-window` and `confirmation-required`: until when what was returned is taken.
    #[schemars(with = "Moment", skip_serializing_if = "Option::is_none")]
    pub corrections_until: Option<Moment>,
    /// With `not-mergeable`: how high text must be in the picture, in pixels.
    #[schemars(with = "f64", skip_serializing_if = "Option::is_none")]
    pub needed: Option<f64>,
    /// With `not-mergeable`: how high it would be.
    #[schemars(with = "f64", skip_serializing_if = "Option::is_none")]
    pub reached: Option<f64>,
    /// With `not-mergeable`: how many of the first pages make one picture.
    #[schemars(with = "usize", skip_serializing_if = "Option::is_none")]
    pub pages_that_fit: Option<usize>,
    /// With `not-mergeable`: into how many pictures all pages go.
    #[schemars(with = "usize", skip_serializing_if = "Option::is_none")]
    pub files: Option<usize>,
    /// With `not-mergeable`: what the rules hold against the picture.
    #[schemars(with = "Vec<FaultCode>", skip_serializing_if = "Option::is_none")]
    pub findings: Option<Vec<FaultCode>>,
}

/// A case that the caller holds.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(crate) struct HeldCase {
    /// The case.
    pub case_id: CaseId,
    /// Until when.
    pub until: Moment,
}

/// One thing that is wrong, and where.
#[derive(JsonSchema)]
pub(crate) struct Fault {
    /// The place in the body, or the name of a parameter.
    pub pointer: Pointer,
    /// The reason.
    pub code: FaultCode,
    /// The reason in words.
    pub message: String,
}

/// What the gateway in front of the functions says when it answers by itself: no token, or too many requests at once.
#[derive(JsonSchema)]
pub(crate) struct GatewayMessage {
    /// In English.
    pub message: String,
}

/// An example of each problem, by its code: Chinese as it is answered, with English beside it.
pub(crate) fn examples() -> Map<String, Value> {
    ProblemKind::ALL.iter().map(|kind| (kind.code().to_owned(), one(*kind))).collect()
}

fn one(kind: ProblemKind) -> Value {
    let text = |part, lang| texts::problem(kind, part, lang);
    let code = kind.code();
    let mut value = json!({
        "type": format!("urn:baoming:problem:{code}"),
        "code": code,
        "title": text("title", Lang::Zh),
        "status": kind.status(),
        "detail": text("detail", Lang::Zh),
        "instance": "urn:baoming:request:7f6c0e8a-3a0b-4f4e-9d55-0b7d3f5d8a11",
    });
    let fault = |pointer: &str, code: &str| json!([{"pointer": pointer, "code": code, "message": domain::messages::text(code, Lang::Zh)}]);
    match kind {
        ProblemKind::InvalidRequest => value["errors"] = fault("/idNumber", "resident_id.CHECKSUM"),
        ProblemKind::NotReady => value["errors"] = fault("/basic", "basic.REQUIRED"),
        ProblemKind::PreconditionFailed => value["version"] = json!(6),
        ProblemKind::NotMergeable => {
            value["errors"] = fault("/uploads", "merge.TEXT_TOO_SMALL");
            for (member, number) in [("needed", 12.0), ("reached", 8.4)] {
                value[member] = json!(number);
            }
            for (member, number) in [("pagesThatFit", 3), ("files", 2)] {
                value[member] = json!(number);
            }
        }
        ProblemKind::PicturesMissing => value["errors"] = fault("/basic/photo", "approval.PICTURES_MISSING"),
        ProblemKind::TooManyClaims => {
            value["limit"] = json!(3);
            value["held"] = json!([{"caseId": example::COLLECTION, "until": example::claim()["until"]}]);
        }
        ProblemKind::OutsideWindow | ProblemKind::ConfirmationRequired => {
            let window = &example::window()["items"][0];
            for member in ["opensAt", "closesAt", "correctionsUntil"] {
                value[member] = window[member].clone();
            }
        }
        _ => {}
    }
    json!({
        "summary": format!("{} · {}", text("title", Lang::En), text("title", Lang::Zh)),
        "description": text("detail", Lang::En),
        "value": value,
    })
}

/// What the gateway says with a status.
pub(crate) fn gateway_message(status: u16) -> Value {
    let message = match status {
        401 => "Unauthorized",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
    json!({ "message": message })
}

/// Whether the answer says after how many seconds to come again.
pub(crate) fn says_when(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::TooManyRequests
            | ProblemKind::IdempotencyInProgress
            | ProblemKind::Unavailable
            | ProblemKind::AlipayUnavailable
    )
}

/// Whether the gateway answers with that status by itself.
pub(crate) fn is_gateways(status: u16, needs_token: bool) -> bool {
    matches!(status, 429 | 500 | 503) || status == 401 && needs_token
}
