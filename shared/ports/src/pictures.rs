//! Pictures: where they are sent, what is known of them, and where the clean ones lie.

use std::collections::BTreeMap;

use domain::{
    ids::{AccountId, UploadId},
    likeness::Likeness,
    moment::Moment,
    upload::{Finding, Format, Purpose, Verdict},
};
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// A picture as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Upload {
    /// Which.
    pub id: UploadId,
    /// Whose.
    pub owner: AccountId,
    /// For what.
    pub purpose: Purpose,
    /// The format that was announced.
    pub format: Format,
    /// When it was asked for.
    pub created_at: Moment,
    /// Until when it could be sent.
    pub expires_at: Moment,
    /// What became of it.
    pub progress: Progress,
}

/// How far a picture has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "stage")]
pub enum Progress {
    /// Nothing has arrived.
    Pending,
    /// One version arrived and is being checked.
    #[serde(rename_all = "camelCase")]
    Checking {
        /// The version that counts; later ones are ignored.
        version_id: String,
    },
    /// The verdict is in, for good.
    #[serde(rename_all = "camelCase")]
    Judged {
        /// The version that was judged.
        version_id: String,
        /// The verdict.
        judgement: Judged,
    },
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// The rules that were run, in order.
    pub rules_run: Vec<String>,
    /// What they found.
    pub findings: Vec<Finding>,
    /// Bytes that arrived.
    pub bytes: u64,
    /// Pixels across what arrived, once upright; none when it could not be decoded.
    pub width: Option<u32>,
    /// Pixels down.
    pub height: Option<u32>,
    /// SHA-256 of the clean copy, hexadecimal; none when it was refused.
    pub sha256: Option<String>,
    /// The size of the clean copy, which is the picture that is shown; none when it was refused, or judged before sizes of
    /// copies were kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clean: Option<PixelSize>,
    /// What the clean copy looks like; none where pictures of the purpose are not compared, or were not yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub likeness: Option<Likeness>,
}

/// The size of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PixelSize {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Judged {
    /// Where a finding lies in the picture that is shown: findings are in pixels of what arrived, and its copy may be smaller.
    /// Of a picture that is not shown, where it lies in what arrived.
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
    /// The verdict, once there is one.
    pub fn verdict(&self) -> Option<Verdict> {
        match &self.progress {
            Progress::Judged { judgement, .. } => Some(judgement.verdict),
            _ => None,
        }
    }

    /// Whether it may be named on a page; then there is a clean copy of it.
    pub fn is_usable(&self) -> bool {
        self.verdict().is_some_and(Verdict::is_usable)
    }
}

/// Saves a place for a picture.
pub trait SaveUpload: Sync {
    /// A new one; `Conflict` when there is one of that id, or the account is not open.
    fn save_upload(&self, upload: &Upload) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads pictures' records. The owner is part of the key: another's cannot be asked for.
pub trait LoadUploads: Sync {
    /// Those of `ids` that are the owner's, in no order.
    fn load_uploads(
        &self,
        owner: AccountId,
        ids: &[UploadId],
    ) -> impl Future<Output = PortResult<Vec<Upload>>> + Send;
}

/// Lists pictures' records.
pub trait ListUploads: Sync {
    /// All of the owner's, oldest first.
    fn list_uploads(&self, owner: AccountId) -> impl Future<Output = PortResult<Vec<Upload>>> + Send;
}

/// Forgets pictures.
pub trait DropUpload: Sync {
    /// There is no such record any more.
    fn drop_upload(&self, owner: AccountId, id: UploadId) -> impl Future<Output = PortResult<()>> + Send;
}

/// Records a check.
pub trait RecordCheck: Sync {
    /// Pins the version to be judged; `Conflict` when another one is pinned or judged already.
    fn begin_check(
        &self,
        owner: AccountId,
        id: UploadId,
        version_id: &str,
    ) -> impl Future<Output = PortResult<()>> + Send;
    /// The verdict on the pinned version; `Conflict` when it is not that version's turn, or was judged before.
    fn save_judgement(
        &self,
        owner: AccountId,
        id: UploadId,
        version_id: &str,
        judged: &Judged,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// A form with which a browser sends a file straight to the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UploadForm {
    /// Where to.
    pub url: String,
    /// Fields to send before the file.
    pub fields: BTreeMap<String, String>,
}

/// Signs upload forms.
pub trait SignUpload: Sync {
    /// A form for just that key, format and range of sizes, until the upload expires.
    fn sign_upload(
        &self,
        upload: &Upload,
        now: Moment,
    ) -> impl Future<Output = PortResult<UploadForm>> + Send;
}

/// Fetches what arrived.
pub trait FetchOriginal: Sync {
    /// The bytes of exactly that version, or `None` when it is gone; at most `max_bytes` + 1 are read.
    fn fetch_original(
        &self,
        key: &str,
        version_id: &str,
        max_bytes: u64,
    ) -> impl Future<Output = PortResult<Option<Vec<u8>>>> + Send;
}

/// Stores clean copies.
pub trait StoreClean: Sync {
    /// The clean copy of an upload; storing it again changes nothing.
    fn store_clean(
        &self,
        owner: AccountId,
        id: UploadId,
        format: Format,
        bytes: Vec<u8>,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Takes clean copies back.
pub trait DropClean: Sync {
    /// No version of that copy is left.
    fn drop_clean(&self, owner: AccountId, id: UploadId) -> impl Future<Output = PortResult<()>> + Send;
}

/// Fetches clean copies.
pub trait FetchClean: Sync {
    /// The bytes of a clean copy, or `None` when there is none.
    fn fetch_clean(
        &self,
        owner: AccountId,
        id: UploadId,
    ) -> impl Future<Output = PortResult<Option<Vec<u8>>>> + Send;
}

/// Links to clean copies.
pub trait LinkPicture: Sync {
    /// A link that shows one clean copy until it ends.
    fn link_picture(
        &self,
        owner: AccountId,
        id: UploadId,
        now: Moment,
    ) -> impl Future<Output = PortResult<PresignedUrl>> + Send;
}

/// A link that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresignedUrl {
    /// Where.
    pub url: String,
    /// Until when.
    pub expires_at: Moment,
}
