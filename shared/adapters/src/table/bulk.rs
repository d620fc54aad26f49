//! Selections that are approved in the background: `REVIEWER#<id>` / `BULK#<ulid>`; what became of their cases:
//! `BULK#<ulid>` / `<case>`.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    ids::{BulkId, CaseId, ReviewerId},
    moment::Moment,
};
use ports::{
    PortError, PortResult,
    bulk::{Bulk, BulkResult, KEPT, ListBulkResults, LoadBulk, SaveBulk, SaveBulkResult},
};

use super::{Key, Table, expiring_item, read, reviewers, value};
use crate::failure::failed;

fn key(reviewer: ReviewerId, id: BulkId) -> Key {
    Key::new(reviewers::partition(reviewer), format!("BULK#{}", id.ulid()))
}

fn results(id: BulkId) -> String {
    format!("BULK#{}", id.ulid())
}

impl SaveBulk for Table {
    async fn save_bulk(&self, bulk: &Bulk) -> PortResult<()> {
        let (at, until) = (bulk.requested_at, bulk.requested_at.after(KEPT));
        let key = key(bulk.reviewer, bulk.id);
        self.create(expiring_item(&key, "bulk", at, Some(until.as_second()), bulk)?).await
    }

    async fn cancel_bulk(&self, reviewer: ReviewerId, id: BulkId, at: Moment) -> PortResult<()> {
        self.client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(reviewer, id).item()))
            .update_expression("SET cancelledAt = if_not_exists(cancelledAt, :at), updatedAt = :at")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":at", value(&at)?)
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }
}

impl LoadBulk for Table {
    async fn load_bulk(&self, reviewer: ReviewerId, id: BulkId) -> PortResult<Option<Bulk>> {
        self.get(key(reviewer, id)).await
    }
}

impl SaveBulkResult for Table {
    async fn save_bulk_result(&self, id: BulkId, result: &BulkResult) -> PortResult<()> {
        let (key, until) = (Key::new(results(id), result.case.to_string()), result.at.after(KEPT));
        let item = expiring_item(&key, "bulk-result", result.at, Some(until.as_second()), result)?;
        match self.create(item).await {
            Err(PortError::Conflict) => Ok(()),
            saved => saved,
        }
    }

    async fn load_bulk_result(&self, id: BulkId, case: CaseId) -> PortResult<Option<BulkResult>> {
        self.get(Key::new(results(id), case.to_string())).await
    }
}

impl ListBulkResults for Table {
    async fn list_bulk_results(&self, id: BulkId) -> PortResult<Vec<BulkResult>> {
        let query = self.client.query().table_name(&self.name).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", AttributeValue::S(results(id)));
        let mut items = query.into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(item) = items.next().await {
            found.push(read(item.map_err(failed)?)?);
        }
        Ok(found)
    }
}
