//! The face is large enough and in the middle.

use crate::Rule;
use crate::face::landmarks::{CHIN, TOP, distance};
use crate::rules::{Report, Scene};
use crate::thresholds;

/// Refuses a face that is too small, and doubts one that is too large or aside.
pub(crate) struct Framing;

impl Rule for Framing {
    fn name(&self) -> &'static str {
        "framing"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let (Some(portrait), Some(found)) = (scene.portrait(), scene.faces().first()) else { return };
        let place = Some(found.place());
        let marks = &portrait.marks;
        #[expect(clippy::cast_precision_loss, reason = "sides are below 12,000")]
        let [width, height] = [scene.picture.width() as f32, scene.picture.height() as f32];
        let face = f64::from(distance(marks.at(TOP), marks.at(CHIN)) / height);
        report.hold(self, ("photo.FAR", "framing.face"), face, thresholds::FAR, place);
        report.hold(self, ("photo.NEAR", "framing.near"), face, thresholds::NEAR, place);
        let aside = f64::from((portrait.window.centre[0] / width - 0.5).abs());
        report.hold(self, ("photo.OFF_CENTRE", "framing.aside"), aside, thresholds::ASIDE, place);
    }
}
