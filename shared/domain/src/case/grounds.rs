//! The conditions of a decision besides the state of its case (`docs/decisions/0025-what-a-decision-needs.md`).

use super::{Case, Decision};
use crate::{
    fault::{Code, Pointer},
    ids::CaseKind,
};

/// The facts that a decision depends on, at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// Whether the reviewer has opened the case and seen the pages as last submitted.
    pub is_opened: bool,
    /// Whether the applicant's consent to pictures of their face is in force.
    pub has_consent: bool,
    /// Whether the applicant's real-name verification is in force.
    pub is_verified: bool,
    /// Pointers to pictures that the pages name and that no longer exist.
    pub missing: Vec<Pointer>,
}

/// Why a decision is refused although the state of the case allows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ungrounded {
    /// The reviewer has not opened the submission.
    NotOpened,
    /// The applicant withdrew the consent to pictures of their face.
    NoConsent,
    /// The applicant's real-name verification is not in force.
    NotVerified,
    /// Pictures that the pages name no longer exist.
    PicturesMissing(Vec<Pointer>),
}

impl Ungrounded {
    /// The code of its text for the reviewer.
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
    /// Whether the case needs the applicant's consent to pictures of their face.
    ///
    /// Not after a supervisor reopened it: its pictures are the record of a decision, and withdrawing the consent must
    /// not end the examination of that decision.
    pub const fn needs_consent(&self) -> bool {
        self.reopened_by.is_none()
    }

    /// All conditions that a decision does not meet. A return or rejection needs neither a verification nor pictures:
    /// their lack may be the reason for it.
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

    /// Checks that a decision meets all conditions; else returns the first one that it does not meet.
    pub fn check_grounds(&self, decision: &Decision, grounds: &Grounds) -> Result<(), Ungrounded> {
        self.lacks(decision, grounds).into_iter().next().map_or(Ok(()), Err)
    }
}
