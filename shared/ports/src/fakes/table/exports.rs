//! Exports.

use domain::ids::{AccountId, ExportId};

use super::MemoryTable;
use crate::{
    PortError, PortResult,
    exports::{Export, ExportState, ListExports, LoadExport, RecordExport, RemoveExport, SaveExport},
};

impl SaveExport for MemoryTable {
    async fn save_export(&self, export: &Export) -> PortResult<()> {
        self.call("save_export", |stored| {
            let key = (export.owner, export.id);
            if stored.exports.contains_key(&key) || !stored.accounts.contains_key(&export.owner) {
                return Err(PortError::Conflict);
            }
            stored.exports.insert(key, export.clone());
            Ok(())
        })
        .await
    }
}

impl LoadExport for MemoryTable {
    async fn load_export(&self, owner: AccountId, id: ExportId) -> PortResult<Option<Export>> {
        self.call("load_export", |stored| Ok(stored.exports.get(&(owner, id)).cloned())).await
    }
}

impl ListExports for MemoryTable {
    async fn list_exports(&self, owner: AccountId) -> PortResult<Vec<Export>> {
        self.call("list_exports", |stored| {
            Ok(stored.exports.values().filter(|export| export.owner == owner).cloned().collect())
        })
        .await
    }
}

impl RemoveExport for MemoryTable {
    async fn remove_export(&self, export: &Export) -> PortResult<()> {
        self.call("remove_export", |stored| {
            if let Some(found) = stored.exports.get_mut(&(export.owner, export.id)) {
                found.state = ExportState::Removed;
            }
            Ok(())
        })
        .await
    }
}

impl RecordExport for MemoryTable {
    async fn record_export(&self, export: &Export) -> PortResult<()> {
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
