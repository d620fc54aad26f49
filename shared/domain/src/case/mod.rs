//! The case: what happens to a collection, or to a request for real-name verification, once it is handed in.
//!
//! [`transition`] says which command is allowed in which state; [`Case::apply`] carries it out. Nothing else
//! changes a case. What is stored, and the audit entry beside it, follows from the [`Change`].

pub mod bulk;
pub mod case_list;
pub mod chain;
pub mod claims;
mod command;
pub mod compare;
pub mod decision;
pub mod desk;
mod entry;
pub mod grounds;
pub mod listing;
pub mod match_key;
pub mod request;
mod submitted_pages;
mod transfer;
pub mod transition;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::{
    calendar,
    collection::department::DepartmentId,
    divisions::Division,
    ids::{CaseId, CaseKind, ReviewerId},
    moment::Moment,
};
pub use chain::{ChainEntry, ChainHead};
pub use claims::{ClaimLimits, ClaimedCase, ReviewerClaims};
pub use command::{Actor, Change, Command, Denied, Submission};
pub use decision::{Comment, Decision, FourEyes, ReviewNote};
pub use entry::{AuditEntry, Event};
pub use grounds::{Grounds, Ungrounded};
pub use submitted_pages::SubmittedPages;
pub use transfer::{Release, Transfer};
pub use transition::{CommandName, Role, State};

/// How long a reviewer holds a claimed case unless it is renewed (domain specification, section 16).
pub const LEASE: SignedDuration = SignedDuration::from_mins(30);

/// How long a decision can be taken back by whoever took it (ours): the applicant is told of it only after that.
pub const UNDO: SignedDuration = SignedDuration::from_mins(1);

/// Working days that a department has to decide (domain specification, section 16).
const REVIEW_DAYS: u32 = 3;

/// Working days after which it is reminded (ours): one is left.
const REMINDER_DAYS: u32 = 2;

/// An hour, in seconds.
const HOUR: u128 = 3_600;

/// When a case is due that a department has since `opened`.
pub fn due_at(opened: Moment) -> Moment {
    calendar::due_at(opened, REVIEW_DAYS)
}

/// A case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Case {
    /// Which.
    pub id: CaseId,
    /// Where it stands.
    pub state: State,
    /// Counts every write to the case and its pages; what was read is what is changed, or nothing is.
    pub version: u64,
    /// How often it was handed in.
    pub round: u32,
    /// The division whose department decides; from the first submission on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub division: Option<Division>,
    /// The division above it, once the time limit has passed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub escalated_to: Option<Division>,
    /// When the time limit had passed, since it was last handed in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub escalated_at: Option<Moment>,
    /// The version that the last submission made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub submitted_version: Option<u64>,
    /// When it was last handed in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub submitted_at: Option<Moment>,
    /// Whether a rule doubts something in it, a picture for instance, as of when it was handed in.
    #[serde(default)]
    pub flagged: bool,
    /// Since when its department has it to decide: its time limit runs from then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opened_at: Option<Moment>,
    /// The version that gave it to the department to decide: each time has a clock of its own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opened_version: Option<u64>,
    /// Since when it waits for somebody to take it on: since it was handed in, or let go.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub queued_at: Option<Moment>,
    /// When its department was reminded of it, since it was last handed in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reminded_at: Option<Moment>,
    /// Who holds it, while it is under review.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claim: Option<Claim>,
    /// Who held it last, while nobody holds it: since it was last submitted or decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_claim: Option<LastClaim>,
    /// What was decided last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verdict: Option<DecisionRecord>,
    /// What one reviewer wants to decide, while a second one has to say so too.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proposal: Option<DecisionRecord>,
    /// Who had it decided once more; somebody else has to do it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reopened_by: Option<ReviewerId>,
    /// What the last decision took the place of, while it can be taken back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undo: Option<Box<UndoState>>,
    /// What was approved and holds until something else is approved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub in_force: Option<InForce>,
    /// The department that took it, where that is not the one that was chosen.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub moved_to: Option<DepartmentId>,
    /// The other department that was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transfer: Option<Transfer>,
    /// The end of its chain of audit entries.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_audit: Option<ChainHead>,
    /// When it last changed.
    pub updated_at: Moment,
}

/// A reviewer's hold on a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Who.
    pub by: ReviewerId,
    /// Since when; renewing does not change it.
    pub since: Moment,
    /// Until when.
    pub until: Moment,
    /// What the case was before, and is again when the hold is let go.
    pub from: State,
    /// How often it was renewed; claiming the case again soon after it was released or had ended is a renewal as well.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub renewals: u32,
}

/// A claim that was released, or has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastClaim {
    /// Whose.
    pub by: ReviewerId,
    /// How often it was renewed.
    pub renewals: u32,
    /// When it ended.
    pub ended_at: Moment,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A decision that was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// By whom.
    pub by: ReviewerId,
    /// When.
    pub at: Moment,
    /// What.
    pub decision: Decision,
}

/// What a decision took the place of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoState {
    /// The version that the decision made: after any other, there is nothing to take back.
    pub version: u64,
    /// What the case was before it was claimed.
    pub from: State,
    /// The decision before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verdict: Option<DecisionRecord>,
    /// What was proposed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proposal: Option<DecisionRecord>,
    /// What was in force.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub in_force: Option<InForce>,
    /// The transfer that was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transfer: Option<Transfer>,
    /// How often the claim was renewed.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub renewals: u32,
}

/// A submission that was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    /// The version that the submission made.
    pub version: u64,
    /// When it was approved.
    pub at: Moment,
}

/// How long the state machine waits for a decision, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Before it reminds the department.
    pub until_reminder: u32,
    /// And after that, before it shows the case to the division above.
    pub until_escalation: u32,
}

/// The lists that a department keeps of its cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum List {
    /// 待审核: what it has to decide.
    Open,
    /// 已审核: what it decided, until it is handed in again.
    Decided,
    /// 调转: what is asked to go, or to come.
    Transfers,
}

impl List {
    /// All lists.
    pub const ALL: [Self; 3] = [Self::Open, Self::Decided, Self::Transfers];

    /// The name used in requests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided => "decided",
            Self::Transfers => "transfers",
        }
    }

    /// Whether the newest comes first: what was decided is looked for backwards, what waits is served in its order.
    pub const fn is_newest_first(self) -> bool {
        matches!(self, Self::Decided)
    }

    /// The list of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.as_str() == name)
    }
}

/// A place in one of a department's lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPosition {
    /// Which list.
    pub list: List,
    /// Whose.
    pub division: Division,
    /// Since when it stands there: lists are in this order.
    pub since: Moment,
    /// The case.
    pub case: CaseId,
}

impl Case {
    /// The case of a draft that nobody has handed in.
    pub fn draft(id: CaseId, at: Moment) -> Self {
        Self {
            id,
            state: State::Draft,
            version: 0,
            round: 0,
            division: None,
            escalated_to: None,
            escalated_at: None,
            submitted_version: None,
            submitted_at: None,
            flagged: false,
            opened_at: None,
            opened_version: None,
            queued_at: None,
            reminded_at: None,
            claim: None,
            last_claim: None,
            verdict: None,
            proposal: None,
            reopened_by: None,
            undo: None,
            in_force: None,
            moved_to: None,
            transfer: None,
            last_audit: None,
            updated_at: at,
        }
    }

    /// The moment by which the department should have decided.
    pub fn due_at(&self) -> Option<Moment> {
        self.opened_at.filter(|_| self.state.is_open()).map(due_at)
    }

    /// How long its clock, started `now`, waits; not at all once there is nothing to decide.
    ///
    /// Whatever was handed in on days off is due at the same midnight: clocks of such cases are up to an hour late, so that
    /// a last day that is a Sunday does not have all of them ring in one second.
    pub fn waits(&self, now: Moment) -> Option<Waits> {
        let (opened, due) = (self.opened_at?, self.due_at()?);
        let is_day_off = !calendar::is_working_day(opened.date());
        let share = if is_day_off { self.id.owner.ulid().random() % HOUR } else { 0 };
        let late = SignedDuration::from_secs(i64::try_from(share).unwrap_or(0));
        let (remind, due) = (calendar::due_at(opened, REMINDER_DAYS).after(late).max(now), due.after(late));
        Some(Waits { until_reminder: seconds(now, remind), until_escalation: seconds(remind, due) })
    }

    /// The comments and the opinion that stand: those of the last return or rejection.
    pub fn remarks(&self) -> (&[Comment], Option<&ReviewNote>) {
        self.verdict.as_ref().map_or((&[], None), |ruling| ruling.decision.remarks())
    }

    /// The version of the submission that departments look at: what is in force while its change is being written, else
    /// what was handed in last.
    pub fn shown_version(&self) -> Option<u64> {
        let in_force = self.in_force.filter(|_| self.state == State::ChangeDraft);
        in_force.map(|in_force| in_force.version).or(self.submitted_version)
    }

    /// Whether it may be closed for good: not where something else of it is in force, and not a verification.
    pub fn may_be_rejected(&self) -> bool {
        self.id.kind == CaseKind::Collection && self.in_force.is_none()
    }

    /// Whether somebody else has to take it on: whoever proposed a decision, or had it decided once more, leaves it to a
    /// second pair of eyes (domain specification, section 17).
    pub fn is_barred(&self, reviewer: ReviewerId) -> bool {
        let proposed = self.proposal.as_ref().is_some_and(|proposal| proposal.by == reviewer);
        proposed || self.reopened_by == Some(reviewer)
    }

    /// When what stands was decided; nothing while there is something to decide.
    pub fn decided_at(&self) -> Option<Moment> {
        match self.state {
            State::Approved | State::ChangeDraft => self.in_force.map(|in_force| in_force.at),
            State::Returned | State::Rejected => self.verdict.as_ref().map(|ruling| ruling.at),
            State::Draft | State::Submitted | State::Resubmitted | State::UnderReview => None,
        }
    }

    /// The lists in which the case stands.
    pub fn places(&self) -> Vec<ListPosition> {
        let case = self.id;
        let mut places = Vec::new();
        if let Some(since) = self.opened_at.filter(|_| self.state.is_open()) {
            let divisions = self.division.into_iter().chain(self.escalated_to);
            places.extend(divisions.map(|division| ListPosition { list: List::Open, division, since, case }));
        }
        if let (Some(since), Some(division)) = (self.decided_at(), self.division) {
            places.push(ListPosition { list: List::Decided, division, since, case });
        }
        if let (Some(transfer), Some(division)) = (&self.transfer, self.division) {
            let division = transfer.released.map_or(division, |_| transfer.to.division);
            places.push(ListPosition { list: List::Transfers, division, since: transfer.asked_at, case });
        }
        places
    }

    /// The case as it stands at `at`: a claim that has ended is gone, and the case is what it was before it.
    #[must_use]
    pub fn as_of(&self, at: Moment) -> Self {
        match &self.claim {
            Some(claim) if claim.until <= at => Self {
                state: claim.from,
                claim: None,
                last_claim: Some(claim.ended(claim.until)),
                queued_at: Some(claim.until),
                ..self.clone()
            },
            _ => self.clone(),
        }
    }
}

/// A wait of the state machine, which can wait neither for no time nor for more than 99,999,999 s (AWS, `TimeoutSeconds`).
fn seconds(from: Moment, to: Moment) -> u32 {
    u32::try_from(from.seconds_until(to)).unwrap_or(u32::MAX).clamp(1, 99_999_999)
}

/// A case with the pages it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseFile<P> {
    /// The case.
    pub case: Case,
    /// What was filled in.
    pub pages: P,
}
