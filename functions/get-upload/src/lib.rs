//! `GET /v1/uploads/{id}`: what became of a picture.

use applicant::view;
use domain::ids::UploadId;
use edge::{Answer, Call, Kind, Problem};
use ports::pictures::LoadUploads;

/// Shows the caller's own picture's state and findings.
pub async fn handle(call: Call, table: &impl LoadUploads) -> Result<Answer, Problem> {
    let owner = call.applicant()?;
    let id = call.path("id", UploadId::parse)?;
    let found = table.load_uploads(owner, &[id]).await?;
    let upload = found.first().ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(Answer::ok(&view::upload(upload, call.lang())))
}
