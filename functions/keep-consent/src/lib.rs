//! `/v1/me/consents/biometrics`: 单独同意, consent to pictures of one's face, given and taken back
//! (`docs/decisions/0019-consent-to-pictures.md`).

use std::collections::HashSet;

use applicant::view;
use domain::{
    case::{Actor, Command, State, compare},
    consent::parse_consent,
    ids::UploadId,
    moment::Moment,
};
use edge::{Answer, Call, Kind, Problem};
use http::Method;
use ports::{
    Clock, Outcome,
    cases::{LoadHistory, LoadSubmission, SaveChange},
    people::{LoadPerson, Person, SaveBiometrics},
    pictures::{DropClean, DropUpload, ListUploads, Upload},
};

/// What this function may do with the table.
pub trait Records:
    LoadPerson + SaveBiometrics + SaveChange + LoadHistory + LoadSubmission + ListUploads + DropUpload
{
}

impl<T: LoadPerson + SaveBiometrics + SaveChange + LoadHistory + LoadSubmission + ListUploads + DropUpload>
    Records for T
{
}

/// Notes the consent, or its withdrawal with all that follows.
pub async fn handle(
    call: Call,
    table: &impl Records,
    files: &impl DropClean,
    clock: &impl Clock,
) -> Result<Answer, Problem> {
    let person = applicant::caller(&call, table).await?;
    let now = clock.now();
    if call.method() == Method::DELETE {
        withdraw(&person, table, files, now).await?;
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
    person: &Person,
    table: &impl Records,
    files: &impl DropClean,
    now: Moment,
) -> Result<(), Problem> {
    // why: what a reviewer has open now is decided, or let go, within half an hour.
    if person.cases().any(|case| case.as_of(now).state == State::UnderReview) {
        return Err(Problem::new(Kind::NotEditable));
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
    for upload in table.list_uploads(person.id).await?.iter().filter(|upload| goes(upload)) {
        files.drop_clean(person.id, upload.id).await?;
        table.drop_upload(person.id, upload.id).await?;
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
