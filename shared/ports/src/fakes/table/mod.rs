//! The table. Each call looks and writes under one lock, as one conditional write or transaction does there.

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

/// Everything that is stored, for tests to look at and to set up.
#[derive(Debug, Default)]
pub struct Stored {
    /// Answers of picture codes, and until when.
    pub captchas: BTreeMap<CaptchaId, (Tag, Moment)>,
    /// Codes by the requests for them, and how often each was tried.
    pub sms_codes: BTreeMap<SmsCodeId, (SentSmsCode, u8)>,
    /// Counters by limit and subject: how many, and until when.
    pub limits: HashMap<String, (u32, Moment)>,
    /// Sources that accounts are known by, and until when.
    pub sources: HashMap<(String, Tag), Moment>,
    /// Reviewers' locks that were lifted.
    pub lifts: Vec<LiftedLock>,
    /// Kept answers by their keys: the fingerprint, until when, and the answer once there is one.
    pub answers: HashMap<String, (String, Moment, Option<KeptAnswer>)>,
    /// When requests that can be sent again began for the first time, by their keys.
    pub begun: HashMap<String, Moment>,
    /// Open accounts.
    pub accounts: BTreeMap<AccountId, Account>,
    /// People's attempts with Alipay.
    pub standings: BTreeMap<AccountId, AttemptHistory>,
    /// Whose attempt it is that Alipay calls so.
    pub certify_ids: HashMap<String, AttemptId>,
    /// The responses of Alipay that were used.
    pub responses: BTreeSet<ResponseDigest>,
    /// Identity numbers, by their tags.
    pub numbers: HashMap<Tag, StoredNumber>,
    /// What follows when an account comes to hold its number.
    pub settlements: BTreeMap<(AccountId, Moment), Settlement>,
    /// Accounts that are being closed, and whether the SMS about a lost number was sent.
    pub closings: BTreeMap<AccountId, StoredClosing>,
    /// Whose phone it is.
    pub mobiles: HashMap<Tag, AccountId>,
    /// Reviewers by their account names.
    pub staff: BTreeMap<String, ReviewerId>,
    /// Reviewers.
    pub reviewers: BTreeMap<ReviewerId, Reviewer>,
    /// Departments by their ids.
    pub departments: BTreeMap<String, Department>,
    /// Windows by their provinces.
    pub windows: BTreeMap<&'static str, Window>,
    /// What was changed in windows.
    pub window_changes: Vec<WindowChange>,
    /// Pictures' records.
    pub uploads: BTreeMap<(AccountId, UploadId), Upload>,
    /// Exports.
    pub exports: BTreeMap<(AccountId, ExportId), Export>,
    /// Lists that are made into files, by reviewer.
    pub case_lists: BTreeMap<(ReviewerId, CaseListId), CaseList>,
    /// What was read on cards, by the submission.
    pub evidence: BTreeMap<(CaseId, u64), KeptEvidence>,
    /// Cases.
    pub cases: BTreeMap<CaseId, StoredCase>,
    /// Approved collections of closed accounts, which nobody can write.
    pub retained: BTreeMap<CaseId, StoredCase>,
    /// Pages as they were handed in, by the version that did it.
    pub submissions: BTreeMap<(CaseId, u64), Value>,
    /// The history, by versions.
    pub history: BTreeMap<(CaseId, u64), AuditEntry>,
    /// Entries of the history that were counted.
    pub counted: BTreeSet<(CaseId, u64)>,
    /// Counters: how often each was written, and what it has.
    pub counters: HashMap<CounterId, (u64, Statistics)>,
    /// Anchors of the chains of histories.
    pub anchors: BTreeMap<Date, Anchor>,
    /// Selections, by reviewer.
    pub bulks: BTreeMap<(ReviewerId, BulkId), Bulk>,
    /// What became of their cases.
    pub bulk_results: BTreeMap<(BulkId, CaseId), BulkResult>,
    /// Who looked at what.
    pub views: Vec<View>,
    /// The records of reviewers' claims.
    pub claims: BTreeMap<ReviewerId, ReviewerClaims>,
    /// Queues: division, kind and place.
    pub queues: BTreeMap<(List, &'static str, CaseKind, String), ListItem>,
    /// Notifications, by their owners.
    pub notifications: BTreeMap<(AccountId, NotificationId), StoredNotification>,
    /// What is indexed of cases.
    pub indexes: BTreeMap<CaseId, SharedEvidenceIndex>,
    /// Lines of the index: tags, and the cases that have them.
    pub lines: BTreeSet<(String, CaseId)>,
    /// Lines of bands, by tag and case: pictures.
    pub bands: BTreeMap<(String, CaseId), UploadId>,
    /// Tokens that wait, each for a submission.
    pub tokens: BTreeMap<CaseId, (u64, TaskToken)>,
}

/// A case as it is stored.
#[derive(Clone, Debug)]
pub struct StoredCase {
    /// The case.
    pub case: Case,
    /// Its pages, as JSON.
    pub pages: Value,
}

/// A table.
#[derive(Clone, Debug)]
pub struct MemoryTable {
    stored: Arc<Mutex<Stored>>,
    script: Arc<Script>,
}

impl MemoryTable {
    pub(super) fn new(script: Arc<Script>) -> Self {
        Self { stored: Arc::default(), script }
    }

    /// What is stored; nobody else can read or write while it is looked at.
    pub fn look(&self) -> MutexGuard<'_, Stored> {
        lock(&self.stored)
    }

    /// One more account that claims an identity document.
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
