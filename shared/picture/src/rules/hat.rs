//! 戴帽子: nothing on the head.

use crate::Rule;
use crate::learned;
use crate::rules::{Report, Scene};
use crate::thresholds;

/// Refuses a photo with a hat, a hood or a scarf on the head.
pub(crate) struct Hat;

impl Rule for Hat {
    fn name(&self) -> &'static str {
        "hat"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let Some(portrait) = scene.portrait() else { return };
        let place = learned::HAT.grid.place(portrait);
        let probability = learned::HAT.probability(portrait);
        report.hold(self, ("photo.HAT", "hat.probability"), probability, thresholds::HAT, Some(place));
    }
}
