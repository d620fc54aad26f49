//! Queues without consumers.

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

/// Records what was enqueued, in order.
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

    /// The notifications that were enqueued.
    pub fn notifications(&self) -> Vec<Notification> {
        lock(&self.notifications).clone()
    }

    /// The audit entries that were enqueued for statistics.
    pub fn statistics(&self) -> Vec<AuditEntry> {
        lock(&self.statistics).clone()
    }

    /// The exports that were enqueued.
    pub fn exports(&self) -> Vec<Export> {
        lock(&self.exports).clone()
    }

    /// The case list exports that were enqueued.
    pub fn case_lists(&self) -> Vec<CaseList> {
        lock(&self.case_lists).clone()
    }

    /// The ID cards that were enqueued for reading.
    pub fn cards(&self) -> Vec<IdCardOcrQueue> {
        lock(&self.cards).clone()
    }

    /// The cases that were enqueued for indexing.
    pub fn match_keys(&self) -> Vec<SharedEvidenceToIndex> {
        lock(&self.match_keys).clone()
    }

    /// The settlements that were enqueued.
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
