//! The audit trail: what happened to a case.

use serde::{Deserialize, Serialize};

use super::{Actor, ChainEntry, Decision, ReviewNote, State};
use crate::{
    divisions::Division,
    ids::{CaseId, ReviewerId},
    moment::Moment,
};

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
    /// The division whose department had it before, where it moved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub left: Option<Division>,
    /// The decision, where it is one, or is to become one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decision: Option<Decision>,
    /// Who it was given to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub assignee: Option<ReviewerId>,
    /// Why, where a reason is asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<ReviewNote>,
    /// Its place in the case's chain.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link: Option<ChainEntry>,
}

/// What happened to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
    /// One reviewer wants it decided so; a second one has to say so too.
    Proposed,
    /// The decision was taken back.
    Undone,
    /// Given to a reviewer.
    Reassigned,
    /// To be decided once more.
    Reopened,
    /// 变更: what is in force is being changed.
    Amended,
    /// What is in force stays as it is.
    Discarded,
    /// 调转: another department was asked for.
    TransferAsked,
    /// It was asked for no more.
    TransferCancelled,
    /// 调出: the department lets it go.
    TransferReleased,
    /// One of the two departments does not agree.
    TransferRefused,
    /// 调入: the other department has it.
    Transferred,
}

impl Event {
    /// All events.
    pub const ALL: [Self; 21] = [
        Self::Submitted,
        Self::Resubmitted,
        Self::Withdrawn,
        Self::Claimed,
        Self::Released,
        Self::Approved,
        Self::Returned,
        Self::Rejected,
        Self::Reminded,
        Self::Escalated,
        Self::Proposed,
        Self::Undone,
        Self::Reassigned,
        Self::Reopened,
        Self::Amended,
        Self::Discarded,
        Self::TransferAsked,
        Self::TransferCancelled,
        Self::TransferReleased,
        Self::TransferRefused,
        Self::Transferred,
    ];

    /// Whether only the desk is to see it: what a second reviewer has not agreed to yet, and who works on what.
    pub const fn is_internal(self) -> bool {
        matches!(self, Self::Proposed | Self::Reassigned)
    }
}
