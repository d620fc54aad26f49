//! Queues that nobody reads.

use std::sync::{Arc, Mutex};

use domain::case::AuditEntry;

use super::{Script, lock};
use crate::{
    Outcome,
    evidence::CardsToRead,
    exports::Export,
    materials::MaterialsToIndex,
    queues::{
        HeldNumber, Notice, PassToCards, PassToExports, PassToFigures, PassToMaterials, PassToNotices,
        PassToNumbers, PassToRosters,
    },
    rosters::Roster,
};

/// Writes down what was passed on, each time.
#[derive(Clone, Debug)]
pub struct MemoryQueues {
    notices: Arc<Mutex<Vec<Notice>>>,
    figures: Arc<Mutex<Vec<AuditEntry>>>,
    exports: Arc<Mutex<Vec<Export>>>,
    rosters: Arc<Mutex<Vec<Roster>>>,
    cards: Arc<Mutex<Vec<CardsToRead>>>,
    materials: Arc<Mutex<Vec<MaterialsToIndex>>>,
    numbers: Arc<Mutex<Vec<HeldNumber>>>,
    script: Arc<Script>,
}

impl MemoryQueues {
    pub(super) fn new(script: Arc<Script>) -> Self {
        Self {
            notices: Arc::default(),
            figures: Arc::default(),
            exports: Arc::default(),
            rosters: Arc::default(),
            cards: Arc::default(),
            materials: Arc::default(),
            numbers: Arc::default(),
            script,
        }
    }

    /// What was passed on to whoever tells applicants.
    pub fn notices(&self) -> Vec<Notice> {
        lock(&self.notices).clone()
    }

    /// What was passed on to whoever counts.
    pub fn figures(&self) -> Vec<AuditEntry> {
        lock(&self.figures).clone()
    }

    /// What was passed on to whoever makes exports.
    pub fn exports(&self) -> Vec<Export> {
        lock(&self.exports).clone()
    }

    /// What was passed on to whoever makes lists into files.
    pub fn rosters(&self) -> Vec<Roster> {
        lock(&self.rosters).clone()
    }

    /// What was passed on to whoever reads cards.
    pub fn cards(&self) -> Vec<CardsToRead> {
        lock(&self.cards).clone()
    }

    /// What was passed on to whoever indexes what cases show.
    pub fn materials(&self) -> Vec<MaterialsToIndex> {
        lock(&self.materials).clone()
    }

    /// What was passed on to whoever settles who holds a number.
    pub fn numbers(&self) -> Vec<HeldNumber> {
        lock(&self.numbers).clone()
    }

    async fn pass<T: Clone>(&self, call: &'static str, queue: &Mutex<Vec<T>>, messages: &[T]) -> Outcome<()> {
        self.script
            .call(call, || {
                lock(queue).extend_from_slice(messages);
                Ok(())
            })
            .await
    }
}

impl PassToNotices for MemoryQueues {
    async fn pass_to_notices(&self, notices: &[Notice]) -> Outcome<()> {
        self.pass("pass_to_notices", &self.notices, notices).await
    }
}

impl PassToFigures for MemoryQueues {
    async fn pass_to_figures(&self, entries: &[AuditEntry]) -> Outcome<()> {
        self.pass("pass_to_figures", &self.figures, entries).await
    }
}

impl PassToExports for MemoryQueues {
    async fn pass_to_exports(&self, exports: &[Export]) -> Outcome<()> {
        self.pass("pass_to_exports", &self.exports, exports).await
    }
}

impl PassToRosters for MemoryQueues {
    async fn pass_to_rosters(&self, rosters: &[Roster]) -> Outcome<()> {
        self.pass("pass_to_rosters", &self.rosters, rosters).await
    }
}

impl PassToCards for MemoryQueues {
    async fn pass_to_cards(&self, cards: &[CardsToRead]) -> Outcome<()> {
        self.pass("pass_to_cards", &self.cards, cards).await
    }
}

impl PassToMaterials for MemoryQueues {
    async fn pass_to_materials(&self, cases: &[MaterialsToIndex]) -> Outcome<()> {
        self.pass("pass_to_materials", &self.materials, cases).await
    }
}

impl PassToNumbers for MemoryQueues {
    async fn pass_to_numbers(&self, numbers: &[HeldNumber]) -> Outcome<()> {
        self.pass("pass_to_numbers", &self.numbers, numbers).await
    }
}
