//! `GET /v1/review/cases/{id}`: fields and pictures, side by side.

use applicant::{readiness, view};
use domain::{
    case::{Case, Decision, DecisionRecord, Grounds, Ungrounded, desk::Reviewer},
    collection::{Basic, Collection, UploadUse},
    fault::{Code, Pointer},
    ids::{CaseId, CaseKind},
    messages::{self, Lang},
    moment::Moment,
    real_name::OnlineRequest,
};
use edge::{Problem, ProblemKind, Request, Response};
use futures_util::future::try_join_all;
use ports::{
    PortError, PortResult,
    audit::View,
    evidence::OpenTranscript,
    numbers::LoadNumber,
    people::Person,
    pictures::{LinkPicture, Upload},
    secrets::OpenIdentity,
    windows::LoadWindow,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{Desk, evidence, history, shared};

/// Shows the case.
pub(crate) async fn show(
    req: &Request,
    table: &impl Desk,
    keys: &(impl OpenIdentity + OpenTranscript),
    pictures: &impl LinkPicture,
    reviewer: &Reviewer,
    now: Moment,
) -> Result<Response, Problem> {
    let lang = req.lang();
    let case = reviewer_auth::see_case(req, table, reviewer, now).await?.as_of(now);
    // Before anything is shown: who cannot be written down sees nothing.
    let submission = case.shown_version();
    let view =
        View { case: case.id, version: case.version, submission, by: reviewer.id, at: now, case_list: None };
    table.record_view(&view).await?;
    let pages = reviewer_auth::load_pages(&case, table).await?;
    let owner = case.id.owner;
    let person = table.load_person(owner).await?.ok_or_else(|| Problem::new(ProblemKind::NotFound))?;
    let identity = keys.open(owner, person.id_type, &person.sealed).await?;
    let Contents { uses, basic, eligibility } = contents(&case, &pages, table, now, lang).await?;
    let ids: Vec<_> = uses.iter().map(|used| used.upload).collect();
    let uploads = table.load_uploads(owner, &ids).await?;
    let shown = try_join_all(uses.iter().filter_map(|used| {
        let upload = uploads.iter().find(|upload| upload.id == used.upload)?;
        Some(picture(used, upload, pictures, now, lang))
    }));
    let shown = shown.await?;
    let grounds = reviewer_auth::grounds::grounds_of(&person, &uses, &uploads, now);
    let evidence = evidence::view(&case, &identity, table, keys, now, lang).await?;
    let shared = shared::view(&case, reviewer, table, now, lang).await?;
    let accounts = other_accounts(&case, table).await?;
    let history = table.load_history(case.id).await?;
    let before = history::look_back(table, &case, &pages, &history, lang).await?;
    let (_, opinion) = case.remarks();
    Ok(Response::ok(&json!({
        "caseId": case.id,
        "kind": case.id.kind,
        "state": case.state,
        "stateText": view::state_text(&case, lang),
        "version": case.version,
        "round": case.round,
        "submittedAt": case.submitted_at,
        "dueAt": case.due_at(),
        "escalatedAt": case.escalated_at,
        "flagged": case.flagged,
        "inForce": case.in_force,
        "proposal": case.proposal.as_ref().map(|proposal| proposal_view(proposal, reviewer, lang)),
        "transfer": case.transfer.as_ref().map(view::transfer),
        "claim": crate::claim_view(case.claim.as_ref(), reviewer, now),
        "applicant": view::identity(&identity, basic.as_ref()),
        "pages": pages,
        "pictures": shown,
        "evidence": evidence,
        "shared": shared,
        "otherAccounts": accounts,
        "eligibility": eligibility,
        "verification": verification(&case, &person, now),
        "obstacles": obstacles(&case, &grounds, lang),
        "differences": before.differences,
        "comments": before.comments,
        "opinion": opinion,
        "history": view::full_history(&history),
    })))
}

/// Where the applicant of a collection stands with real-name verification; null of a request for it.
fn verification(case: &Case, person: &Person, now: Moment) -> Value {
    if case.id.kind == CaseKind::RealName {
        return Value::Null;
    }
    let stand = person.stand(now);
    let verification = stand.verification.filter(|_| stand.is_verified());
    json!({
        "state": stand.state,
        "since": stand.since,
        "way": verification.map(|verification| verification.way),
        "until": verification.and_then(|verification| verification.until),
    })
}

/// Why the case, as it is now, cannot be approved: told before anybody tries. Nothing of a case that is decided.
fn obstacles(case: &Case, grounds: &Grounds, lang: Lang) -> Vec<Value> {
    if !case.state.is_open() {
        return Vec::new();
    }
    let mut obstacles = Vec::new();
    for lack in case.lacks(&Decision::Approve, grounds) {
        let Code(code) = lack.code();
        let one = |pointer: Option<&Pointer>| json!({"code": code, "message": messages::text(code, lang), "pointer": pointer});
        match &lack {
            Ungrounded::PicturesMissing(missing) => {
                obstacles.extend(missing.iter().map(|pointer| one(Some(pointer))));
            }
            Ungrounded::NotOpened | Ungrounded::NoConsent | Ungrounded::NotVerified => {
                obstacles.push(one(None));
            }
        }
    }
    obstacles
}

/// How many other accounts were registered with the applicant's identity number and were not verified; of a request for
/// real-name verification, whose approval takes the number from them.
async fn other_accounts(case: &Case, table: &impl LoadNumber) -> PortResult<Option<usize>> {
    if case.id.kind != CaseKind::RealName {
        return Ok(None);
    }
    let number = table.load_number(case.id.owner).await?;
    Ok(Some(number.map_or(0, |number| number.others(case.id.owner).len())))
}

/// What another reviewer wants to decide, for a second one to say the same, or something else.
fn proposal_view(proposal: &DecisionRecord, reviewer: &Reviewer, lang: Lang) -> Value {
    let (comments, opinion) = proposal.decision.remarks();
    json!({
        "mine": proposal.by == reviewer.id,
        "at": proposal.at,
        "decision": proposal.decision.word(),
        "comments": view::comments(comments, lang),
        "opinion": opinion,
    })
}

/// What there is to say of a case's pages: the pictures they name, the basic page where there is one, and whether a condition
/// of the examination is met.
struct Contents {
    uses: Vec<UploadUse>,
    basic: Option<Basic>,
    eligibility: Option<Value>,
}

async fn contents(
    case: &Case,
    pages: &Value,
    table: &impl LoadWindow,
    now: Moment,
    lang: Lang,
) -> PortResult<Contents> {
    Ok(match case.id.kind {
        CaseKind::RealName => Contents {
            uses: read::<OnlineRequest>(case.id, pages)?.uploads(),
            basic: None,
            eligibility: None,
        },
        CaseKind::Collection => {
            let collection: Collection = read(case.id, pages)?;
            let window = readiness::window_of(table, &collection).await?;
            let year = readiness::exam_year(window.as_ref(), now);
            Contents {
                uses: collection.uploads(),
                eligibility: Some(view::eligibility(&collection, year, now, lang)),
                basic: collection.basic,
            }
        }
    })
}

fn read<P: DeserializeOwned>(id: CaseId, pages: &Value) -> PortResult<P> {
    P::deserialize(pages).map_err(|_| PortError::Corrupt(format!("the pages of {id}")))
}

async fn picture(
    used: &UploadUse,
    upload: &Upload,
    pictures: &impl LinkPicture,
    now: Moment,
    lang: Lang,
) -> PortResult<Value> {
    let link = pictures.link_picture(upload.owner, upload.id, now).await?;
    let mut view = view::upload(upload, lang);
    view["pointer"] = json!(used.pointer);
    view["url"] = json!(link.url);
    view["expiresAt"] = json!(link.expires_at);
    Ok(view)
}
