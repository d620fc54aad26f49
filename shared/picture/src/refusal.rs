//! Why a safety step ends a picture's way.

use domain::fault::Code;
use domain::file_kind::FileKind;
use domain::upload::{AttachmentError, Certainty, Finding, Limits};

/// A reason to refuse, with what was measured and what it was held against where that helps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Refusal {
    code: Code,
    measured: Option<(f64, f64)>,
    kind: Option<FileKind>,
}

impl Refusal {
    /// The file is damaged or cut short.
    pub(crate) const CORRUPT: Self = Self::plain("picture.CORRUPT");
    /// The file holds several pictures or an animation.
    pub(crate) const ANIMATED: Self = Self::plain("picture.ANIMATED");
    /// A coding that is part of the format but that we do not read.
    pub(crate) const UNSUPPORTED: Self = Self::plain("picture.UNSUPPORTED");
    /// A colour space that we do not read, such as that of print.
    pub(crate) const COLOUR: Self = Self::plain("picture.COLOUR");

    const fn plain(code: &'static str) -> Self {
        Self { code: Code(code), measured: None, kind: None }
    }

    /// A kind of file that is not taken for the purpose.
    pub(crate) const fn kind(kind: FileKind) -> Self {
        Self { code: kind.code(), measured: None, kind: Some(kind) }
    }

    /// A width, height or area in pixels that is outside what we decode.
    pub(crate) fn dimensions(value: impl Into<f64>, threshold: impl Into<f64>) -> Self {
        Self { measured: Some((value.into(), threshold.into())), ..Self::plain("picture.DIMENSIONS") }
    }

    /// A file size in bytes that is outside the purpose's bounds.
    pub(crate) fn bytes(error: AttachmentError, bytes: u64, limits: &Limits) -> Self {
        let bound = if bytes < limits.min_bytes { limits.min_bytes } else { limits.max_bytes };
        #[expect(clippy::cast_precision_loss, reason = "file sizes are far below 2^52 bytes")]
        Self { measured: Some((bytes as f64, bound as f64)), ..error.into() }
    }

    /// Too few pixels across or down for the purpose; the side that lacks more of them is told.
    pub(crate) fn pixels(error: AttachmentError, width: u32, height: u32, limits: &Limits) -> Self {
        let missing = |side: u32, least: u32| f64::from(side) / f64::from(least);
        let (side, least) = if missing(width, limits.min_width) <= missing(height, limits.min_height) {
            (width, limits.min_width)
        } else {
            (height, limits.min_height)
        };
        Self { measured: Some((side.into(), least.into())), ..error.into() }
    }

    pub(crate) fn finding(self, rule: &str) -> Finding {
        Finding {
            rule: rule.to_owned(),
            certainty: Certainty::Certain,
            code: self.code.0.to_owned(),
            value: self.measured.map(|(value, _)| value),
            threshold: self.measured.map(|(_, threshold)| threshold),
            place: None,
            kind: self.kind,
        }
    }
}

impl From<AttachmentError> for Refusal {
    fn from(error: AttachmentError) -> Self {
        Self { code: error.into(), measured: None, kind: None }
    }
}
