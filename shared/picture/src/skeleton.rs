//! A file reduced to what its pixels need.
//!
//! A decoder is never given the file itself. The format's own walker reads the structure first, checks
//! sizes and coding, and copies only the parts that carry pixels. Whole families of attack end here:
//! inflated text and colour profiles, second pictures, appended archives, sizes that exhaust memory.

use domain::upload::Format;
use image::metadata::Orientation;

use crate::pixels::Picture;
use crate::refusal::Refusal;
use crate::{jpeg, png};

/// Fewest pixels on a side that are worth decoding; nothing can be read on less.
const MIN_SIDE: u32 = 32;

/// Most pixels on a side. The longest side of current phone sensors (200 megapixels) is 16,320; but a
/// picture of that size does not fit into 5 MiB, and panoramas are no documents.
pub(crate) const MAX_SIDE: u32 = 12_000;

/// Most pixels in all: the 24 megapixels (5,712 × 4,284) that phones now take by default, rounded up.
/// Decoding them takes 75 MB for the pixels and, in the worst coding, 150 MB for coefficients.
const MAX_PIXELS: u32 = 25_000_000;

/// The parts of a file that matter to its pixels.
#[derive(Debug)]
pub(crate) struct Skeleton {
    pub(crate) format: Format,
    /// Pixels across and down as stored, before the orientation is applied.
    pub(crate) size: (u32, u32),
    /// How to turn the stored picture upright.
    pub(crate) orientation: Orientation,
    /// Whether the file says that it holds more than one picture.
    pub(crate) several: bool,
    /// What to raise the values to before they are sRGB, when that is not 1: a PNG's gamma.
    pub(crate) exponent: Option<f64>,
    /// A file of the same format with nothing but the parts that carry pixels.
    pub(crate) bytes: Vec<u8>,
}

impl Skeleton {
    pub(crate) fn read(format: Format, file: &[u8]) -> Result<Self, Refusal> {
        match format {
            Format::Jpeg => jpeg::read(file),
            Format::Png => png::read(file),
        }
    }

    /// Pixels across and down once the picture is upright.
    pub(crate) fn upright_size(&self) -> (u32, u32) {
        let (width, height) = self.size;
        let turned = matches!(
            self.orientation,
            Orientation::Rotate90
                | Orientation::Rotate270
                | Orientation::Rotate90FlipH
                | Orientation::Rotate270FlipH
        );
        if turned { (height, width) } else { (width, height) }
    }

    /// Refuses animations and files of several pictures: taking the first one silently would let the
    /// applicant believe that we saw the others.
    pub(crate) fn check_single(&self) -> Result<(), Refusal> {
        if self.several { Err(Refusal::ANIMATED) } else { Ok(()) }
    }

    /// The picture, upright, in 8-bit RGB.
    pub(crate) fn decode(&self) -> Result<Picture, Refusal> {
        // why: decoders are the only foreign code that sees hostile bytes. A panic there is their fault,
        // but refusing the file is better than failing, and trying again, for ever.
        let decoded = std::panic::catch_unwind(|| match self.format {
            Format::Jpeg => jpeg::decode(self),
            Format::Png => png::decode(self),
        });
        decoded.unwrap_or(Err(Refusal::CORRUPT)).map(|pixels| Picture::upright(pixels, self.orientation))
    }
}

/// Refuses sizes in pixels that are useless or dangerous to decode.
pub(crate) fn check_size(width: u32, height: u32) -> Result<(), Refusal> {
    let (short, long) = (width.min(height), width.max(height));
    let area = width.saturating_mul(height);
    if short < MIN_SIDE {
        Err(Refusal::dimensions(short, MIN_SIDE))
    } else if long > MAX_SIDE {
        Err(Refusal::dimensions(long, MAX_SIDE))
    } else if area > MAX_PIXELS {
        Err(Refusal::dimensions(area, MAX_PIXELS))
    } else {
        Ok(())
    }
}

/// A big-endian number at a place, or `None` past the end.
pub(crate) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}

/// A big-endian number at a place, or `None` past the end.
pub(crate) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_be_bytes)
}
