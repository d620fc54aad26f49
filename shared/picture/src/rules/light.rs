//! The face is lit well: neither dark nor burnt out, and from both sides alike.

use crate::Rule;
use crate::face::landmarks::CHEEKS;
use crate::face::portrait::{mean, quantile};
use crate::rules::{Report, Scene};
use crate::thresholds;

/// Doubts a face that is too dark, too bright or lit from one side.
pub(crate) struct Light;

impl Rule for Light {
    fn name(&self) -> &'static str {
        "light"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let (Some(portrait), Some(found)) = (scene.portrait(), scene.faces().first()) else { return };
        let place = Some(found.place());
        let mut luma: Vec<f32> = portrait.face().into_iter().map(|[x, y]| portrait.luma.at(x, y)).collect();
        let burnt = mean(luma.iter().map(|value| f32::from(u8::from(*value >= 250.0))));
        // why: the bright parts of a face, not their mean: dark skin is not darkness.
        let bright = f64::from(quantile(&mut luma, 0.95));
        report.hold(self, ("photo.DARK", "light.bright"), bright, thresholds::DARK, place);
        report.hold(self, ("photo.BRIGHT", "light.burnt"), burnt.into(), thresholds::BURNT, place);
        let cheek = |number: usize| {
            let [x, y] = portrait.pixel(CHEEKS[number]);
            mean(
                (-6..=6)
                    .flat_map(|dy| (-6..=6).map(move |dx| [dx, dy]))
                    .map(|[dx, dy]| portrait.luma.at(x + dx, y + dy)),
            )
        };
        let (left, right) = (cheek(0) + cheek(2) + 20.0, cheek(1) + cheek(3) + 20.0);
        let uneven = f64::from((left / right).ln().abs());
        report.hold(self, ("photo.UNEVEN", "light.uneven"), uneven, thresholds::UNEVEN, place);
    }
}
