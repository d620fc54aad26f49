//! 批量通过: many cases are approved at once, each by the rules that hold for one.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Case, Command, Decision, FourEyes, State, Ungrounded, desk::Reviewer};
use crate::{
    fault::{Code, Faults, Pointer},
    form::{DUPLICATE, Form, TOO_FEW},
    ids::CaseId,
    moment::Moment,
};

/// Most cases in one selection (ours): the state machine's input holds 256 KB.
pub const MAX_CASES: usize = 500;

/// A case as it was selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Selected {
    /// Which.
    pub case_id: CaseId,
    /// The version that was on the list: of no other it is known what it says.
    pub version: u64,
}

/// A selection as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkRequest {
    /// At least one case, none twice.
    pub cases: Vec<Selected>,
}

impl BulkRequest {
    /// Reads the request.
    pub fn parse(body: &Value) -> Result<Self, Faults> {
        let request = Form::read(body, |form| {
            let cases = form.rows("cases", MAX_CASES, |row| {
                let case = row.text("caseId", |id| CaseId::parse(id).map_err(|_| Code("code.UNKNOWN")));
                let version = row.number("version");
                Some(Selected { case_id: case?, version: version? })
            });
            if cases.as_ref().is_some_and(Vec::is_empty) {
                form.fault("cases", TOO_FEW);
            }
            Some(Self { cases: cases? })
        })?;
        let (mut met, at) = (BTreeSet::new(), Pointer::root().child("cases"));
        for (index, selected) in request.cases.iter().enumerate() {
            if !met.insert(selected.case_id.to_string()) {
                return Err(Faults::one(at.child(index).child("caseId"), DUPLICATE));
            }
        }
        Ok(request)
    }
}

/// Why a case of a selection is not approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    /// There is no such case for this reviewer to decide.
    NotFound,
    /// A rule doubts something in it: somebody has to look.
    Flagged,
    /// It is not what it was when it was selected.
    Changed,
    /// It does not wait for a decision.
    State,
    /// Another reviewer holds it.
    ClaimedByOther,
    /// Another reviewer has to decide it, or two have to.
    SecondReviewer,
    /// The reviewer has not opened it.
    NotOpened,
    /// The applicant withdrew the consent to pictures of their face.
    NoConsent,
    /// The applicant's real-name verification is not in force.
    NotVerified,
    /// A picture that its pages name is gone.
    PicturesMissing,
    /// Other accounts were registered with the applicant's identity number: somebody has to look.
    NumberShared,
    /// The selection was cancelled before its turn.
    Cancelled,
    /// It was tried as often as it may be, and something did not answer.
    Failed,
}

impl Refusal {
    /// The code of its text.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "bulk.NOT_FOUND",
            Self::Flagged => "bulk.FLAGGED",
            Self::Changed => "bulk.CHANGED",
            Self::State => "bulk.STATE",
            Self::ClaimedByOther => "bulk.HELD",
            Self::SecondReviewer => "bulk.SECOND_REVIEWER",
            Self::NotOpened => "bulk.NOT_OPENED",
            Self::NoConsent => "bulk.NO_CONSENT",
            Self::NotVerified => "bulk.NOT_VERIFIED",
            Self::PicturesMissing => "bulk.PICTURES_MISSING",
            Self::NumberShared => "bulk.NUMBER_SHARED",
            Self::Cancelled => "bulk.CANCELLED",
            Self::Failed => "bulk.FAILED",
        }
    }
}

impl From<Ungrounded> for Refusal {
    fn from(lack: Ungrounded) -> Self {
        match lack {
            Ungrounded::NotOpened => Self::NotOpened,
            Ungrounded::NoConsent => Self::NoConsent,
            Ungrounded::NotVerified => Self::NotVerified,
            Ungrounded::PicturesMissing(_) => Self::PicturesMissing,
        }
    }
}

/// What is to be done with a case of a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is to be taken on.
    Claim,
    /// It is held, and to be approved.
    Approve,
    /// It was approved by an earlier try of the same.
    Done,
}

impl Selected {
    /// What comes next for the case as it is at `at`, for that reviewer, or why nothing does.
    ///
    /// Asked again after each step, and after a step whose answer was lost: a hold and an approval of the reviewer's own that
    /// follow upon the version that was selected are this selection's.
    pub fn next(
        &self,
        case: &Case,
        reviewer: &Reviewer,
        four_eyes: FourEyes,
        at: Moment,
    ) -> Result<Step, Refusal> {
        let case = case.as_of(at);
        if !reviewer.may_handle(&case, at) {
            return Err(Refusal::NotFound);
        }
        let approved = |verdict: &super::DecisionRecord| {
            verdict.by == reviewer.id && verdict.decision == Decision::Approve
        };
        if case.state == State::Approved
            && case.version == self.version + 2
            && case.verdict.as_ref().is_some_and(approved)
        {
            return Ok(Step::Done);
        }
        if !case.state.is_open() {
            return Err(Refusal::State);
        }
        if case.flagged {
            return Err(Refusal::Flagged);
        }
        if case.is_barred(reviewer.id)
            || matches!(case.decide(Decision::Approve, reviewer.id, four_eyes), Command::Propose(_))
        {
            return Err(Refusal::SecondReviewer);
        }
        match case.claim.as_ref().map(|claim| claim.by == reviewer.id) {
            None if case.version == self.version => Ok(Step::Claim),
            // Held by the reviewer when it was selected, or taken on since by this selection.
            Some(true) if case.version == self.version || case.version == self.version + 1 => {
                Ok(Step::Approve)
            }
            Some(false) => Err(Refusal::ClaimedByOther),
            None | Some(true) => Err(Refusal::Changed),
        }
    }
}
