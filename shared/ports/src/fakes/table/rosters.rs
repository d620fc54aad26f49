//! Lists that are made into files.

use domain::ids::{ReviewerId, RosterId};

use super::MemoryTable;
use crate::{
    Outcome, PortError,
    rosters::{ListRosters, LoadRoster, RecordRoster, Roster, SaveRoster},
};

impl SaveRoster for MemoryTable {
    async fn save_roster(&self, roster: &Roster) -> Outcome<()> {
        self.call("save_roster", |stored| {
            let key = (roster.reviewer, roster.id);
            if stored.rosters.contains_key(&key) {
                return Err(PortError::Conflict);
            }
            stored.rosters.insert(key, roster.clone());
            Ok(())
        })
        .await
    }
}

impl LoadRoster for MemoryTable {
    async fn load_roster(&self, reviewer: ReviewerId, id: RosterId) -> Outcome<Option<Roster>> {
        self.call("load_roster", |stored| Ok(stored.rosters.get(&(reviewer, id)).cloned())).await
    }
}

impl ListRosters for MemoryTable {
    async fn list_rosters(&self, reviewer: ReviewerId, limit: usize) -> Outcome<Vec<Roster>> {
        self.call("list_rosters", |stored| {
            let own = stored.rosters.iter().rev().filter(|((of, _), _)| *of == reviewer);
            Ok(own.map(|(_, roster)| roster.clone()).take(limit).collect())
        })
        .await
    }
}

impl RecordRoster for MemoryTable {
    async fn record_roster(&self, roster: &Roster) -> Outcome<()> {
        self.call("record_roster", |stored| {
            let key = (roster.reviewer, roster.id);
            let found = stored.rosters.get_mut(&key).ok_or(PortError::Conflict)?;
            if found.state.is_final() {
                return Err(PortError::Conflict);
            }
            *found = roster.clone();
            Ok(())
        })
        .await
    }
}
