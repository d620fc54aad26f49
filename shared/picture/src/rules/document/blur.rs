//! 文字模糊: the strokes have no edges.

use domain::upload::Purpose;

use super::is_document;
use crate::rules::{Report, Rule, Scene};
use crate::thresholds::STROKES;

/// Holds the width of edges against the height of the text.
pub(crate) struct Blur;

impl Rule for Blur {
    fn name(&self) -> &'static str {
        "blur"
    }

    fn applies_to(&self, purpose: Purpose) -> bool {
        is_document(purpose)
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let document = scene.document();
        let Some(width) = document.edge_width() else { return };
        report.measure("blur.edge", width);
        let (line, is_known) = document.line();
        // Where the height of text is a guess, nobody is refused for it.
        let bound = if is_known { STROKES } else { STROKES.only_doubtful() };
        report.hold(
            self,
            ("picture.BLURRED_TEXT", "blur.share"),
            width / line,
            bound,
            Some(document.place()),
        );
    }
}
