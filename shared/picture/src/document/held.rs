//! A card that somebody holds: a shape like a card's, of a size that fits the face.
//!
//! What is behind the card can be anything, and fingers lie over its edges. So the surroundings of the face are parted into
//! light and dark at several levels, in luma and in both colour differences; whatever piece has a card's proportions and
//! straight sides may be it.

use image::{GrayImage, Luma, RgbImage, imageops};
use imageproc::contrast::{ThresholdType, threshold};

use super::opponent;
use super::outline::outlines;
use crate::face::Found;
use crate::scale::{self, Fitted};
use crate::thresholds::{CARD, HELD_CARD};

use super::percentiles;

/// Longest side that is looked at.
const LONGEST: u32 = 300;

/// Shares of the pixels that are darker than the levels.
const LEVELS: [u64; 13] = [10, 20, 30, 40, 50, 60, 65, 70, 75, 80, 85, 90, 95];

/// Least share of its outline that a card covers, beside fingers and what is printed on it.
const LEAST_SOLID: f64 = 0.76;

/// Least share of the smallest rectangle that it fills.
const LEAST_FILL: f64 = 0.85;

/// Left, top, width and height of what may be a card, in pixels; where there is no face there is no scale to look at.
pub(crate) fn find(pixels: &RgbImage, face: Option<&Found>) -> Option<[f64; 4]> {
    let face = face?;
    let [width, height] = face.size.map(f64::from);
    let [x, y] = face.centre.map(f64::from);
    let within = |at: f64, most: u32| scale::pixels(at.clamp(0.0, f64::from(most) - 1.0) + 1.0) - 1;
    let (left, top) = (within(x - 3.0 * width, pixels.width()), within(y - height, pixels.height()));
    let (right, bottom) =
        (within(x + 3.0 * width, pixels.width()), within(y + 4.5 * height, pixels.height()));
    let crop = imageops::crop_imm(pixels, left, top, right - left + 1, bottom - top + 1).to_image();
    let Fitted { width: across, height: down, factor } = scale::fitted(crop.dimensions(), LONGEST);
    let small = imageops::thumbnail(&crop, across, down);
    let [least, most] = HELD_CARD.map(|share| share * width / factor);
    for channel in 0..3 {
        let grey = GrayImage::from_fn(small.width(), small.height(), |x, y| {
            let value = opponent(small.get_pixel(x, y).0)[channel];
            Luma([u8::try_from(if channel == 0 { value } else { 128 + value / 2 }).unwrap_or(0)])
        });
        let mut levels = percentiles(grey.iter().copied(), LEVELS).to_vec();
        levels.dedup();
        for level in levels {
            for way in [ThresholdType::Binary, ThresholdType::BinaryInverted] {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a level of 8 bits"
                )]
                let white = threshold(&grey, level as u8, way);
                let card = outlines(&white, least * 2.0).find(|piece| {
                    (least..=most).contains(&piece.length())
                        && CARD.contains(&piece.aspect())
                        && piece.fill() >= LEAST_FILL
                        && piece.solid() >= LEAST_SOLID
                });
                if let Some(card) = card {
                    let [x, y, across, down] = card.bounds().map(|value| value * factor);
                    return Some([x + f64::from(left), y + f64::from(top), across, down]);
                }
            }
        }
    }
    None
}
