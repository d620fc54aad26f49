//! `MediaPipe`'s palm detector: whether a hand is to be seen.

#![expect(clippy::cast_precision_loss, reason = "sides in pixels are below 12,000")]

use crate::models::{self, HAND_SIDE};
use crate::pyramid::{Pyramid, Window};

/// How sure the detector is of the surest hand, 0 to 1. It looks at the whole picture: closer views of what is below a face
/// told hands from collars no better.
pub(crate) fn find(pyramid: &Pyramid<'_>) -> f64 {
    let [width, height] = pyramid.size();
    let window = Window {
        centre: [width / 2.0, height / 2.0],
        anchor: [HAND_SIDE as f32 / 2.0; 2],
        scale: [width.max(height) / HAND_SIDE as f32; 2],
        turn: 0.0,
    };
    let pixels = pyramid.view(window, (HAND_SIDE, HAND_SIDE), Some([0.0; 3]));
    let input: Vec<f32> = pixels.as_flattened().iter().map(|value| value / 255.0).collect();
    let surest = models::hands(input).unwrap_or_default().into_iter().fold(f32::MIN, f32::max);
    1.0 / (1.0 + f64::from(-surest.clamp(-80.0, 80.0)).exp())
}
