//! The table. Each call reads and writes under one lock, like one conditional write or transaction of the real table.

mod audit;
mod bulk;
mod case_lists;
mod cases;
mod codes;
mod evidence;
mod exports;
mod match_keys;
mod notifications;
mod numbers;
mod people;
mod pictures;
mod statistics;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard},
};

use domain::{
    case::{AuditEntry, Case, List, ReviewerClaims, chain::Anchor, desk::Reviewer, listing::ListItem},
    collection::department::Department,
    ids::{
        AccountId, BulkId, CaptchaId, CaseId, CaseKind, CaseListId, ExportId, NotificationId, ReviewerId,
        SmsCodeId, UploadId,
    },
    moment::Moment,
    real_name::alipay::{AttemptHistory, AttemptId, ResponseDigest},
    statistics::Statistics,
    window::Window,
};
use jiff::civil::Date;
use serde_json::Value;

pub use numbers::{StoredClosing, StoredNumber};

use super::{Script, lock};
use crate::{
    PortResult,
    audit::View,
    bulk::{Bulk, BulkResult},
    case_lists::CaseList,
    codes::SentSmsCode,
    evidence::KeptEvidence,
    exports::Export,
    idempotency::KeptAnswer,
    log_in::LiftedLock,
    match_keys::SharedEvidenceIndex,
    notifications::StoredNotification,
    numbers::Settlement,
    people::Account,
    pictures::Upload,
    secrets::Tag,
    statistics::CounterId,
    windows::WindowChange,
    workflow::TaskToken,
};

/// Everything that is stored; tests can read and change it.
#[derive(Debug, Default)]
pub struct Stored {
    /// Captcha answers, and when they expire.
    pub captchas: BTreeMap<CaptchaId, (Tag, Moment)>,
    /// SMS codes by id, and how often each was tried.
    pub sms_codes: BTreeMap<SmsCodeId, (SentSmsCode, u8)>,
    /// Counters by limit and key: the count, and when the window ends.
    pub limits: HashMap<String, (u32, Moment)>,
    /// Sources that accounts are known by, and until when.
    pub sources: HashMap<(String, Tag), Moment>,
    /// Records of lifted locks of reviewers.
    pub lifts: Vec<LiftedLock>,
    /// Requests by key: the fingerprint, when it expires, and the response if there is one.
    pub answers: HashMap<String, (String, Moment, Option<KeptAnswer>)>,
    /// When repeatable requests first started, by key.
    pub begun: HashMap<String, Moment>,
    /// Open accounts.
    pub accounts: BTreeMap<AccountId, Account>,
    /// Applicants' attempts with Alipay.
    pub standings: BTreeMap<AccountId, AttemptHistory>,
    /// Attempts by their id at Alipay.
    pub certify_ids: HashMap<String, AttemptId>,
    /// The responses from Alipay that were used.
    pub responses: BTreeSet<ResponseDigest>,
    /// Identity numbers, by their tags.
    pub numbers: HashMap<Tag, StoredNumber>,
    /// Settlements of identity numbers.
    pub settlements: BTreeMap<(AccountId, Moment), Settlement>,
    /// Accounts that are being closed, and whether the SMS about a lost number was sent.
    pub closings: BTreeMap<AccountId, StoredClosing>,
    /// Accounts by the tag of their phone.
    pub mobiles: HashMap<Tag, AccountId>,
    /// Reviewers by their account names.
    pub staff: BTreeMap<String, ReviewerId>,
    /// Reviewers.
    pub reviewers: BTreeMap<ReviewerId, Reviewer>,
    /// Departments by their ids.
    pub departments: BTreeMap<String, Department>,
    /// Windows by their provinces.
    pub windows: BTreeMap<&'static str, Window>,
    /// The history of windows.
    pub window_changes: Vec<WindowChange>,
    /// Uploads.
    pub uploads: BTreeMap<(AccountId, UploadId), Upload>,
    /// Exports.
    pub exports: BTreeMap<(AccountId, ExportId), Export>,
    /// Case list exports, by reviewer.
    pub case_lists: BTreeMap<(ReviewerId, CaseListId), CaseList>,
    /// Evidence, by submission.
    pub evidence: BTreeMap<(CaseId, u64), KeptEvidence>,
    /// Cases.
    pub cases: BTreeMap<CaseId, StoredCase>,
    /// Approved collections of closed accounts, which can no longer be written.
    pub retained: BTreeMap<CaseId, StoredCase>,
    /// Submitted pages, by the version that submitted them.
    pub submissions: BTreeMap<(CaseId, u64), Value>,
    /// Audit entries, by version.
    pub history: BTreeMap<(CaseId, u64), AuditEntry>,
    /// Audit entries that were counted.
    pub counted: BTreeSet<(CaseId, u64)>,
    /// Counters: how often each was written, and its counts.
    pub counters: HashMap<CounterId, (u64, Statistics)>,
    /// Anchors of the hash chains.
    pub anchors: BTreeMap<Date, Anchor>,
    /// Bulk approvals, by reviewer.
    pub bulks: BTreeMap<(ReviewerId, BulkId), Bulk>,
    /// The results of bulk approvals.
    pub bulk_results: BTreeMap<(BulkId, CaseId), BulkResult>,
    /// Views of cases.
    pub views: Vec<View>,
    /// Reviewers' claims.
    pub claims: BTreeMap<ReviewerId, ReviewerClaims>,
    /// Departments' lists: list, division, kind and position.
    pub queues: BTreeMap<(List, &'static str, CaseKind, String), ListItem>,
    /// Notifications, by owner.
    pub notifications: BTreeMap<(AccountId, NotificationId), StoredNotification>,
    /// The indexes of shared evidence.
    pub indexes: BTreeMap<CaseId, SharedEvidenceIndex>,
    /// Lines of the index: tags and their cases.
    pub lines: BTreeSet<(String, CaseId)>,
    /// Lines of bands: the pictures, by tag and case.
    pub bands: BTreeMap<(String, CaseId), UploadId>,
    /// Tokens of waiting executions, each with the version of its submission.
    pub tokens: BTreeMap<CaseId, (u64, TaskToken)>,
}

/// A case as it is stored.
#[derive(Clone, Debug)]
pub struct StoredCase {
    /// The case.
    pub case: Case,
    /// The case's pages as JSON.
    pub pages: Value,
}

/// The in-memory table.
#[derive(Clone, Debug)]
pub struct MemoryTable {
    stored: Arc<Mutex<Stored>>,
    script: Arc<Script>,
}

impl MemoryTable {
    pub(super) fn new(script: Arc<Script>) -> Self {
        Self { stored: Arc::default(), script }
    }

    /// Locks and returns the stored data; other calls wait while the guard is held.
    pub fn look(&self) -> MutexGuard<'_, Stored> {
        lock(&self.stored)
    }

    /// Registers an account with an identity document.
    pub fn claim(&self, tag: &Tag, id: AccountId) {
        self.look().numbers.entry(tag.clone()).or_default().registrants.insert(id);
    }

    async fn call<T>(
        &self,
        name: &'static str,
        effect: impl FnOnce(&mut Stored) -> PortResult<T>,
    ) -> PortResult<T> {
        self.script.call(name, || effect(&mut self.look())).await
    }
}
