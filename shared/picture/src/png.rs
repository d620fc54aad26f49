//! PNG (ISO/IEC 15948, W3C PNG third edition): the walk along its chunks, and decoding what is left of it.

use std::io::Cursor;

use domain::upload::Format;
use image::codecs::png::PngDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, Limits, RgbImage};

use crate::pixels;
use crate::refusal::Refusal;
use crate::skeleton::{Skeleton, be32, check_size};

/// Most bytes of decoded pixels: 25 megapixels of 8-bit RGBA, half as many of 16-bit RGBA.
const MAX_DECODED: u64 = 100_000_000;

/// The gamma of sRGB times 100,000, as `gAMA` has it (PNG third edition, sections 11.3.2.2 and 11.3.2.5).
const SRGB_GAMMA: u32 = 45_455;

/// Walks the chunks up to `IEND`. Whatever follows it is not copied.
pub(crate) fn read(file: &[u8]) -> Result<Skeleton, Refusal> {
    let (signature, mut rest) = file.split_at_checked(8).ok_or(Refusal::CORRUPT)?;
    let mut bytes = signature.to_vec();
    let mut size = None;
    let mut orientation = Orientation::NoTransforms;
    let mut several = false;
    let mut gamma = SRGB_GAMMA;
    let mut has_profile = false;
    loop {
        // Length, type, data, checksum; the decoder compares the checksums of what it is given.
        let length = be32(rest, 0).ok_or(Refusal::CORRUPT)? as usize;
        let (chunk, after) =
            length.checked_add(12).and_then(|total| rest.split_at_checked(total)).ok_or(Refusal::CORRUPT)?;
        let (kind, data) = (&chunk[4..8], &chunk[8..8 + length]);
        rest = after;
        if size.is_none() && kind != b"IHDR" {
            return Err(Refusal::CORRUPT);
        }
        match kind {
            b"IHDR" => {
                let (width, height) = be32(data, 0).zip(be32(data, 4)).ok_or(Refusal::CORRUPT)?;
                check_size(width, height)?;
                size = Some((width, height));
            }
            b"PLTE" | b"tRNS" | b"IDAT" | b"IEND" => {}
            b"gAMA" => {
                gamma = be32(data, 0).unwrap_or(gamma);
                continue;
            }
            // These say more than a gamma does, which then has to be ignored. What they say is taken to be
            // sRGB, as nearly all pictures are.
            b"sRGB" | b"iCCP" | b"cICP" => {
                has_profile = true;
                continue;
            }
            b"eXIf" => {
                orientation = Orientation::from_exif_chunk(data).unwrap_or(orientation);
                continue;
            }
            b"acTL" => {
                several = true;
                continue;
            }
            // An upper-case first letter means that the picture can't be shown without the chunk.
            [b'A'..=b'Z', ..] => return Err(Refusal::UNSUPPORTED),
            _ => continue,
        }
        bytes.extend(chunk);
        if kind == b"IEND" {
            break;
        }
    }
    let size = size.ok_or(Refusal::CORRUPT)?;
    // A gamma of zero means nothing, and a hundredth more or less is not seen in 8 bits.
    let differs = gamma != 0 && gamma.abs_diff(SRGB_GAMMA) > 1_000 && !has_profile;
    let exponent = differs.then(|| f64::from(SRGB_GAMMA) / f64::from(gamma));
    Ok(Skeleton { format: Format::Png, size, orientation, several, exponent, bytes })
}

/// Decodes to 8-bit sRGB on white.
pub(crate) fn decode(skeleton: &Skeleton) -> Result<RgbImage, Refusal> {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODED);
    let decoder = PngDecoder::with_limits(Cursor::new(&skeleton.bytes), limits.clone())
        .map_err(|_| Refusal::CORRUPT)?;
    if limits.reserve(decoder.total_bytes()).is_err() {
        let (width, height) = skeleton.size;
        let most = MAX_DECODED / u64::from(decoder.color_type().bytes_per_pixel());
        return Err(Refusal::dimensions(width * height, u32::try_from(most).unwrap_or(u32::MAX)));
    }
    let mut rgba = DynamicImage::from_decoder(decoder).map_err(|_| Refusal::CORRUPT)?.into_rgba8();
    if let Some(exponent) = skeleton.exponent {
        pixels::correct_gamma(&mut rgba, exponent);
    }
    Ok(pixels::on_white(&rgba))
}
