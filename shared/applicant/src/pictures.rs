//! Holding the pictures that a page names against what became of them.

use domain::{
    collection::{self, UploadUse},
    ids::{AccountId, UploadId},
};
use edge::Problem;
use ports::pictures::{LoadUploads, Upload};

/// The pictures that `uses` name, if each is the owner's, of the right purpose, and accepted.
pub async fn check_uploads(
    uploads: &impl LoadUploads,
    owner: AccountId,
    uses: &[UploadUse],
) -> Result<Vec<Upload>, Problem> {
    let ids: Vec<UploadId> = uses.iter().map(|used| used.upload).collect();
    let found = uploads.load_uploads(owner, &ids).await?;
    collection::check_uploads(uses, |id| {
        let upload = found.iter().find(|upload| upload.id == id)?;
        Some((upload.purpose, upload.verdict()))
    })?;
    Ok(found)
}
