//! Holding the pictures that a page names against what became of them.

use domain::{
    collection::{self, UploadUse},
    fault::Faults,
    ids::{AccountId, UploadId},
    upload::Verdict,
};
use ports::{PortResult, pictures::LoadUploads};

/// Pages whose pictures may all be used.
#[derive(Clone, Copy, Debug)]
pub struct Checked<T> {
    /// The pages.
    pub pages: T,
    /// Whether a rule doubts one of the pictures.
    pub flagged: bool,
}

/// `read`, if each picture that `uses` name is the owner's, of the right purpose, and accepted. The faults of the
/// page and those of its pictures are told together.
pub async fn with_pictures<T>(
    read: Result<T, Faults>,
    uses: &[UploadUse],
    uploads: &impl LoadUploads,
    owner: AccountId,
) -> PortResult<Result<T, Faults>> {
    Ok(check_pictures(read, uses, uploads, owner).await?.map(|checked| checked.pages))
}

/// The same, and whether a rule doubts one of them.
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
