//! Exports: `PERSON#<ulid>` / `EXPORT#<ulid>`. The stream has new ones passed on to `build-export`.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::ids::{AccountId, ExportId};
use ports::{
    Clock, PortError, PortResult,
    exports::{Export, ExportState, ListExports, LoadExport, RecordExport, RemoveExport, SaveExport},
};
use serde::Serialize;

use super::{Key, Table, expiring_item, person, read, value};
use crate::{SystemClock, failure::failed};

/// What begins the keys of all of them.
const EXPORTS: &str = "EXPORT#";

fn key(owner: AccountId, id: ExportId) -> Key {
    Key::new(person(owner), format!("{EXPORTS}{}", id.ulid()))
}

impl SaveExport for Table {
    async fn save_export(&self, export: &Export) -> PortResult<()> {
        let (key, at, until) = (key(export.owner, export.id), export.requested_at, export.kept_until());
        let item = expiring_item(&key, "export", at, Some(until.as_second()), export)?;
        self.transact(vec![self.while_open(export.owner)?, self.put_new(item)?]).await
    }
}

impl LoadExport for Table {
    async fn load_export(&self, owner: AccountId, id: ExportId) -> PortResult<Option<Export>> {
        let export: Option<Export> = self.get(key(owner, id)).await?;
        // Expired items linger until DynamoDB gets to them.
        Ok(export.filter(|export| export.kept_until() > SystemClock.now()))
    }
}

impl ListExports for Table {
    async fn list_exports(&self, owner: AccountId) -> PortResult<Vec<Export>> {
        let query = self.client.query().table_name(&self.name).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query
            .expression_attribute_values(":pk", AttributeValue::S(person(owner)))
            .expression_attribute_values(":prefix", AttributeValue::S(EXPORTS.to_owned()));
        let mut items = query.into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(item) = items.next().await {
            found.push(read(item.map_err(failed)?)?);
        }
        Ok(found)
    }
}

impl RemoveExport for Table {
    async fn remove_export(&self, export: &Export) -> PortResult<()> {
        let update = self.client.update_item().table_name(&self.name);
        let update = update
            .set_key(Some(key(export.owner, export.id).item()))
            .update_expression("SET #state = :removed, updatedAt = :at")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":removed", value(&ExportState::Removed)?)
            .expression_attribute_values(":at", value(&SystemClock.now())?);
        match update.send().await.map_err(failed) {
            Ok(_) | Err(PortError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl RecordExport for Table {
    async fn record_export(&self, export: &Export) -> PortResult<()> {
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
    ) -> PortResult<()> {
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
