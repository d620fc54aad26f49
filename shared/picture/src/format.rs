//! What a file is, by its content. Names and declared media types are the uploader's words and not asked.

use domain::upload::{AttachmentError, Format, Limits};
use serde::Serialize;

use crate::refusal::Refusal;

/// What the content of a file is. Kinds that are never accepted are told apart for the sake of logs and of
/// help to applicants ("this is a HEIC picture").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG (ISO/IEC 15948).
    Png,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
    /// HEIC, HEIF or AVIF, what many phones store by default.
    Heif,
    /// Windows bitmap.
    Bmp,
    /// TIFF, and the raw formats of cameras made from it.
    Tiff,
    /// SVG, or XML that could be.
    Svg,
    /// HTML.
    Html,
    /// PDF.
    Pdf,
    /// ZIP, and with it the documents of office programs.
    Zip,
    /// Anything else, nothing at all included.
    Unknown,
}

impl Kind {
    /// The kind of a file with these bytes.
    ///
    /// Signatures: the WHATWG MIME Sniffing Standard, sections 6.1 and 7.1; ISO/IEC 14496-12 for `ftyp`.
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Self::Jpeg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Self::Png,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::Webp,
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Self::Heif,
            [b'B', b'M', ..] => Self::Bmp,
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Self::Tiff,
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::Pdf,
            [b'P', b'K', 3, 4, ..] => Self::Zip,
            _ => Self::of_markup(bytes),
        }
    }

    fn of_markup(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
        let starts = |tag: &[u8]| text.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag));
        if starts(b"<svg") || starts(b"<?xml") || starts(b"<!doctype svg") {
            Self::Svg
        } else if starts(b"<!doctype html") || starts(b"<html") || starts(b"<script") || starts(b"<!--") {
            Self::Html
        } else {
            Self::Unknown
        }
    }

    /// The format to decode as, if we read it at all.
    pub(crate) fn readable(self) -> Option<Format> {
        match self {
            Self::Jpeg => Some(Format::Jpeg),
            Self::Png => Some(Format::Png),
            _ => None,
        }
    }

    /// Whether the limits allow it.
    pub(crate) fn accepted(self, limits: &Limits) -> Result<(), Refusal> {
        match self.readable() {
            Some(format) if limits.formats.contains(&format) => Ok(()),
            _ => Err(AttachmentError::Format.into()),
        }
    }
}
