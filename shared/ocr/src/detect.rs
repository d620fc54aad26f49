//! Where lines of text are.
//!
//! The network says of each pixel how likely it belongs to the inner part of a line. Pieces of such pixels become rectangles, which
//! are widened again by what the network was taught to leave out.

use image::{GrayImage, Luma, RgbImage};
use picture::{Outline, outlines, scale};
use rten_tensor::prelude::*;

use crate::network::DETECTION;
use crate::place::Place;

/// The network halves the picture five times.
const MULTIPLE: u32 = 32;

/// Least likelihood of a pixel within a line, of 255; PP-OCR's 0.3.
const LEAST_PIXEL: u8 = 77;

/// Least mean likelihood of a line, of 255; PP-OCR's 0.5.
const LEAST_LINE: f64 = 127.0;

/// How much of its area a line was shrunk by to get its inner part, in perimeters; PP-OCR's 1.6.
const WIDENING: f64 = 1.6;

/// Fewest pixels across the inner part of a line; PP-OCR's 3.
const LEAST_HEIGHT: f64 = 3.0;

/// Most lines of a picture. A card has about a dozen; nobody waits for a page full of letters.
const MOST_LINES: usize = 40;

/// The places of lines, the longest first, in pixels of the picture, which is looked at with at most `longest` pixels on its longer
/// side. Which end of a line is its beginning is left open.
pub(crate) fn lines(picture: &RgbImage, longest: u32) -> Vec<Place> {
    let fitted = scale::fitted(picture.dimensions(), longest);
    let round = |side: u32| ((side + MULTIPLE / 2) / MULTIPLE).max(1) * MULTIPLE;
    let (width, height) = (round(fitted.width), round(fitted.height));
    let Some(likely) = likelihood(&scale::rgb(picture, width, height)) else { return Vec::new() };
    let white = GrayImage::from_fn(width, height, |x, y| {
        Luma([if likely.get_pixel(x, y).0[0] > LEAST_PIXEL { u8::MAX } else { 0 }])
    });
    let ratio = |of: u32, to: u32| f64::from(of) / f64::from(to);
    let factors = (ratio(picture.width(), width), ratio(picture.height(), height));
    let found = outlines(&white, 0.0).filter_map(|piece| place(&piece, &likely));
    let mut places: Vec<Place> = found.map(|place| place.scaled(factors)).collect();
    places.sort_by(|one, other| other.length().total_cmp(&one.length()));
    places.truncate(MOST_LINES);
    places
}

/// How likely each pixel belongs to the inner part of a line, of 255.
fn likelihood(picture: &RgbImage) -> Option<GrayImage> {
    let shares = DETECTION.run(picture, 0)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 8 bits")]
    let values = shares.iter().map(|share| (share * 255.0).round().clamp(0.0, 255.0) as u8).collect();
    GrayImage::from_raw(picture.width(), picture.height(), values)
}

/// The line whose inner part is a piece, if it is one.
fn place(piece: &Outline, likely: &GrayImage) -> Option<Place> {
    let inner = Place { centre: piece.centre, along: piece.along, across: piece.across };
    if inner.height() < LEAST_HEIGHT || mean(&inner, likely) < LEAST_LINE {
        return None;
    }
    let (area, perimeter) = (inner.length() * inner.height(), 2.0 * (inner.length() + inner.height()));
    Some(inner.widened(area * WIDENING / perimeter))
}

/// The mean over a rectangle, from a point in about every pixel of it.
fn mean(place: &Place, likely: &GrayImage) -> f64 {
    let (across, down) = (scale::pixels(place.length()), scale::pixels(place.height()));
    let share = |at: u32, of: u32| (f64::from(at) + 0.5) / f64::from(of) * 2.0 - 1.0;
    let inside = |at: f64, side: u32| scale::pixels(at + 0.5).min(side) - 1;
    let mut sum = 0_u64;
    for row in 0..down {
        for column in 0..across {
            let (x, y) = place.at(share(column, across), share(row, down));
            sum += u64::from(likely.get_pixel(inside(x, likely.width()), inside(y, likely.height())).0[0]);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "at most 255 times the pixels of a small picture")]
    let sum = sum as f64;
    sum / f64::from(across * down)
}
