//! An ID photo is upright: a landscape or square picture is a snapshot, or lies on its side.

use domain::upload::{Certainty, Finding, Purpose};

use crate::{Picture, Rule};

/// Least width as a share of the height. Common ID formats lie between 0.66 (22 × 32 mm is 0.69, 2 × 3 is
/// 0.67) and 0.8; the asked-for 295 × 413 is 0.71. The margin on both sides is ours.
const LEAST: f64 = 0.60;

/// Most width as a share of the height.
const MOST: f64 = 0.85;

/// Doubtful when a photo's shape is not that of an ID photo.
pub(crate) struct Aspect;

impl Rule for Aspect {
    fn name(&self) -> &'static str {
        "aspect"
    }

    fn applies_to(&self, purpose: Purpose) -> bool {
        purpose == Purpose::Photo
    }

    fn examine(&self, picture: &Picture) -> Vec<Finding> {
        let ratio = f64::from(picture.width()) / f64::from(picture.height());
        if (LEAST..=MOST).contains(&ratio) {
            return Vec::new();
        }
        vec![Finding {
            rule: self.name().to_owned(),
            certainty: Certainty::Doubtful,
            code: "picture.ASPECT".to_owned(),
            value: Some(ratio),
            threshold: Some(ratio.clamp(LEAST, MOST)),
            place: None,
        }]
    }
}
