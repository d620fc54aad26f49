//! The captcha: a picture of a few distorted characters that a person reads and types.
//!
//! It slows down automated requests for SMS messages. It does not prove that the caller is human, so nothing may rely
//! on it alone. The caller stores answers, counts tries and handles expiry.
//!
//! The output depends only on the arguments, so that tests are exact. The caller provides an unpredictable seed, a new
//! one for each picture.

use fastrand::Rng;
use image::codecs::png::PngEncoder;
use image::{GrayImage, Luma};
use noto_sans_mono_bitmap::{FontWeight, RasterHeight, RasterizedChar, get_raster};

/// Width of a picture in pixels.
pub const WIDTH: u16 = 160;

/// Height of a picture in pixels.
pub const HEIGHT: u16 = 60;

/// Number of characters in an answer.
pub const LENGTH: usize = 5;

/// The characters of answers. Left out are characters that look like another when distorted (0 O Q D, 1 I L, 2 Z, 5 S,
/// 8 B, U V, 6 G, E under F). 17⁵ is 1.4 million answers.
pub const ALPHABET: [char; 17] =
    ['3', '4', '7', '9', 'A', 'C', 'F', 'H', 'J', 'K', 'M', 'N', 'P', 'R', 'T', 'X', 'Y'];

/// The answer for `seed`.
pub fn answer(seed: u64) -> String {
    let mut rng = Rng::with_seed(seed);
    (0..LENGTH).map(|_| ALPHABET[rng.usize(..ALPHABET.len())]).collect()
}

/// Draws `answer` as a PNG of [`WIDTH`] × [`HEIGHT`] grey pixels. `seed` determines distortion and speckles.
///
/// Designed for [`LENGTH`] characters of [`ALPHABET`]; a character that the font lacks leaves a gap.
pub fn draw(answer: &str, seed: u64) -> Vec<u8> {
    let mut rng = Rng::with_seed(seed);
    let glyphs = Glyph::line(answer, &mut rng);
    let strokes: [Wave; 2] = std::array::from_fn(|_| Wave::stroke(&mut rng));
    let (across, down) = (Wave::bend(&mut rng), Wave::bend(&mut rng));
    let mut picture = GrayImage::new(WIDTH.into(), HEIGHT.into());
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        #[expect(clippy::cast_precision_loss, reason = "a pixel's place is far below 2^23")]
        let (x, y) = (x as f32, y as f32);
        let bent = (x + across.at(y), y + down.at(x));
        let letters = glyphs.iter().map(|glyph| glyph.ink(bent)).fold(0.0, f32::max);
        let lines = strokes.iter().map(|stroke| stroke.ink(x, y)).fold(0.0, f32::max);
        let speckle = if rng.f32() < SPECKLES { 0.5 } else { 0.0 };
        let ink = letters.max(lines).max(speckle);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ink is 0 to 1")]
        let shade = (245.0 - 205.0 * ink) as u8;
        *pixel = Luma([shade]);
    }
    let mut png = Vec::new();
    // Writing to memory does not fail. If it did, there would be no picture to show.
    picture.write_with_encoder(PngEncoder::new(&mut png)).map_or_else(|_| Vec::new(), |()| png)
}

/// Share of pixels that are speckles.
const SPECKLES: f32 = 0.03;

/// A sine wave across the picture, in pixels.
struct Wave {
    middle: f32,
    height: f32,
    length: f32,
    phase: f32,
}

impl Wave {
    /// A random line across the letters.
    fn stroke(rng: &mut Rng) -> Self {
        let middle = f32::from(HEIGHT) * between(rng, 0.35, 0.65);
        Self { middle, height: between(rng, 4.0, 12.0), length: between(rng, 70.0, 160.0), phase: rng.f32() }
    }

    /// A random distortion of the whole picture.
    fn bend(rng: &mut Rng) -> Self {
        Self {
            middle: 0.0,
            height: between(rng, 1.0, 2.5),
            length: between(rng, 35.0, 70.0),
            phase: rng.f32(),
        }
    }

    /// The ink (0 to 1) of a thin line along the wave. It is lighter than the letters, so that a person can distinguish
    /// them, and no letter gets an additional stroke.
    fn ink(&self, x: f32, y: f32) -> f32 {
        0.7 * (1.4 - (y - self.at(x)).abs()).clamp(0.0, 1.0)
    }

    fn at(&self, place: f32) -> f32 {
        self.middle + self.height * (std::f32::consts::TAU * (place / self.length + self.phase)).sin()
    }
}

/// A character with its position, rotation, slant and scale.
struct Glyph {
    raster: RasterizedChar,
    centre: (f32, f32),
    angle: f32,
    slant: f32,
    scale: f32,
}

impl Glyph {
    /// The characters of `text`, spread over the width of the picture.
    fn line(text: &str, rng: &mut Rng) -> Vec<Self> {
        #[expect(clippy::cast_precision_loss, reason = "a handful of characters")]
        let step = (f32::from(WIDTH) - 16.0) / text.chars().count() as f32;
        let mut left = 8.0;
        let mut glyphs = Vec::new();
        for character in text.chars() {
            let glyph = get_raster(character, FontWeight::Bold, RasterHeight::Size32).map(|raster| Self {
                raster,
                centre: (
                    left + step / 2.0 + between(rng, -2.0, 2.0),
                    f32::from(HEIGHT) / 2.0 + between(rng, -4.0, 4.0),
                ),
                angle: between(rng, -0.35, 0.35),
                slant: between(rng, -0.2, 0.2),
                scale: between(rng, 1.6, 1.9),
            });
            glyphs.extend(glyph);
            left += step;
        }
        glyphs
    }

    /// The ink (0 to 1) of the character at a point of the picture.
    fn ink(&self, (x, y): (f32, f32)) -> f32 {
        let (x, y) = ((x - self.centre.0) / self.scale, (y - self.centre.1) / self.scale);
        let (sin, cos) = self.angle.sin_cos();
        let (x, y) = (x * cos + y * sin, y * cos - x * sin);
        let x = x + self.slant * y;
        #[expect(clippy::cast_precision_loss, reason = "a raster is 32 pixels high")]
        let (x, y) =
            (x + self.raster.width() as f32 / 2.0 - 0.5, y + self.raster.height() as f32 / 2.0 - 0.5);
        let at = |column: f32, row: f32| {
            // The cast would turn positions left of or above the raster into 0.
            if column < 0.0 || row < 0.0 {
                return 0.0;
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked to be positive"
            )]
            let ink = self.raster.pixel(column as usize, row as usize);
            ink.map_or(0.0, |ink| f32::from(ink) / 255.0)
        };
        // Bilinear interpolation, so that enlarged edges stay smooth.
        let (left, top) = (x.floor(), y.floor());
        let (right_share, bottom_share) = (x - left, y - top);
        let mix = |first: f32, second: f32, share: f32| first + (second - first) * share;
        mix(
            mix(at(left, top), at(left + 1.0, top), right_share),
            mix(at(left, top + 1.0), at(left + 1.0, top + 1.0), right_share),
            bottom_share,
        )
    }
}

fn between(rng: &mut Rng, least: f32, most: f32) -> f32 {
    least + rng.f32() * (most - least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picture_depends_on_seed_and_answer() {
        assert_eq!(draw("A3K7P", 1), draw("A3K7P", 1));
        assert_ne!(draw("A3K7P", 1), draw("A3K7P", 2));
        assert_ne!(draw("A3K7P", 1), draw("A3K7N", 1));
    }

    #[test]
    fn picture_is_small_png_of_the_stated_size() {
        let png = draw(&answer(7), 7);
        let picture = image::load_from_memory_with_format(&png, image::ImageFormat::Png).unwrap();
        assert_eq!((picture.width(), picture.height()), (u32::from(WIDTH), u32::from(HEIGHT)));
        assert!(png.len() < 10_000, "{} bytes", png.len());
    }

    #[test]
    fn answers_vary_and_use_only_the_alphabet() {
        let answers: std::collections::HashSet<_> = (0..1_000).map(answer).collect();
        assert!(answers.len() > 990);
        assert!(answers.iter().all(|a| a.len() == LENGTH && a.chars().all(|c| ALPHABET.contains(&c))));
    }

    #[test]
    fn every_character_of_the_alphabet_is_visible() {
        let empty = draw(" ", 3);
        assert!(ALPHABET.iter().all(|c| draw(&c.to_string(), 3) != empty));
    }

    #[test]
    fn unusual_answers_do_not_fail() {
        for text in ["", "汉字", "WWWWWWWWWWWWWWWWWWWWWWWW", "\u{0}"] {
            assert!(!draw(text, 0).is_empty());
        }
    }
}
