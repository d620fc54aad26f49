//! 未见证件: something of a card's shape on a table, or a picture of that shape with text in it.

use domain::upload::{Certainty, Purpose};

use super::is_card;
use crate::rules::{Report, Rule, Scene};
use crate::thresholds::{CARD, CARD_ALONE, CUT_OFF};

/// Doubtful when no card is seen: passports and permits have other shapes.
pub(crate) struct Card;

impl Rule for Card {
    fn name(&self) -> &'static str {
        "card"
    }

    fn applies_to(&self, purpose: Purpose) -> bool {
        is_card(purpose)
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let document = scene.document();
        let (long, short) = (
            scene.picture.width().max(scene.picture.height()),
            scene.picture.width().min(scene.picture.height()),
        );
        let (aspect, shape) = match &document.sheet {
            Some(sheet) => (sheet.aspect(), CARD),
            None => (f64::from(long) / f64::from(short.max(1)), CARD_ALONE),
        };
        report.measure("card.aspect", aspect);
        let nothing = document.sheet.is_none() && document.text().is_none();
        // What runs over the border has another shape; that is for another rule to say.
        let cut = document.sheet.is_some_and(|sheet| CUT_OFF.judge(sheet.touching).is_some());
        if nothing || (!cut && !shape.contains(&aspect)) {
            let nearest = aspect.clamp(*shape.start(), *shape.end());
            report.find(self, Certainty::Doubtful, "picture.CARD_NOT_FOUND", Some((aspect, nearest)), None);
        }
    }
}
