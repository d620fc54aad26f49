//! An index of what cases show, by which the cases that have something in common are found.

use domain::{
    case::match_key::MatchKind,
    fault::Pointer,
    ids::{CaseId, UploadId},
    moment::Moment,
};
use serde::{Deserialize, Serialize};

use crate::{PortResult, secrets::Tag};

/// What a case shows has changed: it is to be indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedEvidenceToIndex {
    /// The case, as it is when it is read.
    pub case: CaseId,
}

/// A material, by a tag that it has in whichever case it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaggedMatchKey {
    /// Its kind.
    pub kind: MatchKind,
    /// Where it stands in the pages.
    pub pointer: Pointer,
    /// What it hashes to.
    pub tag: Tag,
}

/// A band of a picture's marks, by which pictures that may look the same are found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// What it hashes to.
    pub tag: Tag,
    /// The picture.
    pub upload: UploadId,
}

/// What is indexed of a case. Beside it there is a line for each tag, which names the case, and for each band, which names the
/// picture as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedEvidenceIndex {
    /// The case.
    pub case: CaseId,
    /// Of which version of the case.
    pub version: u64,
    /// Counts the writes; who writes lines does it for the last one, or not at all.
    pub revision: u64,
    /// What the case shows.
    pub match_keys: Vec<TaggedMatchKey>,
    /// By what pictures that may look the same are found; none by which too many are.
    pub bands: Vec<Band>,
    /// Tags of an earlier version whose lines have to go.
    pub leaving: Vec<Tag>,
    /// Whether all lines are as this says.
    pub settled: bool,
    /// When it was written.
    pub at: Moment,
}

impl SharedEvidenceIndex {
    /// The tags of what the case shows, each once.
    pub fn tags(&self) -> Vec<Tag> {
        let match_keys = first_of_each(&self.match_keys, |match_key| &match_key.tag);
        match_keys.into_iter().map(|match_key| match_key.tag.clone()).collect()
    }

    /// The bands, each tag once.
    pub fn distinct_bands(&self) -> Vec<&Band> {
        first_of_each(&self.bands, |band| &band.tag)
    }

    /// The tags whose lines have to go, each once: two pictures may have had a band in common.
    pub fn distinct_leaving(&self) -> Vec<&Tag> {
        first_of_each(&self.leaving, |tag| tag)
    }
}

/// The first of those that have the same tag, in their order.
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
    /// What is indexed of the case, if anything was.
    fn load_index(
        &self,
        case: CaseId,
    ) -> impl Future<Output = PortResult<Option<SharedEvidenceIndex>>> + Send;
    /// Cases that have a line for that tag, `limit` at most, in no order that means anything.
    fn list_sharing(&self, tag: &Tag, limit: usize) -> impl Future<Output = PortResult<Vec<CaseId>>> + Send;
    /// Pictures that have a line for that band, `limit` at most, in no order that means anything; whatever was written before.
    fn list_alike(
        &self,
        band: &Tag,
        limit: usize,
    ) -> impl Future<Output = PortResult<Vec<(CaseId, UploadId)>>> + Send;
}

/// Writes the index.
pub trait SaveMatchKeys: Sync {
    /// This index instead of the one of the revision before; `Conflict` when that is not the last, or the account is not
    /// open.
    fn save_index(&self, index: &SharedEvidenceIndex) -> impl Future<Output = PortResult<()>> + Send;
    /// Lines for what the case shows, and none for what is leaving; `Conflict` when the index has another revision.
    fn write_lines(&self, index: &SharedEvidenceIndex) -> impl Future<Output = PortResult<()>> + Send;
}
