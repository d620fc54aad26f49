//! Bulk approvals.

use domain::{
    ids::{BulkId, CaseId, ReviewerId},
    moment::Moment,
};

use super::MemoryTable;
use crate::{
    PortError, PortResult,
    bulk::{Bulk, BulkResult, ListBulkResults, LoadBulk, SaveBulk, SaveBulkResult},
};

impl SaveBulk for MemoryTable {
    async fn save_bulk(&self, bulk: &Bulk) -> PortResult<()> {
        self.call("save_bulk", |stored| {
            if stored.bulks.contains_key(&(bulk.reviewer, bulk.id)) {
                return Err(PortError::Conflict);
            }
            stored.bulks.insert((bulk.reviewer, bulk.id), bulk.clone());
            Ok(())
        })
        .await
    }

    async fn cancel_bulk(&self, reviewer: ReviewerId, id: BulkId, at: Moment) -> PortResult<()> {
        self.call("cancel_bulk", |stored| {
            let bulk = stored.bulks.get_mut(&(reviewer, id)).ok_or(PortError::Conflict)?;
            bulk.cancelled_at.get_or_insert(at);
            Ok(())
        })
        .await
    }
}

impl LoadBulk for MemoryTable {
    async fn load_bulk(&self, reviewer: ReviewerId, id: BulkId) -> PortResult<Option<Bulk>> {
        self.call("load_bulk", |stored| Ok(stored.bulks.get(&(reviewer, id)).cloned())).await
    }
}

impl SaveBulkResult for MemoryTable {
    async fn save_bulk_result(&self, id: BulkId, result: &BulkResult) -> PortResult<()> {
        self.call("save_bulk_result", |stored| {
            stored.bulk_results.entry((id, result.case)).or_insert_with(|| result.clone());
            Ok(())
        })
        .await
    }

    async fn load_bulk_result(&self, id: BulkId, case: CaseId) -> PortResult<Option<BulkResult>> {
        self.call("load_bulk_result", |stored| Ok(stored.bulk_results.get(&(id, case)).cloned())).await
    }
}

impl ListBulkResults for MemoryTable {
    async fn list_bulk_results(&self, id: BulkId) -> PortResult<Vec<BulkResult>> {
        self.call("list_bulk_results", |stored| {
            let found = stored.bulk_results.iter().filter(|((of, _), _)| *of == id);
            Ok(found.map(|(_, result)| result.clone()).collect())
        })
        .await
    }
}
