//! The index of shared evidence, which finds cases that have something in common.

use domain::{
    case::match_key::MatchKind,
    fault::Pointer,
    ids::{CaseId, UploadId},
    moment::Moment,
};
use serde::{Deserialize, Serialize};

use crate::{PortResult, secrets::Tag};

/// A job: the pages of a case changed and must be indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedEvidenceToIndex {
    /// The case; the worker indexes its current version.
    pub case: CaseId,
}

/// A match key with its tag, which is the same in every case that has the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaggedMatchKey {
    /// The kind of match key.
    pub kind: MatchKind,
    /// Its place in the pages.
    pub pointer: Pointer,
    /// The tag of the match key.
    pub tag: Tag,
}

/// A band of a picture's likeness: pictures with an equal band may look alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// The tag of the band.
    pub tag: Tag,
    /// The picture that has the band.
    pub upload: UploadId,
}

/// What is indexed of a case. In addition, the index has a line for each tag, which names the case, and a line for each
/// band, which names the case and the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedEvidenceIndex {
    /// The case.
    pub case: CaseId,
    /// The version of the case that is indexed.
    pub version: u64,
    /// Counts the writes. Lines are only written for the last revision.
    pub revision: u64,
    /// The match keys of the case.
    pub match_keys: Vec<TaggedMatchKey>,
    /// Bands that find similar pictures. A band that too many pictures have is left out.
    pub bands: Vec<Band>,
    /// Tags of an earlier version whose lines must be deleted.
    pub leaving: Vec<Tag>,
    /// Whether all lines have been written as this index says.
    pub settled: bool,
    /// The time of the write.
    pub at: Moment,
}

impl SharedEvidenceIndex {
    /// The distinct tags of the match keys.
    pub fn tags(&self) -> Vec<Tag> {
        let match_keys = first_of_each(&self.match_keys, |match_key| &match_key.tag);
        match_keys.into_iter().map(|match_key| match_key.tag.clone()).collect()
    }

    /// The bands with distinct tags.
    pub fn distinct_bands(&self) -> Vec<&Band> {
        first_of_each(&self.bands, |band| &band.tag)
    }

    /// The distinct tags whose lines must be deleted: two pictures may have had the same band.
    pub fn distinct_leaving(&self) -> Vec<&Tag> {
        first_of_each(&self.leaving, |tag| tag)
    }
}

/// The first item of each tag, in the original order.
fn first_of_each<T>(items: &[T], tag: impl Fn(&T) -> &Tag) -> Vec<&T> {
    let mut firsts: Vec<&T> = Vec::new();
    for item in items {
        if firsts.iter().all(|first| tag(first) != tag(item)) {
            firsts.push(item);
        }
    }
    firsts
}

/// Reads the index.
pub trait LoadMatchKeys: Sync {
    /// Returns the index of the case, if there is one.
    fn load_index(
        &self,
        case: CaseId,
    ) -> impl Future<Output = PortResult<Option<SharedEvidenceIndex>>> + Send;
    /// Returns up to `limit` cases that have a line for that tag, in no particular order.
    fn list_sharing(&self, tag: &Tag, limit: usize) -> impl Future<Output = PortResult<Vec<CaseId>>> + Send;
    /// Returns up to `limit` pictures that have a line for that band, in no particular order. Lines of earlier
    /// revisions may be among them.
    fn list_alike(
        &self,
        band: &Tag,
        limit: usize,
    ) -> impl Future<Output = PortResult<Vec<(CaseId, UploadId)>>> + Send;
}

/// Writes the index.
pub trait SaveMatchKeys: Sync {
    /// Replaces the index of the previous revision; `Conflict` if the stored revision is not the previous one, or the
    /// account is not open.
    fn save_index(&self, index: &SharedEvidenceIndex) -> impl Future<Output = PortResult<()>> + Send;
    /// Writes the lines of the index and deletes those in `leaving`; `Conflict` if the stored index has another
    /// revision.
    fn write_lines(&self, index: &SharedEvidenceIndex) -> impl Future<Output = PortResult<()>> + Send;
}
