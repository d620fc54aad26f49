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
        let (Some(portrait), Some(head)) = (scene.portrait(), &scene.sitting().head) else { return };
        let Some(probability) = learned::hat(&head.numbers) else { return };
        let place = portrait.head_place();
        report.hold(self, ("photo.HAT", "hat.probability"), probability, thresholds::HAT, Some(place));
    }
}
