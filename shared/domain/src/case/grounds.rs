//! What a decision rests on beside the state of its case (`docs/decisions/0025-what-a-decision-needs.md`).

use super::{Case, Decision};
use crate::{
    fault::{Code, Pointer},
    ids::CaseKind,
};

/// The facts that a decision rests on, as they are at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// Whether the reviewer opened the case and was shown the pages as they were last submitted.
    pub is_opened: bool,
    /// Whether the applicant's consent to pictures of their face stands.
    pub has_consent: bool,
    /// Whether the applicant's real-name verification is in force.
    pub is_verified: bool,
    /// The pictures that the pages name and that are not there.
    pub missing: Vec<Pointer>,
}

/// Why a decision is not taken, although the state of the case allows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ungrounded {
    /// The reviewer has not opened what they decide on.
    NotOpened,
    /// The applicant withdrew the consent to pictures of their face.
    NoConsent,
    /// The applicant is not verified now.
    NotVerified,
    /// Pictures that the pages name are gone.
    PicturesMissing(Vec<Pointer>),
}

impl Ungrounded {
    /// The code of the text that tells a reviewer.
    pub const fn code(&self) -> Code {
        Code(match self {
            Self::NotOpened => "approval.NOT_OPENED",
            Self::NoConsent => "approval.NO_CONSENT",
            Self::NotVerified => "approval.NOT_VERIFIED",
            Self::PicturesMissing(_) => "approval.PICTURES_MISSING",
        })
    }
}

impl Case {
    /// Whether what is done with the case needs the applicant's consent to pictures of their face.
    ///
    /// Not where a supervisor had it reopened: its pictures are kept as the record of a decision, and who withdraws the
    /// consent cannot thereby end the examination of that decision.
    pub const fn needs_consent(&self) -> bool {
        self.reopened_by.is_none()
    }

    /// Everything that a decision lacks. What is returned or rejected may lack a verification and pictures: that may be why.
    pub fn lacks(&self, decision: &Decision, grounds: &Grounds) -> Vec<Ungrounded> {
        let is_approval = *decision == Decision::Approve;
        let mut lacks = Vec::new();
        if !grounds.is_opened {
            lacks.push(Ungrounded::NotOpened);
        }
        if self.needs_consent() && !grounds.has_consent {
            lacks.push(Ungrounded::NoConsent);
        }
        if is_approval && self.id.kind == CaseKind::Collection && !grounds.is_verified {
            lacks.push(Ungrounded::NotVerified);
        }
        if is_approval && !grounds.missing.is_empty() {
            lacks.push(Ungrounded::PicturesMissing(grounds.missing.clone()));
        }
        lacks
    }

    /// Whether a decision rests on everything that it must rest on; else the first thing that it lacks.
    pub fn check_grounds(&self, decision: &Decision, grounds: &Grounds) -> Result<(), Ungrounded> {
        self.lacks(decision, grounds).into_iter().next().map_or(Ok(()), Err)
    }
}
