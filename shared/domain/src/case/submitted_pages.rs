//! The pages of a case, frozen by a submission.

use serde::Deserialize;
use serde_json::Value;

use super::match_key::{self, MatchKey};
use crate::{
    collection::{Collection, UploadUse},
    ids::CaseKind,
    real_name::OnlineRequest,
};

/// The submitted pages of a case.
#[derive(Clone, Debug, PartialEq)]
pub enum SubmittedPages {
    /// The pages of a collection.
    Collection(Box<Collection>),
    /// A request for real-name verification by pictures.
    RealName(OnlineRequest),
}

impl SubmittedPages {
    /// Parses pages as saved with a case of this kind.
    pub fn read(kind: CaseKind, pages: &Value) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            CaseKind::Collection => Self::Collection(Box::new(Collection::deserialize(pages)?)),
            CaseKind::RealName => Self::RealName(OnlineRequest::deserialize(pages)?),
        })
    }

    /// The uploads that the pages use.
    pub fn uploads(&self) -> Vec<UploadUse> {
        match self {
            Self::Collection(pages) => pages.uploads(),
            Self::RealName(request) => request.uploads(),
        }
    }

    /// The certificate and phone numbers in the pages, as match keys.
    pub fn numbers(&self) -> Vec<MatchKey> {
        match self {
            Self::Collection(pages) => match_key::numbers(pages),
            Self::RealName(_) => Vec::new(),
        }
    }
}
