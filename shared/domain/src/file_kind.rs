//! What a file is, whatever its name says: so that an applicant whose file cannot be taken reads how to make a JPEG of it.

use serde::{Deserialize, Serialize};

use crate::{fault::Code, upload::Format};

/// A kind of file that applicants send. Kinds that are never taken are told apart for the sake of the advice alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG (ISO/IEC 15948).
    Png,
    /// HEIC, HEIF (ISO/IEC 23008-12): what many phones store by default.
    Heic,
    /// AVIF.
    Avif,
    /// WebP.
    Webp,
    /// GIF.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// TIFF, and the raw formats of cameras.
    Tiff,
    /// JPEG 2000 (ISO/IEC 15444).
    Jp2,
    /// JPEG XL (ISO/IEC 18181).
    Jxl,
    /// A drawing of Photoshop.
    Psd,
    /// SVG, or XML that could be.
    Svg,
    /// A web page.
    Html,
    /// PDF.
    Pdf,
    /// OFD 版式文档 (GB/T 33190).
    Ofd,
    /// A document of an office program: Word, WPS, Excel, `PowerPoint`, `OpenDocument`, RTF.
    Office,
    /// ZIP, RAR, 7z, gzip.
    Archive,
    /// A film: MP4, `QuickTime`, AVI, `WebM`.
    Video,
    /// Anything else, nothing at all included.
    Unknown,
}

impl FileKind {
    /// All kinds.
    pub const ALL: [Self; 19] = [
        Self::Jpeg,
        Self::Png,
        Self::Heic,
        Self::Avif,
        Self::Webp,
        Self::Gif,
        Self::Bmp,
        Self::Tiff,
        Self::Jp2,
        Self::Jxl,
        Self::Psd,
        Self::Svg,
        Self::Html,
        Self::Pdf,
        Self::Ofd,
        Self::Office,
        Self::Archive,
        Self::Video,
        Self::Unknown,
    ];

    /// The name used in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Jp2 => "jp2",
            Self::Jxl => "jxl",
            Self::Psd => "psd",
            Self::Svg => "svg",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Ofd => "ofd",
            Self::Office => "office",
            Self::Archive => "archive",
            Self::Video => "video",
            Self::Unknown => "unknown",
        }
    }

    /// The code of the text that says what such a file is, and how to make a JPEG of it, where it is not taken.
    pub const fn code(self) -> Code {
        Code(match self {
            Self::Png => "attachment.FORMAT_PNG",
            Self::Heic => "attachment.FORMAT_HEIC",
            Self::Avif => "attachment.FORMAT_AVIF",
            Self::Webp => "attachment.FORMAT_WEBP",
            Self::Gif => "attachment.FORMAT_GIF",
            Self::Bmp => "attachment.FORMAT_BMP",
            Self::Tiff => "attachment.FORMAT_TIFF",
            Self::Jp2 => "attachment.FORMAT_JP2",
            Self::Jxl => "attachment.FORMAT_JXL",
            Self::Psd => "attachment.FORMAT_PSD",
            Self::Svg => "attachment.FORMAT_SVG",
            Self::Html => "attachment.FORMAT_HTML",
            Self::Pdf => "attachment.FORMAT_PDF",
            Self::Ofd => "attachment.FORMAT_OFD",
            Self::Office => "attachment.FORMAT_OFFICE",
            Self::Archive => "attachment.FORMAT_ARCHIVE",
            Self::Video => "attachment.FORMAT_VIDEO",
            // Every purpose takes JPEG; of what is not known there is nothing more to say.
            Self::Jpeg | Self::Unknown => "attachment.FORMAT",
        })
    }

    /// The format to decode as, if it is one that some purpose takes.
    pub const fn format(self) -> Option<Format> {
        match self {
            Self::Jpeg => Some(Format::Jpeg),
            Self::Png => Some(Format::Png),
            _ => None,
        }
    }

    /// The kind of a file with these bytes.
    ///
    /// Signatures: the WHATWG MIME Sniffing Standard, sections 6.1 and 7.1; ISO/IEC 14496-12 for `ftyp`; PRONOM for the rest.
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Self::Jpeg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Self::Png,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::Webp,
            [_, _, _, _, b'f', b't', b'y', b'p', rest @ ..] => Self::of_brands(bytes, rest),
            [b'8', b'B', b'P', b'S', ..] => Self::Psd,
            [b'B', b'M', ..] => Self::Bmp,
            // TIFF, BigTIFF, and the raw files of Olympus, Panasonic and Fujifilm.
            [b'I', b'I', 42 | 43 | b'U', 0, ..]
            | [b'M', b'M', 0, 42 | 43, ..]
            | [b'I', b'I', b'R', b'O', ..]
            | [b'F', b'U', b'J', b'I', b'F', b'I', b'L', b'M', ..] => Self::Tiff,
            [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] | [0xFF, 0x4F, 0xFF, 0x51, ..] => Self::Jp2,
            [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] | [0xFF, 0x0A, ..] => Self::Jxl,
            [b'P', b'K', 3, 4, ..] => Self::of_entries(bytes),
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] | [b'{', b'\\', b'r', b't', b'f', ..] => {
                Self::Office
            }
            [b'R', b'a', b'r', b'!', 0x1A, 7, ..]
            | [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..]
            | [b'P', b'K', 5, 6, ..]
            | [0x1F, 0x8B, ..] => Self::Archive,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..]
            | [0x1A, 0x45, 0xDF, 0xA3, ..]
            | [b'F', b'L', b'V', 1, ..]
            | [0, 0, 1, 0xB3 | 0xBA, ..]
            | [0x30, 0x26, 0xB2, 0x75, ..]
            // QuickTime of old cameras, without `ftyp`.
            | [_, _, _, _, b'm', b'o', b'o', b'v', ..]
            | [_, _, _, _, b'm', b'd', b'a', b't', ..]
            | [_, _, _, _, b'w', b'i', b'd', b'e', ..] => Self::Video,
            _ => Self::of_text(bytes),
        }
    }

    /// Of files that begin with their brands (ISO/IEC 14496-12, section 4.3): the major one, its version, then those that the
    /// file can be read as too. Phones' pictures often have the general `mif1` as their major brand.
    fn of_brands(bytes: &[u8], rest: &[u8]) -> Self {
        /// More than any file has.
        const MOST: usize = 64;
        let size = bytes.first_chunk().map_or(0, |size| u32::from_be_bytes(*size) as usize);
        let end = size.saturating_sub(8).min(4 * MOST).min(rest.len()).max(rest.len().min(4));
        let brands = || rest[..end].chunks_exact(4);
        let has = |names: &[&[u8]]| brands().any(|brand| names.contains(&brand));
        if has(&[b"avif", b"avis"]) {
            Self::Avif
        } else if has(&[
            b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2",
            b"msf1", b"miaf",
        ]) {
            Self::Heic
        } else if has(&[b"crx "]) {
            Self::Tiff
        } else if has(&[b"jp2 ", b"jpx ", b"jph "]) {
            Self::Jp2
        } else {
            Self::Video
        }
    }

    /// Of ZIP files, by the names of what is in them, which stand in clear at the beginning and in the list at the end.
    fn of_entries(bytes: &[u8]) -> Self {
        /// Enough for the first entries, and for the list of a small document.
        const PART: usize = 16_384;
        let parts = [&bytes[..bytes.len().min(PART)], &bytes[bytes.len().saturating_sub(PART)..]];
        let has = |name: &[u8]| parts.iter().any(|part| contains(part, name));
        if has(b"OFD.xml") {
            Self::Ofd
        } else if has(b"[Content_Types].xml") || has(b"application/vnd.oasis.opendocument") {
            Self::Office
        } else {
            Self::Archive
        }
    }

    /// Of files of text. PDF readers look for the mark in the first 1,024 bytes (ISO 32000-1, annex H, note 13).
    fn of_text(bytes: &[u8]) -> Self {
        let head = &bytes[..bytes.len().min(1_024)];
        if contains(head, b"%PDF-") {
            return Self::Pdf;
        }
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start().to_ascii_lowercase();
        let starts = |tags: &[&[u8]]| tags.iter().any(|tag| head.starts_with(tag));
        let is_html =
            starts(&[b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"mime-version:"]);
        let is_markup = starts(&[b"<?xml", b"<!--", b"<!doctype"]);
        if starts(&[b"<svg", b"<!doctype svg"]) || (is_markup && !is_html && contains(&head, b"<svg")) {
            Self::Svg
        } else if is_html || starts(&[b"<!--"]) || (is_markup && contains(&head, b"<html")) {
            Self::Html
        } else if starts(&[b"<?xml"]) {
            Self::Svg
        } else {
            Self::Unknown
        }
    }

    /// The kind of a file of that media type, however it is written and whatever parameters it has: what browsers, phones
    /// and mini programs announce, registered or not.
    pub fn from_media_type(media_type: &str) -> Self {
        let name = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let (class, subtype) = name.split_once('/').unwrap_or((&name, ""));
        match (class, subtype.strip_prefix("x-").unwrap_or(subtype)) {
            ("image", "jpeg" | "jpg" | "pjpeg") => Self::Jpeg,
            ("image", "png") => Self::Png,
            ("image", "heic" | "heif" | "heic-sequence" | "heif-sequence") => Self::Heic,
            ("image", "avif" | "avif-sequence") => Self::Avif,
            ("image", "webp") => Self::Webp,
            ("image", "gif") => Self::Gif,
            ("image", "bmp" | "ms-bmp" | "windows-bmp") => Self::Bmp,
            ("image", "jp2" | "jpx" | "jpm" | "j2c" | "jph" | "jphc" | "jpeg2000" | "jpeg2000-image") => {
                Self::Jp2
            }
            ("image", "jxl") => Self::Jxl,
            ("image" | "application", "vnd.adobe.photoshop" | "photoshop" | "psd") => Self::Psd,
            ("image", "svg+xml" | "svg") | ("text" | "application", "xml") => Self::Svg,
            (
                "image",
                "tiff" | "tif" | "dng" | "adobe-dng" | "canon-cr2" | "canon-cr3" | "nikon-nef" | "sony-arw"
                | "fuji-raf" | "olympus-orf" | "panasonic-rw2" | "raw",
            ) => Self::Tiff,
            ("text", "html") | ("application", "xhtml+xml") | ("multipart" | "message", _) => Self::Html,
            ("application" | "image", "pdf") => Self::Pdf,
            ("application", "ofd") => Self::Ofd,
            ("application", "msword" | "rtf" | "wps" | "wps-office.wps") | ("text", "rtf") => Self::Office,
            ("application", other)
                if [
                    "vnd.openxmlformats-officedocument.",
                    "vnd.oasis.opendocument.",
                    "vnd.ms-",
                    "wps-office.",
                ]
                .iter()
                .any(|family| other.starts_with(family)) =>
            {
                Self::Office
            }
            (
                "application",
                "zip" | "zip-compressed" | "vnd.rar" | "rar" | "rar-compressed" | "7z-compressed" | "gzip"
                | "tar",
            ) => Self::Archive,
            ("video" | "audio", _) | ("application", "mp4") => Self::Video,
            _ => Self::Unknown,
        }
    }
}

impl From<Format> for FileKind {
    fn from(format: Format) -> Self {
        match format {
            Format::Jpeg => Self::Jpeg,
            Format::Png => Self::Png,
        }
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
