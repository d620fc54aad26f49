//! 名单: a department's lists as files, made in the background.

use domain::{
    case::roster::{Failure, RosterRequest},
    ids::{ReviewerId, RosterId},
    moment::Moment,
};
use serde::{Deserialize, Serialize};

use crate::{
    Outcome,
    exports::{ExportState, KEPT},
    pictures::Link,
};

/// A list that is made into a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Roster {
    /// Which.
    pub id: RosterId,
    /// Who asked for it.
    pub reviewer: ReviewerId,
    /// When.
    pub requested_at: Moment,
    /// What was asked for.
    pub asked: RosterRequest,
    /// How far it has come.
    pub state: ExportState,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<Failure>,
    /// Lines that are written.
    pub done: usize,
    /// Lines that are to be written; 0 as long as nobody has counted.
    pub total: usize,
}

impl Roster {
    /// Until when the file can be fetched.
    pub fn kept_until(&self) -> Moment {
        self.requested_at.after(KEPT)
    }
}

/// Asks for files.
pub trait SaveRoster: Sync {
    /// A new one; whoever makes them is told by this write.
    fn save_roster(&self, roster: &Roster) -> impl Future<Output = Outcome<()>> + Send;
}

/// Reads what was asked for. The reviewer is part of the key: another's cannot be asked for.
pub trait LoadRoster: Sync {
    /// That one of the reviewer's.
    fn load_roster(
        &self,
        reviewer: ReviewerId,
        id: RosterId,
    ) -> impl Future<Output = Outcome<Option<Roster>>> + Send;
}

/// Reads all that a reviewer asked for.
pub trait ListRosters: Sync {
    /// Up to `limit`, newest first.
    fn list_rosters(
        &self,
        reviewer: ReviewerId,
        limit: usize,
    ) -> impl Future<Output = Outcome<Vec<Roster>>> + Send;
}

/// Records how far a file has come.
pub trait RecordRoster: Sync {
    /// As it is now; `Conflict` when it was finished before.
    fn record_roster(&self, roster: &Roster) -> impl Future<Output = Outcome<()>> + Send;
}

/// Stores files.
pub trait StoreRoster: Sync {
    /// The file; storing it again replaces it.
    fn store_roster(&self, roster: &Roster, file: Vec<u8>) -> impl Future<Output = Outcome<()>> + Send;
}

/// Links to files.
pub trait LinkRoster: Sync {
    /// A link that saves the file until it ends.
    fn link_roster(&self, roster: &Roster, now: Moment) -> impl Future<Output = Outcome<Link>> + Send;
}
