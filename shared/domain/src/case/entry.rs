//! The audit trail of a case.

use serde::{Deserialize, Serialize};

use super::{Actor, ChainEntry, Decision, ReviewNote, State};
use crate::{
    divisions::Division,
    ids::{CaseId, ReviewerId},
    moment::Moment,
};

/// One entry of a case's audit trail; never changed, never deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Case that the event belongs to.
    pub case: CaseId,
    /// Version that the change made.
    pub version: u64,
    /// When it happened.
    pub at: Moment,
    /// Author of the change.
    pub by: Actor,
    /// The event, in the past tense.
    pub event: Event,
    /// The state before.
    pub from: State,
    /// The state after.
    pub to: State,
    /// Number of the submission it belongs to.
    pub round: u32,
    /// Division whose department has the case after the event.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub division: Option<Division>,
    /// Duration of what the event ends, in seconds: the wait in the queue for a claim, the claim for a release or a
    /// decision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lasted: Option<u64>,
    /// Division that had the case before, if the case moved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub left: Option<Division>,
    /// The decision made or proposed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decision: Option<Decision>,
    /// Reviewer whom the case was reassigned to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub assignee: Option<ReviewerId>,
    /// The reason, for events that require one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<ReviewNote>,
    /// Position in the case's chain.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link: Option<ChainEntry>,
}

/// The kind of event in a case's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// Submitted for the first time, or again after a withdrawal.
    Submitted,
    /// Resubmitted after a return.
    Resubmitted,
    /// Withdrawn by the applicant.
    Withdrawn,
    /// Claimed by a reviewer, or claim renewed.
    Claimed,
    /// Released by the reviewer.
    Released,
    /// 审核通过.
    Approved,
    /// 审核不通过, for correction.
    Returned,
    /// 审核不通过, final.
    Rejected,
    /// The department was reminded.
    Reminded,
    /// Escalated to the division above.
    Escalated,
    /// A reviewer proposed a decision; a second reviewer has to confirm it.
    Proposed,
    /// The decision was undone.
    Undone,
    /// Reassigned to a reviewer.
    Reassigned,
    /// Reopened for another decision.
    Reopened,
    /// 变更: an amendment of what is in force was started.
    Amended,
    /// The amendment was discarded; what is in force stays.
    Discarded,
    /// 调转: the applicant requested a transfer.
    TransferAsked,
    /// The applicant cancelled the transfer.
    TransferCancelled,
    /// 调出: the department released the case.
    TransferReleased,
    /// One of the two departments refused the transfer.
    TransferRefused,
    /// 调入: the other department accepted the case.
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

    /// Whether only reviewers may see it: unconfirmed proposals, and which reviewer works on which case.
    pub const fn is_internal(self) -> bool {
        matches!(self, Self::Proposed | Self::Reassigned)
    }
}
