//! A picture of nothing: a covered lens, an empty scan, an export that failed.

use domain::upload::{Certainty, Purpose};

use crate::Rule;
use crate::pixels::luma;
use crate::rules::{Report, Scene};

/// Least standard deviation of luma, of 255. White paper with one printed line is above 10; sensor noise
/// in the dark is about 2.
const LEAST_DEVIATION: f64 = 3.0;

/// Pixels that are enough to tell, in large pictures.
const ENOUGH: usize = 200_000;

/// Certain when a picture shows nothing.
pub(crate) struct Blank;

impl Rule for Blank {
    fn name(&self) -> &'static str {
        "blank"
    }

    fn applies_to(&self, _: Purpose) -> bool {
        true
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let pixels = scene.picture.pixels().as_raw().chunks_exact(3);
        // why: a part of the pixels, spread over all rows, tells as much as all of them. The steps are taken before anything is
        // reckoned: an iterator that reckons does so for what it steps over as well.
        let step = (pixels.len() / ENOUGH).max(1) | 1;
        let lumas = pixels.step_by(step).map(|rgb| luma([rgb[0], rgb[1], rgb[2]]));
        let (sum, squares, count) = lumas.fold((0.0, 0.0, 0.0), |(sum, squares, count), luma| {
            (sum + luma, squares + luma * luma, count + 1.0)
        });
        let mean = sum / count;
        let deviation = (squares / count - mean * mean).max(0.0).sqrt();
        report.measure("blank.deviation", deviation);
        if deviation < LEAST_DEVIATION {
            let measured = Some((deviation, LEAST_DEVIATION));
            report.find(self, Certainty::Certain, "picture.BLANK", measured, None);
        }
    }
}
