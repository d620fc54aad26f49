//! Exports: `PERSON#<ulid>` / `EXPORT#<ulid>`. The stream has new ones passed on to `make-export`.

use domain::ids::{AccountId, ExportId};
use ports::{
    Clock, Outcome,
    exports::{Export, ExportState, LoadExport, RecordExport, SaveExport},
};
use serde::Serialize;

use super::{Key, Table, expiring_item, person, value};
use crate::{SystemClock, failure::failed};

fn key(owner: AccountId, id: ExportId) -> Key {
    Key::new(person(owner), format!("EXPORT#{}", id.ulid()))
}

impl SaveExport for Table {
    async fn save_export(&self, export: &Export) -> Outcome<()> {
        let (key, at, until) = (key(export.owner, export.id), export.requested_at, export.kept_until());
        self.create(expiring_item(&key, "export", at, Some(until.as_second()), export)?).await
    }
}

impl LoadExport for Table {
    async fn load_export(&self, owner: AccountId, id: ExportId) -> Outcome<Option<Export>> {
        let export: Option<Export> = self.get(key(owner, id)).await?;
        // Expired items linger until DynamoDB gets to them.
        Ok(export.filter(|export| export.kept_until() > SystemClock.now()))
    }
}

impl RecordExport for Table {
    async fn record_export(&self, export: &Export) -> Outcome<()> {
        let Export { state, done, total, .. } = export;
        self.record_making(key(export.owner, export.id), *state, (*done, *total), None::<()>).await
    }
}

impl Table {
    /// How far a file that is made in the background has come, and why it failed; `Conflict` when it was finished before.
    pub(super) async fn record_making(
        &self,
        key: Key,
        state: ExportState,
        (done, total): (usize, usize),
        failure: Option<impl Serialize>,
    ) -> Outcome<()> {
        let set = "SET #state = :state, done = :done, #total = :total, updatedAt = :at";
        let update = self.client.update_item().table_name(&self.name);
        let update = update
            .set_key(Some(key.item()))
            .condition_expression("#state IN (:pending, :working)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#total", "total")
            .expression_attribute_values(":state", value(&state)?)
            .expression_attribute_values(":done", value(&done)?)
            .expression_attribute_values(":total", value(&total)?)
            .expression_attribute_values(":at", value(&SystemClock.now())?)
            .expression_attribute_values(":pending", value(&ExportState::Pending)?)
            .expression_attribute_values(":working", value(&ExportState::Working)?);
        let update = match failure {
            None => update.update_expression(set),
            Some(failure) => update
                .update_expression(format!("{set}, failure = :failure"))
                .expression_attribute_values(":failure", value(&failure)?),
        };
        update.send().await.map_err(failed)?;
        Ok(())
    }
}
