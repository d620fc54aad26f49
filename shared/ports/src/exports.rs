//! Exports: an applicant's own data as a file.

use domain::{
    ids::{AccountId, ExportId},
    moment::Moment,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::{PortResult, pictures::PresignedUrl};

/// How long an export is stored; the bucket's lifecycle rule (`template.yaml`) deletes the file within a day after
/// that.
pub const KEPT: SignedDuration = SignedDuration::from_hours(48);

/// An export.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    /// The id of the export.
    pub id: ExportId,
    /// The account that the data belongs to.
    pub owner: AccountId,
    /// When it was requested.
    pub requested_at: Moment,
    /// The progress of the export.
    pub state: ExportState,
    /// Number of files added so far.
    pub done: usize,
    /// Number of files to add; 0 until they are counted.
    pub total: usize,
}

/// The progress of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportState {
    /// No worker has started it.
    Pending,
    /// It is being created.
    Working,
    /// It can be downloaded.
    Ready,
    /// It could not be created.
    Failed,
    /// Its file was deleted because the consent to pictures in it was withdrawn.
    Removed,
}

impl ExportState {
    /// Whether the state can no longer change by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Ready | Self::Failed | Self::Removed)
    }

    /// The state to show to the applicant: an export that was not finished by `deadline` has failed.
    #[must_use]
    pub fn told(self, deadline: Moment, now: Moment) -> Self {
        if !self.is_final() && deadline < now { Self::Failed } else { self }
    }
}

impl Export {
    /// The time until which it can be downloaded.
    pub fn kept_until(&self) -> Moment {
        self.requested_at.after(KEPT)
    }
}

/// Requests exports.
pub trait SaveExport: Sync {
    /// Saves a new export. The table's stream passes it to the worker. `Conflict` if the id already exists or the
    /// account is not open.
    fn save_export(&self, export: &Export) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads exports. The owner is part of the key, so another account's cannot be read.
pub trait LoadExport: Sync {
    /// Returns that export of the owner.
    fn load_export(
        &self,
        owner: AccountId,
        id: ExportId,
    ) -> impl Future<Output = PortResult<Option<Export>>> + Send;
}

/// Records the progress of an export.
pub trait RecordExport: Sync {
    /// Saves the export; `Conflict` if it no longer exists or was finished before.
    fn record_export(&self, export: &Export) -> impl Future<Output = PortResult<()>> + Send;
}

/// Lists an account's exports.
pub trait ListExports: Sync {
    /// Returns all stored exports, in any state.
    fn list_exports(&self, owner: AccountId) -> impl Future<Output = PortResult<Vec<Export>>> + Send;
}

/// Deletes exports.
pub trait RemoveExport: Sync {
    /// Deletes the export in any state; nothing can be recorded for it afterwards. A missing export is not an error.
    fn remove_export(&self, export: &Export) -> impl Future<Output = PortResult<()>> + Send;
}

/// Stores exports' files.
pub trait StoreExport: Sync {
    /// Stores the file, replacing an earlier one.
    fn store_export(&self, export: &Export, file: Vec<u8>) -> impl Future<Output = PortResult<()>> + Send;
}

/// Deletes exports' files.
pub trait DropExport: Sync {
    /// Deletes all versions of the file.
    fn drop_export(&self, export: &Export) -> impl Future<Output = PortResult<()>> + Send;
}

/// Signs links to exports' files.
pub trait LinkExport: Sync {
    /// Returns a link that downloads the file until it expires.
    fn link_export(
        &self,
        export: &Export,
        now: Moment,
    ) -> impl Future<Output = PortResult<PresignedUrl>> + Send;
}
