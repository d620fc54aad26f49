//! Queues that nobody reads.

use std::sync::{Arc, Mutex};

use domain::case::AuditEntry;

use super::{Script, lock};
use crate::{
    PortResult,
    case_lists::CaseList,
    evidence::IdCardOcrQueue,
    exports::Export,
    match_keys::SharedEvidenceToIndex,
    queues::{
        EnqueueCaseLists, EnqueueExports, EnqueueIdCards, EnqueueNotifications, EnqueueNumbers,
        EnqueueSharedEvidence, EnqueueStatistics, HeldNumber, Notification,
    },
};

/// Writes down what was passed on, each time.
#[derive(Clone, Debug)]
pub struct MemoryQueues {
    notifications: Arc<Mutex<Vec<Notification>>>,
    statistics: Arc<Mutex<Vec<AuditEntry>>>,
    exports: Arc<Mutex<Vec<Export>>>,
    case_lists: Arc<Mutex<Vec<CaseList>>>,
    cards: Arc<Mutex<Vec<IdCardOcrQueue>>>,
    match_keys: Arc<Mutex<Vec<SharedEvidenceToIndex>>>,
    numbers: Arc<Mutex<Vec<HeldNumber>>>,
    script: Arc<Script>,
}

impl MemoryQueues {
    pub(super) fn new(script: Arc<Script>) -> Self {
        Self {
            notifications: Arc::default(),
            statistics: Arc::default(),
            exports: Arc::default(),
            case_lists: Arc::default(),
            cards: Arc::default(),
            match_keys: Arc::default(),
            numbers: Arc::default(),
            script,
        }
    }

    /// What was passed on to whoever tells applicants.
    pub fn notifications(&self) -> Vec<Notification> {
        lock(&self.notifications).clone()
    }

    /// What was passed on to whoever counts.
    pub fn statistics(&self) -> Vec<AuditEntry> {
        lock(&self.statistics).clone()
    }

    /// What was passed on to whoever makes exports.
    pub fn exports(&self) -> Vec<Export> {
        lock(&self.exports).clone()
    }

    /// What was passed on to whoever makes lists into files.
    pub fn case_lists(&self) -> Vec<CaseList> {
        lock(&self.case_lists).clone()
    }

    /// What was passed on to whoever reads cards.
    pub fn cards(&self) -> Vec<IdCardOcrQueue> {
        lock(&self.cards).clone()
    }

    /// What was passed on to whoever indexes what cases show.
    pub fn match_keys(&self) -> Vec<SharedEvidenceToIndex> {
        lock(&self.match_keys).clone()
    }

    /// What was passed on to whoever settles who holds a number.
    pub fn numbers(&self) -> Vec<HeldNumber> {
        lock(&self.numbers).clone()
    }

    async fn pass<T: Clone>(
        &self,
        call: &'static str,
        queue: &Mutex<Vec<T>>,
        messages: &[T],
    ) -> PortResult<()> {
        self.script
            .call(call, || {
                lock(queue).extend_from_slice(messages);
                Ok(())
            })
            .await
    }
}

impl EnqueueNotifications for MemoryQueues {
    async fn enqueue_notifications(&self, notifications: &[Notification]) -> PortResult<()> {
        self.pass("pass_to_notifications", &self.notifications, notifications).await
    }
}

impl EnqueueStatistics for MemoryQueues {
    async fn enqueue_statistics(&self, entries: &[AuditEntry]) -> PortResult<()> {
        self.pass("pass_to_figures", &self.statistics, entries).await
    }
}

impl EnqueueExports for MemoryQueues {
    async fn enqueue_exports(&self, exports: &[Export]) -> PortResult<()> {
        self.pass("pass_to_exports", &self.exports, exports).await
    }
}

impl EnqueueCaseLists for MemoryQueues {
    async fn enqueue_case_lists(&self, case_lists: &[CaseList]) -> PortResult<()> {
        self.pass("pass_to_rosters", &self.case_lists, case_lists).await
    }
}

impl EnqueueIdCards for MemoryQueues {
    async fn enqueue_id_cards(&self, cards: &[IdCardOcrQueue]) -> PortResult<()> {
        self.pass("pass_to_cards", &self.cards, cards).await
    }
}

impl EnqueueSharedEvidence for MemoryQueues {
    async fn enqueue_shared_evidence(&self, cases: &[SharedEvidenceToIndex]) -> PortResult<()> {
        self.pass("pass_to_materials", &self.match_keys, cases).await
    }
}

impl EnqueueNumbers for MemoryQueues {
    async fn enqueue_numbers(&self, numbers: &[HeldNumber]) -> PortResult<()> {
        self.pass("pass_to_numbers", &self.numbers, numbers).await
    }
}
