//! `/v1/me/consents/biometrics`: 单独同意, consent to pictures of one's face, given and taken back
//! (`docs/decisions/0019-consent-to-pictures.md`).

use std::collections::HashSet;

use applicant::{
    readiness::{check_late, confirms_late},
    view,
};
use domain::{
    case::{Actor, Change, Command, State, compare},
    consent::{Biometrics, parse_consent},
    ids::UploadId,
    moment::Moment,
};
use edge::{Problem, ProblemKind, Request, Response};
use http::Method;
use ports::{
    Clock, PortResult,
    cases::{LoadHistory, LoadSubmission, WithdrawConsent},
    exports::{DropExport, Export, ListExports, RemoveExport},
    people::{LoadPerson, Person, SaveBiometrics},
    pictures::{DropClean, DropUpload, ListUploads, Upload},
    windows::LoadWindow,
};

/// What this function may do with the table.
pub trait Records:
    LoadPerson
    + SaveBiometrics
    + WithdrawConsent
    + LoadHistory
    + LoadSubmission
    + LoadWindow
    + ListUploads
    + DropUpload
    + ListExports
    + RemoveExport
{
}

impl<T> Records for T where
    T: LoadPerson
        + SaveBiometrics
        + WithdrawConsent
        + LoadHistory
        + LoadSubmission
        + LoadWindow
        + ListUploads
        + DropUpload
        + ListExports
        + RemoveExport
{
}

/// How often a withdrawal is tried that meets other writes of the same person (ours): each try is of everything as it is then.
const TRIES: usize = 10;

/// Notes the consent, or its withdrawal with all that follows.
pub async fn handle(
    req: Request,
    table: &impl Records,
    files: &(impl DropClean + DropExport),
    clock: &impl Clock,
) -> Result<Response, Problem> {
    let result = note(&req, table, files, clock).await;
    applicant::unless_closed(result, &req, table).await
}

async fn note(
    req: &Request,
    table: &impl Records,
    files: &(impl DropClean + DropExport),
    clock: &impl Clock,
) -> Result<Response, Problem> {
    if req.method() == Method::DELETE {
        withdraw(req, table, files, clock).await?;
        return Ok(Response::no_content());
    }
    let person = applicant::caller(req, table).await?;
    let now = clock.now();
    parse_consent(&req.json()?)?;
    let given = person.biometrics.given(now);
    if given != person.biometrics {
        // why: a withdrawal may have stopped half-way, or be going on: what it has to drop is dropped before anything new may
        // be named together with it.
        if let Some(withdrawn_at) = person.biometrics.withdrawn_at() {
            drop_pictures(&person, Some(withdrawn_at), table, files).await?;
        }
        table.save_biometrics(person.id, &person.biometrics, &given, now).await?;
    }
    Ok(Response::ok(&view::biometrics(&given)))
}

/// The consent goes together with what waits for review, so that nobody claims, decides or submits anything in between; then the
/// pictures go on which nothing was decided. Each step may be taken again: a call that stopped half-way is repeated.
async fn withdraw(
    req: &Request,
    table: &impl Records,
    files: &(impl DropClean + DropExport),
    clock: &impl Clock,
) -> Result<(), Problem> {
    for _ in 0..TRIES {
        let person = applicant::caller(req, table).await?;
        // Also where there is nothing to confirm.
        let _ = confirms_late(req)?;
        let now = clock.now();
        // why: what a reviewer has open now is decided, or released, within a few hours.
        if person.cases().any(|case| case.as_of(now).state == State::UnderReview) {
            return Err(Problem::new(ProblemKind::NotEditable));
        }
        if let Some(filed) = person.collection.as_ref().filter(|filed| filed.case.state.is_open()) {
            let after = filed.case.apply(&Command::Withdraw, &Actor::Applicant(person.id), now)?.after.state;
            check_late(req, table, &filed.pages, after, now).await?;
        }
        let after = person.biometrics.withdrawn(now);
        match take_back(&person, &after, table, now).await {
            Ok(()) => {
                let dropped = drop_pictures(&person, after.withdrawn_at(), table, files).await?;
                let is_new = dropped || after != person.biometrics;
                drop_exports(&person, &after, is_new, table, files, clock).await?;
                tracing::info!(account = %person.id, "a consent was withdrawn");
                return Ok(());
            }
            // A submission or a claim was faster: it is seen now, and withdrawn with the consent, or waited for.
            Err(problem) if problem.kind() == ProblemKind::Conflict => {}
            Err(problem) => return Err(problem),
        }
    }
    Err(Problem::new(ProblemKind::Conflict))
}

/// Writes the withdrawal with that of what waits, unless that was done before.
async fn take_back(
    person: &Person,
    after: &Biometrics,
    table: &impl WithdrawConsent,
    now: Moment,
) -> Result<(), Problem> {
    let waiting = person.cases().filter(|case| case.as_of(now).state.is_open());
    let withdrawn: Result<Vec<Change>, _> =
        waiting.map(|case| case.apply(&Command::Withdraw, &Actor::Applicant(person.id), now)).collect();
    let withdrawn = withdrawn?;
    if *after == person.biometrics && withdrawn.is_empty() {
        return Ok(());
    }
    Ok(table.withdraw_consent(person, after, &withdrawn, now).await?)
}

/// Drops the pictures of the person's face that came before the withdrawal, but for those on which a decision rests. What came
/// after it came under another consent. Whether there were any.
async fn drop_pictures(
    person: &Person,
    withdrawn_at: Option<Moment>,
    table: &(impl LoadHistory + LoadSubmission + ListUploads + DropUpload),
    files: &impl DropClean,
) -> PortResult<bool> {
    let kept = pictures_of_decisions(person, table).await?;
    // Also those that have not come yet, or are being looked at: `check-picture` keeps nothing of them.
    let goes = |upload: &Upload| {
        upload.purpose.shows_face()
            && !kept.contains(&upload.id)
            && withdrawn_at.is_none_or(|at| upload.created_at <= at)
    };
    let mut dropped = false;
    for upload in table.list_uploads(person.id).await?.iter().filter(|upload| goes(upload)) {
        dropped = true;
        files.drop_clean(person.id, upload.id).await?;
        table.drop_upload(person.id, upload.id).await?;
    }
    Ok(dropped)
}

/// Removes the copies of everything that may hold pictures which are gone. After the pictures: what is made of them from now on
/// finds none; what was asked for until now may have.
async fn drop_exports(
    person: &Person,
    after: &Biometrics,
    is_new: bool,
    table: &(impl ListExports + RemoveExport),
    files: &impl DropExport,
    clock: &impl Clock,
) -> PortResult<()> {
    let until_now = clock.now();
    let shows_them = |export: &Export| {
        after.was_withdrawn_since(export.requested_at) || (is_new && export.requested_at <= until_now)
    };
    for export in table.list_exports(person.id).await?.iter().filter(|export| shows_them(export)) {
        table.remove_export(export).await?;
        files.drop_export(export).await?;
    }
    Ok(())
}

/// The pictures on which a department's decision rests.
async fn pictures_of_decisions(
    person: &Person,
    table: &(impl LoadHistory + LoadSubmission),
) -> PortResult<HashSet<UploadId>> {
    let mut kept = HashSet::new();
    for case in person.cases() {
        let history = table.load_history(case.id).await?;
        for version in compare::decided(&history) {
            let pages = table.load_frozen(case.id, version).await?;
            kept.extend(pages.uploads().into_iter().map(|used| used.upload));
        }
    }
    Ok(kept)
}
