//! 材料比对: what cases of different people seldom have in common by right: a picture, the number of a certificate, an employer's
//! telephone. That another case has it is a sign for the reviewer and nothing else: colleagues share a telephone.

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

/// A kind of material.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatchKind {
    /// A picture, by the digest of its clean copy: the same file, under whatever name.
    Picture,
    /// A picture that looks the same though its file differs, by its perceptual hash: of photos, certificates and proofs
    /// ([`crate::likeness`]).
    SimilarPicture,
    /// The number of a certificate of education or degree, or of the recognition of an overseas one.
    Certificate,
    /// An employer's telephone number.
    Phone,
}

impl MatchKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Picture, Self::SimilarPicture, Self::Certificate, Self::Phone];

    /// The name used in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::SimilarPicture => "similar-picture",
            Self::Certificate => "certificate",
            Self::Phone => "phone",
        }
    }

    /// The code of the text that says what another case has in common.
    pub const fn code(self) -> Code {
        Code(match self {
            Self::Picture => "shared.PICTURE",
            Self::SimilarPicture => "shared.SIMILAR_PICTURE",
            Self::Certificate => "shared.CERTIFICATE",
            Self::Phone => "shared.PHONE",
        })
    }
}

/// Something that a case shows. What it says may be personal: no `Debug` of it.
#[derive(Clone, PartialEq, Eq)]
pub struct MatchKey {
    /// Its kind.
    pub kind: MatchKind,
    /// Where it stands in the pages.
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
    /// What two materials that are the same have in common, and no others.
    pub fn sameness(&self) -> String {
        format!("{}:{}", self.kind.as_str(), self.text)
    }

    fn new(kind: MatchKind, pointer: Pointer, text: &str) -> Self {
        Self { kind, pointer, text: text.to_owned() }
    }
}

impl Case {
    /// Whether there is something of it for a department to look at: what was handed in, or is in force, and not what was
    /// taken back.
    pub fn has_match_keys(&self) -> bool {
        !matches!(self.state, State::Draft)
    }
}

/// The pictures that pages name; `digest` knows the SHA-256 of a clean copy.
pub fn pictures(uses: &[UploadUse], digest: impl Fn(UploadId) -> Option<String>) -> Vec<MatchKey> {
    let match_key = |used: &UploadUse| {
        let digest = digest(used.upload)?;
        Some(MatchKey::new(MatchKind::Picture, used.pointer.clone(), &digest))
    };
    uses.iter().filter_map(match_key).collect()
}

/// A picture by what it looks like.
pub fn similar(pointer: &Pointer, purpose: Purpose, likeness: &Likeness) -> MatchKey {
    let text = format!("{}:{}", purpose.as_str(), likeness.text());
    MatchKey::new(MatchKind::SimilarPicture, pointer.clone(), &text)
}

/// What pictures of that purpose have in common that may look the same: by one of these they are found, to be compared.
pub fn bands(purpose: Purpose, likeness: &Likeness) -> Vec<String> {
    likeness.bands().map(|band| format!("band:{}:{band}", purpose.as_str())).collect()
}

/// The numbers that a collection names.
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
        // Hyphens are kept as they were typed.
        let phone: String = row.phone.as_str().chars().filter(|c| *c != '-').collect();
        note(MatchKind::Phone, at, Some(&phone));
    }
    numbers
}
