//! `GET /v1/review/cases/{id}`: fields and pictures, side by side.

use applicant::view;
use domain::{
    case::desk::Reviewer,
    collection::{Basic, Collection, UploadUse},
    ids::{CaseId, CaseKind},
    messages::Lang,
    moment::Moment,
    real_name::OnlineRequest,
};
use edge::{Answer, Call, Kind, Problem};
use futures_util::future::try_join_all;
use ports::{
    Outcome, PortError,
    cases::{LoadCase, LoadHistory, LoadSubmission},
    people::LoadPerson,
    pictures::{LinkPicture, LoadUploads, Upload},
    secrets::OpenIdentity,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Shows the case.
pub(crate) async fn show(
    call: &Call,
    table: &(impl LoadCase + LoadSubmission + LoadPerson + LoadUploads + LoadHistory),
    keys: &impl OpenIdentity,
    pictures: &impl LinkPicture,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Answer, Problem> {
    let lang = call.lang();
    let case = desk::see_case(call, table, reviewer).await?.as_of(now);
    let pages = desk::load_pages(&case, table).await?;
    let owner = case.id.owner;
    let person = table.load_person(owner).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let identity = keys.open(owner, person.id_type, &person.sealed).await?;
    let (uses, basic) = contents(case.id, &pages)?;
    let ids: Vec<_> = uses.iter().map(|used| used.upload).collect();
    let uploads = table.load_uploads(owner, &ids).await?;
    let shown = try_join_all(uses.iter().filter_map(|used| {
        let upload = uploads.iter().find(|upload| upload.id == used.upload)?;
        Some(picture(used, upload, pictures, now, lang))
    }));
    let shown = shown.await?;
    let history = table.load_history(case.id).await?;
    let (comments, opinion) = case.remarks();
    Ok(Answer::ok(&json!({
        "caseId": case.id,
        "kind": case.id.kind,
        "state": case.state,
        "stateText": view::state_text(&case, lang),
        "version": case.version,
        "round": case.round,
        "submittedAt": case.submitted_at,
        "dueAt": case.due_at(),
        "claim": crate::claim_view(case.claim.as_ref(), reviewer, now),
        "applicant": view::identity(&identity, basic.as_ref()),
        "pages": pages,
        "pictures": shown,
        "comments": view::comments(comments, lang),
        "opinion": opinion,
        "history": view::history(&history),
    })))
}

/// The pictures that a case's pages name, and the basic page where there is one.
fn contents(id: CaseId, pages: &Value) -> Outcome<(Vec<UploadUse>, Option<Basic>)> {
    match id.kind {
        CaseKind::RealName => Ok((read::<OnlineRequest>(id, pages)?.uploads(), None)),
        CaseKind::Collection => {
            let collection: Collection = read(id, pages)?;
            Ok((collection.uploads(), collection.basic))
        }
    }
}

fn read<P: DeserializeOwned>(id: CaseId, pages: &Value) -> Outcome<P> {
    P::deserialize(pages).map_err(|_| PortError::Corrupt(format!("the pages of {id}")))
}

async fn picture(
    used: &UploadUse,
    upload: &Upload,
    pictures: &impl LinkPicture,
    now: Moment,
    lang: Lang,
) -> Outcome<Value> {
    let link = pictures.link_picture(upload.owner, upload.id, now).await?;
    let mut view = view::upload(upload, lang);
    view["pointer"] = json!(used.pointer);
    view["url"] = json!(link.url);
    view["expiresAt"] = json!(link.expires_at);
    Ok(view)
}
