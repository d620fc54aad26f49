//! 边缘缺失: the card or page runs over the picture's border.

use domain::upload::Purpose;

use super::is_document;
use crate::document::Form;
use crate::rules::{Report, Rule, Scene};
use crate::thresholds::{CARD, CUT_OFF};

/// Certain when a card has lost its shape. A page may run over the border as long as its text does not, which cannot be
/// told: so that is only doubtful.
pub(crate) struct Cut;

impl Rule for Cut {
    fn name(&self) -> &'static str {
        "cut"
    }

    fn applies_to(&self, purpose: Purpose) -> bool {
        is_document(purpose)
    }

    // why: the merger lays pages edge to edge, so that each of them touches the border.
    fn applies_to_merged(&self) -> bool {
        false
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let document = scene.document();
        let touching = document.sheet.map_or(0.0, |sheet| sheet.touching);
        let lost = document.sheet.is_some_and(|sheet| !CARD.contains(&sheet.aspect()));
        let bound = if document.form == Form::Card && lost { CUT_OFF } else { CUT_OFF.only_doubtful() };
        report.hold(self, ("picture.CUT_OFF", "cut.touching"), touching, bound, Some(document.place()));
    }
}
