//! 非正面: the face looks straight at the camera.

use crate::Rule;
use crate::rules::{Report, Scene};
use crate::thresholds;

/// Refuses a head that is turned, bent or tilted.
pub(crate) struct Frontal;

impl Rule for Frontal {
    fn name(&self) -> &'static str {
        "frontal"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let (Some(portrait), Some(found)) = (scene.portrait(), scene.sitting().faces.first()) else { return };
        let place = Some(found.place());
        let marks = &portrait.marks;
        report.measure("frontal.asymmetry", marks.asymmetry());
        report.hold(self, ("photo.TURNED", "frontal.yaw"), marks.yaw().abs(), thresholds::YAW, place);
        report.hold(self, ("photo.BENT", "frontal.pitch"), marks.pitch().abs(), thresholds::PITCH, place);
        report.hold(self, ("photo.TILTED", "frontal.roll"), marks.roll().abs(), thresholds::ROLL, place);
    }
}
