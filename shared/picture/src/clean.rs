//! The copy that is kept: pixels, and nothing else of the file.

use std::borrow::Cow;
use std::fmt::{self, Write};

use domain::upload::Format;
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use sha2::{Digest, Sha256};

use crate::refusal::Refusal;

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
    /// sides halved when none does (a large page of a PNG, which packs text better than JPEG).
    pub(crate) fn of(pixels: RgbImage, max_bytes: u64) -> Result<Self, Refusal> {
        let mut pixels = Cow::<RgbImage>::Owned(pixels);
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

fn encode(pixels: &RgbImage, quality: u8) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(pixels).map_err(|_| Refusal::CORRUPT)?;
    Ok(bytes)
}
