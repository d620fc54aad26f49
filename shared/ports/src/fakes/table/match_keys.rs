//! The index of shared evidence.

use domain::ids::{CaseId, UploadId};

use super::MemoryTable;
use crate::{
    PortError, PortResult,
    match_keys::{LoadMatchKeys, SaveMatchKeys, SharedEvidenceIndex},
    secrets::Tag,
};

impl LoadMatchKeys for MemoryTable {
    async fn load_index(&self, case: CaseId) -> PortResult<Option<SharedEvidenceIndex>> {
        self.call("load_index", |stored| Ok(stored.indexes.get(&case).cloned())).await
    }

    async fn list_sharing(&self, tag: &Tag, limit: usize) -> PortResult<Vec<CaseId>> {
        self.call("list_sharing", |stored| {
            let lines = stored.lines.iter().filter(|(of, _)| of == tag.as_str());
            Ok(lines.map(|(_, case)| *case).take(limit).collect())
        })
        .await
    }

    async fn list_alike(&self, band: &Tag, limit: usize) -> PortResult<Vec<(CaseId, UploadId)>> {
        self.call("list_alike", |stored| Ok(Self::alike_in(stored, band).into_iter().take(limit).collect()))
            .await
    }
}

impl MemoryTable {
    /// The cases and pictures that have a line for the band.
    fn alike_in(stored: &super::Stored, band: &Tag) -> Vec<(CaseId, UploadId)> {
        let lines = stored.bands.iter().filter(|((of, _), _)| of == band.as_str());
        lines.map(|((_, case), upload)| (*case, *upload)).collect()
    }
}

impl SaveMatchKeys for MemoryTable {
    async fn save_index(&self, index: &SharedEvidenceIndex) -> PortResult<()> {
        self.call("save_index", |stored| {
            let before = stored.indexes.get(&index.case).map_or(0, |before| before.revision);
            if before + 1 != index.revision || !stored.accounts.contains_key(&index.case.owner) {
                return Err(PortError::Conflict);
            }
            stored.indexes.insert(index.case, index.clone());
            Ok(())
        })
        .await
    }

    async fn write_lines(&self, index: &SharedEvidenceIndex) -> PortResult<()> {
        self.call("write_lines", |stored| {
            if stored.indexes.get(&index.case).map(|last| last.revision) != Some(index.revision) {
                return Err(PortError::Conflict);
            }
            for tag in &index.leaving {
                stored.lines.remove(&(tag.as_str().to_owned(), index.case));
                stored.bands.remove(&(tag.as_str().to_owned(), index.case));
            }
            stored.lines.extend(index.tags().iter().map(|tag| (tag.as_str().to_owned(), index.case)));
            let bands = index.distinct_bands();
            let bands = bands.iter().map(|band| ((band.tag.as_str().to_owned(), index.case), band.upload));
            stored.bands.extend(bands);
            Ok(())
        })
        .await
    }
}
