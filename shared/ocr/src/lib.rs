//! Reads text: a picture in, [`Line`]s out; and what the sides of an identity card say ([`card`]).
//!
//! | step | what | where |
//! |---|---|---|
//! | detect | likelihood of text for each pixel, pieces of it, rectangles around them | `detect` |
//! | turn | the direction of most lines; upside down if they read better so | here |
//! | recognise | each line level and 48 pixels high, characters and how sure each is | `recognise` |
//!
//! Pictures are hostile until shown otherwise: whatever they hold, the work is bounded (the sides that are looked at, the number of
//! lines, their lengths) and nothing panics. What is read is nobody's decision: see [`domain::evidence`].
//!
//! No AWS, no clock, no threads, no files.

mod alphabet;
pub mod card;
mod detect;
mod level;
mod line;
mod network;
mod place;
mod recognise;

use image::RgbImage;

pub use crate::alphabet::knows;
pub use crate::line::{Character, Gaps, Line};
pub use crate::place::Place;

/// Lines whose confidences say whether a picture lies upside down.
const ASKED: usize = 3;

/// The mean confidence from which lines are upright without a look at them upside down. Turned text reads as other characters, of
/// which the network is less sure.
const UPRIGHT: f32 = 0.85;

/// The most that is read, in pixels across all lines when they are 48 pixels high. A card has 4,000; whoever sends a page full of
/// text gets its longest lines read, in about two seconds of one core.
const MOST: u32 = 12_000;

/// The lines of a picture, the longest first, in the direction of reading; it is looked at with at most `longest` pixels on its
/// longer side, and each line by itself as large as it is.
pub fn lines(picture: &RgbImage, longest: u32) -> Vec<Line> {
    let places = detect::lines(picture, longest);
    let direction = place::direction(&places);
    let mut cost = 0;
    let affordable = places.into_iter().take_while(|place| {
        cost += recognise::cost(place);
        cost <= MOST
    });
    let upright: Vec<Place> = affordable.map(|place| place.read_along(direction)).collect();
    let (asked, others) = upright.split_at(ASKED.min(upright.len()));
    let first = read(picture, asked);
    if sure(&first) >= UPRIGHT {
        return first.into_iter().chain(read(picture, others)).collect();
    }
    let opposite = (-direction.0, -direction.1);
    let turned = |places: &[Place]| places.iter().map(|place| place.read_along(opposite)).collect::<Vec<_>>();
    let second = read(picture, &turned(asked));
    if sure(&second) > sure(&first) {
        second.into_iter().chain(read(picture, &turned(others))).collect()
    } else {
        first.into_iter().chain(read(picture, others)).collect()
    }
}

fn read(picture: &RgbImage, places: &[Place]) -> Vec<Line> {
    places.iter().filter_map(|place| recognise::line(picture, *place)).collect()
}

/// How sure the network is of some lines together.
fn sure(lines: &[Line]) -> f32 {
    line::mean(lines.iter().map(Line::confidence))
}
