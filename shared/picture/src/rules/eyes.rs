//! Both eyes are open.

use crate::Rule;
use crate::rules::{Report, Scene};
use crate::thresholds;

/// Doubtful when an eye seems closed.
pub(crate) struct Eyes;

impl Rule for Eyes {
    fn name(&self) -> &'static str {
        "eyes"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let (Some(portrait), Some(found)) = (scene.portrait(), scene.faces().first()) else { return };
        let [left, right] = portrait.marks.openness();
        let place = Some(found.place());
        report.hold(self, ("photo.EYES", "eyes.open"), left.min(right), thresholds::EYES_OPEN, place);
    }
}
