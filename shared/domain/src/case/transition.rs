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
}

impl State {
    /// All states.
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::Submitted,
        Self::Resubmitted,
        Self::UnderReview,
        Self::Returned,
        Self::Approved,
        Self::Rejected,
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
        }
    }

    /// Whether the applicant may change the pages.
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }

    /// Whether a department has it to decide.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Submitted | Self::Resubmitted | Self::UnderReview)
    }
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommandName {
    /// Hand in.
    Submit,
    /// Take back.
    Withdraw,
    /// Take on.
    Claim,
    /// Let go.
    Release,
    /// 通过.
    Approve,
    /// 退回修改.
    Return,
    /// 终止.
    Reject,
    /// Remind.
    Remind,
    /// Show to the division above.
    Escalate,
}

impl CommandName {
    /// All commands.
    pub const ALL: [Self; 9] = [
        Self::Submit,
        Self::Withdraw,
        Self::Claim,
        Self::Release,
        Self::Approve,
        Self::Return,
        Self::Reject,
        Self::Remind,
        Self::Escalate,
    ];

    /// The only role that may ask for it.
    pub const fn role(self) -> Role {
        match self {
            Self::Submit | Self::Withdraw => Role::Applicant,
            Self::Claim | Self::Release | Self::Approve | Self::Return | Self::Reject => Role::Reviewer,
            Self::Remind | Self::Escalate => Role::Clock,
        }
    }
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The applicant.
    Applicant,
    /// A reviewer.
    Reviewer,
    /// The workflow's clock.
    Clock,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Applicant, Self::Reviewer, Self::Clock];
}

/// Where a command leads, or `None` where it is not allowed.
///
/// Letting go of a case leads back to where it was claimed from; [`super::Case::apply`] knows which of the two.
pub fn next(kind: CaseKind, from: State, command: CommandName, role: Role) -> Option<(State, Event)> {
    use CommandName as C;
    use State as S;

    if role != command.role() {
        return None;
    }
    match (from, command) {
        (S::Draft, C::Submit) => Some((S::Submitted, Event::Submitted)),
        (S::Returned, C::Submit) => Some((S::Resubmitted, Event::Resubmitted)),
        (S::Submitted, C::Withdraw) => Some((S::Draft, Event::Withdrawn)),
        (S::Resubmitted, C::Withdraw) => Some((S::Returned, Event::Withdrawn)),
        (S::Submitted | S::Resubmitted | S::UnderReview, C::Claim) => Some((S::UnderReview, Event::Claimed)),
        (S::UnderReview, C::Release) => Some((S::Submitted, Event::Released)),
        (S::UnderReview, C::Approve) => Some((S::Approved, Event::Approved)),
        (S::UnderReview, C::Return) => Some((S::Returned, Event::Returned)),
        // A person who cannot be verified today may bring better pictures tomorrow: no dead end there.
        (S::UnderReview, C::Reject) if kind == CaseKind::Collection => Some((S::Rejected, Event::Rejected)),
        (S::Submitted | S::Resubmitted | S::UnderReview, C::Remind) => Some((from, Event::Reminded)),
        (S::Submitted | S::Resubmitted | S::UnderReview, C::Escalate) => Some((from, Event::Escalated)),

        (S::Draft | S::Returned | S::Approved | S::Rejected, _)
        | (S::Submitted | S::Resubmitted, C::Submit | C::Release | C::Approve | C::Return | C::Reject)
        | (S::UnderReview, C::Submit | C::Withdraw | C::Reject) => None,
    }
}

/// The table as Markdown, for the architecture page.
pub fn table(kind: CaseKind) -> String {
    let mut lines =
        vec!["| from | command | by | to | event |".to_owned(), "|---|---|---|---|---|".to_owned()];
    for from in State::ALL {
        for command in CommandName::ALL {
            let role = command.role();
            if let Some((to, event)) = next(kind, from, command, role) {
                let to = if command == CommandName::Release { "SUBMITTED or RESUBMITTED" } else { to.code() };
                lines.push(format!("| {} | {command:?} | {role:?} | {to} | {event:?} |", from.code()));
            }
        }
    }
    lines.join("\n") + "\n"
}
