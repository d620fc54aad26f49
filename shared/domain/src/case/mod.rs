//! The case: the review of a collection, or of a request for real-name verification, once it is submitted.
//!
//! [`transition`] defines which command is allowed in which state; [`Case::apply`] carries it out. Nothing else changes
//! a case. The stored state and its audit entry follow from the [`Change`].

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

/// How long the reviewer who made a decision can undo it (ours). The applicant is notified only after that.
pub const UNDO: SignedDuration = SignedDuration::from_mins(1);

/// Working days within which a department has to decide (domain specification, section 16).
const REVIEW_DAYS: u32 = 3;

/// Working days after which the department is reminded (ours): one day is left.
const REMINDER_DAYS: u32 = 2;

/// An hour, in seconds.
const HOUR: u128 = 3_600;

/// The due time of a case that has been open at a department since `opened`.
pub fn due_at(opened: Moment) -> Moment {
    calendar::due_at(opened, REVIEW_DAYS)
}

/// A case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Case {
    /// Kind of case and its owner's account.
    pub id: CaseId,
    /// State as stored; a claim may have ended since, see [`Case::as_of`].
    pub state: State,
    /// Incremented by every write to the case and its pages; used for optimistic locking.
    pub version: u64,
    /// Number of submissions.
    pub round: u32,
    /// Division whose department decides; set by the first submission.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub division: Option<Division>,
    /// The division above it, once the time limit has passed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub escalated_to: Option<Division>,
    /// When the time limit passed since the last submission.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub escalated_at: Option<Moment>,
    /// Version that the last submission made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub submitted_version: Option<u64>,
    /// When it was last submitted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub submitted_at: Option<Moment>,
    /// Whether a rule flagged something, for example a picture, at the time of submission.
    #[serde(default)]
    pub flagged: bool,
    /// When it was opened for the department to decide; the time limit starts here.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opened_at: Option<Moment>,
    /// Version that opened it for the department to decide; each opening has its own review timer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opened_version: Option<u64>,
    /// When it entered the queue, by submission or release.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub queued_at: Option<Moment>,
    /// When its department was reminded of it since the last submission.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reminded_at: Option<Moment>,
    /// The current claim, while the case is under review.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claim: Option<Claim>,
    /// The previous claim, while the case is unclaimed; cleared by a submission or decision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_claim: Option<LastClaim>,
    /// The last decision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verdict: Option<DecisionRecord>,
    /// Decision proposed by one reviewer, while a second reviewer has to confirm it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proposal: Option<DecisionRecord>,
    /// Reviewer who reopened the case; they may not decide it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reopened_by: Option<ReviewerId>,
    /// State to restore if the last decision is undone; present during the undo period.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undo: Option<Box<UndoState>>,
    /// The approved submission; valid until another one is approved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub in_force: Option<InForce>,
    /// Department that received the case by transfer, if it is not the one that the applicant chose.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub moved_to: Option<DepartmentId>,
    /// The transfer that the applicant requested.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transfer: Option<Transfer>,
    /// Head of the case's chain of audit entries.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_audit: Option<ChainHead>,
    /// When it last changed.
    pub updated_at: Moment,
}

/// A reviewer's claim on a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Reviewer who holds the claim.
    pub by: ReviewerId,
    /// Start of the claim; renewals do not change it.
    pub since: Moment,
    /// End of the claim.
    pub until: Moment,
    /// State before the claim; restored when the claim is released or ends.
    pub from: State,
    /// How often it was renewed; claiming the case again soon after it was released or had ended is a renewal as well.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub renewals: u32,
}

/// A claim that was released or has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastClaim {
    /// Reviewer who held it.
    pub by: ReviewerId,
    /// Number of renewals.
    pub renewals: u32,
    /// When it ended.
    pub ended_at: Moment,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A decision with its author and time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// Reviewer who made the decision.
    pub by: ReviewerId,
    /// When it was made.
    pub at: Moment,
    /// The decision itself.
    pub decision: Decision,
}

/// The state that a decision replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoState {
    /// Version that the decision made; at any other version there is nothing to undo.
    pub version: u64,
    /// State before the case was claimed.
    pub from: State,
    /// The decision before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verdict: Option<DecisionRecord>,
    /// The proposal before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proposal: Option<DecisionRecord>,
    /// The submission in force before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub in_force: Option<InForce>,
    /// The requested transfer before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transfer: Option<Transfer>,
    /// Number of renewals of the claim.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub renewals: u32,
}

/// An approved submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    /// Version that the submission made.
    pub version: u64,
    /// When it was approved.
    pub at: Moment,
}

/// How long the state machine waits for a decision, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Time until it reminds the department.
    pub until_reminder: u32,
    /// Time after the reminder until the case is escalated to the division above.
    pub until_escalation: u32,
}

/// The lists of cases that a department has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum List {
    /// 待审核: cases to decide.
    Open,
    /// 已审核: decided cases, until they are resubmitted.
    Decided,
    /// 调转: cases with a requested transfer, outgoing or incoming.
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

    /// Whether the newest case comes first: decided cases are searched backwards, open cases are served in order of
    /// arrival.
    pub const fn is_newest_first(self) -> bool {
        matches!(self, Self::Decided)
    }

    /// The list with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.as_str() == name)
    }
}

/// A position in one of a department's lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPosition {
    /// The list.
    pub list: List,
    /// Division whose list it is.
    pub division: Division,
    /// Entry time; lists are sorted by it.
    pub since: Moment,
    /// Case at this position.
    pub case: CaseId,
}

impl Case {
    /// The case of a draft that was never submitted.
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

    /// The moment by which the department has to decide.
    pub fn due_at(&self) -> Option<Moment> {
        self.opened_at.filter(|_| self.state.is_open()).map(due_at)
    }

    /// Waits of a review timer started `now`; `None` once there is nothing to decide.
    ///
    /// Cases submitted on days off are all due at the same midnight. Their timers are delayed by up to an hour, so that
    /// they do not all fire in one second after a Sunday.
    pub fn waits(&self, now: Moment) -> Option<Waits> {
        let (opened, due) = (self.opened_at?, self.due_at()?);
        let is_day_off = !calendar::is_working_day(opened.date());
        let share = if is_day_off { self.id.owner.ulid().random() % HOUR } else { 0 };
        let late = SignedDuration::from_secs(i64::try_from(share).unwrap_or(0));
        let (remind, due) = (calendar::due_at(opened, REMINDER_DAYS).after(late).max(now), due.after(late));
        Some(Waits { until_reminder: seconds(now, remind), until_escalation: seconds(remind, due) })
    }

    /// Comments and review note of the last return or rejection.
    pub fn remarks(&self) -> (&[Comment], Option<&ReviewNote>) {
        self.verdict.as_ref().map_or((&[], None), |ruling| ruling.decision.remarks())
    }

    /// Version of the submission that departments see: the one in force while its amendment is a draft, else the
    /// latest.
    pub fn shown_version(&self) -> Option<u64> {
        let in_force = self.in_force.filter(|_| self.state == State::ChangeDraft);
        in_force.map(|in_force| in_force.version).or(self.submitted_version)
    }

    /// Whether the case may be rejected: only a collection of which no submission is in force.
    pub fn may_be_rejected(&self) -> bool {
        self.id.kind == CaseKind::Collection && self.in_force.is_none()
    }

    /// Whether this reviewer may not claim the case: the reviewer who proposed a decision or reopened the case leaves
    /// it to a second reviewer (domain specification, section 17).
    pub fn is_barred(&self, reviewer: ReviewerId) -> bool {
        let proposed = self.proposal.as_ref().is_some_and(|proposal| proposal.by == reviewer);
        proposed || self.reopened_by == Some(reviewer)
    }

    /// When the decision in force was made; `None` while a decision is pending.
    pub fn decided_at(&self) -> Option<Moment> {
        match self.state {
            State::Approved | State::ChangeDraft => self.in_force.map(|in_force| in_force.at),
            State::Returned | State::Rejected => self.verdict.as_ref().map(|ruling| ruling.at),
            State::Draft | State::Submitted | State::Resubmitted | State::UnderReview => None,
        }
    }

    /// The case's positions in the lists.
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

    /// The case at `at`: without a claim that has ended, and in the state before that claim.
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

/// A wait of the state machine: at least 1 s and at most 99,999,999 s (AWS, `TimeoutSeconds`).
fn seconds(from: Moment, to: Moment) -> u32 {
    u32::try_from(from.seconds_until(to)).unwrap_or(u32::MAX).clamp(1, 99_999_999)
}

/// A case with its pages.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseFile<P> {
    /// The case.
    pub case: Case,
    /// The applicant's pages.
    pub pages: P,
}
