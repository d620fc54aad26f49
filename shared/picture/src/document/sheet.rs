//! Finding the card or page on what it lies on.
//!
//! The picture's border shows the table. What differs from the table's colour, in one piece, solid and with straight sides,
//! is the sheet. Where there is no such thing the sheet may fill the picture, as a scan does.

use image::{GrayImage, Luma, RgbImage, imageops};
use imageproc::contrast::{ThresholdType, otsu_level, threshold};

use super::opponent;
use super::outline::{Point, length, outlines};
use crate::scale::{self, Fitted};

/// Longest side that is looked at; averaging to this size wipes out grain, guilloches and most of the text.
const LONGEST: u32 = 240;

/// Least difference from the table, in the sum of luma and twice both colour differences.
const LEAST_DIFFERENCE: u8 = 16;

/// Least share of the picture.
const LEAST_SHARE: f64 = 0.15;

/// Least share of the outline's area that differs by itself. A block of text on paper has less than a half.
const LEAST_SOLID: f64 = 0.78;

/// Least share of the smallest rectangle around the outline that the outline fills. Perspective takes a tenth.
const LEAST_FILL: f64 = 0.84;

/// A card or page in a picture, in pixels of the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sheet {
    /// Middle of the smallest rectangle around it.
    centre: Point,
    /// Half the rectangle's longer side, as a vector.
    along: Point,
    /// Half the shorter side, turned clockwise from `along`.
    across: Point,
    /// Length over which the sheet runs along one of the picture's borders, in lengths of its shorter side.
    pub(crate) touching: f64,
}

impl Sheet {
    /// A sheet that is the whole picture.
    pub(crate) fn whole(width: u32, height: u32) -> Self {
        let (w, h) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
        let (along, across) = if w >= h { ((w, 0.0), (0.0, h)) } else { ((0.0, -h), (w, 0.0)) };
        Self { centre: (w, h), along, across, touching: 0.0 }
    }

    /// Longer side by shorter side.
    pub(crate) fn aspect(&self) -> f64 {
        length(self.along) / length(self.across).max(1.0)
    }

    /// Longer side in pixels.
    pub(crate) fn length(&self) -> f64 {
        2.0 * length(self.along)
    }

    /// The upright rectangle around it, a little less, within the picture: left, top, width and height.
    pub(crate) fn region(&self, width: u32, height: u32) -> [u32; 4] {
        let reach = |a: f64, b: f64| (a.abs() + b.abs()) * 0.97;
        let (rx, ry) = (reach(self.along.0, self.across.0), reach(self.along.1, self.across.1));
        let clamp = |value: f64, most: u32| scale::pixels(value.clamp(1.0, f64::from(most))).min(most);
        let (left, right) = (clamp(self.centre.0 - rx, width) - 1, clamp(self.centre.0 + rx, width));
        let (top, bottom) = (clamp(self.centre.1 - ry, height) - 1, clamp(self.centre.1 + ry, height));
        [left, top, (right - left).max(1), (bottom - top).max(1)]
    }

    /// The pixel at a share of the longer and the shorter side, both from -1 to 1.
    pub(crate) fn at(&self, u: f64, v: f64) -> Point {
        let place = |c: f64, a: f64, b: f64| c + u * a + v * b;
        (place(self.centre.0, self.along.0, self.across.0), place(self.centre.1, self.along.1, self.across.1))
    }

    /// The sheet of a picture, unless it fills the picture or cannot be told from what it lies on.
    pub(crate) fn find(pixels: &RgbImage) -> Option<Self> {
        let Fitted { width, height, factor } = scale::fitted(pixels.dimensions(), LONGEST);
        // Boxes before the filter: at this ratio it would look at every pixel many times.
        let small = imageops::thumbnail(pixels, width, height);
        let distances = distances(&small);
        let level = otsu_level(&distances).max(LEAST_DIFFERENCE);
        let differing = threshold(&distances, level, ThresholdType::Binary);
        let (across, down) = (f64::from(small.width()), f64::from(small.height()));
        let piece = outlines(&differing, 0.0).max_by(|one, two| one.area.total_cmp(&two.area))?;
        let large = piece.area >= LEAST_SHARE * across * down;
        if !large || piece.solid() < LEAST_SOLID || piece.fill() < LEAST_FILL {
            return None;
        }
        let touching = piece.touching(small.dimensions()) / (2.0 * length(piece.across)).max(1.0);
        let scaled = |(x, y): Point| (x * factor, y * factor);
        let (centre, along, across) = (scaled(piece.centre), scaled(piece.along), scaled(piece.across));
        Some(Self { centre, along, across, touching })
    }
}

/// How far each pixel is from the border's median colour, at most 255.
fn distances(small: &RgbImage) -> GrayImage {
    let (width, height) = small.dimensions();
    let edge = |x: u32, y: u32| x < 2 || y < 2 || x + 2 >= width || y + 2 >= height;
    let border: Vec<[i32; 3]> = small
        .enumerate_pixels()
        .filter(|(x, y, _)| edge(*x, *y))
        .map(|(.., pixel)| opponent(pixel.0))
        .collect();
    let table: [i32; 3] = std::array::from_fn(|channel| {
        let mut values: Vec<i32> = border.iter().map(|colour| colour[channel]).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or_default()
    });
    GrayImage::from_fn(width, height, |x, y| {
        let [luma, red, blue] = opponent(small.get_pixel(x, y).0);
        let distance = luma.abs_diff(table[0]) + red.abs_diff(table[1]) + blue.abs_diff(table[2]);
        Luma([u8::try_from(distance).unwrap_or(u8::MAX)])
    })
}
