//! One person, and nobody else.

use domain::upload::Certainty;

use crate::Rule;
use crate::face::{Found, Landmarks};
use crate::rules::{Report, Scene};
use crate::thresholds;

/// Refuses a photo without a face, and one with several people.
pub(crate) struct Faces;

/// How many other faces are looked at from close by, the widest first.
const MOST_LOOKED_AT: usize = 3;

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
        let mut others: Vec<&Found> = faces.iter().skip(1).collect();
        others.sort_by(|one, two| two.size[0].total_cmp(&one.size[0]));
        let share = |other: &Found| f64::from(other.size[0] / first.size[0]);
        // why: the detector sees a face in some patterns as well. Nobody is refused for one that the mesh does not see.
        let confirmed = others.iter().take(MOST_LOOKED_AT).find(|other| {
            let refuses =
                matches!(thresholds::SECOND_FACE.judge(share(other)), Some((Certainty::Certain, _)));
            refuses
                && Landmarks::of(scene.pyramid(), other)
                    .is_some_and(|marks| marks.presence >= thresholds::SECOND_PRESENCE)
        });
        let second = confirmed.or(others.first());
        let bound = if confirmed.is_some() {
            thresholds::SECOND_FACE
        } else {
            thresholds::SECOND_FACE.only_doubtful()
        };
        let place = second.map(|second| second.place());
        let share = second.map_or(0.0, |second| share(second));
        report.hold(self, ("photo.SEVERAL_FACES", "faces.second"), share, bound, place);
    }
}
