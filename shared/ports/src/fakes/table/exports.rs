//! Exports.

use domain::ids::{AccountId, ExportId};

use super::MemoryTable;
use crate::{
    Outcome, PortError,
    exports::{Export, LoadExport, RecordExport, SaveExport},
};

impl SaveExport for MemoryTable {
    async fn save_export(&self, export: &Export) -> Outcome<()> {
        self.call("save_export", |stored| {
            let key = (export.owner, export.id);
            if stored.exports.contains_key(&key) {
                return Err(PortError::Conflict);
            }
            stored.exports.insert(key, export.clone());
            Ok(())
        })
        .await
    }
}

impl LoadExport for MemoryTable {
    async fn load_export(&self, owner: AccountId, id: ExportId) -> Outcome<Option<Export>> {
        self.call("load_export", |stored| Ok(stored.exports.get(&(owner, id)).cloned())).await
    }
}

impl RecordExport for MemoryTable {
    async fn record_export(&self, export: &Export) -> Outcome<()> {
        self.call("record_export", |stored| {
            let found = stored.exports.get_mut(&(export.owner, export.id)).ok_or(PortError::Conflict)?;
            if found.state.is_final() {
                return Err(PortError::Conflict);
            }
            *found = export.clone();
            Ok(())
        })
        .await
    }
}
