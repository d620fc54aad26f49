//! `/v1/me/consents/biometrics`: 单独同意, consent to pictures of one's face, given and taken back
//! (`docs/decisions/0019-consent-to-pictures.md`).

use std::collections::HashSet;

use applicant::{readiness::check_late, view};
use domain::{
    case::{Actor, Command, State, compare},
    consent::parse_consent,
    ids::UploadId,
};
use edge::{Answer, Call, Kind, Problem};
use http::Method;
use ports::{
    Clock, Outcome,
    cases::{LoadHistory, LoadSubmission, SaveChange},
    exports::{DropExport, Export, ListExports, RemoveExport},
    people::{LoadPerson, Person, SaveBiometrics},
    pictures::{DropClean, DropUpload, ListUploads, Upload},
    windows::LoadWindow,
};

/// What this function may do with the table.
pub trait Records:
    LoadPerson
    + SaveBiometrics
    + SaveChange
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
        + SaveChange
        + LoadHistory
        + LoadSubmission
        + LoadWindow
        + ListUploads
        + DropUpload
        + ListExports
        + RemoveExport
{
}

/// Notes the consent, or its withdrawal with all that follows.
pub async fn handle(
    call: Call,
    table: &impl Records,
    files: &(impl DropClean + DropExport),
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let person = applicant::caller(&call, table).await?;
    let now = clock.now();
    if call.method() == Method::DELETE {
        withdraw(&call, &person, table, files, clock).await?;
        return Ok(Answer::no_content());
    }
    parse_consent(&call.json()?)?;
    let given = person.biometrics.given(now);
    if given != person.biometrics {
        table.save_biometrics(person.id, &person.biometrics, &given, now).await?;
    }
    Ok(Answer::ok(&view::biometrics(&given)))
}

/// The consent is taken back first, so that nothing new comes; then what waits for review; then the pictures go on which
/// nothing was decided. Each step may be taken again: a call that stopped half-way is repeated.
async fn withdraw(
    call: &Call,
    person: &Person,
    table: &impl Records,
    files: &(impl DropClean + DropExport),
    clock: &impl Clock,
) -> Result<(), Problem> {
    let now = clock.now();
    // why: what a reviewer has open now is decided, or let go, within half an hour.
    if person.cases().any(|case| case.as_of(now).state == State::UnderReview) {
        return Err(Problem::new(Kind::NotEditable));
    }
    if let Some(filed) = person.collection.as_ref().filter(|filed| filed.case.state.is_open()) {
        let after = filed.case.apply(&Command::Withdraw, &Actor::Applicant(person.id), now)?.after.state;
        check_late(call, table, &filed.pages, after, now).await?;
    }
    let withdrawn = person.biometrics.withdrawn(now);
    if withdrawn != person.biometrics {
        table.save_biometrics(person.id, &person.biometrics, &withdrawn, now).await?;
    }
    for case in person.cases().filter(|case| case.as_of(now).state.is_open()) {
        let change = case.apply(&Command::Withdraw, &Actor::Applicant(person.id), now)?;
        table.save_change(&change).await?;
    }
    let kept = pictures_of_decisions(person, table).await?;
    // Also those that have not come yet, or are being looked at: `check-picture` keeps nothing of them.
    let goes = |upload: &Upload| upload.purpose.shows_face() && !kept.contains(&upload.id);
    let mut is_new = withdrawn != person.biometrics;
    for upload in table.list_uploads(person.id).await?.iter().filter(|upload| goes(upload)) {
        is_new = true;
        files.drop_clean(person.id, upload.id).await?;
        table.drop_upload(person.id, upload.id).await?;
    }
    // After the pictures: what is made of them from now on finds none; what was asked for until now may have.
    let until_now = clock.now();
    let shows_them = |export: &Export| {
        withdrawn.was_withdrawn_since(export.requested_at) || (is_new && export.requested_at <= until_now)
    };
    for export in table.list_exports(person.id).await?.iter().filter(|export| shows_them(export)) {
        table.remove_export(export).await?;
        files.drop_export(export).await?;
    }
    tracing::info!(account = %person.id, "a consent was taken back");
    Ok(())
}

/// The pictures on which a department's decision rests.
async fn pictures_of_decisions(
    person: &Person,
    table: &(impl LoadHistory + LoadSubmission),
) -> Outcome<HashSet<UploadId>> {
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
