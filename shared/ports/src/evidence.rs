//! What was read on people's identity cards, for the reviewers who look at their requests.

use domain::{
    evidence::{Evidence, Transcript},
    ids::{AccountId, CaseId},
    moment::Moment,
};
use serde::{Deserialize, Serialize};

use crate::{PortResult, secrets::Sealed};

/// The cards of a request for real-name verification are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdCardOcrQueue {
    /// The request.
    pub case: CaseId,
    /// The version that the submission made: its pages name the pictures.
    pub version: u64,
}

/// What was read of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEvidence {
    /// Of which submission.
    pub of: IdCardOcrQueue,
    /// When.
    pub at: Moment,
    /// What follows; it names nobody.
    pub evidence: Evidence,
    /// What is on the card, sealed for its owner's account; none where nothing was to be read.
    pub transcript: Option<Sealed>,
}

/// Keeps what was read.
pub trait SaveEvidence: Sync {
    /// Once for a submission, of an account that is open; `Conflict` when there is some already, or the account is gone.
    fn save_evidence(&self, kept: &KeptEvidence) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads what was kept.
pub trait LoadEvidence: Sync {
    /// Of that submission, once there is some.
    fn load_evidence(
        &self,
        of: IdCardOcrQueue,
    ) -> impl Future<Output = PortResult<Option<KeptEvidence>>> + Send;
}

/// Seals what was read on a card. It is as personal as an identity, and is sealed in the same way.
pub trait SealTranscript: Sync {
    /// Sealed for that account, and as nothing else but a transcript.
    fn seal_transcript(
        &self,
        owner: AccountId,
        transcript: &Transcript,
    ) -> impl Future<Output = PortResult<Sealed>> + Send;
}

/// Opens what was sealed.
pub trait OpenTranscript: Sync {
    /// The transcript that was sealed for that account.
    fn open_transcript(
        &self,
        owner: AccountId,
        sealed: &Sealed,
    ) -> impl Future<Output = PortResult<Transcript>> + Send;
}
