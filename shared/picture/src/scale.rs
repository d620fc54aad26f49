//! Grey and scaled copies of a picture.

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, IntoImageView, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{GrayImage, ImageBuffer, Luma, Rgb, RgbImage};

/// Luma of each pixel, ITU-R BT.601 as in JPEG itself, in fixed point.
pub(crate) fn luma(pixels: &RgbImage) -> GrayImage {
    let mut grey = GrayImage::new(pixels.width(), pixels.height());
    for (Rgb([r, g, b]), to) in pixels.pixels().zip(grey.iter_mut()) {
        let sum = 19_595 * u32::from(*r) + 38_470 * u32::from(*g) + 7_471 * u32::from(*b);
        *to = u8::try_from((sum + 32_768) >> 16).unwrap_or(u8::MAX);
    }
    grey
}

/// The picture in another size. Smaller ones are averaged over the area that each new pixel covers, so that thin strokes
/// fade but do not vanish.
pub fn rgb(pixels: &RgbImage, width: u32, height: u32) -> RgbImage {
    let bytes = resize(pixels, PixelType::U8x3, width, height, FilterType::CatmullRom);
    RgbImage::from_raw(width, height, bytes).unwrap_or_else(|| RgbImage::new(width, height))
}

/// The grey picture in another size.
pub(crate) fn grey(pixels: &GrayImage, width: u32, height: u32) -> GrayImage {
    let bytes = resize(pixels, PixelType::U8, width, height, FilterType::CatmullRom);
    GrayImage::from_raw(width, height, bytes).unwrap_or_else(|| GrayImage::new(width, height))
}

/// A square copy of the grey picture in 16 bits, row by row: where differences count that are smaller than a step of 8 bits. The filter
/// covers two new pixels and has no edges of its own.
pub(crate) fn fine(pixels: &GrayImage, side: u32) -> Vec<u16> {
    let wide = pixels.iter().map(|value| u16::from(*value) * 257).collect();
    let (width, height) = pixels.dimensions();
    let wide: ImageBuffer<Luma<u16>, Vec<u16>> =
        ImageBuffer::from_raw(width, height, wide).unwrap_or_else(|| ImageBuffer::new(width, height));
    let bytes = resize(&wide, PixelType::U16, side, side, FilterType::Bilinear);
    bytes.chunks_exact(2).map(|pair| u16::from_ne_bytes([pair[0], pair[1]])).collect()
}

/// Sizes are at least one pixel and the pixel types are the pictures' own: the only errors there are cannot happen, and a
/// picture that is all black would be refused as blank.
fn resize(
    pixels: &impl IntoImageView,
    kind: PixelType,
    width: u32,
    height: u32,
    filter: FilterType,
) -> Vec<u8> {
    let mut target = Image::new(width.max(1), height.max(1), kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    if Resizer::new().resize(pixels, &mut target, &options).is_err() {
        return vec![0; target.buffer().len()];
    }
    target.into_vec()
}

/// A size, and how many times smaller it is than the one that it was made from.
#[derive(Clone, Copy, Debug)]
pub struct Fitted {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// 1 when nothing had to become smaller.
    pub factor: f64,
}

/// The size in proportion whose longer side has at most `longest` pixels.
pub fn fitted((width, height): (u32, u32), longest: u32) -> Fitted {
    let factor = (f64::from(width.max(height)) / f64::from(longest)).max(1.0);
    let shrunk = |side: u32| pixels(f64::from(side) / factor);
    Fitted { width: shrunk(width), height: shrunk(height), factor }
}

/// A side in whole pixels, at least one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what a picture may have"
)]
pub fn pixels(side: f64) -> u32 {
    side.round().clamp(1.0, 65_535.0) as u32
}
