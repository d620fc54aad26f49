//! An ID photo is upright: a landscape or square picture is a snapshot, or lies on its side.

use domain::upload::Certainty;

use crate::Rule;
use crate::rules::{Report, Scene};

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

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let ratio = f64::from(scene.picture.width()) / f64::from(scene.picture.height());
        report.measure("aspect.ratio", ratio);
        if !(LEAST..=MOST).contains(&ratio) {
            let measured = Some((ratio, ratio.clamp(LEAST, MOST)));
            report.find(self, Certainty::Doubtful, "picture.ASPECT", measured, None);
        }
    }
}
