//! Request bodies of the commands on a case other than decisions.

use serde_json::Value;

use super::{Command, ReviewNote};
use crate::{
    collection::department::DepartmentId,
    fault::{Code, Faults},
    form::{Form, REQUIRED},
};

/// 重新审核: request to reopen a case.
#[derive(Clone, Debug, PartialEq)]
pub struct ReopenRequest {
    /// Reason for reopening.
    pub reason: ReviewNote,
}

impl ReopenRequest {
    /// Parses the request.
    pub fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| Some(Self { reason: form.text("reason", ReviewNote::parse)? }))
    }
}

/// 改派: request to reassign a case to a reviewer.
#[derive(Clone, Debug, PartialEq)]
pub struct ReassignRequest {
    /// Login name of the reviewer.
    pub to: String,
    /// Reason for reassigning.
    pub reason: ReviewNote,
}

impl ReassignRequest {
    /// Parses the request. The caller checks that the reviewer exists.
    pub fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let to = form.text("to", |text| Ok::<_, Code>(text.to_owned()));
            let reason = form.text("reason", ReviewNote::parse);
            Some(Self { to: to?, reason: reason? })
        })
    }
}

/// 调转: an applicant's request to transfer the case to another department.
#[derive(Clone, Debug, PartialEq)]
pub struct TransferRequest {
    /// Requested department.
    pub to: DepartmentId,
    /// Reason for the transfer.
    pub reason: ReviewNote,
}

impl TransferRequest {
    /// Parses the request. The caller checks that the department exists.
    pub fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let to = form.text("departmentId", DepartmentId::parse_selectable);
            let reason = form.text("reason", ReviewNote::parse);
            Some(Self { to: to?, reason: reason? })
        })
    }
}

/// A department's answer to a requested transfer.
#[derive(Clone, Debug, PartialEq)]
pub enum TransferAnswer {
    /// 同意调出, by the department that has the case.
    Release,
    /// 同意调入, by the requested department.
    Accept,
    /// 不同意, by either department, with a reason.
    Refuse(ReviewNote),
}

impl TransferAnswer {
    /// Parses the answer.
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

    /// The command that executes the answer.
    pub fn command(self) -> Command {
        match self {
            Self::Release => Command::ReleaseTransfer,
            Self::Accept => Command::AcceptTransfer,
            Self::Refuse(reason) => Command::RefuseTransfer(reason),
        }
    }
}
