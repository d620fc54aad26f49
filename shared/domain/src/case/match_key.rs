//! 材料比对: evidence that cases of different applicants rarely share legitimately: a picture, a certificate number, an
//! employer's telephone. A match is only a hint for the reviewer: colleagues share a telephone.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Case, State};
use crate::{
    certificate::{DegreeCertificateNo, EducationCertificateNo},
    collection::{Collection, UploadUse},
    fault::{Code, Pointer},
    free_text::Text,
    ids::UploadId,
    likeness::Likeness,
    upload::Purpose,
};

/// A kind of match key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatchKind {
    /// A picture, by the digest of its clean copy: the same file under any name.
    Picture,
    /// A picture that looks the same although its file differs, by its perceptual hash; for photos, certificates and
    /// proofs ([`crate::likeness`]).
    SimilarPicture,
    /// The number of an education or degree certificate, or of the recognition of an overseas one.
    Certificate,
    /// An employer's telephone number.
    Phone,
}

impl MatchKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Picture, Self::SimilarPicture, Self::Certificate, Self::Phone];

    /// The name used in responses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::SimilarPicture => "similar-picture",
            Self::Certificate => "certificate",
            Self::Phone => "phone",
        }
    }

    /// The code of the text that says what the other case shares.
    pub const fn code(self) -> Code {
        Code(match self {
            Self::Picture => "shared.PICTURE",
            Self::SimilarPicture => "shared.SIMILAR_PICTURE",
            Self::Certificate => "shared.CERTIFICATE",
            Self::Phone => "shared.PHONE",
        })
    }
}

/// A value of a case that other cases may share. It may be personal, so `Debug` omits it.
#[derive(Clone, PartialEq, Eq)]
pub struct MatchKey {
    /// Kind of value.
    pub kind: MatchKind,
    /// Its field in the pages.
    pub pointer: Pointer,
    text: String,
}

impl fmt::Debug for MatchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Material")
            .field("kind", &self.kind)
            .field("pointer", &self.pointer)
            .finish_non_exhaustive()
    }
}

impl MatchKey {
    /// The index value: equal for equal match keys and for no others.
    pub fn sameness(&self) -> String {
        format!("{}:{}", self.kind.as_str(), self.text)
    }

    fn new(kind: MatchKind, pointer: Pointer, text: &str) -> Self {
        Self { kind, pointer, text: text.to_owned() }
    }
}

impl Case {
    /// Whether the case has evidence to compare: it is submitted or in force, and not withdrawn.
    pub fn has_match_keys(&self) -> bool {
        !matches!(self.state, State::Draft)
    }
}

/// The pictures that pages name; `digest` returns the SHA-256 of a clean copy.
pub fn pictures(uses: &[UploadUse], digest: impl Fn(UploadId) -> Option<String>) -> Vec<MatchKey> {
    let match_key = |used: &UploadUse| {
        let digest = digest(used.upload)?;
        Some(MatchKey::new(MatchKind::Picture, used.pointer.clone(), &digest))
    };
    uses.iter().filter_map(match_key).collect()
}

/// A picture by its perceptual hash.
pub fn similar(pointer: &Pointer, purpose: Purpose, likeness: &Likeness) -> MatchKey {
    let text = format!("{}:{}", purpose.as_str(), likeness.text());
    MatchKey::new(MatchKind::SimilarPicture, pointer.clone(), &text)
}

/// Index values of a picture: two similar pictures of this purpose share at least one, and are then compared in full.
pub fn bands(purpose: Purpose, likeness: &Likeness) -> Vec<String> {
    likeness.bands().map(|band| format!("band:{}:{band}", purpose.as_str())).collect()
}

/// The certificate and phone numbers of a collection.
pub fn numbers(pages: &Collection) -> Vec<MatchKey> {
    let mut numbers = Vec::new();
    let mut note = |kind, pointer: Pointer, text: Option<&str>| {
        numbers.extend(text.map(|text| MatchKey::new(kind, pointer, text)));
    };
    for (index, row) in pages.educations.iter().enumerate() {
        let at = Pointer::root().child("educations").child(index);
        let education = row.education_certificate_no.as_ref().map(EducationCertificateNo::as_str);
        note(MatchKind::Certificate, at.child("educationCertificateNo"), education);
        let degree = row.degree_certificate_no.as_ref().map(DegreeCertificateNo::as_str);
        note(MatchKind::Certificate, at.child("degreeCertificateNo"), degree);
        let overseas = row.overseas_certificate_no.as_ref().map(Text::as_str);
        note(MatchKind::Certificate, at.child("overseasCertificateNo"), overseas);
    }
    for (index, row) in pages.employments.iter().enumerate() {
        let at = Pointer::root().child("employments").child(index).child("phone");
        // Hyphens are stored as typed and do not count in the comparison.
        let phone: String = row.phone.as_str().chars().filter(|c| *c != '-').collect();
        note(MatchKind::Phone, at, Some(&phone));
    }
    numbers
}
