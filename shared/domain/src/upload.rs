//! Pictures and attachments: what each may be, and what became of it.

use serde::{Deserialize, Serialize};

use crate::{fault::Code, file_kind::FileKind};

/// What a picture is for. Decides which limits and rules it must meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// 标准证件照片, the standard ID photo.
    Photo,
    /// 证件人像面, the identity document's portrait side.
    IdFront,
    /// 证件非人像面 (国徽面), its other side.
    IdBack,
    /// 手持证件人像面, the applicant holding the document, portrait side visible.
    IdHolding,
    /// 学历、学位证书, a certificate of education or degree, or of the Ministry's recognition of an overseas one.
    EducationCertificate,
    /// 会计工作经历证明, the proof of accounting work.
    WorkProof,
}

impl Purpose {
    /// All purposes.
    pub const ALL: [Self; 6] = [
        Self::Photo,
        Self::IdFront,
        Self::IdBack,
        Self::IdHolding,
        Self::EducationCertificate,
        Self::WorkProof,
    ];

    /// The name used in requests, such as `id-front`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::IdFront => "id-front",
            Self::IdBack => "id-back",
            Self::IdHolding => "id-holding",
            Self::EducationCertificate => "education-certificate",
            Self::WorkProof => "work-proof",
        }
    }

    /// The purpose of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == name)
    }

    /// Whether it shows somebody's face: such a picture is taken only with a consent of its own ([`crate::consent`]).
    pub const fn shows_face(self) -> bool {
        matches!(self, Self::Photo | Self::IdFront | Self::IdHolding)
    }

    /// What a file for this purpose must measure.
    ///
    /// Source: the platform's guide (photo: JPEG, at least 10 KB and 295×413 pixels; others: more than
    /// 20 KB and at most 500 KB); KB = 1,024 bytes and the photo's upper bound of 5 MiB are ours
    /// (domain specification, section 13.6).
    pub fn limits(self) -> Limits {
        match self {
            Self::Photo => Limits {
                formats: &[Format::Jpeg],
                min_bytes: 10_240,
                max_bytes: 5 * 1_024 * 1_024,
                min_width: 295,
                min_height: 413,
            },
            _ => Limits {
                formats: &[Format::Jpeg, Format::Png],
                min_bytes: 20_481,
                max_bytes: 512_000,
                min_width: 1,
                min_height: 1,
            },
        }
    }
}

/// A picture format that is accepted for some purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG (ISO/IEC 15948).
    Png,
}

impl Format {
    /// The media type, as in RFC 2046 and the PNG specification.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The format of that media type, in any case and with any parameters (RFC 9110, section 8.3.1), also by the names that
    /// programs use which nobody registered: `image/jpg`, and of old browsers `image/pjpeg` and `image/x-png`.
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        let name = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match name.as_str() {
            "image/jpeg" | "image/jpg" | "image/pjpeg" | "image/x-jpeg" | "image/x-jpg" => Some(Self::Jpeg),
            "image/png" | "image/x-png" => Some(Self::Png),
            _ => None,
        }
    }
}

/// Bounds a file must keep: bytes and decoded pixels, all inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Formats allowed.
    pub formats: &'static [Format],
    /// Fewest bytes.
    pub min_bytes: u64,
    /// Most bytes.
    pub max_bytes: u64,
    /// Fewest pixels across, after the orientation was applied.
    pub min_width: u32,
    /// Fewest pixels down, after the orientation was applied.
    pub min_height: u32,
}

/// Why a file does not keep its purpose's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    /// Not one of the formats allowed.
    #[error("the format is not allowed for this purpose")]
    Format,
    /// Fewer bytes than asked for.
    #[error("the file is too small")]
    TooSmall,
    /// More bytes than allowed.
    #[error("the file is too big")]
    TooBig,
    /// Fewer pixels than asked for.
    #[error("the picture has too few pixels")]
    Pixels,
}

impl From<AttachmentError> for Code {
    fn from(error: AttachmentError) -> Self {
        Self(match error {
            AttachmentError::Format => "attachment.FORMAT",
            AttachmentError::TooSmall => "attachment.TOO_SMALL",
            AttachmentError::TooBig => "attachment.TOO_BIG",
            AttachmentError::Pixels => "attachment.PIXELS",
        })
    }
}

impl Limits {
    /// Checks a file's format (`None`: no format we know) and size in bytes.
    pub fn check_file(&self, format: Option<Format>, bytes: u64) -> Result<(), AttachmentError> {
        if format.is_some_and(|format| self.formats.contains(&format)) {
            self.check_bytes(bytes)
        } else {
            Err(AttachmentError::Format)
        }
    }

    /// Checks a file's size in bytes.
    pub fn check_bytes(&self, bytes: u64) -> Result<(), AttachmentError> {
        if bytes < self.min_bytes {
            Err(AttachmentError::TooSmall)
        } else if bytes > self.max_bytes {
            Err(AttachmentError::TooBig)
        } else {
            Ok(())
        }
    }

    /// Checks the decoded size in pixels.
    pub fn check_pixels(&self, width: u32, height: u32) -> Result<(), AttachmentError> {
        if width < self.min_width || height < self.min_height { Err(AttachmentError::Pixels) } else { Ok(()) }
    }
}

/// What was decided about a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It may be used.
    Accepted,
    /// It may be used, and the reviewer is told of the doubtful findings.
    Flagged,
    /// It may not be used.
    Refused,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The rule is broken: the picture is refused.
    Certain,
    /// It may be broken: a reviewer decides.
    Doubtful,
}

/// One thing that a rule found in a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule's name, such as `pixels` or `blur`.
    pub rule: String,
    /// How sure.
    pub certainty: Certainty,
    /// Message code, such as `attachment.PIXELS` or `picture.CORRUPT`.
    pub code: String,
    /// What was measured, in the rule's own unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<f64>,
    /// What it was held against, in the same unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub threshold: Option<f64>,
    /// Where on the picture: left, top, width and height in pixels of the upright picture.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<[f64; 4]>,
    /// What the file is, where that is why it is not taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<FileKind>,
}

impl Verdict {
    /// Whether a page may name the picture, and so whether a copy of it is kept.
    pub fn is_usable(self) -> bool {
        self != Self::Refused
    }

    /// The verdict that follows from a picture's findings.
    pub fn of(findings: &[Finding]) -> Self {
        if findings.iter().any(|finding| finding.certainty == Certainty::Certain) {
            Self::Refused
        } else if findings.is_empty() {
            Self::Accepted
        } else {
            Self::Flagged
        }
    }
}
