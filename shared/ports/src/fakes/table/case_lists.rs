//! Case list exports.

use domain::ids::{CaseListId, ReviewerId};

use super::MemoryTable;
use crate::{
    PortError, PortResult,
    case_lists::{CaseList, ListCaseLists, LoadCaseList, RecordCaseList, SaveCaseList},
};

impl SaveCaseList for MemoryTable {
    async fn save_case_list(&self, case_list: &CaseList) -> PortResult<()> {
        self.call("save_roster", |stored| {
            let key = (case_list.reviewer, case_list.id);
            if stored.case_lists.contains_key(&key) {
                return Err(PortError::Conflict);
            }
            stored.case_lists.insert(key, case_list.clone());
            Ok(())
        })
        .await
    }
}

impl LoadCaseList for MemoryTable {
    async fn load_case_list(&self, reviewer: ReviewerId, id: CaseListId) -> PortResult<Option<CaseList>> {
        self.call("load_roster", |stored| Ok(stored.case_lists.get(&(reviewer, id)).cloned())).await
    }
}

impl ListCaseLists for MemoryTable {
    async fn list_case_lists(&self, reviewer: ReviewerId, limit: usize) -> PortResult<Vec<CaseList>> {
        self.call("list_rosters", |stored| {
            let own = stored.case_lists.iter().rev().filter(|((of, _), _)| *of == reviewer);
            Ok(own.map(|(_, case_list)| case_list.clone()).take(limit).collect())
        })
        .await
    }
}

impl RecordCaseList for MemoryTable {
    async fn record_case_list(&self, case_list: &CaseList) -> PortResult<()> {
        self.call("record_roster", |stored| {
            let key = (case_list.reviewer, case_list.id);
            let found = stored.case_lists.get_mut(&key).ok_or(PortError::Conflict)?;
            if found.state.is_final() {
                return Err(PortError::Conflict);
            }
            *found = case_list.clone();
            Ok(())
        })
        .await
    }
}
