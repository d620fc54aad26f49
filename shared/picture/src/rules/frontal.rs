//! 非正面: the face looks straight at the camera.

use crate::Rule;
use crate::face::portrait::mean;
use crate::rules::{Report, Scene};
use crate::thresholds;

/// Degrees of a turn at which the nose would be over the edge of the face, for small turns.
const FULL_TURN: f64 = 40.0;

/// Refuses a head that is turned, bent or tilted.
pub(crate) struct Frontal;

impl Rule for Frontal {
    fn name(&self) -> &'static str {
        "frontal"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let (Some(portrait), Some(found)) = (scene.portrait(), scene.faces().first()) else { return };
        let place = Some(found.place());
        let marks = &portrait.marks;
        // Depth and outline say the same in different ways; their mean is steadier than either.
        let turned = f64::midpoint(marks.yaw().abs(), FULL_TURN * marks.asymmetry().abs());
        report.measure("frontal.yaw", marks.yaw());
        report.measure("frontal.asymmetry", marks.asymmetry());
        report.hold(self, ("photo.TURNED", "frontal.turned"), turned, thresholds::TURNED, place);
        report.hold(self, ("photo.BENT", "frontal.pitch"), marks.pitch().abs(), thresholds::PITCH, place);
        report.hold(self, ("photo.TILTED", "frontal.roll"), marks.roll().abs(), thresholds::ROLL, place);
        // why: half a face is no front, however straight it looks.
        #[expect(clippy::cast_precision_loss, reason = "sides are below 12,000")]
        let [width, height] = [scene.picture.width() as f32, scene.picture.height() as f32];
        let outside = |[x, y]: [f32; 2]| !(0.0..width).contains(&x) || !(0.0..height).contains(&y);
        let cut = mean(marks.all().map(|point| f32::from(u8::from(outside(point)))));
        report.hold(self, ("photo.CUT", "frontal.cut"), cut.into(), thresholds::CUT, place);
    }
}
