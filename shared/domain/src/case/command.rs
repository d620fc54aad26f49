//! Commands on a case and their execution.

use serde::{Deserialize, Serialize};

use super::{
    AuditEntry, Case, Claim, CommandName, Decision, DecisionRecord, Event, FourEyes, InForce, LEASE, Release,
    ReviewNote, Role, State, Transfer, UNDO, UndoState, transition,
};
use crate::{
    collection::department::DepartmentId,
    divisions::Division,
    ids::{AccountId, ReviewerId},
    moment::Moment,
};

/// The author of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "role", content = "id")]
pub enum Actor {
    /// The applicant who owns the case.
    Applicant(AccountId),
    /// A reviewer.
    Reviewer(ReviewerId),
    /// A reviewer with supervisor rights.
    Supervisor(ReviewerId),
    /// The review timer of the state machine.
    Clock,
}

impl Actor {
    fn role(&self) -> Role {
        match self {
            Self::Applicant(_) => Role::Applicant,
            Self::Reviewer(_) => Role::Reviewer,
            Self::Supervisor(_) => Role::Supervisor,
            Self::Clock => Role::Clock,
        }
    }

    /// The reviewer or supervisor, if it is one.
    pub fn reviewer(&self) -> Option<ReviewerId> {
        match self {
            Self::Reviewer(id) | Self::Supervisor(id) => Some(*id),
            Self::Applicant(_) | Self::Clock => None,
        }
    }
}

/// The facts about a submission that the case records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Division whose department decides.
    pub division: Division,
    /// Whether a rule flagged something in it.
    pub flagged: bool,
}

/// A command on a case, with its data.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Submit the case.
    Submit(Submission),
    /// Withdraw the submission.
    Withdraw,
    /// Start an amendment of what is in force.
    Amend,
    /// Discard the amendment; what is in force stays.
    Discard,
    /// Request a transfer to another department, with a reason.
    AskTransfer(DepartmentId, ReviewNote),
    /// Cancel the requested transfer.
    CancelTransfer,
    /// Claim the case, or renew the claim.
    Claim,
    /// Release the claim.
    Release,
    /// Propose a decision, to be confirmed by a second reviewer.
    Propose(Decision),
    /// Make a decision.
    Decide(Decision),
    /// Undo the last decision.
    Undo,
    /// Release the case to the other department.
    ReleaseTransfer,
    /// Accept the case from the other department.
    AcceptTransfer,
    /// Refuse the transfer, with a reason.
    RefuseTransfer(ReviewNote),
    /// Reassign the case to this reviewer, with a reason.
    Reassign(ReviewerId, ReviewNote),
    /// Reopen the case, with a reason.
    Reopen(ReviewNote),
    /// Remind the department of the open case.
    Remind,
    /// Escalate the case to the division above.
    Escalate,
}

impl Command {
    /// The command's name in the transition table.
    pub fn name(&self) -> CommandName {
        match self {
            Self::Submit(_) => CommandName::Submit,
            Self::Withdraw => CommandName::Withdraw,
            Self::Amend => CommandName::Amend,
            Self::Discard => CommandName::Discard,
            Self::AskTransfer(..) => CommandName::AskTransfer,
            Self::CancelTransfer => CommandName::CancelTransfer,
            Self::Claim => CommandName::Claim,
            Self::Release => CommandName::Release,
            Self::Propose(_) => CommandName::Propose,
            Self::Decide(decision) => decision.command(),
            Self::Undo => CommandName::Undo,
            Self::ReleaseTransfer => CommandName::ReleaseTransfer,
            Self::AcceptTransfer => CommandName::AcceptTransfer,
            Self::RefuseTransfer(_) => CommandName::RefuseTransfer,
            Self::Reassign(..) => CommandName::Reassign,
            Self::Reopen(_) => CommandName::Reopen,
            Self::Remind => CommandName::Remind,
            Self::Escalate => CommandName::Escalate,
        }
    }

    /// The decision made or proposed.
    fn decision(&self) -> Option<&Decision> {
        match self {
            Self::Decide(decision) | Self::Propose(decision) => Some(decision),
            _ => None,
        }
    }

    /// The reason, for commands that require one.
    fn reason(&self) -> Option<&ReviewNote> {
        match self {
            Self::AskTransfer(_, reason)
            | Self::RefuseTransfer(reason)
            | Self::Reassign(_, reason)
            | Self::Reopen(reason) => Some(reason),
            _ => None,
        }
    }
}

/// Why a command is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The state or the role does not allow it.
    #[error("the case's state does not allow this")]
    State,
    /// Another reviewer holds the case.
    #[error("another reviewer holds the case")]
    ClaimedByOther,
    /// The caller has no claim on the case, or it has ended.
    #[error("the caller does not hold the case")]
    NotHeld,
    /// The caller proposed or reopened it; a second reviewer has to act.
    #[error("somebody else has to do this")]
    NeedsSecondReviewer,
    /// The caller has renewed the claim as often as one reviewer may.
    #[error("the claim was renewed as often as it may be")]
    Renewed,
}

/// A change of a case: the case before and after it, and its audit entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The case before.
    pub before: Case,
    /// The case after, with the version incremented by 1.
    pub after: Case,
    /// The audit entry.
    pub entry: AuditEntry,
}

impl Case {
    /// The command for a reviewer's decision. If it needs two reviewers, the first one's command proposes it, and the
    /// second one's command with the same decision makes it.
    pub fn decide(&self, decision: Decision, by: ReviewerId, four_eyes: FourEyes) -> Command {
        let seconds =
            |first: &DecisionRecord| first.by != by && first.decision.command() == decision.command();
        if !four_eyes.demand(&decision) || self.proposal.as_ref().is_some_and(seconds) {
            Command::Decide(decision)
        } else {
            Command::Propose(decision)
        }
    }

    /// Executes a command if the state and the role allow it.
    pub fn apply(&self, command: &Command, by: &Actor, at: Moment) -> Result<Change, Denied> {
        if matches!(by, Actor::Applicant(id) if *id != self.id.owner) {
            return Err(Denied::State);
        }
        let current = self.as_of(at);
        let (to, event) = transition::next(self.id.kind, current.state, command.name(), by.role())
            .ok_or_else(|| self.why_not(by, at))?;
        let version = self.version + 1;
        let mut after = Self { state: to, version, updated_at: at, undo: None, ..current.clone() };
        current.carry_out(command, by, at, &mut after)?;

        let entry = AuditEntry {
            case: self.id,
            version,
            at,
            by: by.clone(),
            event,
            from: current.state,
            to: after.state,
            round: after.round,
            division: after.division,
            left: current.division.filter(|left| after.division != Some(*left)),
            lasted: current.lasted(event, at),
            decision: match command {
                Command::Undo => current.verdict.as_ref().map(|ruling| ruling.decision.clone()),
                _ => command.decision().cloned(),
            },
            assignee: if let Command::Reassign(to, _) = command { Some(*to) } else { None },
            reason: command.reason().cloned(),
            link: None,
        };
        let (entry, head) = entry.chained(self.last_audit);
        after.last_audit = Some(head);
        Ok(Change { before: self.clone(), after, entry })
    }

    /// Changes everything in `after` except the state, which the transition table sets.
    fn carry_out(&self, command: &Command, by: &Actor, at: Moment, after: &mut Self) -> Result<(), Denied> {
        match command {
            Command::Submit(submission) => {
                // An approved case that is submitted again has expired: it is no longer in force and bound to no
                // department.
                after.in_force = self.in_force.filter(|_| self.state != State::Approved);
                after.check_department(*submission)?;
                after.open(at);
                after.round += 1;
                after.division = Some(submission.division);
                after.flagged = submission.flagged;
                after.submitted_version = Some(after.version);
                after.submitted_at = Some(at);
                after.transfer = None;
                after.moved_to = self.moved_to.filter(|_| after.in_force.is_some());
            }
            Command::Withdraw => {
                after.proposal = None;
                after.transfer = None;
                if self.in_force.is_some() && after.state == State::Draft {
                    after.state = State::ChangeDraft;
                }
            }
            Command::Amend => after.transfer = None,
            Command::Discard => {
                after.submitted_version = Some(self.in_force.ok_or(Denied::State)?.version);
                // The comments on the amendment are obsolete without it.
                after.verdict = self.verdict.clone().filter(|ruling| ruling.decision == Decision::Approve);
            }
            Command::Claim => {
                after.claim = Some(self.claim_for(by, at)?);
                after.last_claim = None;
            }
            Command::Release => after.let_go(self.held_claim(by)?, at),
            Command::Propose(decision) => {
                let claim = self.held_claim(by)?;
                self.check_possible(decision)?;
                after.let_go(claim, at);
                after.proposal = Some(DecisionRecord { by: claim.by, at, decision: decision.clone() });
            }
            Command::Decide(decision) => self.rule(decision, by, at, after)?,
            Command::Undo => self.undo(by, at, after)?,
            Command::Reassign(to, _) => {
                self.check_not_leaving()?;
                if self.is_barred(*to) {
                    return Err(Denied::NeedsSecondReviewer);
                }
                let from = self.claim.as_ref().map_or(self.state, |claim| claim.from);
                after.claim = Some(Claim { by: *to, since: at, until: at.after(LEASE), from, renewals: 0 });
                after.last_claim = None;
            }
            Command::Reopen(_) => {
                after.open(at);
                after.reopened_by = by.reviewer();
                after.in_force = None;
                after.transfer = None;
            }
            Command::AskTransfer(to, reason) => {
                let elsewhere = self.division != Some(to.division);
                if self.transfer.is_some() || !elsewhere {
                    return Err(Denied::State);
                }
                after.transfer =
                    Some(Transfer { to: *to, reason: reason.clone(), asked_at: at, released: None });
            }
            Command::CancelTransfer | Command::RefuseTransfer(_) => {
                self.transfer.as_ref().ok_or(Denied::State)?;
                after.transfer = None;
            }
            Command::ReleaseTransfer => {
                let asked = self.transfer.as_ref().filter(|transfer| transfer.released.is_none());
                let mut transfer = asked.ok_or(Denied::State)?.clone();
                transfer.released = by.reviewer().map(|by| Release { by, at });
                after.transfer = Some(transfer);
            }
            Command::AcceptTransfer => {
                let released = self.transfer.as_ref().filter(|transfer| transfer.released.is_some());
                let to = released.ok_or(Denied::State)?.to;
                after.division = Some(to.division);
                after.moved_to = Some(to);
                after.transfer = None;
                if self.state.is_open() {
                    after.open(at);
                    after.reopened_by = self.reopened_by;
                }
            }
            Command::Remind => after.reminded_at = Some(at),
            Command::Escalate => {
                after.escalated_to = self.division.and_then(division_above);
                after.escalated_at = Some(at);
            }
        }
        Ok(())
    }

    /// An approved collection is amended at its own department; a transfer is a separate command (domain specification,
    /// section 20).
    fn check_department(&self, submission: Submission) -> Result<(), Denied> {
        let is_elsewhere = self.in_force.is_some() && self.division != Some(submission.division);
        if is_elsewhere { Err(Denied::State) } else { Ok(()) }
    }

    /// Opens the case for its department with a new time limit.
    fn open(&mut self, at: Moment) {
        self.opened_at = Some(at);
        self.opened_version = Some(self.version);
        self.queued_at = Some(at);
        self.escalated_to = None;
        self.escalated_at = None;
        self.reminded_at = None;
        self.proposal = None;
        self.reopened_by = None;
        self.last_claim = None;
    }

    fn let_go(&mut self, claim: &Claim, at: Moment) {
        self.state = claim.from;
        self.claim = None;
        self.last_claim = Some(claim.ended(at));
        self.queued_at = Some(at);
    }

    /// Checks that the kind of case and what is in force allow the decision.
    fn check_possible(&self, decision: &Decision) -> Result<(), Denied> {
        let is_possible = !matches!(decision, Decision::Reject { .. }) || self.may_be_rejected();
        if is_possible { Ok(()) } else { Err(Denied::State) }
    }

    fn rule(&self, decision: &Decision, by: &Actor, at: Moment, after: &mut Self) -> Result<(), Denied> {
        let claim = self.held_claim(by)?;
        self.check_possible(decision)?;
        after.undo = Some(Box::new(UndoState {
            version: after.version,
            from: claim.from,
            verdict: self.verdict.clone(),
            proposal: self.proposal.clone(),
            in_force: self.in_force,
            transfer: self.transfer.clone(),
            renewals: claim.renewals,
        }));
        after.claim = None;
        after.last_claim = None;
        after.proposal = None;
        after.verdict = Some(DecisionRecord { by: claim.by, at, decision: decision.clone() });
        match decision {
            Decision::Approve => {
                after.in_force = self.submitted_version.map(|version| InForce { version, at });
            }
            Decision::Return { .. } | Decision::Reject { .. } => after.transfer = None,
        }
        Ok(())
    }

    fn undo(&self, by: &Actor, at: Moment, after: &mut Self) -> Result<(), Denied> {
        let ruling = self.verdict.as_ref().ok_or(Denied::State)?;
        let undo = self.undo.as_ref().filter(|undo| undo.version == self.version).ok_or(Denied::State)?;
        if *by != Actor::Reviewer(ruling.by) || at >= ruling.at.after(UNDO) {
            return Err(Denied::State);
        }
        // An undone decision counts as a renewal, so that a reviewer cannot extend a claim forever by deciding and
        // undoing.
        let renewals = undo.renewals.saturating_add(1);
        after.claim =
            Some(Claim { by: ruling.by, since: at, until: at.after(LEASE), from: undo.from, renewals });
        after.opened_version = Some(after.version);
        after.verdict.clone_from(&undo.verdict);
        after.proposal.clone_from(&undo.proposal);
        after.in_force = undo.in_force;
        after.transfer.clone_from(&undo.transfer);
        Ok(())
    }

    /// Duration in seconds of the wait or claim that the event ends; `None` if it ends neither.
    fn lasted(&self, event: Event, at: Moment) -> Option<u64> {
        let since = match (event, &self.claim) {
            (Event::Claimed | Event::Reassigned, None) => self.queued_at,
            (
                Event::Released | Event::Proposed | Event::Approved | Event::Returned | Event::Rejected,
                Some(claim),
            ) => Some(claim.since),
            _ => None,
        };
        since.map(|since| since.seconds_until(at))
    }

    /// The reason for refusal; a reviewer whose claim has ended gets `NotHeld`.
    fn why_not(&self, by: &Actor, at: Moment) -> Denied {
        let ended = |claim: &Claim| *by == Actor::Reviewer(claim.by) && claim.until <= at;
        if self.claim.as_ref().is_some_and(ended) { Denied::NotHeld } else { Denied::State }
    }

    /// Refuses a case in transfer: released by one department and not yet accepted by the other, it cannot be decided.
    fn check_not_leaving(&self) -> Result<(), Denied> {
        let is_leaving = self.transfer.as_ref().is_some_and(|transfer| transfer.released.is_some());
        if is_leaving { Err(Denied::State) } else { Ok(()) }
    }

    /// The caller's claim on the case, new or renewed.
    fn claim_for(&self, by: &Actor, at: Moment) -> Result<Claim, Denied> {
        let Actor::Reviewer(reviewer) = by else { return Err(Denied::State) };
        self.check_not_leaving()?;
        match &self.claim {
            Some(claim) if claim.by != *reviewer => Err(Denied::ClaimedByOther),
            None if self.is_barred(*reviewer) => Err(Denied::NeedsSecondReviewer),
            held => {
                let (since, from) = held.as_ref().map_or((at, self.state), |claim| (claim.since, claim.from));
                let renewals = self.renewals_for(*reviewer, at);
                Ok(Claim { by: *reviewer, since, until: at.after(LEASE), from, renewals })
            }
        }
    }

    /// The caller's current claim on the case.
    fn held_claim(&self, by: &Actor) -> Result<&Claim, Denied> {
        let held = |claim: &&Claim| *by == Actor::Reviewer(claim.by);
        self.claim.as_ref().filter(held).ok_or(Denied::NotHeld)
    }
}

/// Division that a case is escalated to: the nearest one above that differs. Cities without counties, such as 东莞, are
/// their own county, and no queue may have a case twice.
fn division_above(division: Division) -> Option<Division> {
    std::iter::successors(division.parent(), |above| above.parent()).find(|above| *above != division)
}
