//! `GET /v1/uploads/{id}`: what became of a picture.

use applicant::view;
use domain::ids::UploadId;
use edge::{Answer, Call, Kind, Problem};
use ports::{
    Clock,
    people::LoadAccount,
    pictures::{LinkPicture, LoadUploads},
};

/// Shows the caller's own picture's state and findings and, once it may be used, the picture as it is kept.
pub async fn handle(
    call: Call,
    table: &(impl LoadAccount + LoadUploads),
    pictures: &impl LinkPicture,
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let owner = applicant::account(&call, table).await?.id;
    let id = call.path("id", UploadId::parse)?;
    let found = table.load_uploads(owner, &[id]).await?;
    let upload = found.first().ok_or_else(|| Problem::new(Kind::NotFound))?;
    if !upload.is_usable() {
        return Ok(Answer::ok(&view::upload(upload, call.lang())));
    }
    let link = pictures.link_picture(owner, id, clock.now()).await?;
    Ok(Answer::ok(&view::shown_upload(upload, &link, call.lang())))
}
