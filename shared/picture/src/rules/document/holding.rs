//! 手持证件: a face, a hand and a card.

use domain::upload::{Certainty, Purpose};

use crate::document::held;
use crate::hand;
use crate::rules::{Report, Rule, Scene};
use crate::thresholds::HAND;

/// Certain when there is nothing of the three; doubtful when one is not seen: it may be small, or turned away.
pub(crate) struct Holding;

impl Rule for Holding {
    fn name(&self) -> &'static str {
        "holding"
    }

    fn applies_to(&self, purpose: Purpose) -> bool {
        purpose == Purpose::IdHolding
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let face = scene.faces().first();
        let hand = hand::find(scene.pyramid());
        let card = held::find(scene.picture.pixels(), face);
        report.measure("holding.faces", u32::try_from(scene.faces().len()).unwrap_or(u32::MAX));
        report.measure("holding.hand", hand);
        report.measure("holding.card", u8::from(card.is_some()));
        let no_hand = HAND.judge(hand).map(|(_, threshold)| (hand, threshold));
        let lacks = [
            (face.is_none(), "picture.NO_FACE_BESIDE_CARD", None),
            (no_hand.is_some(), "picture.NO_HAND", no_hand),
            (card.is_none(), "picture.NO_CARD_IN_HAND", None),
        ];
        let all = lacks.iter().all(|(lacks, ..)| *lacks);
        let certainty = if all { Certainty::Certain } else { Certainty::Doubtful };
        for (_, code, measured) in lacks.into_iter().filter(|(lacks, ..)| *lacks) {
            report.find(self, certainty, code, measured, None);
        }
    }
}
