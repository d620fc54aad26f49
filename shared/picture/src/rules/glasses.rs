//! 戴眼镜: no glasses, with rims or without, clear or dark.

use crate::Rule;
use crate::learned;
use crate::rules::{Report, Scene};
use crate::thresholds;

/// Refuses a photo with glasses.
pub(crate) struct Glasses;

impl Rule for Glasses {
    fn name(&self) -> &'static str {
        "glasses"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let Some(portrait) = scene.portrait() else { return };
        let place = learned::GLASSES.grid.place(portrait);
        let probability = learned::GLASSES.probability(portrait);
        report.hold(
            self,
            ("photo.GLASSES", "glasses.probability"),
            probability,
            thresholds::GLASSES,
            Some(place),
        );
    }
}
