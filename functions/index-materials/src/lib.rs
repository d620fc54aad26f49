//! What a case shows has changed: it is indexed, so that a reviewer learns which other cases show the same picture, the same
//! number of a certificate or the same employer's telephone (`shared/domain/src/case/material.rs`).
//!
//! A sign for the reviewer and nothing else: no decision waits for it. The queue delivers each change at least once and in no order;
//! what is indexed is always the case as it is now. The index is written first, then the lines by which it is found, each
//! transaction of them only while that index is the last: two deliveries at once leave the lines of one of them.

use std::collections::HashMap;

use domain::{
    case::{Case, material},
    collection::UploadUse,
    ids::UploadId,
};
use futures_util::future::try_join_all;
use ports::{
    Clock, Outcome, PortError,
    cases::{LoadCase, LoadSubmission},
    materials::{LoadMaterials, MaterialIndex, MaterialsToIndex, SaveMaterials, TaggedMaterial},
    people::LoadAccount,
    pictures::{LoadUploads, Progress},
    secrets::{Hash, TagPurpose},
};
use queue::{Again, Delivery};

/// Tags that are asked for at once.
const AT_ONCE: usize = 50;

/// What this function may do with the table.
pub trait Records:
    LoadAccount + LoadCase + LoadSubmission + LoadUploads + LoadMaterials + SaveMaterials
{
}

impl<T: LoadAccount + LoadCase + LoadSubmission + LoadUploads + LoadMaterials + SaveMaterials> Records for T {}

/// Indexes what changed. What fails is delivered again, and in the end parked for `admin redrive`.
pub async fn handle(delivery: Delivery, table: &impl Records, keys: &impl Hash, clock: &impl Clock) -> Again {
    let answer = |asked| index(asked, table, keys, clock);
    queue::each("index-materials", &delivery, clock, answer).await
}

/// Indexes one case, unless it was indexed as it is or its account is gone.
async fn index(
    asked: MaterialsToIndex,
    table: &impl Records,
    keys: &impl Hash,
    clock: &impl Clock,
) -> Outcome<()> {
    if table.load_account(asked.case.owner).await?.is_none() {
        return Ok(());
    }
    let Some(case) = table.load_case(asked.case).await? else { return Ok(()) };
    let before = table.load_index(case.id).await?;
    if before.as_ref().is_some_and(|before| is_done(before, &case)) {
        return Ok(());
    }
    let materials = tagged(&case, table, keys).await?;
    let leaving = before.iter().flat_map(|before| before.tags().into_iter().chain(before.leaving.clone()));
    let leaving = leaving.filter(|tag| materials.iter().all(|material| material.tag != *tag)).collect();
    let begun = MaterialIndex {
        case: case.id,
        version: case.version,
        revision: before.as_ref().map_or(0, |before| before.revision) + 1,
        materials,
        leaving,
        settled: false,
        at: clock.now(),
    };
    table.save_index(&begun).await?;
    table.write_lines(&begun).await?;
    let settled = MaterialIndex {
        revision: begun.revision + 1,
        leaving: Vec::new(),
        settled: true,
        at: clock.now(),
        ..begun
    };
    table.save_index(&settled).await
}

/// Whether the index is that of the case as it is, or of a later one.
fn is_done(index: &MaterialIndex, case: &Case) -> bool {
    index.version > case.version || (index.version == case.version && index.settled)
}

/// What the case shows, with the tags; nothing of a draft, or of what was taken back.
async fn tagged(
    case: &Case,
    table: &(impl LoadSubmission + LoadUploads),
    keys: &impl Hash,
) -> Outcome<Vec<TaggedMaterial>> {
    let shown = case.shown_version().filter(|_| case.has_materials());
    let Some(version) = shown else { return Ok(Vec::new()) };
    let pages = table.load_frozen(case.id, version).await?;
    let (uses, mut materials) = (pages.uploads(), pages.numbers());
    let digests = digests(case, &uses, table).await?;
    materials.extend(material::pictures(&uses, |upload| digests.get(&upload).cloned()));

    let mut tagged = Vec::new();
    for some in materials.chunks(AT_ONCE) {
        let tags = some.iter().map(async |material| {
            let tag = keys.tag(TagPurpose::Material, &material.sameness()).await?;
            Ok::<_, PortError>(TaggedMaterial { kind: material.kind, pointer: material.pointer.clone(), tag })
        });
        tagged.extend(try_join_all(tags).await?);
    }
    Ok(tagged)
}

/// What the clean copies of those pictures hash to.
async fn digests(
    case: &Case,
    uses: &[UploadUse],
    table: &impl LoadUploads,
) -> Outcome<HashMap<UploadId, String>> {
    let ids: Vec<UploadId> = uses.iter().map(|used| used.upload).collect();
    let mut digests = HashMap::new();
    for upload in table.load_uploads(case.id.owner, &ids).await? {
        if let Progress::Judged { judgement, .. } = upload.progress {
            digests.extend(judgement.sha256.map(|digest| (upload.id, digest)));
        }
    }
    Ok(digests)
}
