//! 正反面: the portrait side and the emblem side of a card, told apart by what is where.

use domain::upload::{Certainty, Purpose};

use super::is_card;
use crate::document::Sheet;
use crate::rules::{Report, Rule, Scene};
use crate::thresholds::{EMBLEM, PORTRAIT};
use crate::{Picture, scale};

/// Points across and down that are looked at in a part of the card.
const STEPS: u8 = 24;

/// Doubtful when it is not the side that it is said to be. Never more: the rule knows one layout only, that of the resident
/// identity card, and a passport or residence permit has others.
pub(crate) struct Side;

impl Rule for Side {
    fn name(&self) -> &'static str {
        "side"
    }

    fn applies_to(&self, purpose: Purpose) -> bool {
        is_card(purpose)
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let (picture, document) = (scene.picture, scene.document());
        let sheet = document.sheet.unwrap_or_else(|| Sheet::whole(picture.width(), picture.height()));
        // The card may lie upside down.
        let ways = [1.0, -1.0].map(|way| layout(picture, &sheet, way, document.light.paper));
        let [emblem, portrait] =
            ways.iter().fold([0.0_f64; 2], |[red, dark], way| [red.max(way[0]), dark.max(way[1])]);
        report.measure("side.emblem", emblem);
        report.measure("side.portrait", portrait);
        // A red coat upside down is where an emblem would be: so it counts whether there is a portrait as well.
        let (has_emblem, has_portrait) = (emblem >= EMBLEM, portrait >= PORTRAIT);
        let (code, measured) = match scene.purpose {
            Purpose::IdFront if has_emblem && !has_portrait => {
                ("picture.NOT_PORTRAIT_SIDE", (portrait, PORTRAIT))
            }
            Purpose::IdBack if !has_emblem || has_portrait => ("picture.NOT_EMBLEM_SIDE", (emblem, EMBLEM)),
            _ => return,
        };
        report.find(self, Certainty::Doubtful, code, Some(measured), Some(document.place()));
    }
}

/// Shares of red where the emblem would be and of dark where the portrait would be, if the card's top were upwards
/// (`way` 1) or downwards (-1).
fn layout(picture: &Picture, sheet: &Sheet, way: f64, paper: f64) -> [f64; 2] {
    let share = |u: [f64; 2], v: [f64; 2], is: &dyn Fn([f64; 3]) -> bool| {
        let part =
            |[from, to]: [f64; 2], step: u8| from + (to - from) * f64::from(step) / f64::from(STEPS - 1);
        let points = (0..STEPS).flat_map(|i| (0..STEPS).map(move |j| (part(u, i), part(v, j))));
        let hits = points.filter(|(u, v)| {
            let (x, y) = sheet.at(way * u, way * v);
            let inside = |at: f64, side: u32| scale::pixels(at.max(1.0)).min(side) - 1;
            let pixel = picture.pixels().get_pixel(inside(x, picture.width()), inside(y, picture.height()));
            is(pixel.0.map(f64::from))
        });
        f64::from(u32::try_from(hits.count()).unwrap_or(u32::MAX)) / f64::from(STEPS).powi(2)
    };
    let red = |[r, g, b]: [f64; 3]| r > g * 1.6 && r > b * 1.6 && r > 0.3 * paper;
    // Dark in each colour: red ink of the same luma is none of it.
    let dark = |[r, g, b]: [f64; 3]| r.max(g).max(b) < 0.5 * paper;
    [share([-0.95, -0.45], [-0.9, -0.1], &red), share([0.42, 0.88], [-0.6, 0.45], &dark)]
}
