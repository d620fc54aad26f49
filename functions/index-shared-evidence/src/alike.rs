//! Pictures that look the same though their files differ. A picture has a tag of what it looks like, as of everything else that a
//! case shows, and lines for bands of it. Whoever is indexed later and looks the same adds a line to the tag of the earlier one: so
//! each of the two is found by the other with one query.

use domain::{
    case::match_key::{self, MatchKind},
    collection::UploadUse,
    fault::Pointer,
    ids::{CaseId, UploadId},
    likeness::Likeness,
    moment::Moment,
    upload::Purpose,
};
use futures_util::future::try_join_all;
use ports::{
    PortError, PortResult,
    match_keys::{Band, LoadMatchKeys, SharedEvidenceIndex, TaggedMatchKey},
    pictures::{Judged, LoadUploads, Progress, Upload},
    secrets::{Hash, Tag, TagPurpose},
};

/// Most pictures that may have a band in common; a band with more says nothing (what a template prints for everybody), and is given
/// up by whoever comes later. So no key grows without end.
const COMMON: usize = 40;

/// Most pictures that one is compared with.
const COMPARED: usize = 40;

/// What a picture of the case looks like.
pub(crate) struct Look {
    pointer: Pointer,
    purpose: Purpose,
    likeness: Likeness,
    digest: Option<String>,
    pub(crate) bands: Vec<Band>,
}

impl Look {
    /// With its bands.
    pub(crate) async fn of(
        used: &UploadUse,
        likeness: &Likeness,
        digest: Option<String>,
        keys: &impl Hash,
    ) -> PortResult<Self> {
        let (purpose, upload) = (used.purpose, used.upload);
        let bands = match_key::bands(purpose, likeness);
        let bands = try_join_all(bands.iter().map(async |band| {
            Ok::<_, PortError>(Band { tag: keys.tag(TagPurpose::MatchKey, band).await?, upload })
        }));
        let bands = bands.await?;
        Ok(Self { pointer: used.pointer.clone(), purpose, likeness: likeness.clone(), digest, bands })
    }

    /// Whether another picture looks the same and is not; one that is the same has a tag in common with it.
    fn is_alike(&self, other: &Judged) -> bool {
        let is_alike = |likeness: &Likeness| {
            *likeness != self.likeness && self.likeness.is_alike(likeness, self.purpose)
        };
        other.sha256 != self.digest && other.likeness.as_ref().is_some_and(is_alike)
    }
}

/// What was found.
#[derive(Default)]
pub(crate) struct Found {
    match_keys: Vec<TaggedMatchKey>,
    common: Vec<Tag>,
}

impl Found {
    /// Whether the index is to stay as it is.
    pub(crate) fn is_nothing(&self) -> bool {
        self.match_keys.is_empty() && self.common.is_empty()
    }

    /// The next write of the index: with the tags of what looks the same, and without the bands that say nothing.
    pub(crate) fn added_to(self, mut index: SharedEvidenceIndex, at: Moment) -> SharedEvidenceIndex {
        index.revision += 1;
        index.at = at;
        index.match_keys.extend(self.match_keys);
        index.bands.retain(|band| !self.common.contains(&band.tag));
        index.leaving = self.common;
        index
    }
}

/// The judgement of a picture that has one.
pub(crate) fn judgement(upload: Upload) -> Option<Judged> {
    match upload.progress {
        Progress::Judged { judgement, .. } => Some(judgement),
        Progress::Pending | Progress::Checking { .. } => None,
    }
}

/// Other people's pictures that look the same as those of the case.
pub(crate) async fn find(
    own: CaseId,
    looks: &[Look],
    table: &(impl LoadMatchKeys + LoadUploads),
    keys: &impl Hash,
) -> PortResult<Found> {
    let mut found = Found::default();
    for look in looks {
        let candidates = candidates(own, look, table, &mut found.common).await?;
        let judged = candidates.iter().map(async |(case, upload)| {
            let uploads = table.load_uploads(case.owner, &[*upload]).await?;
            Ok::<_, PortError>(uploads.into_iter().find_map(judgement))
        });
        let judged = try_join_all(judged).await?;
        let alike = judged.iter().flatten().filter(|judged| look.is_alike(judged));
        let alike = alike.filter_map(|judged| judged.likeness.as_ref());
        for likeness in alike {
            let sameness = match_key::similar(&look.pointer, look.purpose, likeness).sameness();
            let tag = keys.tag(TagPurpose::MatchKey, &sameness).await?;
            let (kind, pointer) = (MatchKind::SimilarPicture, look.pointer.clone());
            if found.match_keys.iter().all(|other| other.tag != tag || other.pointer != pointer) {
                found.match_keys.push(TaggedMatchKey { kind, pointer, tag });
            }
        }
    }
    Ok(found)
}

/// Other people's pictures that have a band in common with it, unless too many have.
async fn candidates(
    own: CaseId,
    look: &Look,
    table: &impl LoadMatchKeys,
    common: &mut Vec<Tag>,
) -> PortResult<Vec<(CaseId, UploadId)>> {
    let mut candidates = Vec::new();
    let lists = look.bands.iter().map(|band| table.list_alike(&band.tag, COMMON + 1));
    for (band, lines) in look.bands.iter().zip(try_join_all(lists).await?) {
        if lines.len() > COMMON {
            common.push(band.tag.clone());
        } else {
            candidates.extend(lines.into_iter().filter(|(case, _)| case.owner != own.owner));
        }
    }
    candidates.sort_unstable();
    candidates.dedup();
    candidates.truncate(COMPARED);
    Ok(candidates)
}
