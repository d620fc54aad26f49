//! 反光: light was reflected into the camera.

use domain::upload::Purpose;
use image::{GrayImage, Luma};
use imageproc::contrast::{ThresholdType, threshold};
use imageproc::region_labelling::{Connectivity, connected_components};

use super::is_document;
use crate::document::Form;
use crate::rules::{Report, Rule, Scene};
use crate::scale::{self, Fitted};
use crate::thresholds::{BLOWN, GLARE, WHITE_PAPER};

/// Longest side that is looked at.
const SIDE: u32 = 480;

/// Holds the largest blown patch against the card or page. A page is never refused for it: paper that a window lights from
/// one side is blown as well.
pub(crate) struct Glare;

impl Rule for Glare {
    fn name(&self) -> &'static str {
        "glare"
    }

    fn applies_to(&self, purpose: Purpose) -> bool {
        is_document(purpose)
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let document = scene.document();
        let Fitted { width, height, factor } = scale::fitted(document.luma.dimensions(), SIDE);
        let small = scale::grey(&document.luma, width, height);
        let (pixels, [left, top, right, bottom]) = largest_blown(&small);
        let share = f64::from(pixels) / (f64::from(small.width()) * f64::from(small.height())).max(1.0);
        if document.light.median >= WHITE_PAPER {
            report.measure("glare.share", share);
            return;
        }
        let bound = if document.form == Form::Card { GLARE } else { GLARE.only_doubtful() };
        let [x, y, ..] = document.place();
        let side = |from: u32, to: u32| f64::from((to + 1).saturating_sub(from)) * factor;
        let place =
            [x + f64::from(left) * factor, y + f64::from(top) * factor, side(left, right), side(top, bottom)];
        report.hold(self, ("picture.GLARE", "glare.share"), share, bound, Some(place));
    }
}

/// Pixels of the largest connected blown patch, and its left, top, right and bottom pixels.
fn largest_blown(small: &GrayImage) -> (u32, [u32; 4]) {
    let blown = threshold(small, BLOWN - 1, ThresholdType::Binary);
    let labels = connected_components(&blown, Connectivity::Four, Luma([0]));
    let mut patches: Vec<(u32, [u32; 4])> = Vec::new();
    for (x, y, Luma([label])) in labels.enumerate_pixels() {
        let Some(at) = label.checked_sub(1) else { continue };
        let at = at as usize;
        if patches.len() <= at {
            patches.resize(at + 1, (0, [x, y, x, y]));
        }
        let (pixels, [left, top, right, bottom]) = &mut patches[at];
        *pixels += 1;
        (*left, *right, *bottom) = ((*left).min(x), (*right).max(x), y);
        *top = (*top).min(y);
    }
    patches.into_iter().max().unwrap_or_default()
}
