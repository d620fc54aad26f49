//! A picture of nothing: a covered lens, an empty scan, an export that failed.

use domain::upload::{Certainty, Finding, Purpose};

use crate::{Picture, Rule};

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

    fn examine(&self, picture: &Picture) -> Vec<Finding> {
        let count = f64::from(picture.width()) * f64::from(picture.height());
        let (sum, squares) =
            picture.luma().fold((0.0, 0.0), |(sum, squares), luma| (sum + luma, squares + luma * luma));
        let mean = sum / count;
        let deviation = (squares / count - mean * mean).max(0.0).sqrt();
        if deviation >= LEAST_DEVIATION {
            return Vec::new();
        }
        vec![Finding {
            rule: self.name().to_owned(),
            certainty: Certainty::Certain,
            code: "picture.BLANK".to_owned(),
            value: Some(deviation),
            threshold: Some(LEAST_DEVIATION),
            place: None,
        }]
    }
}
