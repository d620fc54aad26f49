//! The decoded picture: upright, 8-bit RGB.

use image::metadata::Orientation;
use image::{DynamicImage, Rgb, RgbImage, RgbaImage};

/// A decoded picture as rules see it: upright, 8-bit sRGB, opaque.
#[derive(Clone, Debug)]
pub struct Picture {
    pixels: RgbImage,
}

impl Picture {
    /// Turns the stored pixels upright.
    pub(crate) fn upright(pixels: RgbImage, orientation: Orientation) -> Self {
        let mut image = DynamicImage::from(pixels);
        image.apply_orientation(orientation);
        Self { pixels: image.into_rgb8() }
    }

    /// Pixels across.
    pub fn width(&self) -> u32 {
        self.pixels.width()
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.pixels.height()
    }

    /// The pixels.
    pub fn pixels(&self) -> &RgbImage {
        &self.pixels
    }

    /// Each pixel's luma, 0 to 255, in reading order: ITU-R BT.601, as in JPEG itself.
    pub fn luma(&self) -> impl Iterator<Item = f64> {
        self.pixels.pixels().map(|Rgb(colour)| luma(*colour))
    }

    pub(crate) fn into_pixels(self) -> RgbImage {
        self.pixels
    }
}

/// Luma, 0 to 255: ITU-R BT.601, as in JPEG itself.
pub(crate) fn luma([r, g, b]: [u8; 3]) -> f64 {
    0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b)
}

impl From<RgbImage> for Picture {
    /// A picture that is upright already, as in tests of rules.
    fn from(pixels: RgbImage) -> Self {
        Self { pixels }
    }
}

/// Raises each colour value, as a share of full, to `exponent`.
pub(crate) fn correct_gamma(image: &mut RgbaImage, exponent: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of 255 fits in 8 bits"
    )]
    let corrected = |value: u8| ((f64::from(value) / 255.0).powf(exponent) * 255.0).round() as u8;
    let mut table = [0; 256];
    (0..=u8::MAX).zip(&mut table).for_each(|(value, entry)| *entry = corrected(value));
    for pixel in image.pixels_mut() {
        for value in &mut pixel.0[..3] {
            *value = table[usize::from(*value)];
        }
    }
}

/// The picture as it looks on white paper. Blends encoded values, as browsers do.
pub(crate) fn on_white(image: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [r, g, b, alpha] = image.get_pixel(x, y).0.map(u32::from);
        #[expect(clippy::cast_possible_truncation, reason = "a mean of two 8-bit values")]
        Rgb([r, g, b].map(|value| ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8))
    })
}
