//! Pictures' records: `PERSON#<ulid>` / `UPLOAD#<ulid>`.

use domain::ids::{AccountId, UploadId};
use ports::{
    Clock, PortResult,
    pictures::{DropUpload, Judged, ListUploads, LoadUploads, Progress, RecordCheck, SaveUpload, Upload},
};

use super::{Key, Table, item, person, read, value};
use crate::{SystemClock, failure::failed};

pub(super) fn key(owner: AccountId, id: UploadId) -> Key {
    Key::new(person(owner), format!("UPLOAD#{}", id.ulid()))
}

impl SaveUpload for Table {
    async fn save_upload(&self, upload: &Upload) -> PortResult<()> {
        let item = item(&key(upload.owner, upload.id), "upload", upload.created_at, upload)?;
        self.transact(vec![self.while_open(upload.owner)?, self.put_new(item)?]).await
    }
}

impl LoadUploads for Table {
    async fn load_uploads(&self, owner: AccountId, ids: &[UploadId]) -> PortResult<Vec<Upload>> {
        let mut keys: Vec<UploadId> = ids.to_vec();
        keys.sort_unstable();
        keys.dedup();
        let mut uploads = Vec::with_capacity(keys.len());
        // A batch reads at most 100 items.
        for chunk in keys.chunks(100) {
            let items = self.get_all(chunk.iter().map(|id| key(owner, *id)).collect()).await?;
            for item in items {
                uploads.push(read(item)?);
            }
        }
        Ok(uploads)
    }
}

impl ListUploads for Table {
    async fn list_uploads(&self, owner: AccountId) -> PortResult<Vec<Upload>> {
        let query = self.client.query().table_name(&self.name).consistent_read(true);
        let query = query
            .key_condition_expression("pk = :pk AND begins_with(sk, :uploads)")
            .expression_attribute_values(":pk", value(&person(owner))?)
            .expression_attribute_values(":uploads", value(&"UPLOAD#")?);
        let mut items = query.into_paginator().items().send();
        let mut uploads = Vec::new();
        while let Some(item) = items.next().await {
            uploads.push(read(item.map_err(failed)?)?);
        }
        Ok(uploads)
    }
}

impl DropUpload for Table {
    async fn drop_upload(&self, owner: AccountId, id: UploadId) -> PortResult<()> {
        let delete = self.client.delete_item().table_name(&self.name).set_key(Some(key(owner, id).item()));
        delete.send().await.map_err(failed)?;
        Ok(())
    }
}

impl Table {
    /// Moves a picture's progress on, if it is pending (where `may_be_pending`) or that version is being checked.
    async fn advance(
        &self,
        key: Key,
        version_id: &str,
        progress: &Progress,
        may_be_pending: bool,
    ) -> PortResult<()> {
        let mut update = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key.item()))
            .update_expression("SET progress = :progress, updatedAt = :at")
            .expression_attribute_values(":progress", value(progress)?)
            .expression_attribute_values(":at", value(&SystemClock.now())?)
            .expression_attribute_values(":checking", value(&"checking")?)
            .expression_attribute_values(":version", value(&version_id)?);
        update = if may_be_pending {
            let condition = format!("progress.stage = :pending OR ({PINNED})");
            update.condition_expression(condition).expression_attribute_values(":pending", value(&"pending")?)
        } else {
            update.condition_expression(PINNED)
        };
        update.send().await.map_err(failed)?;
        Ok(())
    }
}

/// The pinned version is being checked.
const PINNED: &str = "progress.stage = :checking AND progress.versionId = :version";

impl RecordCheck for Table {
    async fn begin_check(&self, owner: AccountId, id: UploadId, version_id: &str) -> PortResult<()> {
        let progress = Progress::Checking { version_id: version_id.to_owned() };
        // A check that was cut short is begun again for the same version, and for no other.
        self.advance(key(owner, id), version_id, &progress, true).await
    }

    async fn save_judgement(
        &self,
        owner: AccountId,
        id: UploadId,
        version_id: &str,
        judged: &Judged,
    ) -> PortResult<()> {
        let progress = Progress::Judged { version_id: version_id.to_owned(), judgement: judged.clone() };
        self.advance(key(owner, id), version_id, &progress, false).await
    }
}
