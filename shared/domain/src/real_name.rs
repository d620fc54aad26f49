//! 线上实名认证, real-name verification by three pictures that the county checks (domain specification, section 5).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    case::{Case, State},
    collection::{UploadUse, named_uploads, upload_id},
    divisions::Division,
    fault::{Faults, Pointer},
    form::{Form, REQUIRED},
    identity::IdType,
    ids::UploadId,
    upload::Purpose,
};

/// The request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OnlineRequest {
    /// 证件人像面.
    pub id_front: UploadId,
    /// 证件非人像面; passports have none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id_back: Option<UploadId>,
    /// 手持证件人像面.
    pub id_holding: UploadId,
    /// 所在旗县区, whose department checks.
    pub division: Division,
}

impl OnlineRequest {
    /// Reads a request of an applicant with that kind of identity document.
    pub fn parse(body: &Value, id_type: IdType) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let id_front = form.text("idFront", upload_id);
            let id_back = form.optional_text("idBack", upload_id);
            if id_back == Some(None) && id_type != IdType::Ppt {
                form.fault("idBack", REQUIRED);
            }
            let id_holding = form.text("idHolding", upload_id);
            let division = form.text("division", Division::parse_county);
            Some(Self {
                id_front: id_front?,
                id_back: id_back?,
                id_holding: id_holding?,
                division: division?,
            })
        })
    }

    /// The pictures that the request names.
    pub fn uploads(&self) -> Vec<UploadUse> {
        Self::named_uploads(&json!(self))
    }

    /// The pictures that a body of the request names, whatever else is wrong with it.
    pub fn named_uploads(body: &Value) -> Vec<UploadUse> {
        let fields =
            [("idFront", Purpose::IdFront), ("idBack", Purpose::IdBack), ("idHolding", Purpose::IdHolding)];
        named_uploads(body, &Pointer::root(), &fields)
    }
}

/// Where an applicant stands; the codes are those of `infra/reference/realname_states.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RealNameState {
    /// Nothing was asked for yet.
    None,
    /// The county checks.
    ManualPending,
    /// The county said no, and why; it may be tried again.
    ManualReturned,
    /// The applicant is who they say they are.
    Verified,
}

impl RealNameState {
    /// The state that follows from the case of the request, if there is one.
    pub fn of(case: Option<&Case>) -> Self {
        match case.map(|case| case.state) {
            None | Some(State::Draft) => Self::None,
            Some(State::Submitted | State::Resubmitted | State::UnderReview) => Self::ManualPending,
            Some(State::Returned | State::Rejected) => Self::ManualReturned,
            Some(State::Approved) => Self::Verified,
        }
    }
}
