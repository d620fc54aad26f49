//! An export was asked for: it is made.
//!
//! The queue delivers each request at least once. The file's key and content follow from the request, and a finished
//! export is left alone, so making it twice changes nothing.

mod archive;
mod data;

use domain::{
    evidence::Transcript,
    ids::{AccountId, CaseId, CaseKind},
};
use events::{SqsBatchResponse, SqsEvent};
use ports::{
    Clock, PortError, PortResult,
    cases::LoadHistory,
    evidence::{IdCardOcrQueue, LoadEvidence, OpenTranscript},
    exports::{DropExport, Export, ExportState, LoadExport, RecordExport, RemoveExport, StoreExport},
    notifications::{ListNotifications, StoredNotification},
    people::{LoadAccount, LoadPerson, Person},
    pictures::{FetchClean, ListUploads},
    secrets::OpenIdentity,
};
use telemetry::Metric;

use archive::Archive;
use data::{Card, Data};

/// How many pictures are packed between two notes of how far it has come.
const NOTED_EVERY: usize = 5;

/// What this function may do with the table.
pub trait Records:
    LoadExport
    + RecordExport
    + RemoveExport
    + LoadAccount
    + LoadPerson
    + ListUploads
    + LoadHistory
    + ListNotifications
    + LoadEvidence
{
}

impl<T> Records for T where
    T: LoadExport
        + RecordExport
        + RemoveExport
        + LoadAccount
        + LoadPerson
        + ListUploads
        + LoadHistory
        + ListNotifications
        + LoadEvidence
{
}

/// Notifications that are read at once.
const NOTIFICATIONS: usize = 100;

/// Makes what was asked for. What fails is delivered again, and in the end parked for `admin redrive`.
pub async fn handle(
    delivery: SqsEvent,
    table: &impl Records,
    keys: &(impl OpenIdentity + OpenTranscript),
    files: &(impl FetchClean + StoreExport + DropExport),
    clock: &impl Clock,
) -> SqsBatchResponse {
    let answer = |asked| async move { answer(&asked, table, keys, files, clock).await };
    events::process_each("build-export", &delivery, clock, answer).await
}

/// Makes one, unless it was made before or is wanted no more.
async fn answer(
    asked: &Export,
    table: &impl Records,
    keys: &(impl OpenIdentity + OpenTranscript),
    files: &(impl FetchClean + StoreExport + DropExport),
    clock: &impl Clock,
) -> PortResult<()> {
    let Some(mut export) = table.load_export(asked.owner, asked.id).await? else { return Ok(()) };
    if export.state == ExportState::Removed {
        // A delivery that was killed after it stored the file left it behind.
        return files.drop_export(&export).await;
    }
    if export.state.is_final() {
        return Ok(());
    }
    match make(&mut export, table, keys, files, clock).await {
        // Gone with its account, removed, or finished by another delivery of the same request.
        Err(PortError::Conflict) => {
            tracing::info!(export = %export.id, "an export is wanted no more");
            let found = table.load_export(asked.owner, asked.id).await?;
            if found.is_none_or(|found| found.state == ExportState::Removed) {
                files.drop_export(&export).await?;
            }
            Ok(())
        }
        Err(error) if !matches!(error, PortError::Unavailable(_)) => {
            give_up(&mut export, table, &error, clock).await
        }
        made => made,
    }
}

async fn make(
    export: &mut Export,
    table: &impl Records,
    keys: &(impl OpenIdentity + OpenTranscript),
    files: &(impl FetchClean + StoreExport + DropExport),
    clock: &impl Clock,
) -> PortResult<()> {
    let owner = export.owner;
    let account = table.load_account(owner).await?.ok_or(PortError::Conflict)?;
    let person = table.load_person(owner).await?.ok_or(PortError::Conflict)?;
    let identity = keys.open(owner, account.id_type, &account.sealed).await?;
    let uploads = table.list_uploads(owner).await?;
    let data = Data {
        card: card(&person, table, keys).await?,
        real_name_history: history(table, CaseKind::RealName, owner).await?,
        collection_history: history(table, CaseKind::Collection, owner).await?,
        notifications: notifications(table, owner).await?,
        account: &account,
        identity: &identity,
        person: &person,
        now: clock.now(),
    };

    let pictures = data::pictures(&person, &uploads);
    export.total = pictures.len() + 1;
    export.state = ExportState::Working;
    table.record_export(export).await?;
    let mut archive = Archive::default();
    for (index, upload) in pictures.into_iter().enumerate() {
        if archive.has_room()
            && let Some(bytes) = files.fetch_clean(owner, upload.id).await?
        {
            archive.add_picture(upload, &bytes)?;
        }
        export.done = index + 1;
        if export.done.is_multiple_of(NOTED_EVERY) {
            table.record_export(export).await?;
        }
    }
    let json = data.json(&uploads, &archive);
    let file = archive.finish(&json)?;

    files.store_export(export, file).await?;
    // Closing an account, and withdrawing the consent to pictures, clear away what is there: what came after it has to go again.
    let Some(account) = table.load_account(owner).await? else { return files.drop_export(export).await };
    if account.biometrics.was_withdrawn_since(export.requested_at) {
        table.remove_export(export).await?;
        return files.drop_export(export).await;
    }
    export.done = export.total;
    export.state = ExportState::Ready;
    table.record_export(export).await
}

/// What was read on the card that was shown last.
async fn card(
    person: &Person,
    table: &impl LoadEvidence,
    keys: &impl OpenTranscript,
) -> PortResult<Option<Card>> {
    let request = person.real_name.as_ref().map(|filed| &filed.case);
    let shown =
        request.and_then(|case| Some(IdCardOcrQueue { case: case.id, version: case.submitted_version? }));
    let Some(shown) = shown else { return Ok(None) };
    let Some(kept) = table.load_evidence(shown).await? else { return Ok(None) };
    let transcript = match &kept.transcript {
        Some(sealed) => keys.open_transcript(person.id, sealed).await?,
        None => Transcript::default(),
    };
    Ok(Some(Card { kept, transcript }))
}

/// All notifications, newest first.
async fn notifications(
    table: &impl ListNotifications,
    owner: AccountId,
) -> PortResult<Vec<StoredNotification>> {
    let mut all: Vec<StoredNotification> = Vec::new();
    loop {
        let page = table
            .list_notifications(owner, all.last().map(|kept| kept.notification.id), NOTIFICATIONS)
            .await?;
        let is_last = page.len() < NOTIFICATIONS;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

async fn history(
    table: &impl LoadHistory,
    kind: CaseKind,
    owner: AccountId,
) -> PortResult<Vec<domain::case::AuditEntry>> {
    table.load_history(CaseId { kind, owner }).await
}

/// Something that will not get better by trying again: the applicant is told, and whoever watches.
async fn give_up(
    export: &mut Export,
    table: &impl RecordExport,
    error: &PortError,
    clock: &impl Clock,
) -> PortResult<()> {
    tracing::error!(export = %export.id, ?error, "an export was given up on");
    let now = clock.now().as_millisecond();
    telemetry::record(now, &[("Function", "build-export")], &[(Metric::Poison, 1.0)]);
    export.state = ExportState::Failed;
    match table.record_export(export).await {
        Err(PortError::Conflict) => Ok(()),
        result => result,
    }
}
