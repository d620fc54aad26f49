//! The case: what happens to a collection, or to a request for real-name verification, once it is handed in.
//!
//! [`transition`] says which command is allowed in which state; [`Case::apply`] carries it out. Nothing else
//! changes a case. What is stored, and the audit entry beside it, follows from the [`Change`].

pub mod chain;
pub mod decision;
pub mod desk;
pub mod transition;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::{
    calendar,
    divisions::Division,
    ids::{AccountId, CaseId, ReviewerId},
    moment::Moment,
};
pub use chain::{Head, Link};
pub use decision::{Comment, Decision, Opinion};
pub use transition::{CommandName, Role, State};

/// How long a reviewer holds a claimed case unless it is renewed (domain specification, section 16).
pub const LEASE: SignedDuration = SignedDuration::from_mins(30);

/// Working days that a department has to decide (domain specification, section 16).
const REVIEW_DAYS: u32 = 3;

/// Working days after which it is reminded (ours): one is left.
const REMINDER_DAYS: u32 = 2;

/// An hour, in seconds.
const HOUR: u128 = 3_600;

/// When a case is due that was handed in at `submitted`.
pub fn due_at(submitted: Moment) -> Moment {
    calendar::due_at(submitted, REVIEW_DAYS)
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
    /// Since when it waits for somebody to take it on: since it was handed in, or let go.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub queued_at: Option<Moment>,
    /// When its department was reminded of it, since it was last handed in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reminded_at: Option<Moment>,
    /// Who holds it, while it is under review.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub claim: Option<Claim>,
    /// What was decided last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verdict: Option<Ruling>,
    /// The end of its chain of audit entries.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_audit: Option<Head>,
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
}

/// A decision that was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// By whom.
    pub by: ReviewerId,
    /// When.
    pub at: Moment,
    /// What.
    pub decision: Decision,
}

/// Who asks for a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "role", content = "id")]
pub enum Actor {
    /// The applicant whose case it is.
    Applicant(AccountId),
    /// A reviewer.
    Reviewer(ReviewerId),
    /// The workflow's clock.
    Clock,
}

impl Actor {
    fn role(&self) -> Role {
        match self {
            Self::Applicant(_) => Role::Applicant,
            Self::Reviewer(_) => Role::Reviewer,
            Self::Clock => Role::Clock,
        }
    }
}

/// What is to be done with a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Hand it in, to the department of that division.
    Submit(Division),
    /// Take it back.
    Withdraw,
    /// Take it on, or hold it longer.
    Claim,
    /// Let go of it.
    Release,
    /// Decide it.
    Decide(Decision),
    /// Remind the department that it waits.
    Remind,
    /// Show it to the division above.
    Escalate,
}

impl Command {
    /// The command's name in the transition table.
    pub fn name(&self) -> CommandName {
        match self {
            Self::Submit(_) => CommandName::Submit,
            Self::Withdraw => CommandName::Withdraw,
            Self::Claim => CommandName::Claim,
            Self::Release => CommandName::Release,
            Self::Decide(Decision::Approve) => CommandName::Approve,
            Self::Decide(Decision::Return { .. }) => CommandName::Return,
            Self::Decide(Decision::Reject { .. }) => CommandName::Reject,
            Self::Remind => CommandName::Remind,
            Self::Escalate => CommandName::Escalate,
        }
    }
}

/// Why a command is not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The state, or the role, does not allow it.
    #[error("the case's state does not allow this")]
    State,
    /// Another reviewer holds the case.
    #[error("another reviewer holds the case")]
    Held,
    /// The caller does not hold the case, or no longer.
    #[error("the caller does not hold the case")]
    NotHeld,
}

/// A change of a case: what it was, what it is now, and the audit entry that says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Before.
    pub before: Case,
    /// After; its version is one more.
    pub after: Case,
    /// What happened.
    pub entry: AuditEntry,
}

/// One line of a case's history; never changed, never deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Which case.
    pub case: CaseId,
    /// The version that the change made.
    pub version: u64,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: Actor,
    /// What, in the past tense.
    pub event: Event,
    /// The state before.
    pub from: State,
    /// The state after.
    pub to: State,
    /// The submission it belongs to.
    pub round: u32,
    /// The division whose department has the case after it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub division: Option<Division>,
    /// How long what it ends had lasted, in seconds: the wait in the queue where a case is taken on, the hold where it is
    /// let go or decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lasted: Option<u64>,
    /// The decision, where it is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decision: Option<Decision>,
    /// Its place in the case's chain.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link: Option<Link>,
}

/// What happened to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// Handed in for the first time, or again after it was taken back.
    Submitted,
    /// Handed in again after a return.
    Resubmitted,
    /// Taken back.
    Withdrawn,
    /// Taken on by a reviewer.
    Claimed,
    /// Let go.
    Released,
    /// 审核通过.
    Approved,
    /// 审核不通过, to be corrected.
    Returned,
    /// 审核不通过, closed.
    Rejected,
    /// The department was reminded.
    Reminded,
    /// Shown to the division above.
    Escalated,
}

/// How long the state machine waits for a decision, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Before it reminds the department.
    pub until_reminder: u32,
    /// And after that, before it shows the case to the division above.
    pub until_escalation: u32,
}

/// A place in a department's queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuePlace {
    /// Whose queue.
    pub division: Division,
    /// Since when it waits: queues are served in this order.
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
            queued_at: None,
            reminded_at: None,
            claim: None,
            verdict: None,
            last_audit: None,
            updated_at: at,
        }
    }

    /// The moment by which the department should have decided.
    pub fn due_at(&self) -> Option<Moment> {
        self.submitted_at.filter(|_| self.state.is_open()).map(due_at)
    }

    /// How long its clock, started `now`, waits; not at all once there is nothing to decide.
    ///
    /// Whatever was handed in on days off is due at the same midnight: clocks of such cases are up to an hour late, so that
    /// a last day that is a Sunday does not have all of them ring in one second.
    pub fn waits(&self, now: Moment) -> Option<Waits> {
        let (submitted, due) = (self.submitted_at?, self.due_at()?);
        let is_day_off = !calendar::is_working_day(submitted.date());
        let share = if is_day_off { self.id.owner.ulid().random() % HOUR } else { 0 };
        let late = SignedDuration::from_secs(i64::try_from(share).unwrap_or(0));
        let (remind, due) =
            (calendar::due_at(submitted, REMINDER_DAYS).after(late).max(now), due.after(late));
        Some(Waits { until_reminder: seconds(now, remind), until_escalation: seconds(remind, due) })
    }

    /// The comments and the opinion that stand: those of the last return or rejection.
    pub fn remarks(&self) -> (&[Comment], Option<&Opinion>) {
        match self.verdict.as_ref().map(|ruling| &ruling.decision) {
            Some(Decision::Return { opinion, comments } | Decision::Reject { opinion, comments }) => {
                (comments, Some(opinion))
            }
            Some(Decision::Approve) | None => (&[], None),
        }
    }

    /// The queues in which the case stands: none unless it waits for a decision.
    pub fn queue_places(&self) -> Vec<QueuePlace> {
        let Some(since) = self.submitted_at.filter(|_| self.state.is_open()) else { return Vec::new() };
        let divisions = self.division.into_iter().chain(self.escalated_to);
        divisions.map(|division| QueuePlace { division, since, case: self.id }).collect()
    }

    /// The case as it stands at `at`: a claim that has ended is gone, and the case is what it was before it.
    #[must_use]
    pub fn as_of(&self, at: Moment) -> Self {
        match &self.claim {
            Some(claim) if claim.until <= at => {
                Self { state: claim.from, claim: None, queued_at: Some(claim.until), ..self.clone() }
            }
            _ => self.clone(),
        }
    }

    /// Carries out a command, if the state and the role allow it.
    pub fn apply(&self, command: &Command, by: &Actor, at: Moment) -> Result<Change, Denied> {
        if matches!(by, Actor::Applicant(id) if *id != self.id.owner) {
            return Err(Denied::State);
        }
        let current = self.as_of(at);
        let (to, event) = transition::next(self.id.kind, current.state, command.name(), by.role())
            .ok_or_else(|| self.why_not(by, at))?;
        let mut after = Self { state: to, version: self.version + 1, updated_at: at, ..current.clone() };

        match command {
            Command::Submit(division) => {
                after.round += 1;
                after.division = Some(*division);
                after.escalated_to = None;
                after.escalated_at = None;
                after.reminded_at = None;
                after.submitted_version = Some(after.version);
                after.submitted_at = Some(at);
                after.queued_at = Some(at);
            }
            Command::Claim => after.claim = Some(current.claim_for(by, at)?),
            Command::Release => {
                after.state = current.held_claim(by)?.from;
                after.claim = None;
                after.queued_at = Some(at);
            }
            Command::Decide(decision) => {
                let reviewer = current.held_claim(by)?.by;
                after.claim = None;
                after.verdict = Some(Ruling { by: reviewer, at, decision: decision.clone() });
            }
            Command::Escalate => {
                after.escalated_to = self.division.and_then(division_above);
                after.escalated_at = Some(at);
            }
            Command::Remind => after.reminded_at = Some(at),
            Command::Withdraw => {}
        }

        let decision = if let Command::Decide(decision) = command { Some(decision.clone()) } else { None };
        let entry = AuditEntry {
            case: self.id,
            version: after.version,
            at,
            by: by.clone(),
            event,
            from: current.state,
            to: after.state,
            round: after.round,
            division: after.division,
            lasted: current.lasted(event, at),
            decision,
            link: None,
        };
        let (entry, head) = entry.chained(self.last_audit);
        after.last_audit = Some(head);
        Ok(Change { before: self.clone(), after, entry })
    }

    /// How long what that event ends has lasted, in seconds; nothing where it ends nothing.
    fn lasted(&self, event: Event, at: Moment) -> Option<u64> {
        let since = match (event, &self.claim) {
            (Event::Claimed, None) => self.queued_at,
            (Event::Released | Event::Approved | Event::Returned | Event::Rejected, Some(claim)) => {
                Some(claim.since)
            }
            _ => None,
        };
        since.map(|since| since.seconds_until(at))
    }

    /// Why the state does not allow it: a reviewer whose claim has ended is told of that.
    fn why_not(&self, by: &Actor, at: Moment) -> Denied {
        let ended = |claim: &Claim| *by == Actor::Reviewer(claim.by) && claim.until <= at;
        if self.claim.as_ref().is_some_and(ended) { Denied::NotHeld } else { Denied::State }
    }

    /// The caller's hold on the case, new or renewed.
    fn claim_for(&self, by: &Actor, at: Moment) -> Result<Claim, Denied> {
        let Actor::Reviewer(reviewer) = by else { return Err(Denied::State) };
        match &self.claim {
            Some(claim) if claim.by != *reviewer => Err(Denied::Held),
            held => {
                let (since, from) = held.as_ref().map_or((at, self.state), |claim| (claim.since, claim.from));
                Ok(Claim { by: *reviewer, since, until: at.after(LEASE), from })
            }
        }
    }

    /// The caller's hold on the case.
    fn held_claim(&self, by: &Actor) -> Result<&Claim, Denied> {
        let held = |claim: &&Claim| *by == Actor::Reviewer(claim.by);
        self.claim.as_ref().filter(held).ok_or(Denied::NotHeld)
    }
}

/// The division that a case is escalated to: the next one above that is another. Cities without counties,
/// such as 东莞, are their own county, and no queue has a case twice.
fn division_above(division: Division) -> Option<Division> {
    std::iter::successors(division.parent(), |above| above.parent()).find(|above| *above != division)
}

/// A wait of the state machine, which can wait neither for no time nor for more than 99,999,999 s (AWS, `TimeoutSeconds`).
fn seconds(from: Moment, to: Moment) -> u32 {
    u32::try_from(from.seconds_until(to)).unwrap_or(u32::MAX).clamp(1, 99_999_999)
}

/// A case with the pages it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Filed<P> {
    /// The case.
    pub case: Case,
    /// What was filled in.
    pub pages: P,
}
