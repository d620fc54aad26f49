//! What is asked of a case beside a decision, as it comes in.

use serde_json::Value;

use super::{Command, ReviewNote};
use crate::{
    collection::department::DepartmentId,
    fault::{Code, Faults},
    form::{Form, REQUIRED},
};

/// 重新审核: a case is to be decided once more.
#[derive(Clone, Debug, PartialEq)]
pub struct ReopenRequest {
    /// Why.
    pub reason: ReviewNote,
}

impl ReopenRequest {
    /// Reads the request.
    pub fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| Some(Self { reason: form.text("reason", ReviewNote::parse)? }))
    }
}

/// 改派: a case is given to a reviewer.
#[derive(Clone, Debug, PartialEq)]
pub struct ReassignRequest {
    /// The name that the reviewer logs in with.
    pub to: String,
    /// Why.
    pub reason: ReviewNote,
}

impl ReassignRequest {
    /// Reads the request. Whether there is such a reviewer is for the caller to look up.
    pub fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let to = form.text("to", |text| Ok::<_, Code>(text.to_owned()));
            let reason = form.text("reason", ReviewNote::parse);
            Some(Self { to: to?, reason: reason? })
        })
    }
}

/// 调转: an applicant asks for another department.
#[derive(Clone, Debug, PartialEq)]
pub struct TransferRequest {
    /// Which.
    pub to: DepartmentId,
    /// Why.
    pub reason: ReviewNote,
}

impl TransferRequest {
    /// Reads the request. Whether there is such a department is for the caller to look up.
    pub fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let to = form.text("departmentId", DepartmentId::parse_selectable);
            let reason = form.text("reason", ReviewNote::parse);
            Some(Self { to: to?, reason: reason? })
        })
    }
}

/// What a department says to a transfer.
#[derive(Clone, Debug, PartialEq)]
pub enum TransferAnswer {
    /// 同意调出, by the one that has the case.
    Release,
    /// 同意调入, by the one that is asked for.
    Accept,
    /// 不同意, by either.
    Refuse(ReviewNote),
}

impl TransferAnswer {
    /// Reads the answer.
    pub fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let word = form.text("answer", |word| match word {
                "release" | "accept" | "refuse" => Ok(word),
                _ => Err(Code("code.UNKNOWN")),
            });
            let reason = form.optional_text("reason", ReviewNote::parse);
            if word == Some("refuse") && reason == Some(None) {
                form.fault("reason", REQUIRED);
            }
            let reason = reason?;
            Some(match word? {
                "release" => Self::Release,
                "accept" => Self::Accept,
                _ => Self::Refuse(reason?),
            })
        })
    }

    /// What is to be done with the case.
    pub fn command(self) -> Command {
        match self {
            Self::Release => Command::ReleaseTransfer,
            Self::Accept => Command::AcceptTransfer,
            Self::Refuse(reason) => Command::RefuseTransfer(reason),
        }
    }
}
