//! The copy that is kept: pixels, and nothing else of the file.

use std::borrow::Cow;
use std::fmt::{self, Write};

use domain::upload::Format;
use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder};
use sha2::{Digest, Sha256};

use crate::refusal::Refusal;
use crate::scale;

/// Qualities to try, of 100, best first. Below the last, fewer pixels look better than coarser ones.
const QUALITIES: [u8; 5] = [95, 88, 80, 70, 60];

/// A picture encoded anew from its pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct CleanCopy {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its format.
    pub format: Format,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// SHA-256 of the file. Equal pixels give equal copies, whatever metadata the uploads had.
    pub sha256: [u8; 32],
}

impl CleanCopy {
    /// Encodes `pixels` as JPEG in at most `max_bytes` bytes: at the best quality that fits, and with the
    /// sides halved when none does (a large page of a PNG, which packs text better than JPEG). What has a side of
    /// more than `max_side` pixels is made smaller first.
    pub(crate) fn of(pixels: RgbImage, max_side: u32, max_bytes: u64) -> Result<Self, Refusal> {
        let mut pixels = Cow::<RgbImage>::Owned(within(pixels, max_side));
        loop {
            for quality in QUALITIES {
                let bytes = encode(&pixels, quality)?;
                if bytes.len() as u64 <= max_bytes {
                    let sha256 = Sha256::digest(&bytes).into();
                    let (width, height) = pixels.dimensions();
                    return Ok(Self { bytes, format: Format::Jpeg, width, height, sha256 });
                }
            }
            let (width, height) = (pixels.width().div_ceil(2), pixels.height().div_ceil(2));
            pixels = Cow::Owned(image::imageops::thumbnail(pixels.as_ref(), width, height));
        }
    }
}

impl CleanCopy {
    /// [`Self::sha256`] in hexadecimal.
    pub fn digest(&self) -> String {
        self.sha256.iter().fold(String::new(), |mut text, byte| {
            // Writing to a String does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl fmt::Debug for CleanCopy {
    /// Leaves the bytes out: they are a person's picture and belong in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CleanCopy")
            .field("bytes", &self.bytes.len())
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

/// The picture with no side longer than `max_side`.
fn within(pixels: RgbImage, max_side: u32) -> RgbImage {
    let (width, height) = pixels.dimensions();
    let longest = width.max(height);
    if longest <= max_side {
        return pixels;
    }
    let shorter = |side: u32| scale::pixels(f64::from(side) * f64::from(max_side) / f64::from(longest));
    scale::rgb(&pixels, shorter(width), shorter(height))
}

fn encode(pixels: &RgbImage, quality: u8) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let side = |side: u32| u16::try_from(side).map_err(|_| Refusal::CORRUPT);
    let (width, height) = (side(pixels.width())?, side(pixels.height())?);
    let encoder = Encoder::new(&mut bytes, quality);
    encoder.encode(pixels, width, height, ColorType::Rgb).map_err(|_| Refusal::CORRUPT)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_too_long_a_side_is_kept_smaller_and_in_proportion() {
        let size = |width, height, max_side| {
            let copy = CleanCopy::of(RgbImage::new(width, height), max_side, u64::MAX).ok();
            copy.map(|copy| (copy.width, copy.height))
        };
        assert_eq!(size(2_000, 1_000, 500), Some((500, 250)));
        assert_eq!(size(1_000, 2_000, 500), Some((250, 500)));
        assert_eq!(size(500, 400, 500), Some((500, 400)));
        assert_eq!(size(2_000, 1, 500), Some((500, 1)));
        assert_eq!(size(2_000, 1_000, u32::MAX), Some((2_000, 1_000)));
    }
}
