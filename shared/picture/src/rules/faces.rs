//! One person, and nobody else.

use domain::upload::Certainty;

use crate::Rule;
use crate::rules::{Report, Scene};
use crate::thresholds;

/// Refuses a photo without a face, and one with several people.
pub(crate) struct Faces;

impl Rule for Faces {
    fn name(&self) -> &'static str {
        "faces"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let faces = scene.faces();
        let (Some(first), Some(portrait)) = (faces.first(), scene.portrait()) else {
            report.find(self, Certainty::Certain, "photo.NO_FACE", None, None);
            return;
        };
        report.measure("faces.score", first.score);
        let presence = ("photo.NO_FACE", "faces.presence");
        report.hold(self, presence, portrait.marks.presence, thresholds::PRESENCE, Some(first.place()));
        // why: a face on a poster far behind is no second person.
        let second = faces.iter().skip(1).max_by(|one, two| one.size[0].total_cmp(&two.size[0]));
        let share = second.map_or(0.0, |second| f64::from(second.size[0] / first.size[0]));
        let place = second.map(super::super::face::Found::place);
        report.hold(self, ("photo.SEVERAL_FACES", "faces.second"), share, thresholds::SECOND_FACE, place);
    }
}
