//! What a case shows has changed: it is indexed, so that a reviewer learns which other cases show the same picture, the same
//! number of a certificate or the same employer's telephone, or a picture that looks the same (`shared/domain/src/case/material.rs`).
//!
//! A sign for the reviewer and nothing else: no decision waits for it. The queue delivers each change at least once and in no order;
//! what is indexed is always the case as it is now. The index is written first, then the lines by which it is found, each
//! transaction of them only while that index is the last: two deliveries at once leave the lines of one of them.

mod alike;

use std::collections::HashMap;

use domain::{
    case::{Case, match_key},
    collection::UploadUse,
    ids::UploadId,
    likeness::Likeness,
};
use events::{SqsBatchResponse, SqsEvent};
use futures_util::future::try_join_all;
use ports::{
    Clock, PortError, PortResult,
    cases::{LoadCase, LoadSubmission},
    match_keys::{
        Band, LoadMatchKeys, SaveMatchKeys, SharedEvidenceIndex, SharedEvidenceToIndex, TaggedMatchKey,
    },
    people::LoadAccount,
    pictures::{Judged, LoadUploads},
    secrets::{Hash, Tag, TagPurpose},
};

use crate::alike::Look;

/// Tags that are asked for at once.
const AT_ONCE: usize = 50;

/// What this function may do with the table.
pub trait Records:
    LoadAccount + LoadCase + LoadSubmission + LoadUploads + LoadMatchKeys + SaveMatchKeys
{
}

impl<T: LoadAccount + LoadCase + LoadSubmission + LoadUploads + LoadMatchKeys + SaveMatchKeys> Records for T {}

/// Indexes what changed. What fails is delivered again, and in the end parked for `admin redrive`.
pub async fn handle(
    delivery: SqsEvent,
    table: &impl Records,
    keys: &impl Hash,
    clock: &impl Clock,
) -> SqsBatchResponse {
    let answer = |asked| index(asked, table, keys, clock);
    events::process_each("index-shared-evidence", &delivery, clock, answer).await
}

/// Indexes one case, unless it was indexed as it is or its account is gone.
async fn index(
    asked: SharedEvidenceToIndex,
    table: &impl Records,
    keys: &impl Hash,
    clock: &impl Clock,
) -> PortResult<()> {
    if table.load_account(asked.case.owner).await?.is_none() {
        return Ok(());
    }
    let Some(case) = table.load_case(asked.case).await? else { return Ok(()) };
    let before = table.load_index(case.id).await?;
    if before.as_ref().is_some_and(|before| is_done(before, &case)) {
        return Ok(());
    }
    let (match_keys, looks) = tagged(&case, table, keys).await?;
    let bands: Vec<Band> = looks.iter().flat_map(|look| look.bands.clone()).collect();
    let stays = |tag: &Tag| {
        match_keys.iter().any(|match_key| match_key.tag == *tag) || bands.iter().any(|band| band.tag == *tag)
    };
    let leaving = before.iter().flat_map(lines).filter(|tag| !stays(tag)).collect();
    let begun = SharedEvidenceIndex {
        case: case.id,
        version: case.version,
        revision: before.as_ref().map_or(0, |before| before.revision) + 1,
        match_keys,
        bands,
        leaving,
        settled: false,
        at: clock.now(),
    };
    table.save_index(&begun).await?;
    table.write_lines(&begun).await?;
    // After its own lines: of two cases that are indexed at once, the later one at least finds the other.
    let last = match alike::find(case.id, &looks, table, keys).await? {
        found if found.is_nothing() => begun,
        found => {
            let found = found.added_to(begun, clock.now());
            table.save_index(&found).await?;
            table.write_lines(&found).await?;
            found
        }
    };
    let settled = SharedEvidenceIndex {
        revision: last.revision + 1,
        leaving: Vec::new(),
        settled: true,
        at: clock.now(),
        ..last
    };
    table.save_index(&settled).await
}

/// Whatever has a line.
fn lines(index: &SharedEvidenceIndex) -> impl Iterator<Item = Tag> {
    let bands = index.bands.iter().map(|band| band.tag.clone());
    index.tags().into_iter().chain(bands).chain(index.leaving.clone())
}

/// Whether the index is that of the case as it is, or of a later one.
fn is_done(index: &SharedEvidenceIndex, case: &Case) -> bool {
    index.version > case.version || (index.version == case.version && index.settled)
}

/// What the case shows, with the tags, and what its pictures look like; nothing of a draft, or of what was taken back.
async fn tagged(
    case: &Case,
    table: &(impl LoadSubmission + LoadUploads),
    keys: &impl Hash,
) -> PortResult<(Vec<TaggedMatchKey>, Vec<Look>)> {
    let shown = case.shown_version().filter(|_| case.has_match_keys());
    let Some(version) = shown else { return Ok((Vec::new(), Vec::new())) };
    let pages = table.load_frozen(case.id, version).await?;
    let (uses, mut match_keys) = (pages.uploads(), pages.numbers());
    let judged = judged(case, &uses, table).await?;
    let digest = |upload| judged.get(&upload).and_then(|judged| judged.sha256.clone());
    match_keys.extend(match_key::pictures(&uses, digest));
    let looks = uses.iter().filter_map(|used| Some((used, judged.get(&used.upload)?.likeness.as_ref()?)));
    let looks: Vec<(&UploadUse, &Likeness)> = looks.collect();
    let similar =
        looks.iter().map(|(used, likeness)| match_key::similar(&used.pointer, used.purpose, likeness));
    match_keys.extend(similar);

    let mut tagged = Vec::new();
    for some in match_keys.chunks(AT_ONCE) {
        let tags = some.iter().map(async |match_key| {
            let tag = keys.tag(TagPurpose::MatchKey, &match_key.sameness()).await?;
            Ok::<_, PortError>(TaggedMatchKey {
                kind: match_key.kind,
                pointer: match_key.pointer.clone(),
                tag,
            })
        });
        tagged.extend(try_join_all(tags).await?);
    }
    let mut found = Vec::new();
    for (used, likeness) in looks {
        found.push(Look::of(used, likeness, digest(used.upload), keys).await?);
    }
    Ok((tagged, found))
}

/// What is known of those pictures.
async fn judged(
    case: &Case,
    uses: &[UploadUse],
    table: &impl LoadUploads,
) -> PortResult<HashMap<UploadId, Judged>> {
    let ids: Vec<UploadId> = uses.iter().map(|used| used.upload).collect();
    let uploads = table.load_uploads(case.id.owner, &ids).await?.into_iter();
    Ok(uploads.filter_map(|upload| Some((upload.id, alike::judgement(upload)?))).collect())
}
