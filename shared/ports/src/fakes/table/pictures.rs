//! Uploads.

use std::collections::BTreeSet;

use domain::ids::{AccountId, UploadId};

use super::MemoryTable;
use crate::{
    PortError, PortResult,
    pictures::{DropUpload, Judged, ListUploads, LoadUploads, Progress, RecordCheck, SaveUpload, Upload},
};

impl SaveUpload for MemoryTable {
    async fn save_upload(&self, upload: &Upload) -> PortResult<()> {
        self.call("save_upload", |stored| {
            let key = (upload.owner, upload.id);
            if stored.uploads.contains_key(&key) || !stored.accounts.contains_key(&upload.owner) {
                return Err(PortError::Conflict);
            }
            stored.uploads.insert(key, upload.clone());
            Ok(())
        })
        .await
    }
}

impl LoadUploads for MemoryTable {
    async fn load_uploads(&self, owner: AccountId, ids: &[UploadId]) -> PortResult<Vec<Upload>> {
        self.call("load_uploads", |stored| {
            let ids: BTreeSet<_> = ids.iter().collect();
            Ok(ids.into_iter().filter_map(|id| stored.uploads.get(&(owner, *id)).cloned()).collect())
        })
        .await
    }
}

impl DropUpload for MemoryTable {
    async fn drop_upload(&self, owner: AccountId, id: UploadId) -> PortResult<()> {
        self.call("drop_upload", |stored| {
            stored.uploads.remove(&(owner, id));
            Ok(())
        })
        .await
    }
}

impl ListUploads for MemoryTable {
    async fn list_uploads(&self, owner: AccountId) -> PortResult<Vec<Upload>> {
        self.call("list_uploads", |stored| {
            Ok(stored.uploads.values().filter(|upload| upload.owner == owner).cloned().collect())
        })
        .await
    }
}

impl MemoryTable {
    /// Changes the progress of an upload, if `may` allows it.
    async fn advance(
        &self,
        call: &'static str,
        key: (AccountId, UploadId),
        progress: Progress,
        may: impl FnOnce(&Progress) -> bool,
    ) -> PortResult<()> {
        self.call(call, |stored| {
            let upload = stored.uploads.get_mut(&key).filter(|upload| may(&upload.progress));
            upload.ok_or(PortError::Conflict)?.progress = progress;
            Ok(())
        })
        .await
    }
}

impl RecordCheck for MemoryTable {
    async fn begin_check(&self, owner: AccountId, id: UploadId, version_id: &str) -> PortResult<()> {
        let checking = Progress::Checking { version_id: version_id.to_owned() };
        let again = checking.clone();
        self.advance("begin_check", (owner, id), checking, |now| *now == Progress::Pending || *now == again)
            .await
    }

    async fn save_judgement(
        &self,
        owner: AccountId,
        id: UploadId,
        version_id: &str,
        judged: &Judged,
    ) -> PortResult<()> {
        let version_id = version_id.to_owned();
        let pinned = Progress::Checking { version_id: version_id.clone() };
        let progress = Progress::Judged { version_id, judgement: judged.clone() };
        self.advance("save_judgement", (owner, id), progress, |now| *now == pinned).await
    }
}
