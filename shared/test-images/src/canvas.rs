//! A sheet to draw on: boxes, discs, stars, letters, pictures.

use fastrand::Rng;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

/// A colour in sRGB.
pub(crate) type Colour = [u8; 3];

/// A place in pixels from the left and from the top.
pub(crate) type Place = (u32, u32);

/// A sheet being drawn on. What lies outside it is not drawn.
pub(crate) struct Canvas(pub(crate) RgbImage);

impl Canvas {
    /// An empty sheet, paler towards the bottom.
    pub(crate) fn new((width, height): (u32, u32), colour: Colour) -> Self {
        Self(RgbImage::from_fn(width, height, |_, y| {
            Rgb(colour.map(|value| value.saturating_add(u8::try_from(24 * y / height).unwrap_or(0))))
        }))
    }

    fn dot(&mut self, x: u32, y: u32, colour: Colour) {
        if let Some(pixel) = self.0.get_pixel_mut_checked(x, y) {
            *pixel = Rgb(colour);
        }
    }

    /// A filled box.
    pub(crate) fn block(&mut self, (left, top): Place, (width, height): (u32, u32), colour: Colour) {
        for y in top..top + height {
            (left..left + width).for_each(|x| self.dot(x, y, colour));
        }
    }

    /// A box of lines `thick` pixels wide.
    pub(crate) fn frame(
        &mut self,
        (left, top): Place,
        (width, height): (u32, u32),
        thick: u32,
        colour: Colour,
    ) {
        self.block((left, top), (width, thick), colour);
        self.block((left, top + height - thick), (width, thick), colour);
        self.block((left, top), (thick, height), colour);
        self.block((left + width - thick, top), (thick, height), colour);
    }

    /// Fine wavy lines over the whole sheet, as documents of value have.
    pub(crate) fn waves(&mut self, colour: Colour) {
        for (x, y, pixel) in self.0.enumerate_pixels_mut() {
            let bend = 9.0 * (f64::from(x) / 37.0).sin();
            if (f64::from(y) + bend).rem_euclid(14.0) < 1.2 {
                *pixel = Rgb(colour);
            }
        }
    }

    /// A round seal: a ring with a five-pointed star and a line of words under it.
    pub(crate) fn seal(&mut self, (x, y): Place, radius: u32, words: &str, colour: Colour) {
        let outer = f64::from(radius);
        for down in 0..=2 * radius {
            for across in 0..=2 * radius {
                let (dx, dy) = (f64::from(across) - outer, f64::from(down) - outer);
                let distance = dx.hypot(dy);
                let ring = (outer * 0.94..=outer).contains(&distance);
                if ring || in_star(dx, dy + outer * 0.15, outer * 0.42) {
                    self.dot((x + across).saturating_sub(radius), (y + down).saturating_sub(radius), colour);
                }
            }
        }
        let scale = (radius / 55).max(1);
        let left = x.saturating_sub(width_of(words, scale) / 2);
        self.text((left, y + radius / 2), scale, words, colour);
    }

    /// A line of text from its upper left corner; characters are 16 × `scale` pixels high. Font: GNU Unifont.
    pub(crate) fn text(&mut self, (left, top): Place, scale: u32, text: &str, colour: Colour) {
        let mut from = left;
        for glyph in text.chars().filter_map(unifont::get_glyph) {
            for (row, y) in (0..16).zip((top..).step_by(scale as usize)) {
                for (column, x) in (0..glyph.get_width()).zip((from..).step_by(scale as usize)) {
                    if glyph.get_pixel(column, row) {
                        self.block((x, y), (scale, scale), colour);
                    }
                }
            }
            from += u32::try_from(glyph.get_width()).unwrap_or(16) * scale;
        }
    }

    /// A picture, made to fit a box.
    pub(crate) fn paste(&mut self, picture: &RgbImage, (left, top): Place, (width, height): (u32, u32)) {
        let picture = imageops::resize(picture, width, height, FilterType::Triangle);
        imageops::replace(&mut self.0, &picture, left.into(), top.into());
    }

    /// The grain of a camera: each value changes by at most `most`.
    pub(crate) fn grain(&mut self, most: i16, rng: &mut Rng) {
        for value in self.0.iter_mut() {
            let changed = (i16::from(*value) + rng.i16(-most..=most)).clamp(0, 255);
            *value = u8::try_from(changed).unwrap_or(*value);
        }
    }
}

/// Pixels across that a line of text takes.
pub(crate) fn width_of(text: &str, scale: u32) -> u32 {
    let columns: usize = text.chars().filter_map(unifont::get_glyph).map(unifont::Glyph::get_width).sum();
    u32::try_from(columns).unwrap_or(0) * scale
}

/// Whether a place, seen from the centre, is on a five-pointed star that points up.
fn in_star(dx: f64, dy: f64, radius: f64) -> bool {
    use std::f64::consts::PI;
    // By symmetry it is enough to look at the tenth between a tip and the next notch, whose edge is the
    // straight line from the tip at distance 1 to the tip two further on.
    let turn = dx.atan2(-dy).rem_euclid(2.0 * PI / 5.0);
    let angle = turn.min(2.0 * PI / 5.0 - turn);
    dx.hypot(dy) * (angle - 2.0 * PI / 5.0).cos() <= radius * (2.0 * PI / 5.0).cos()
}
