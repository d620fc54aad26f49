//! The background is plain, and the photo in colour.

#![expect(clippy::cast_precision_loss, reason = "counts of pixels are below 2^24")]

use crate::Rule;
use crate::face::portrait::mean;
use crate::models::PERSON_SIDE;
use crate::rules::{Report, Scene};
use crate::thresholds;

/// Doubts a busy background and a photo without colour.
pub(crate) struct Backdrop;

/// Less likely than this a part of the picture shows the person.
const NOT_PERSON: f32 = 0.1;

/// Rows around the head that are looked at, from the top: shoulders and what is beside them are left out.
const ROWS: usize = PERSON_SIDE * 80 / 100;

/// Least part of these rows that is background, for it to be judged.
const LEAST: f32 = 0.05;

impl Rule for Backdrop {
    fn name(&self) -> &'static str {
        "backdrop"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let Some(head) = &scene.sitting().head else { return };
        let colourful = mean(head.pixels.iter().map(|[r, g, b]| (r - g).abs() + (g - b).abs()));
        report.hold(self, ("photo.GREY", "backdrop.colour"), colourful.into(), thresholds::GREY, None);
        // why: the edge of the map is soft; a pixel counts when those around it are background too.
        let clear = |x: usize, y: usize| {
            (0..5).all(|n| head.share((x + 2 * n).saturating_sub(4).min(PERSON_SIDE - 1), y) < NOT_PERSON)
                && head.share(x, (y + 5).min(PERSON_SIDE - 1)) < NOT_PERSON
        };
        let pixels: Vec<[f32; 3]> = (0..ROWS)
            .flat_map(|y| (0..PERSON_SIDE).map(move |x| (x, y)))
            .filter(|&(x, y)| clear(x, y))
            .map(|(x, y)| head.pixels[y * PERSON_SIDE + x])
            .collect();
        if (pixels.len() as f32) < LEAST * (ROWS * PERSON_SIDE) as f32 {
            return;
        }
        let spread = (0..3)
            .map(|channel| {
                let average = mean(pixels.iter().map(|pixel| pixel[channel]));
                mean(pixels.iter().map(|pixel| (pixel[channel] - average).powi(2))).sqrt()
            })
            .fold(0.0, f32::max);
        report.hold(self, ("photo.BACKDROP", "backdrop.spread"), spread.into(), thresholds::BACKDROP, None);
    }
}
