//! Copies of everything that is kept about a person, made for them.

use domain::{
    ids::{AccountId, ExportId},
    moment::Moment,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::{PortResult, pictures::PresignedUrl};

/// How long an export is kept; the bucket's lifecycle (`template.yaml`) follows within a day.
pub const KEPT: SignedDuration = SignedDuration::from_hours(48);

/// An export.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    /// Which.
    pub id: ExportId,
    /// Whose.
    pub owner: AccountId,
    /// When it was asked for.
    pub requested_at: Moment,
    /// How far it has come.
    pub state: ExportState,
    /// Files that are in it.
    pub done: usize,
    /// Files that are to be in it; 0 as long as nobody has counted.
    pub total: usize,
}

/// How far an export has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportState {
    /// Nobody has begun.
    Pending,
    /// It is being made.
    Working,
    /// It can be fetched.
    Ready,
    /// It cannot be made.
    Failed,
    /// Its file was taken away: a consent to pictures in it was withdrawn.
    Removed,
}

impl ExportState {
    /// Whether nothing more is to come.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Ready | Self::Failed | Self::Removed)
    }

    /// The state as people are told it: what was to be made by `deadline`, and was not, has failed.
    #[must_use]
    pub fn told(self, deadline: Moment, now: Moment) -> Self {
        if !self.is_final() && deadline < now { Self::Failed } else { self }
    }
}

impl Export {
    /// Until when it can be fetched.
    pub fn kept_until(&self) -> Moment {
        self.requested_at.after(KEPT)
    }
}

/// Asks for exports.
pub trait SaveExport: Sync {
    /// A new one; whoever makes them is told by this write. `Conflict` when there is one of that id, or the account is not open.
    fn save_export(&self, export: &Export) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads exports. The owner is part of the key: another's cannot be asked for.
pub trait LoadExport: Sync {
    /// That export of the owner's.
    fn load_export(
        &self,
        owner: AccountId,
        id: ExportId,
    ) -> impl Future<Output = PortResult<Option<Export>>> + Send;
}

/// Records how far an export has come.
pub trait RecordExport: Sync {
    /// As it is now; `Conflict` when it is gone or was finished before.
    fn record_export(&self, export: &Export) -> impl Future<Output = PortResult<()>> + Send;
}

/// Lists a person's exports.
pub trait ListExports: Sync {
    /// All that are still known, whatever has become of them.
    fn list_exports(&self, owner: AccountId) -> impl Future<Output = PortResult<Vec<Export>>> + Send;
}

/// Takes exports away.
pub trait RemoveExport: Sync {
    /// It is removed, however far it had come: nothing is recorded of it any more. One that is gone is no fault.
    fn remove_export(&self, export: &Export) -> impl Future<Output = PortResult<()>> + Send;
}

/// Stores exports' files.
pub trait StoreExport: Sync {
    /// The file; storing it again replaces it.
    fn store_export(&self, export: &Export, file: Vec<u8>) -> impl Future<Output = PortResult<()>> + Send;
}

/// Clears exports' files away.
pub trait DropExport: Sync {
    /// No version of the file is left.
    fn drop_export(&self, export: &Export) -> impl Future<Output = PortResult<()>> + Send;
}

/// Links to exports' files.
pub trait LinkExport: Sync {
    /// A link that saves the file until it ends.
    fn link_export(
        &self,
        export: &Export,
        now: Moment,
    ) -> impl Future<Output = PortResult<PresignedUrl>> + Send;
}
