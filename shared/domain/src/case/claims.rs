//! How much a reviewer may claim: cases at once, and each of them for how long.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Case, Claim, Denied, LEASE, LastClaim};
use crate::{
    ids::{CaseId, ReviewerId},
    moment::Moment,
};

/// How long a claim that was released, or has ended, is still counted with a new one of the same reviewer (ours): in that time
/// every other reviewer could have claimed the case.
pub const REST: SignedDuration = LEASE;

/// What a department allows each of its reviewers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimLimits {
    /// Cases that are claimed at the same time; at least 1.
    pub at_once: usize,
    /// How often one claim is renewed. A case is held for at most [`LEASE`] times one more than that.
    pub renewals: u32,
}

impl Default for ClaimLimits {
    /// Ours: three cases, each for two and a half hours at most.
    fn default() -> Self {
        Self { at_once: 3, renewals: 4 }
    }
}

/// The cases that a reviewer claimed, as the reviewer's own record has them: every case that they hold, and maybe some that
/// were decided or released since. Whoever finds it full looks at the cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewerClaims {
    /// Whose.
    pub reviewer: ReviewerId,
    /// Counts its writes; 0 where there is no record.
    pub version: u64,
    /// The cases, each once.
    pub claims: Vec<ClaimedCase>,
}

/// A case in the record of a reviewer's claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedCase {
    /// Which.
    pub case: CaseId,
    /// Until when.
    pub until: Moment,
}

impl ReviewerClaims {
    /// The record of a reviewer who claimed nothing yet.
    pub const fn none(reviewer: ReviewerId) -> Self {
        Self { reviewer, version: 0, claims: Vec::new() }
    }

    /// The other cases whose claims have not ended at `at`.
    pub fn others(&self, case: CaseId, at: Moment) -> Vec<ClaimedCase> {
        let counts = |claimed: &&ClaimedCase| claimed.case != case && claimed.until > at;
        self.claims.iter().filter(counts).copied().collect()
    }

    /// The next record: `others` stay, and the case is claimed until then.
    #[must_use]
    pub fn with(&self, mut others: Vec<ClaimedCase>, claimed: ClaimedCase) -> Self {
        others.push(claimed);
        Self { reviewer: self.reviewer, version: self.version + 1, claims: others }
    }
}

impl Case {
    /// Whether that reviewer may claim the case, or renew the claim, as far as that depends on how long they held it.
    pub fn check_renewals(
        &self,
        reviewer: ReviewerId,
        limits: ClaimLimits,
        at: Moment,
    ) -> Result<(), Denied> {
        let is_over = self.as_of(at).renewals_for(reviewer, at) > limits.renewals;
        if is_over { Err(Denied::Renewed) } else { Ok(()) }
    }

    /// How many renewals a claim of that reviewer at `at` is the result of: one more than before where they hold the case, or
    /// did so until a moment ago.
    pub(super) fn renewals_for(&self, reviewer: ReviewerId, at: Moment) -> u32 {
        match (&self.claim, &self.last_claim) {
            (Some(claim), _) if claim.by == reviewer => claim.renewals.saturating_add(1),
            (None, Some(last)) if last.by == reviewer && at < last.ended_at.after(REST) => {
                last.renewals.saturating_add(1)
            }
            _ => 0,
        }
    }
}

impl Claim {
    /// What is remembered of it once it has ended.
    pub(super) fn ended(&self, at: Moment) -> LastClaim {
        LastClaim { by: self.by, renewals: self.renewals, ended_at: at }
    }
}
