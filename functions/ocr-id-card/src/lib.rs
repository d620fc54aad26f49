//! A request for real-name verification was handed in: both sides of the identity card are read, and held against the account.
//!
//! Advice for the reviewer and nothing else: no decision waits for it, and none follows from it. The queue delivers each submission
//! at least once; what was read is kept once. Texts leave this function sealed, and no log names what a card says.

use domain::{
    case::SubmittedPages,
    evidence::{CardSide, Claim, Evidence, Transcript, compare_card, is_readable},
    ids::{AccountId, UploadId},
    real_name::OnlineRequest,
};
use events::{SqsBatchResponse, SqsEvent};
use ports::{
    Clock, PortError, PortResult,
    cases::LoadSubmission,
    evidence::{IdCardOcrQueue, KeptEvidence, LoadEvidence, SaveEvidence, SealTranscript},
    people::{Account, LoadAccount},
    pictures::FetchClean,
    secrets::{OpenIdentity, Sealed},
};

/// What this function may do with the table.
pub trait Records: LoadAccount + LoadSubmission + LoadEvidence + SaveEvidence {}

impl<T: LoadAccount + LoadSubmission + LoadEvidence + SaveEvidence> Records for T {}

/// Reads what was handed in. What fails is delivered again, and in the end parked for `admin redrive`.
pub async fn handle(
    delivery: SqsEvent,
    table: &impl Records,
    keys: &(impl OpenIdentity + SealTranscript),
    pictures: &impl FetchClean,
    clock: &impl Clock,
) -> SqsBatchResponse {
    let answer = |asked| answer(asked, table, keys, pictures, clock);
    events::process_each("ocr-id-card", &delivery, clock, answer).await
}

/// Reads the card of one submission, unless it was read before or its account is gone.
async fn answer(
    asked: IdCardOcrQueue,
    table: &impl Records,
    keys: &(impl OpenIdentity + SealTranscript),
    pictures: &impl FetchClean,
    clock: &impl Clock,
) -> PortResult<()> {
    if table.load_evidence(asked).await?.is_some() {
        return Ok(());
    }
    let Some(account) = table.load_account(asked.case.owner).await? else { return Ok(()) };
    let SubmittedPages::RealName(request) = table.load_frozen(asked.case, asked.version).await? else {
        return Err(PortError::Corrupt(format!("{} has no identity card", asked.case)));
    };
    let (evidence, transcript) = read(&account, &request, keys, pictures, clock).await?;
    let kept = KeptEvidence { of: asked, at: clock.now(), evidence, transcript };
    match table.save_evidence(&kept).await {
        // Read by another delivery of the same, or gone with its account.
        Err(PortError::Conflict) => Ok(()),
        saved => saved,
    }
}

/// What follows from the pictures, and what is on the card.
async fn read(
    account: &Account,
    request: &OnlineRequest,
    keys: &(impl OpenIdentity + SealTranscript),
    pictures: &impl FetchClean,
    clock: &impl Clock,
) -> PortResult<(Evidence, Option<Sealed>)> {
    if !is_readable(account.id_type) {
        return Ok((Evidence::of_another_kind(), None));
    }
    let identity = keys.open(account.id, account.id_type, &account.sealed).await?;
    let front = side(account.id, Some(request.id_front), pictures).await?;
    let back = side(account.id, request.id_back, pictures).await?;
    let claim = Claim { number: &identity.number, name: &identity.name };
    let evidence = compare_card(claim, [&front, &back], clock.now().date(), ocr::knows);
    let transcript = Transcript::of([&front, &back]);
    let sealed = keys.seal_transcript(account.id, &transcript).await?;
    Ok((evidence, Some(sealed)))
}

/// What the clean copy of a picture says; nothing where there is none. A clean copy is stored once, under its upload's id, and never
/// changed: it is the one that the reviewer sees.
async fn side(
    owner: AccountId,
    upload: Option<UploadId>,
    pictures: &impl FetchClean,
) -> PortResult<CardSide> {
    let Some(upload) = upload else { return Ok(CardSide::Nothing) };
    let copy = pictures.fetch_clean(owner, upload).await?;
    let picture = copy.as_deref().and_then(picture::open);
    Ok(picture.map_or(CardSide::Nothing, |picture| ocr::card::read(picture.pixels())))
}
