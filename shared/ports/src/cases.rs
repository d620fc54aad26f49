//! Cases, their history, and the queues.

use domain::{
    case::{AuditEntry, Case, CaseFile, Change, List, ReviewerClaims, SubmittedPages, listing::ListItem},
    collection::Collection,
    consent::Biometrics,
    divisions::Division,
    ids::{CaseId, CaseKind, ReviewerId},
    moment::Moment,
};
use serde::Serialize;
use serde_json::Value;

use crate::{PortError, PortResult, people::Person};

/// Saves drafts.
pub trait SaveDraft: Sync {
    /// The pages, if nobody changed the case since it was read: `filed.case.version` must be one more than stored.
    fn save_draft(&self, filed: &CaseFile<Collection>) -> impl Future<Output = PortResult<()>> + Send;
}

/// What a change of a case rests on beside the case, as it was read. Unless all of it is so still at the moment of the write,
/// nothing is written: [`PortError::Conflict`].
#[derive(Clone, Debug, Default)]
pub struct Basis {
    /// The applicant's account is open, and says this about pictures of their face.
    pub biometrics: Option<Biometrics>,
    /// What the applicant's real-name verification follows from has these versions.
    pub verification: Option<VerificationVersions>,
    /// The claims of the reviewer, to be written together with the change: the record's version is one less.
    pub claims: Option<ReviewerClaims>,
}

/// The versions of everything that says whether an applicant is verified; 0 where there is no such item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerificationVersions {
    /// That of the request to a county.
    pub real_name: u64,
    /// That of the attempts with Alipay.
    pub alipay: u64,
}

impl Basis {
    /// The consent and the verification of that person, as they were read.
    pub fn of(person: &Person) -> Self {
        let versions = VerificationVersions {
            real_name: person.case(CaseKind::RealName).map_or(0, |case| case.version),
            alipay: person.alipay.as_ref().map_or(0, |standing| standing.version),
        };
        Self { verification: Some(versions), ..Self::consent(&person.biometrics) }
    }

    /// The consent, as it was read.
    pub fn consent(biometrics: &Biometrics) -> Self {
        Self { biometrics: Some(biometrics.clone()), ..Self::default() }
    }
}

/// Saves what is handed in.
pub trait SaveSubmission: Sync {
    /// The case with its pages, the audit entry, the frozen copy and the places in the queues, all or nothing.
    fn save_submission<P: Serialize + Sync>(
        &self,
        change: &Change,
        pages: &P,
        basis: &Basis,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Saves changes of a case that rest on more than the case: claims and decisions.
pub trait SaveGroundedChange: Sync {
    /// The same as [`SaveChange::save_change`], and what it rests on is as it was read.
    fn save_grounded_change(
        &self,
        change: &Change,
        basis: &Basis,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads the records of reviewers' claims.
pub trait LoadClaims: Sync {
    /// The reviewer's, as it is now.
    fn load_claims(&self, reviewer: ReviewerId) -> impl Future<Output = PortResult<ReviewerClaims>> + Send;
}

/// Withdraws consents.
pub trait WithdrawConsent: Sync {
    /// What the person says about pictures of their face now, and the withdrawal of what waits for review, all or nothing:
    /// nobody can claim, decide or submit anything in between. `Conflict` unless the account and both cases are as they were
    /// read.
    fn withdraw_consent(
        &self,
        person: &Person,
        after: &Biometrics,
        withdrawn: &[Change],
        at: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Saves every other change of a case.
pub trait SaveChange: Sync {
    /// The case, the audit entry and the places in the queues, all or nothing. Where the case moved, its page of the
    /// department names the new one.
    ///
    /// An approved request for real-name verification makes its account the holder of the identity number in the same
    /// write; `Conflict` when another account holds it ([`LoadNumber`](crate::numbers::LoadNumber) tells).
    fn save_change(&self, change: &Change) -> impl Future<Output = PortResult<()>> + Send;
}

/// Saves a change that has the pages as they were.
pub trait SaveRestored: Sync {
    /// The same as [`SaveChange::save_change`], with the pages as well.
    fn save_restored(&self, change: &Change, pages: &Value) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads cases.
pub trait LoadCase: Sync {
    /// That case, whatever kind it is.
    fn load_case(&self, id: CaseId) -> impl Future<Output = PortResult<Option<Case>>> + Send;
}

/// Reads what was handed in.
pub trait LoadSubmission: Sync {
    /// The pages as the submission that made that version froze them.
    fn load_submission(
        &self,
        id: CaseId,
        version: u64,
    ) -> impl Future<Output = PortResult<Option<Value>>> + Send;

    /// The same, read. That there are none, or none that can be read, is [`PortError::Corrupt`]: ask only for a version
    /// that was handed in.
    fn load_frozen(
        &self,
        id: CaseId,
        version: u64,
    ) -> impl Future<Output = PortResult<SubmittedPages>> + Send {
        async move {
            let corrupt = || PortError::Corrupt(format!("the pages of {id}"));
            let pages = self.load_submission(id, version).await?.ok_or_else(corrupt)?;
            SubmittedPages::read(id.kind, &pages).map_err(|_| corrupt())
        }
    }
}

/// Reads a case's history.
pub trait LoadHistory: Sync {
    /// All entries, oldest first.
    fn load_history(&self, id: CaseId) -> impl Future<Output = PortResult<Vec<AuditEntry>>> + Send;
}

/// Reads departments' lists.
pub trait ListQueue: Sync {
    /// Up to `limit` lines of the division's list after the place `after`, in the list's order.
    fn list_queue(
        &self,
        list: List,
        division: Division,
        kind: Option<CaseKind>,
        after: Option<&(Moment, CaseId)>,
        limit: usize,
    ) -> impl Future<Output = PortResult<Vec<ListItem>>> + Send;
}
