//! Making a picture small enough to be printed.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder};

/// JPEG quality of what is printed at the size of a stamp.
const QUALITY: u8 = 85;

/// Most memory that decoding may take, in bytes: 25 million pixels, the most that a clean copy has, in three channels.
const MAX_ALLOC: u64 = 100_000_000;

/// A clean copy no larger than `width` by `height` pixels, as JPEG; itself when it is no larger. `None` when it is not a
/// JPEG that can be read, which a clean copy always is.
pub fn shrink(jpeg: &[u8], width: u32, height: u32) -> Option<Vec<u8>> {
    let mut reader = ImageReader::with_format(Cursor::new(jpeg), ImageFormat::Jpeg);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let picture = reader.decode().ok()?;
    if picture.width() <= width && picture.height() <= height {
        return Some(jpeg.to_vec());
    }
    let small = picture.thumbnail(width, height).into_rgb8();
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&small).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, RgbImage};

    use super::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(RgbImage::new(width, height)).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_keeps_its_shape_and_a_small_one_its_bytes() {
        let small = shrink(&jpeg(800, 1_200), 295, 413).unwrap();
        let small = image::load_from_memory(&small).unwrap();
        assert_eq!((small.width(), small.height()), (275, 413));
        let already = jpeg(100, 140);
        assert_eq!(shrink(&already, 295, 413), Some(already));
        assert_eq!(shrink(b"no picture", 295, 413), None);
    }
}
