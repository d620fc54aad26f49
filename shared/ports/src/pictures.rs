//! Pictures: upload forms, records and clean copies.

use std::collections::BTreeMap;

use domain::{
    ids::{AccountId, UploadId},
    likeness::Likeness,
    moment::Moment,
    upload::{Finding, Format, Purpose, Verdict},
};
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// The record of an upload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Upload {
    /// The upload's id.
    pub id: UploadId,
    /// The account that uploads the picture.
    pub owner: AccountId,
    /// What the picture shows.
    pub purpose: Purpose,
    /// The announced file format.
    pub format: Format,
    /// When the upload form was requested.
    pub created_at: Moment,
    /// When the upload form expires.
    pub expires_at: Moment,
    /// The progress of the upload.
    pub progress: Progress,
}

/// The progress of an upload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "stage")]
pub enum Progress {
    /// Nothing has arrived.
    Pending,
    /// One version arrived and is being checked.
    #[serde(rename_all = "camelCase")]
    Checking {
        /// The version that is checked; later versions are ignored.
        version_id: String,
    },
    /// The version has its final verdict.
    #[serde(rename_all = "camelCase")]
    Judged {
        /// The version that was checked.
        version_id: String,
        /// The verdict.
        judgement: Judged,
    },
}

/// The result of a check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// The names of the rules that were run, in order.
    pub rules_run: Vec<String>,
    /// The findings of the rules.
    pub findings: Vec<Finding>,
    /// Size of the original in bytes.
    pub bytes: u64,
    /// Width of the original in pixels, after rotation to upright; `None` if it could not be decoded.
    pub width: Option<u32>,
    /// Height in pixels, likewise.
    pub height: Option<u32>,
    /// SHA-256 of the clean copy, hexadecimal; `None` if the picture was refused.
    pub sha256: Option<String>,
    /// Size of the clean copy, which is the picture that is shown; `None` if the picture was refused, or checked before
    /// this field existed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clean: Option<PixelSize>,
    /// Likeness of the clean copy; `None` if pictures of this purpose are not compared, or this one was not compared
    /// yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub likeness: Option<Likeness>,
}

/// The size of a picture in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PixelSize {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Judged {
    /// The place of a finding in the picture that is shown. Findings are in pixels of the original, and the clean copy
    /// may be smaller. If there is no clean copy, the place in the original.
    pub fn shown_place(&self, finding: &Finding) -> Option<[f64; 4]> {
        let [left, top, width, height] = finding.place?;
        let factor = |shown: Option<u32>, arrived: Option<u32>| {
            shown.zip(arrived).map_or(1.0, |(shown, arrived)| f64::from(shown) / f64::from(arrived))
        };
        let across = factor(self.clean.map(|clean| clean.width), self.width);
        let down = factor(self.clean.map(|clean| clean.height), self.height);
        Some([left * across, top * down, width * across, height * down])
    }
}

impl Upload {
    /// The verdict, if there is one.
    pub fn verdict(&self) -> Option<Verdict> {
        match &self.progress {
            Progress::Judged { judgement, .. } => Some(judgement.verdict),
            _ => None,
        }
    }

    /// Whether pages may refer to the picture; if so, there is a clean copy.
    pub fn is_usable(&self) -> bool {
        self.verdict().is_some_and(Verdict::is_usable)
    }
}

/// Saves new uploads.
pub trait SaveUpload: Sync {
    /// Saves a new upload; `Conflict` if the id already exists or the account is not open.
    fn save_upload(&self, upload: &Upload) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads uploads. The owner is part of the key, so another account's cannot be read.
pub trait LoadUploads: Sync {
    /// Returns those of `ids` that belong to the owner, in no order.
    fn load_uploads(
        &self,
        owner: AccountId,
        ids: &[UploadId],
    ) -> impl Future<Output = PortResult<Vec<Upload>>> + Send;
}

/// Lists an account's uploads.
pub trait ListUploads: Sync {
    /// Returns all uploads of the owner, oldest first.
    fn list_uploads(&self, owner: AccountId) -> impl Future<Output = PortResult<Vec<Upload>>> + Send;
}

/// Deletes uploads.
pub trait DropUpload: Sync {
    /// Deletes the record.
    fn drop_upload(&self, owner: AccountId, id: UploadId) -> impl Future<Output = PortResult<()>> + Send;
}

/// Records the progress of a check.
pub trait RecordCheck: Sync {
    /// Pins the version to check; `Conflict` if another version is pinned or the upload was judged.
    fn begin_check(
        &self,
        owner: AccountId,
        id: UploadId,
        version_id: &str,
    ) -> impl Future<Output = PortResult<()>> + Send;
    /// Saves the verdict on the pinned version; `Conflict` if another version is pinned or the upload was judged.
    fn save_judgement(
        &self,
        owner: AccountId,
        id: UploadId,
        version_id: &str,
        judged: &Judged,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// A form with which a browser sends a file directly to the quarantine bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UploadForm {
    /// The address to post the form to.
    pub url: String,
    /// The fields that must precede the file.
    pub fields: BTreeMap<String, String>,
}

/// Signs upload forms.
pub trait SignUpload: Sync {
    /// Returns a form that allows only that key, format and size range until the upload expires.
    fn sign_upload(
        &self,
        upload: &Upload,
        now: Moment,
    ) -> impl Future<Output = PortResult<UploadForm>> + Send;
}

/// Fetches originals from quarantine.
pub trait FetchOriginal: Sync {
    /// Returns the bytes of exactly that version, or `None` if it was deleted. Reads at most `max_bytes` + 1 bytes.
    fn fetch_original(
        &self,
        key: &str,
        version_id: &str,
        max_bytes: u64,
    ) -> impl Future<Output = PortResult<Option<Vec<u8>>>> + Send;
}

/// Stores clean copies.
pub trait StoreClean: Sync {
    /// Stores the clean copy of an upload; storing it again changes nothing.
    fn store_clean(
        &self,
        owner: AccountId,
        id: UploadId,
        format: Format,
        bytes: Vec<u8>,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Deletes clean copies.
pub trait DropClean: Sync {
    /// Deletes all versions of that copy.
    fn drop_clean(&self, owner: AccountId, id: UploadId) -> impl Future<Output = PortResult<()>> + Send;
}

/// Fetches clean copies.
pub trait FetchClean: Sync {
    /// Returns the bytes of a clean copy, or `None` if there is none.
    fn fetch_clean(
        &self,
        owner: AccountId,
        id: UploadId,
    ) -> impl Future<Output = PortResult<Option<Vec<u8>>>> + Send;
}

/// Signs links to clean copies.
pub trait LinkPicture: Sync {
    /// Returns a link that shows one clean copy until it expires.
    fn link_picture(
        &self,
        owner: AccountId,
        id: UploadId,
        now: Moment,
    ) -> impl Future<Output = PortResult<PresignedUrl>> + Send;
}

/// A signed link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresignedUrl {
    /// The address.
    pub url: String,
    /// When the link expires.
    pub expires_at: Moment,
}
