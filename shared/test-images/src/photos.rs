//! ID photos, good and bad, from the portrait that is in the public domain.

use std::io::Cursor;

use fastrand::Rng;
use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageFormat, ImageResult, RgbImage};

use crate::canvas::Canvas;
use crate::jpeg;

/// The portrait, 420 × 588.
pub(crate) const GOOD: &[u8] = include_bytes!("../../../tests/fixtures/pictures/photo-good.jpg");

/// The portrait, blurred.
pub(crate) const BLURRED: &[u8] = include_bytes!("../../../tests/fixtures/pictures/photo-blurred.jpg");

/// The portrait's pixels.
pub(crate) fn portrait() -> ImageResult<RgbImage> {
    Ok(image::load_from_memory_with_format(GOOD, ImageFormat::Jpeg)?.into_rgb8())
}

/// Too few pixels, in enough bytes.
pub(crate) fn small(portrait: &RgbImage) -> ImageResult<Vec<u8>> {
    jpeg(&imageops::resize(portrait, 200, 280, FilterType::Lanczos3), 90)
}

/// Wider than high: the portrait before a wall.
pub(crate) fn wide(portrait: &RgbImage, seed: u64) -> ImageResult<Vec<u8>> {
    let mut wall = Canvas::new((900, 588), [170, 180, 190]);
    wall.grain(3, &mut Rng::with_seed(seed));
    wall.paste(portrait, (240, 0), portrait.dimensions());
    jpeg(&wall.0, 85)
}

/// Nothing but faint grain.
pub(crate) fn blank(seed: u64) -> ImageResult<Vec<u8>> {
    let mut sheet = Canvas(RgbImage::from_pixel(420, 588, image::Rgb([238; 3])));
    sheet.grain(2, &mut Rng::with_seed(seed));
    jpeg(&sheet.0, 95)
}

/// An upload that broke off.
pub(crate) fn truncated() -> Vec<u8> {
    GOOD[..GOOD.len() * 6 / 10].to_vec()
}

/// The right picture in the wrong format.
pub(crate) fn not_jpeg(portrait: &RgbImage) -> ImageResult<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(portrait.clone()).write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// What a phone held sideways stores: the picture lies, EXIF says how to turn it (Orientation 6), and says
/// where it was taken.
pub(crate) fn turned(portrait: &RgbImage) -> ImageResult<Vec<u8>> {
    let file = jpeg(&imageops::rotate270(portrait), 90)?;
    let (start, rest) = file.split_at(2);
    Ok([start, EXIF, rest].concat())
}

/// An EXIF segment: a TIFF directory with Orientation and a pointer to one with `GPSLatitudeRef` and
/// `GPSLatitude` 31° 13′ 49″ (EXIF 2.32, sections 4.6.4 and 4.6.6).
const EXIF: &[u8] = b"\xFF\xE1\0\x6C\
    Exif\0\0MM\0\x2A\0\0\0\x08\
    \0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0\
    \0\x02\0\x01\0\x02\0\0\0\x02N\0\0\0\0\x02\0\x05\0\0\0\x03\0\0\0\x44\0\0\0\0\
    \0\0\0\x1F\0\0\0\x01\0\0\0\x0D\0\0\0\x01\0\0\0\x31\0\0\0\x01\
    GPS PLACE\0";
