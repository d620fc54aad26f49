//! Holding the pictures that a page names against what became of them.

use domain::{
    collection::{self, UploadUse},
    fault::Faults,
    ids::{AccountId, UploadId},
};
use ports::{Outcome, pictures::LoadUploads};

/// `read`, if each picture that `uses` name is the owner's, of the right purpose, and accepted. The faults of the
/// page and those of its pictures are told together.
pub async fn with_pictures<T>(
    read: Result<T, Faults>,
    uses: &[UploadUse],
    uploads: &impl LoadUploads,
    owner: AccountId,
) -> Outcome<Result<T, Faults>> {
    let ids: Vec<UploadId> = uses.iter().map(|used| used.upload).collect();
    let found = uploads.load_uploads(owner, &ids).await?;
    let checked = collection::check_uploads(uses, |id| {
        let upload = found.iter().find(|upload| upload.id == id)?;
        Some((upload.purpose, upload.verdict()))
    });
    Ok(Faults::both(read, checked).map(|(read, ())| read))
}
