//! 过暗: paper is not light, nor what lies around it. The covers of some certificates are dark, and so may a room be in which
//! somebody holds a card.

use domain::upload::Purpose;

use crate::rules::{Report, Rule, Scene};
use crate::thresholds::PAPER;

/// Holds the luma of paper, or of whatever is light in the picture, against what can be read.
pub(crate) struct Dark;

impl Rule for Dark {
    fn name(&self) -> &'static str {
        "dark"
    }

    fn applies_to(&self, purpose: Purpose) -> bool {
        purpose != Purpose::Photo
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let document = scene.document();
        let paper = match scene.purpose {
            Purpose::IdHolding => document.light.lightest,
            _ => document.light.paper.max(document.brightest),
        };
        report.hold(self, ("picture.TOO_DARK_TO_READ", "dark.paper"), paper, PAPER, None);
    }
}
