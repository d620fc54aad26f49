//! A picture of nothing: a covered lens, an empty scan, an export that failed.

use domain::upload::{Certainty, Purpose};

use crate::Rule;
use crate::rules::{Report, Scene};

/// Least standard deviation of luma, of 255. White paper with one printed line is above 10; sensor noise
/// in the dark is about 2.
const LEAST_DEVIATION: f64 = 3.0;

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
        let picture = scene.picture;
        let count = f64::from(picture.width()) * f64::from(picture.height());
        let (sum, squares) =
            picture.luma().fold((0.0, 0.0), |(sum, squares), luma| (sum + luma, squares + luma * luma));
        let mean = sum / count;
        let deviation = (squares / count - mean * mean).max(0.0).sqrt();
        report.measure("blank.deviation", deviation);
        if deviation < LEAST_DEVIATION {
            let measured = Some((deviation, LEAST_DEVIATION));
            report.find(self, Certainty::Certain, "picture.BLANK", measured, None);
        }
    }
}
