//! Pictures and attachments: their limits and verdicts.

use serde::{Deserialize, Serialize};

use crate::{fault::Code, file_kind::FileKind};

/// The purpose of a picture; it decides which limits and rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// 标准证件照片, the standard ID photo.
    Photo,
    /// 证件人像面, the identity document's portrait side.
    IdFront,
    /// 证件非人像面 (国徽面), the document's other side.
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

    /// The purpose with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == name)
    }

    /// Whether it shows the applicant's face; such a picture requires a separate consent ([`crate::consent`]).
    pub const fn shows_face(self) -> bool {
        matches!(self, Self::Photo | Self::IdFront | Self::IdHolding)
    }

    /// The limits of a file for this purpose.
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

/// An accepted picture format.
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

    /// The format of a media type, in any case and with any parameters (RFC 9110, section 8.3.1). Also accepts
    /// unregistered names in use: `image/jpg`, and `image/pjpeg` and `image/x-png` of old browsers.
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        let name = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match name.as_str() {
            "image/jpeg" | "image/jpg" | "image/pjpeg" | "image/x-jpeg" | "image/x-jpg" => Some(Self::Jpeg),
            "image/png" | "image/x-png" => Some(Self::Png),
            _ => None,
        }
    }
}

/// Limits of a file in bytes and decoded pixels, all inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Allowed formats.
    pub formats: &'static [Format],
    /// Minimum size in bytes.
    pub min_bytes: u64,
    /// Maximum size in bytes.
    pub max_bytes: u64,
    /// Minimum width in pixels, after applying the orientation.
    pub min_width: u32,
    /// Minimum height in pixels, after applying the orientation.
    pub min_height: u32,
}

/// Why a file exceeds the limits of its purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    /// The format is not allowed.
    #[error("the format is not allowed for this purpose")]
    Format,
    /// The file is smaller than the minimum.
    #[error("the file is too small")]
    TooSmall,
    /// The file is larger than the maximum.
    #[error("the file is too big")]
    TooBig,
    /// The picture has fewer pixels than the minimum.
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
    /// Checks a file's format (`None`: unknown format) and size in bytes.
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

/// The verdict on a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The picture may be used.
    Accepted,
    /// The picture may be used; the reviewer sees the doubtful findings.
    Flagged,
    /// The picture may not be used.
    Refused,
}

/// The certainty of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The rule is broken: the picture is refused.
    Certain,
    /// It may be broken: a reviewer decides.
    Doubtful,
}

/// A finding of one rule about a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Name of the rule, such as `pixels` or `blur`.
    pub rule: String,
    /// Certainty of the finding.
    pub certainty: Certainty,
    /// Message code, such as `attachment.PIXELS` or `picture.CORRUPT`.
    pub code: String,
    /// Measured value, in the rule's unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<f64>,
    /// Threshold, in the same unit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub threshold: Option<f64>,
    /// Position on the picture: left, top, width and height in pixels of the upright picture.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<[f64; 4]>,
    /// Detected file kind, if the file was refused for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<FileKind>,
}

impl Verdict {
    /// Whether pages may use the picture; a copy of it is stored only then.
    pub fn is_usable(self) -> bool {
        self != Self::Refused
    }

    /// The verdict from a picture's findings.
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
