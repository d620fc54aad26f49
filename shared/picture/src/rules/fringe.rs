//! 刘海遮眉: no hair over the eyebrows.

use crate::Rule;
use crate::learned;
use crate::rules::{Report, Scene};
use crate::thresholds;

/// Refuses a photo in which hair hangs over an eyebrow.
pub(crate) struct Fringe;

impl Rule for Fringe {
    fn name(&self) -> &'static str {
        "fringe"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let Some(portrait) = scene.portrait() else { return };
        let place = learned::FRINGE.grid.place(portrait);
        let probability = learned::FRINGE.probability(portrait);
        report.hold(
            self,
            ("photo.FRINGE", "fringe.probability"),
            probability,
            thresholds::FRINGE,
            Some(place),
        );
    }
}
