//! Exports: `PERSON#<ulid>` / `EXPORT#<ulid>`. The stream has new ones passed on to `make-export`.

use domain::ids::{AccountId, ExportId};
use ports::{
    Clock, Outcome,
    exports::{Export, LoadExport, RecordExport, SaveExport},
};

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
        self.client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(export.owner, export.id).item()))
            .update_expression("SET #state = :state, done = :done, #total = :total, updatedAt = :at")
            .condition_expression("#state IN (:pending, :working)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#total", "total")
            .expression_attribute_values(":state", value(&export.state)?)
            .expression_attribute_values(":done", value(&export.done)?)
            .expression_attribute_values(":total", value(&export.total)?)
            .expression_attribute_values(":at", value(&SystemClock.now())?)
            .expression_attribute_values(":pending", value(&"pending")?)
            .expression_attribute_values(":working", value(&"working")?)
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }
}
