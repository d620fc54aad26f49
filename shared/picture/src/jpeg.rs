//! JPEG (ITU-T T.81): the walk along its markers, and decoding what is left of it.

use domain::upload::Format;
use image::RgbImage;
use image::metadata::Orientation;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::refusal::Refusal;
use crate::skeleton::{Skeleton, be16, be32, check_size};

/// The second byte of markers, T.81 table B.1.
mod marker {
    pub(super) const SOF2: u8 = 0xC2;
    pub(super) const DHT: u8 = 0xC4;
    pub(super) const JPG: u8 = 0xC8;
    pub(super) const DAC: u8 = 0xCC;
    pub(super) const RST0: u8 = 0xD0;
    pub(super) const RST7: u8 = 0xD7;
    pub(super) const SOI: u8 = 0xD8;
    pub(super) const EOI: u8 = 0xD9;
    pub(super) const SOS: u8 = 0xDA;
    pub(super) const DQT: u8 = 0xDB;
    pub(super) const DRI: u8 = 0xDD;
    pub(super) const APP1: u8 = 0xE1;
    pub(super) const APP2: u8 = 0xE2;
    pub(super) const APP14: u8 = 0xEE;
    pub(super) const TEM: u8 = 0x01;
}

/// One-bits after the coded data. No code consists of ones only (T.81 section C.2), so that a decoder which
/// gets here before it has all pixels fails. Without it, a file that was cut and then given an end would be
/// completed in grey. Several scans can't be told from their end in this way: a progressive picture that was
/// cut and given an end is whole but coarse.
const SENTINEL: [u8; 32] = {
    let mut stuffed = [0xFF; 32];
    let mut at = 1;
    while at < stuffed.len() {
        stuffed[at] = 0;
        at += 2;
    }
    stuffed
};

/// Walks the markers up to the end of the first picture. Whatever follows it is not copied.
pub(crate) fn read(file: &[u8]) -> Result<Skeleton, Refusal> {
    let mut size = None;
    let mut sequential = false;
    let mut subsampled = false;
    let mut scans = 0;
    let mut orientation = None;
    let mut several = false;
    let mut bytes = vec![0xFF, marker::SOI];
    let mut at = 2;
    loop {
        let (kind, start) = next_marker(file, at).ok_or(Refusal::CORRUPT)?;
        match kind {
            marker::EOI => break,
            marker::SOI | marker::TEM | 0 | marker::RST0..=marker::RST7 => {
                at = start;
                continue;
            }
            _ => {}
        }
        // The segment's length counts its own two bytes.
        let length = be16(file, start).map_or(0, usize::from);
        let body = file.get(start + 2..start + length).ok_or(Refusal::CORRUPT)?;
        at = start + length;
        match kind {
            marker::DQT | marker::DHT | marker::DRI => {}
            marker::SOS => {
                scans += 1;
                at += entropy_coded(&file[at..]);
            }
            marker::JPG | marker::DAC => return Err(Refusal::UNSUPPORTED),
            0xC0..=0xCF => {
                sequential = kind != marker::SOF2;
                subsampled = is_subsampled(body);
                if size.replace(frame(kind, body)?).is_some() {
                    return Err(Refusal::CORRUPT);
                }
            }
            // Adobe's segment says whether three components are RGB or YCbCr.
            marker::APP14 if body.starts_with(b"Adobe") => {}
            marker::APP1 => {
                let exif = body.strip_prefix(b"Exif\0\0").and_then(Orientation::from_exif_chunk);
                orientation = orientation.or(exif);
                continue;
            }
            marker::APP2 => {
                several |= body.strip_prefix(b"MPF\0").is_some_and(is_multi_frame);
                continue;
            }
            _ => continue,
        }
        bytes.extend([0xFF, kind]);
        bytes.extend(&file[start..at]);
    }
    // why: zune-jpeg 0.5.15 decodes such a picture, strictly and without an error, to wrong colours. Cameras, browsers and
    // editors put all components into one scan.
    if sequential && scans > 1 && subsampled {
        return Err(Refusal::UNSUPPORTED);
    }
    if sequential && scans == 1 {
        bytes.extend(SENTINEL);
    }
    bytes.extend([0xFF, marker::EOI]);
    match size {
        Some(size) if scans > 0 => {
            let orientation = orientation.unwrap_or(Orientation::NoTransforms);
            Ok(Skeleton { format: Format::Jpeg, size, orientation, several, exponent: None, bytes })
        }
        _ => Err(Refusal::CORRUPT),
    }
}

/// The next marker from `at` on, and where what follows it starts. Bytes between segments and fill bytes
/// (T.81 section B.1.1.2) are passed over.
fn next_marker(file: &[u8], at: usize) -> Option<(u8, usize)> {
    let first = at + file.get(at..)?.iter().position(|&byte| byte == 0xFF)?;
    let code = first + file[first..].iter().position(|&byte| byte != 0xFF)?;
    Some((file[code], code + 1))
}

/// How many bytes of entropy-coded data `rest` starts with: all up to a marker that is neither a stuffed
/// zero nor a restart.
fn entropy_coded(rest: &[u8]) -> usize {
    rest.windows(2)
        .position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xFF | marker::RST0..=marker::RST7))
        .unwrap_or(rest.len())
}

/// The size in a start-of-frame segment (T.81 section B.2.2), if we read its coding and colour.
fn frame(kind: u8, body: &[u8]) -> Result<(u32, u32), Refusal> {
    let [precision, _, _, _, _, components, ..] = *body else { return Err(Refusal::CORRUPT) };
    let height = be16(body, 1).map_or(0, u32::from);
    let width = be16(body, 3).map_or(0, u32::from);
    check_size(width, height)?;
    // SOF0 to SOF2: sequential and progressive Huffman coding. The rest is lossless, hierarchical or
    // arithmetic, which neither browsers nor phones write.
    if kind > marker::SOF2 || precision != 8 {
        return Err(Refusal::UNSUPPORTED);
    }
    match components {
        1 | 3 => Ok((width, height)),
        // why: CMYK and YCCK are for print and mean nothing without their profile; guessing at it gives
        // wrong, often inverted, colours.
        2 | 4 => Err(Refusal::COLOUR),
        _ => Err(Refusal::CORRUPT),
    }
}

/// Whether a start-of-frame segment gives any component more or fewer samples than others: each has a byte for its number, one
/// for its factors across and down, and one for its table (T.81 section B.2.2).
fn is_subsampled(body: &[u8]) -> bool {
    body.get(6..).unwrap_or_default().chunks_exact(3).any(|component| component[1] != 0x11)
}

/// Whether a multi-picture index lists frames of equal standing (panorama, stereo, several angles).
///
/// Phones add previews and gain maps to a single picture with the same index; those are no frames.
/// Source: CIPA DC-007-2021, sections 5.2.2 (index IFD) and 5.2.3.3.1 (type codes in the low 24 bits of
/// each entry's attributes).
fn is_multi_frame(index: &[u8]) -> bool {
    const ENTRIES_TAG: u16 = 0xB002;
    const ENTRY_BYTES: usize = 16;
    let little = index.starts_with(b"II");
    let u16_at = |at| be16(index, at).map(|n| if little { n.swap_bytes() } else { n });
    let u32_at = |at| be32(index, at).map(|n| if little { n.swap_bytes() } else { n });
    let entries = || {
        let directory = u32_at(4)? as usize;
        let fields = usize::from(u16_at(directory)?);
        let field = (0..fields)
            .map(|number| directory.saturating_add(2 + 12 * number))
            .find(|&field| u16_at(field) == Some(ENTRIES_TAG))?;
        Some((u32_at(field + 4)? as usize / ENTRY_BYTES, u32_at(field + 8)? as usize))
    };
    entries().is_some_and(|(count, start)| {
        (0..count)
            .map_while(|number| u32_at(start.saturating_add(ENTRY_BYTES * number)))
            .any(|attributes| (attributes >> 16) & 0xFF == 0x02)
    })
}

/// Decodes to RGB. Strict: an error in the coded data is an error, not a grey patch.
pub(crate) fn decode(skeleton: &Skeleton) -> Result<RgbImage, Refusal> {
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(skeleton.size.0 as usize)
        .set_max_height(skeleton.size.1 as usize)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    JpegDecoder::new_with_options(ZCursor::new(&skeleton.bytes), options)
        .decode()
        .ok()
        .and_then(|pixels| RgbImage::from_raw(skeleton.size.0, skeleton.size.1, pixels))
        .ok_or(Refusal::CORRUPT)
}
