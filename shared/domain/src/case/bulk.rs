//! 批量通过: approval of many cases at once, each by the rules for a single case.

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

/// Maximum number of cases in one bulk approval (ours): the state machine's input is limited to 256 KB.
pub const MAX_CASES: usize = 500;

/// A case in a bulk approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Selected {
    /// The selected case.
    pub case_id: CaseId,
    /// Version shown on the list; other versions have unknown contents.
    pub version: u64,
}

/// A request for a bulk approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkRequest {
    /// At least one case, without duplicates.
    pub cases: Vec<Selected>,
}

impl BulkRequest {
    /// Parses the request.
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

/// Why a case of a bulk approval is not approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    /// The reviewer has no such case to decide.
    NotFound,
    /// A rule flagged something in it: a reviewer has to check it.
    Flagged,
    /// It changed after it was selected.
    Changed,
    /// It is not waiting for a decision.
    State,
    /// Another reviewer holds it.
    #[serde(rename = "HELD")]
    ClaimedByOther,
    /// It has to be decided by another reviewer, or by two.
    SecondReviewer,
    /// The reviewer has not opened it.
    NotOpened,
    /// The applicant withdrew the consent to pictures of their face.
    NoConsent,
    /// The applicant's real-name verification is not in force.
    NotVerified,
    /// A picture that its pages name no longer exists.
    PicturesMissing,
    /// Other accounts were registered with the applicant's identity number: a reviewer has to check it.
    NumberShared,
    /// The bulk approval was cancelled before this case.
    Cancelled,
    /// All retries are used up because a dependency did not respond.
    Failed,
}

impl Refusal {
    /// Code of the text for this reason.
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

/// The next step of a case in a bulk approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Claim the case.
    Claim,
    /// Approve the claimed case.
    Approve,
    /// Nothing: an earlier try of this bulk approval has approved it.
    Done,
}

impl Selected {
    /// The next step for the case at `at` by this reviewer, or why there is none.
    ///
    /// Called again after each step, including a step whose response was lost: the reviewer's own claim and approval
    /// that follow the selected version belong to this bulk approval.
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
            // Held by the reviewer when it was selected, or claimed since by this bulk approval.
            Some(true) if case.version == self.version || case.version == self.version + 1 => {
                Ok(Step::Approve)
            }
            Some(false) => Err(Refusal::ClaimedByOther),
            None | Some(true) => Err(Refusal::Changed),
        }
    }
}
