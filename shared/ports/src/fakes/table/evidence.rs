//! Evidence: text read from ID cards.

use super::MemoryTable;
use crate::{
    PortError, PortResult,
    evidence::{IdCardOcrQueue, KeptEvidence, LoadEvidence, SaveEvidence},
};

impl SaveEvidence for MemoryTable {
    async fn save_evidence(&self, kept: &KeptEvidence) -> PortResult<()> {
        self.call("save_evidence", |stored| {
            let key = (kept.of.case, kept.of.version);
            if !stored.accounts.contains_key(&kept.of.case.owner) || stored.evidence.contains_key(&key) {
                return Err(PortError::Conflict);
            }
            stored.evidence.insert(key, kept.clone());
            Ok(())
        })
        .await
    }
}

impl LoadEvidence for MemoryTable {
    async fn load_evidence(&self, of: IdCardOcrQueue) -> PortResult<Option<KeptEvidence>> {
        self.call("load_evidence", |stored| Ok(stored.evidence.get(&(of.case, of.version)).cloned())).await
    }
}
