//! The card by itself, level and no larger than it needs to be.

use std::ops::RangeInclusive;

use image::{RgbImage, imageops};
use picture::{scale, sheet_corners};

use crate::level::level;

/// Most pixels along a card: its smallest characters are then as high as recognition wants them, about 40 pixels.
const CARD: u32 = 1_280;

/// Most pixels along a card when lines are looked for: its smallest characters are then 20 pixels high.
const CARD_SEEN: u32 = 640;

/// Most pixels along a picture in which no card was found.
const PICTURE: u32 = 1_920;

/// Most pixels along such a picture when lines are looked for: the card may take a half of it.
const PICTURE_SEEN: u32 = 960;

/// Longer by shorter side of what may be a card: ISO/IEC 7810 ID-1 has 1.586; the rest is perspective.
const SHAPE: RangeInclusive<f64> = 1.3..=1.95;

/// How much farther than its outline a card is looked at, as a share of half its sides: the rectangle around it is a little off.
const MARGIN: f64 = 0.04;

/// A picture to be read.
pub(super) struct Straight {
    pub(super) picture: RgbImage,
    /// Pixels of its longer side with which lines are looked for.
    pub(super) seen: u32,
}

/// The card, or the picture as it is where no card is found in it; never larger than it was.
pub(super) fn of(picture: &RgbImage) -> Straight {
    card(picture).unwrap_or_else(|| {
        let whole = shrunk(picture, PICTURE);
        // Lying on its side: a card is wider than high. Which way up it lies is found out by reading.
        let lies = whole.height() > whole.width();
        let picture = if lies { imageops::rotate90(&whole) } else { whole };
        Straight { picture, seen: PICTURE_SEEN }
    })
}

fn shrunk(picture: &RgbImage, longest: u32) -> RgbImage {
    let fitted = scale::fitted(picture.dimensions(), longest);
    if fitted.factor > 1.0 { scale::rgb(picture, fitted.width, fitted.height) } else { picture.clone() }
}

fn card(picture: &RgbImage) -> Option<Straight> {
    let corners = sheet_corners(picture)?;
    let length = |one: usize, other: usize| {
        let ((x, y), (to_x, to_y)) = (corners[one], corners[other]);
        (to_x - x).hypot(to_y - y)
    };
    let (along, across) = (length(0, 1), length(1, 2));
    if !SHAPE.contains(&(along / across)) {
        return None;
    }
    // Smaller by averaging first: the turning looks at four pixels for each new one only.
    let (width, height) = picture.dimensions();
    let longest = f64::from(width.max(height)) * f64::from(CARD) / along;
    let small = shrunk(picture, scale::pixels(longest));
    let factor = f64::from(small.width()) / f64::from(width);
    let middle = |axis: fn((f64, f64)) -> f64| corners.iter().map(|corner| axis(*corner)).sum::<f64>() / 4.0;
    let (x, y) = (middle(|(x, _)| x), middle(|(_, y)| y));
    let around = corners.map(|corner| {
        let out = |at: f64, middle: f64| (middle + (at - middle) * (1.0 + MARGIN)) * factor;
        (out(corner.0, x), out(corner.1, y))
    });
    let size = scale::fitted((scale::pixels(along * factor), scale::pixels(across * factor)), CARD);
    let picture = level(&small, around, (size.width, size.height))?;
    Some(Straight { picture, seen: CARD_SEEN })
}
