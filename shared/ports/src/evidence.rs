//! Text read from applicants' identity cards, for the reviewers of their requests.

use domain::{
    evidence::{Evidence, Transcript},
    ids::{AccountId, CaseId},
    moment::Moment,
};
use serde::{Deserialize, Serialize};

use crate::{PortResult, secrets::Sealed};

/// A job: read the identity card of a request for real-name verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdCardOcrQueue {
    /// The request.
    pub case: CaseId,
    /// The version that the submission created; its pages refer to the pictures.
    pub version: u64,
}

/// The evidence of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEvidence {
    /// The submission.
    pub of: IdCardOcrQueue,
    /// When the card was read.
    pub at: Moment,
    /// The evidence; contains no personal data.
    pub evidence: Evidence,
    /// The text on the card, sealed for the owner's account; `None` if nothing was to be read.
    pub transcript: Option<Sealed>,
}

/// Saves evidence.
pub trait SaveEvidence: Sync {
    /// Saves it once per submission, and only for an open account; `Conflict` if the submission already has evidence or
    /// the account does not exist.
    fn save_evidence(&self, kept: &KeptEvidence) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads evidence.
pub trait LoadEvidence: Sync {
    /// Returns the evidence of that submission, if there is any.
    fn load_evidence(
        &self,
        of: IdCardOcrQueue,
    ) -> impl Future<Output = PortResult<Option<KeptEvidence>>> + Send;
}

/// Seals the text of a card. It is personal data like an identity, and is sealed in the same way.
pub trait SealTranscript: Sync {
    /// Seals it for that account, and only as a transcript.
    fn seal_transcript(
        &self,
        owner: AccountId,
        transcript: &Transcript,
    ) -> impl Future<Output = PortResult<Sealed>> + Send;
}

/// Opens sealed text of a card.
pub trait OpenTranscript: Sync {
    /// Returns the transcript that was sealed for that account.
    fn open_transcript(
        &self,
        owner: AccountId,
        sealed: &Sealed,
    ) -> impl Future<Output = PortResult<Transcript>> + Send;
}
