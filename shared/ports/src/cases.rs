//! Cases, their history, and the departments' lists.

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
    /// Saves the pages if the case was not changed since it was read: `filed.case.version` must be the stored version
    /// plus 1.
    fn save_draft(&self, filed: &CaseFile<Collection>) -> impl Future<Output = PortResult<()>> + Send;
}

/// What a change rests on besides the case itself, as it was read. If any of it has changed at the moment of the write,
/// nothing is written: [`PortError::Conflict`].
#[derive(Clone, Debug, Default)]
pub struct Basis {
    /// The applicant's account is open and has this consent to pictures of their face.
    pub biometrics: Option<Biometrics>,
    /// The records that determine the applicant's real-name verification have these versions.
    pub verification: Option<VerificationVersions>,
    /// The reviewer's claims, written together with the change: the stored record's version must be one less.
    pub claims: Option<ReviewerClaims>,
}

/// The versions of the records that determine whether an applicant is verified; 0 if there is no such record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerificationVersions {
    /// Version of the request to a county.
    pub real_name: u64,
    /// Version of the attempts with Alipay.
    pub alipay: u64,
}

impl Basis {
    /// The consent and the verification of that applicant, as they were read.
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

/// Saves submissions.
pub trait SaveSubmission: Sync {
    /// Saves the case with its pages, the audit entry, the submitted pages and the positions in the lists, all or
    /// nothing.
    fn save_submission<P: Serialize + Sync>(
        &self,
        change: &Change,
        pages: &P,
        basis: &Basis,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Saves changes that rest on more than the case: claims and decisions.
pub trait SaveGroundedChange: Sync {
    /// Like [`SaveChange::save_change`], but requires that `basis` still holds.
    fn save_grounded_change(
        &self,
        change: &Change,
        basis: &Basis,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads reviewers' claims.
pub trait LoadClaims: Sync {
    /// Returns the reviewer's current claims.
    fn load_claims(&self, reviewer: ReviewerId) -> impl Future<Output = PortResult<ReviewerClaims>> + Send;
}

/// Withdraws consents.
pub trait WithdrawConsent: Sync {
    /// Saves the new consent and the withdrawal of the cases that wait for review, all or nothing, so that no case can
    /// be claimed, decided or submitted in between. `Conflict` unless the account and both cases are as they were read.
    fn withdraw_consent(
        &self,
        person: &Person,
        after: &Biometrics,
        withdrawn: &[Change],
        at: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Saves all other changes of a case.
pub trait SaveChange: Sync {
    /// Saves the case, the audit entry and the positions in the lists, all or nothing. After a transfer, the case's
    /// department page names the new department.
    ///
    /// An approved request for real-name verification makes its account the holder of the identity number in the same
    /// write. `Conflict` if another account holds it ([`LoadNumber`](crate::numbers::LoadNumber) shows which).
    fn save_change(&self, change: &Change) -> impl Future<Output = PortResult<()>> + Send;
}

/// Saves a change that restores earlier pages.
pub trait SaveRestored: Sync {
    /// Like [`SaveChange::save_change`], and saves the pages too.
    fn save_restored(&self, change: &Change, pages: &Value) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads cases.
pub trait LoadCase: Sync {
    /// Returns that case, of any kind.
    fn load_case(&self, id: CaseId) -> impl Future<Output = PortResult<Option<Case>>> + Send;
}

/// Reads submitted pages.
pub trait LoadSubmission: Sync {
    /// Returns the submitted pages of the submission that created that version.
    fn load_submission(
        &self,
        id: CaseId,
        version: u64,
    ) -> impl Future<Output = PortResult<Option<Value>>> + Send;

    /// Like `load_submission`, but parsed. [`PortError::Corrupt`] if there are none or they cannot be read: only call
    /// it for a version that was submitted.
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
    /// Returns all audit entries, oldest first.
    fn load_history(&self, id: CaseId) -> impl Future<Output = PortResult<Vec<AuditEntry>>> + Send;
}

/// Reads departments' lists.
pub trait ListQueue: Sync {
    /// Returns up to `limit` lines of the division's list after position `after`, in the list's order.
    fn list_queue(
        &self,
        list: List,
        division: Division,
        kind: Option<CaseKind>,
        after: Option<&(Moment, CaseId)>,
        limit: usize,
    ) -> impl Future<Output = PortResult<Vec<ListItem>>> + Send;
}
