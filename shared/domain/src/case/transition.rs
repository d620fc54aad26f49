//! The transition table: state × command × role → state and event.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::ids::CaseKind;

/// Where a case stands; the codes are those of `infra/reference/application_states.json`.
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
    /// 变更草稿: something else is in force meanwhile.
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

    /// The code.
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

    /// Whether the applicant may change the pages.
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::Returned | Self::ChangeDraft)
    }

    /// Whether a department has it to decide.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Submitted | Self::Resubmitted | Self::UnderReview)
    }

    /// Whether a department has decided, and it has not been handed in since.
    pub const fn is_decided(self) -> bool {
        matches!(self, Self::Approved | Self::Returned | Self::Rejected)
    }

    /// The state of that code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident $role:ident;)*) => {
        /// What can be asked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum CommandName {
            $($(#[$doc])* $name,)*
        }

        impl CommandName {
            /// All commands.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The only role that may ask for it.
            pub const fn role(self) -> Role {
                match self { $(Self::$name => Role::$role,)* }
            }
        }
    };
}

commands! {
    /// Hand in.
    Submit Applicant;
    /// Take back.
    Withdraw Applicant;
    /// 变更: begin to change what is in force.
    Amend Applicant;
    /// Leave what is in force as it is.
    Discard Applicant;
    /// 调转: ask for another department.
    AskTransfer Applicant;
    /// Ask for it no more.
    CancelTransfer Applicant;
    /// Take on.
    Claim Reviewer;
    /// Let go.
    Release Reviewer;
    /// Say what it should be, where a second reviewer has to say so too.
    Propose Reviewer;
    /// 通过.
    Approve Reviewer;
    /// 退回修改.
    Return Reviewer;
    /// 终止.
    Reject Reviewer;
    /// Take back one's decision, before anybody was told of it.
    Undo Reviewer;
    /// 调出: let it go to the other department.
    ReleaseTransfer Reviewer;
    /// 调入: take it from the other department.
    AcceptTransfer Reviewer;
    /// Leave it where it is.
    RefuseTransfer Reviewer;
    /// Give it to a reviewer.
    Reassign Supervisor;
    /// Have it decided once more, by somebody else.
    Reopen Supervisor;
    /// Remind.
    Remind Clock;
    /// Show to the division above.
    Escalate Clock;
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The applicant.
    Applicant,
    /// A reviewer.
    Reviewer,
    /// A reviewer who answers for the others.
    Supervisor,
    /// The workflow's clock.
    Clock,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] = [Self::Applicant, Self::Reviewer, Self::Supervisor, Self::Clock];
}

/// Where a command leads, or `None` where it is not allowed.
///
/// Some lead back to where the case came from; [`super::Case::apply`] knows which of two states that is, and [`table`] names
/// both. It also knows what else must be so: who holds the case, what is in force, whether a transfer was asked for.
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
        // A person who cannot be verified today may bring better pictures tomorrow: no dead end there.
        (S::UnderReview, C::Reject) if is_collection => Some((S::Rejected, Event::Rejected)),
        (S::Approved | S::Returned | S::Rejected, C::Undo) => Some((S::UnderReview, Event::Undone)),
        (S::Approved | S::Rejected, C::Reopen) => Some((S::Submitted, Event::Reopened)),
        (S::Submitted | S::Resubmitted | S::UnderReview, C::Remind) => Some((from, Event::Reminded)),
        (S::Submitted | S::Resubmitted | S::UnderReview, C::Escalate) => Some((from, Event::Escalated)),

        // A verification needs no change: it holds, or has run out and is asked for anew. Nor does it move: any county may
        // verify.
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

/// The table as Markdown, for the architecture page.
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
