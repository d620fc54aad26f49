//! What a line says.
//!
//! The network tells for each of many narrow steps along a line how likely each character, or none, is there (CTC). Of equal
//! characters in a row one is meant; where the same character stands twice, a step of none lies between.

use image::RgbImage;
use picture::scale;
use rten_tensor::prelude::*;

use crate::alphabet;
use crate::level::level;
use crate::line::{Character, Gaps, Line};
use crate::network::RECOGNITION;
use crate::place::Place;

/// Pixels down a strip.
const HEIGHT: u32 = 48;

/// Fewest pixels across what the network looks at; shorter strips are filled up. It was taught with 320; with 176 it reads the cards
/// of `bench/cards` as well and a third faster, with 96 worse.
const LEAST_WIDTH: u32 = 176;

/// Most pixels across a strip: about 60 characters, more than any line of a card has.
const MOST_WIDTH: u32 = 2_400;

/// What the line at a place says; `None` where the place is no strip of the picture, or the network fails.
pub(crate) fn line(picture: &RgbImage, place: Place) -> Option<Line> {
    let strip = level(picture, place.corners(), (width(&place), HEIGHT))?;
    let padding = LEAST_WIDTH.saturating_sub(strip.width());
    let steps = RECOGNITION.run(&strip, padding)?;
    let shape = steps.shape();
    let (count, width) = (*shape.get(1)?, *shape.get(2)?);
    if width != alphabet::outputs() {
        return None;
    }
    let values = steps.to_vec();
    let mut characters: Vec<Character> = Vec::new();
    let mut last = 0;
    let whole = f64::from(strip.width() + padding) / f64::from(strip.width());
    for (step, likely) in values.chunks_exact(width).enumerate() {
        let (output, certainty) = most(likely);
        #[expect(clippy::cast_precision_loss, reason = "steps of a strip")]
        let at = (step as f64 + 0.5) / count as f64 * whole;
        match (alphabet::character(output), characters.last_mut()) {
            (Some(_), Some(character)) if output == last => {
                if certainty > character.confidence {
                    character.confidence = certainty;
                    character.digits = digits(likely);
                }
            }
            (Some(value), _) => {
                let (gaps, digits) = (Gaps::default(), digits(likely));
                characters.push(Character { value, confidence: certainty, at, gaps, digits });
            }
            (None, _) => {}
        }
        last = output;
    }
    Some(Line::new(place, characters))
}

/// The most likely output of a step.
fn most(likely: &[f32]) -> (usize, f32) {
    let best = likely.iter().copied().enumerate().max_by(|one, other| one.1.total_cmp(&other.1));
    best.unwrap_or((0, 0.0))
}

/// The two likeliest digits of a step, with `X` as one of them.
fn digits(likely: &[f32]) -> [(char, f32); 2] {
    let mut best = [('0', 0.0); 2];
    for (index, digit) in alphabet::digits() {
        let share = likely.get(*index).copied().unwrap_or_default();
        if share > best[0].1 {
            best = [(*digit, share), best[0]];
        } else if share > best[1].1 {
            best[1] = (*digit, share);
        }
    }
    best
}

/// Pixels across the strip of a line.
fn width(place: &Place) -> u32 {
    scale::pixels(place.length() * f64::from(HEIGHT) / place.height().max(1.0)).min(MOST_WIDTH)
}

/// What reading the line costs, in pixels across all strips.
pub(crate) fn cost(place: &Place) -> u32 {
    width(place).max(LEAST_WIDTH)
}
