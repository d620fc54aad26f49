//! The transition table: state × command × role → state and event.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::ids::CaseKind;

/// State of a case; the codes are those of `infra/reference/application_states.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// 草稿.
    Draft,
    /// 待审核.
    Submitted,
    /// 重新提交待审核.
    Resubmitted,
    /// 审核中.
    UnderReview,
    /// 审核不通过（待修改）.
    Returned,
    /// 审核通过.
    Approved,
    /// 审核不通过（终止）.
    Rejected,
    /// 变更草稿: an amendment is being written while the approved submission stays in force.
    ChangeDraft,
}

impl State {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::Submitted,
        Self::Resubmitted,
        Self::UnderReview,
        Self::Returned,
        Self::Approved,
        Self::Rejected,
        Self::ChangeDraft,
    ];

    /// Code of the state in JSON and in the reference table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Submitted => "SUBMITTED",
            Self::Resubmitted => "RESUBMITTED",
            Self::UnderReview => "UNDER_REVIEW",
            Self::Returned => "RETURNED",
            Self::Approved => "APPROVED",
            Self::Rejected => "REJECTED",
            Self::ChangeDraft => "CHANGE_DRAFT",
        }
    }

    /// Whether the applicant may edit the pages.
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::Returned | Self::ChangeDraft)
    }

    /// Whether the case waits for a department's decision.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Submitted | Self::Resubmitted | Self::UnderReview)
    }

    /// Whether a department has decided the case and it has not been resubmitted since.
    pub const fn is_decided(self) -> bool {
        matches!(self, Self::Approved | Self::Returned | Self::Rejected)
    }

    /// The state with this code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident $role:ident;)*) => {
        /// A command on a case, without its data.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum CommandName {
            $($(#[$doc])* $name,)*
        }

        impl CommandName {
            /// All commands.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The only role allowed to use the command.
            pub const fn role(self) -> Role {
                match self { $(Self::$name => Role::$role,)* }
            }
        }
    };
}

commands! {
    /// 提交审核: submit the case.
    Submit Applicant;
    /// 撤回: withdraw the submission.
    Withdraw Applicant;
    /// 变更: start an amendment of what is in force.
    Amend Applicant;
    /// Discard the amendment; what is in force stays.
    Discard Applicant;
    /// 调转: request a transfer to another department.
    AskTransfer Applicant;
    /// Cancel the requested transfer.
    CancelTransfer Applicant;
    /// 领取: claim the case, or renew the claim.
    Claim Reviewer;
    /// 释放: release the claim.
    Release Reviewer;
    /// Propose a decision, to be confirmed by a second reviewer.
    Propose Reviewer;
    /// 通过.
    Approve Reviewer;
    /// 退回修改.
    Return Reviewer;
    /// 终止.
    Reject Reviewer;
    /// Undo the reviewer's own decision, before the applicant is notified.
    Undo Reviewer;
    /// 调出: release the case to the other department.
    ReleaseTransfer Reviewer;
    /// 调入: accept the case from the other department.
    AcceptTransfer Reviewer;
    /// Refuse the transfer.
    RefuseTransfer Reviewer;
    /// 改派: reassign the case to another reviewer.
    Reassign Supervisor;
    /// 重新审核: reopen the case, to be decided by another reviewer.
    Reopen Supervisor;
    /// Remind the department.
    Remind Clock;
    /// Escalate the case to the division above.
    Escalate Clock;
}

/// The role of an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The applicant.
    Applicant,
    /// A reviewer.
    Reviewer,
    /// A reviewer who supervises others.
    Supervisor,
    /// The review timer of the state machine.
    Clock,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] = [Self::Applicant, Self::Reviewer, Self::Supervisor, Self::Clock];
}

/// The state and event after a command, or `None` if the command is not allowed.
///
/// Some commands restore an earlier state; [`super::Case::apply`] knows which of two states that is, and [`table`]
/// names both. It also checks the other conditions: the claim, what is in force, the requested transfer.
pub fn next(kind: CaseKind, from: State, command: CommandName, role: Role) -> Option<(State, Event)> {
    use CommandName as C;
    use State as S;

    if role != command.role() {
        return None;
    }
    let is_collection = kind == CaseKind::Collection;
    match (from, command) {
        (S::Draft, C::Submit) => Some((S::Submitted, Event::Submitted)),
        (S::ChangeDraft, C::Submit) if is_collection => Some((S::Submitted, Event::Submitted)),
        (S::Returned, C::Submit) => Some((S::Resubmitted, Event::Resubmitted)),
        (S::Submitted, C::Withdraw) => Some((S::Draft, Event::Withdrawn)),
        (S::Resubmitted, C::Withdraw) => Some((S::Returned, Event::Withdrawn)),
        (S::Submitted | S::Resubmitted | S::UnderReview, C::Claim) => Some((S::UnderReview, Event::Claimed)),
        (S::Submitted | S::Resubmitted | S::UnderReview, C::Reassign) => {
            Some((S::UnderReview, Event::Reassigned))
        }
        (S::UnderReview, C::Release) => Some((S::Submitted, Event::Released)),
        (S::UnderReview, C::Propose) => Some((S::Submitted, Event::Proposed)),
        (S::UnderReview, C::Approve) => Some((S::Approved, Event::Approved)),
        (S::UnderReview, C::Return) => Some((S::Returned, Event::Returned)),
        // No dead end here: an applicant who cannot be verified today may upload better pictures tomorrow.
        (S::UnderReview, C::Reject) if is_collection => Some((S::Rejected, Event::Rejected)),
        (S::Approved | S::Returned | S::Rejected, C::Undo) => Some((S::UnderReview, Event::Undone)),
        (S::Approved | S::Rejected, C::Reopen) => Some((S::Submitted, Event::Reopened)),
        (S::Submitted | S::Resubmitted | S::UnderReview, C::Remind) => Some((from, Event::Reminded)),
        (S::Submitted | S::Resubmitted | S::UnderReview, C::Escalate) => Some((from, Event::Escalated)),

        // A verification is not amended: it is in force, or has expired and is requested again. Nor is it transferred:
        // any county may verify.
        (S::Approved, C::Submit) if !is_collection => Some((S::Submitted, Event::Submitted)),
        (S::Approved, C::Amend) if is_collection => Some((S::ChangeDraft, Event::Amended)),
        (S::ChangeDraft | S::Returned, C::Discard) if is_collection => Some((S::Approved, Event::Discarded)),
        (S::Submitted | S::Resubmitted | S::Approved, C::AskTransfer) if is_collection => {
            Some((from, Event::TransferAsked))
        }
        (S::Submitted | S::Resubmitted | S::UnderReview | S::Approved, C::CancelTransfer)
            if is_collection =>
        {
            Some((from, Event::TransferCancelled))
        }
        (S::Submitted | S::Resubmitted | S::Approved, C::ReleaseTransfer) if is_collection => {
            Some((from, Event::TransferReleased))
        }
        (S::Submitted | S::Resubmitted | S::Approved, C::AcceptTransfer) if is_collection => {
            Some((from, Event::Transferred))
        }
        (S::Submitted | S::Resubmitted | S::UnderReview | S::Approved, C::RefuseTransfer)
            if is_collection =>
        {
            Some((from, Event::TransferRefused))
        }
        _ => None,
    }
}

/// The transition table as Markdown, for the architecture page.
pub fn table(kind: CaseKind) -> String {
    let mut lines =
        vec!["| from | command | by | to | event |".to_owned(), "|---|---|---|---|---|".to_owned()];
    for from in State::ALL {
        for &command in CommandName::ALL {
            let role = command.role();
            if let Some((to, event)) = next(kind, from, command, role) {
                let to = match (command, to) {
                    (CommandName::Release | CommandName::Propose, _) => "SUBMITTED or RESUBMITTED",
                    (CommandName::Withdraw, State::Draft) if kind == CaseKind::Collection => {
                        "DRAFT or CHANGE_DRAFT"
                    }
                    _ => to.code(),
                };
                lines.push(format!("| {} | {command:?} | {role:?} | {to} | {event:?} |", from.code()));
            }
        }
    }
    lines.join("\n") + "\n"
}
