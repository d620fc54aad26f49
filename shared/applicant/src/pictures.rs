//! Checking the pictures that a page refers to.

use domain::{
    collection::{self, UploadUse},
    fault::Faults,
    ids::{AccountId, UploadId},
    upload::Verdict,
};
use ports::{PortResult, pictures::LoadUploads};

/// Pages whose pictures are all usable.
#[derive(Clone, Copy, Debug)]
pub struct Checked<T> {
    /// The pages.
    pub pages: T,
    /// Whether a rule flagged one of the pictures.
    pub flagged: bool,
}

/// Returns `read` if each picture in `uses` belongs to the owner, has the right purpose and is accepted. Faults of the
/// page and of its pictures are reported together.
pub async fn with_pictures<T>(
    read: Result<T, Faults>,
    uses: &[UploadUse],
    uploads: &impl LoadUploads,
    owner: AccountId,
) -> PortResult<Result<T, Faults>> {
    Ok(check_pictures(read, uses, uploads, owner).await?.map(|checked| checked.pages))
}

/// Checks the pictures; returns whether a rule flagged one of them.
pub async fn check_pictures<T>(
    read: Result<T, Faults>,
    uses: &[UploadUse],
    uploads: &impl LoadUploads,
    owner: AccountId,
) -> PortResult<Result<Checked<T>, Faults>> {
    let ids: Vec<UploadId> = uses.iter().map(|used| used.upload).collect();
    let found = uploads.load_uploads(owner, &ids).await?;
    let checked = collection::check_uploads(uses, |id| {
        let upload = found.iter().find(|upload| upload.id == id)?;
        Some((upload.purpose, upload.verdict()))
    });
    let flagged = found.iter().any(|upload| upload.verdict() == Some(Verdict::Flagged));
    Ok(Faults::both(read, checked).map(|(read, ())| Checked { pages: read, flagged }))
}
