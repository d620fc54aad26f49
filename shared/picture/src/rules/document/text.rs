//! 文字过小: the text has too few pixels.

use domain::upload::Purpose;

use super::is_document;
use crate::document::Form;
use crate::rules::{Report, Rule, Scene};
use crate::thresholds::{ENOUGH_TEXT, TEXT};

/// Holds the height of a line of text against what can be read.
pub(crate) struct Text;

impl Rule for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn applies_to(&self, purpose: Purpose) -> bool {
        is_document(purpose)
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let document = scene.document();
        let Some(text) = document.text() else { return };
        let code = match document.form {
            Form::Card => "picture.CARD_TOO_SMALL",
            Form::Page => "picture.TEXT_TOO_SMALL",
        };
        // Grain and cloth may be taken for a little text; nobody is refused for that.
        let is_card = document.form == Form::Card && document.sheet.is_some();
        let is_text = is_card || text.pieces >= ENOUGH_TEXT;
        let bound = if is_text { TEXT } else { TEXT.only_doubtful() };
        report.hold(self, (code, "text.height"), text.height, bound, Some(document.place()));
    }
}
