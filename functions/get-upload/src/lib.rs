//! `GET /v1/uploads/{id}`: what became of a picture.

use applicant::view;
use domain::ids::UploadId;
use edge::{Problem, ProblemKind, Request, Response};
use ports::{
    Clock,
    people::LoadAccount,
    pictures::{LinkPicture, LoadUploads},
};

/// Shows the caller's own picture's state and findings and, once it may be used, the picture as it is kept.
pub async fn handle(
    req: Request,
    table: &(impl LoadAccount + LoadUploads),
    pictures: &impl LinkPicture,
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let owner = applicant::account(&req, table).await?.id;
    let id = req.path("id", UploadId::parse)?;
    let found = table.load_uploads(owner, &[id]).await?;
    let upload = found.first().ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    if !upload.is_usable() {
        return Ok(Response::ok(&view::upload(upload, req.lang())));
    }
    let link = pictures.link_picture(owner, id, clock.now()).await?;
    Ok(Response::ok(&view::shown_upload(upload, &link, req.lang())))
}
