//! Limits of claims: how many cases a reviewer may have at once, and for how long each.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Case, Claim, Denied, LEASE, LastClaim};
use crate::{
    ids::{CaseId, ReviewerId},
    moment::Moment,
};

/// How long a released or ended claim still counts towards the same reviewer's next claim on the case (ours): in this
/// time every other reviewer could have claimed the case.
pub const REST: SignedDuration = LEASE;

/// The limits that a department sets for each reviewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimLimits {
    /// Maximum number of claimed cases at a time; at least 1.
    pub at_once: usize,
    /// Maximum renewals of one claim. A case is held for at most `renewals + 1` times [`LEASE`].
    pub renewals: u32,
}

impl Default for ClaimLimits {
    /// Ours: three cases, each for at most two and a half hours.
    fn default() -> Self {
        Self { at_once: 3, renewals: 4 }
    }
}

/// The cases that a reviewer has claimed, as stored in the reviewer's own record. It contains every case that they
/// hold, and possibly cases decided or released since; if it is full, the caller checks the cases themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewerClaims {
    /// Reviewer whose record it is.
    pub reviewer: ReviewerId,
    /// Incremented by every write; 0 if there is no record.
    pub version: u64,
    /// The claimed cases, without duplicates.
    pub claims: Vec<ClaimedCase>,
}

/// A case in a reviewer's claim record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimedCase {
    /// The claimed case.
    pub case: CaseId,
    /// End of the claim.
    pub until: Moment,
}

impl ReviewerClaims {
    /// The record of a reviewer who has never claimed a case.
    pub const fn none(reviewer: ReviewerId) -> Self {
        Self { reviewer, version: 0, claims: Vec::new() }
    }

    /// The other cases whose claims are still running at `at`.
    pub fn others(&self, case: CaseId, at: Moment) -> Vec<ClaimedCase> {
        let counts = |claimed: &&ClaimedCase| claimed.case != case && claimed.until > at;
        self.claims.iter().filter(counts).copied().collect()
    }

    /// The next record: `others` plus the claimed case.
    #[must_use]
    pub fn with(&self, mut others: Vec<ClaimedCase>, claimed: ClaimedCase) -> Self {
        others.push(claimed);
        Self { reviewer: self.reviewer, version: self.version + 1, claims: others }
    }
}

impl Case {
    /// Checks that the renewal limit lets this reviewer claim the case, or renew the claim, at `at`.
    pub fn check_renewals(
        &self,
        reviewer: ReviewerId,
        limits: ClaimLimits,
        at: Moment,
    ) -> Result<(), Denied> {
        let is_over = self.as_of(at).renewals_for(reviewer, at) > limits.renewals;
        if is_over { Err(Denied::Renewed) } else { Ok(()) }
    }

    /// The number of renewals that a claim of this reviewer at `at` has: one more than before if they hold the case, or
    /// held it less than [`REST`] ago.
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
    /// The record of the claim after its end.
    pub(super) fn ended(&self, at: Moment) -> LastClaim {
        LastClaim { by: self.by, renewals: self.renewals, ended_at: at }
    }
}
