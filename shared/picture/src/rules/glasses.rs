//! 戴眼镜: no glasses.

#![expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "coordinates of a portrait are below 400")]

use crate::Rule;
use crate::face::Portrait;
use crate::face::landmarks::{EYES, EYE_CORNERS, GLABELLA, NOSE_BACK, SIDES, middle};
use crate::face::portrait::{EYES_APART, best_path, mean, quantile};
use crate::rules::{Report, Scene};

/// Refuses a photo with glasses.
pub(crate) struct Glasses;

impl Rule for Glasses {
    fn name(&self) -> &'static str {
        "glasses"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let Some(portrait) = scene.portrait() else { return };
        let cheek = portrait.cheek_change();
        let bridge = bridge(portrait);
        report.measure("glasses.cheek", cheek);
        report.measure("glasses.bridge", bridge[0]);
        report.measure("glasses.bridgeMedian", bridge[1]);
        let rims = [0, 1].map(|side| rim(portrait, side));
        report.measure("glasses.rim", rims[0][0].min(rims[1][0]));
        report.measure("glasses.rimMost", rims[0][0].max(rims[1][0]));
        report.measure("glasses.rimDark", rims[0][1].min(rims[1][1]));
        report.measure("glasses.rimMedian", rims[0][2].max(rims[1][2]));
        let arms = [0, 1].map(|side| arm(portrait, side));
        report.measure("glasses.arm", arms[0].min(arms[1]));
        report.measure("glasses.armMost", arms[0].max(arms[1]));
        let lenses = [0, 1].map(|side| lens(portrait, side));
        report.measure("glasses.lensDark", lenses[0][0].min(lenses[1][0]));
        report.measure("glasses.lensOff", lenses[0][1].min(lenses[1][1]));
        report.measure("glasses.glare", lenses[0][2].max(lenses[1][2]));
    }
}

/// Across the nose between the inner corners: the strongest level line, and the median of all.
fn bridge(portrait: &Portrait) -> [f32; 2] {
    let [_, left, right, _] = EYE_CORNERS.map(|number| portrait.at(number));
    let centre = middle(left, right)[0];
    let half = (right[0] - left[0]).abs() * 0.32;
    let (top, bottom) = (portrait.at(GLABELLA)[1] + 2.0, portrait.at(NOSE_BACK)[1]);
    let (across, down) = ((2.0 * half) as usize, (bottom - top).max(1.0) as usize);
    let change = |column: usize, row: usize| {
        portrait.luma.down((centre - half) as i32 + column as i32, top as i32 + row as i32).abs()
    };
    let mut rows: Vec<f32> = (0..down).map(|row| mean((0..across).map(|column| change(column, row)))).collect();
    [best_path(across, down, change), quantile(&mut rows, 0.5)]
}

/// Around an eye from the temple over the cheek to the nose: the strongest line at any distance, the strongest
/// dark line, and the median change.
fn rim(portrait: &Portrait, side: usize) -> [f32; 3] {
    const STEPS: usize = 40;
    const NEAR: f32 = 15.0;
    const FAR: usize = 34;
    let centre = middle(portrait.at(EYES[side][0]), portrait.at(EYES[side][3]));
    let outward = if side == 0 { -1.0 } else { 1.0 };
    // From 15 degrees above the outer corner, down, to 25 degrees below the inner one.
    let at = |step: usize, radius: f32| {
        let angle = (-15.0 + step as f32 * 170.0 / STEPS as f32).to_radians();
        [centre[0] + outward * radius * angle.cos() * 1.15, centre[1] + radius * angle.sin()]
    };
    let mut changes = Vec::with_capacity(STEPS * FAR);
    let mut darks = Vec::with_capacity(STEPS * FAR);
    for step in 0..STEPS {
        for row in 0..FAR {
            let radius = NEAR + row as f32;
            let value = |offset: f32| portrait.luma.between(at(step, radius + offset));
            changes.push((value(1.0) - value(-1.0)).abs() / 2.0);
            darks.push((value(2.5).min(value(-2.5)) - value(0.0)).max(0.0));
        }
    }
    let strongest = best_path(STEPS, FAR, |step, row| changes[step * FAR + row]);
    let dark = best_path(STEPS, FAR, |step, row| darks[step * FAR + row]);
    [strongest, dark, quantile(&mut changes, 0.5)]
}

/// Between the outer corner of an eye and the side of the face: the strongest level line.
fn arm(portrait: &Portrait, side: usize) -> f32 {
    let (corner, edge) = (portrait.at(EYES[side][0]), portrait.at(SIDES[side]));
    let from = corner[0] + (edge[0] - corner[0]) * 0.3;
    let to = corner[0] + (edge[0] - corner[0]) * 0.95;
    let (from, across) = (from.min(to), (from - to).abs() as usize);
    best_path(across.max(1), 40, |column, row| {
        portrait.luma.down(from as i32 + column as i32, (corner[1] - 22.0) as i32 + row as i32).abs()
    })
}

/// Below an eye, where a lens would be: how much darker than the cheek, how far from its colour, and how much of
/// it glares.
fn lens(portrait: &Portrait, side: usize) -> [f32; 3] {
    let centre = middle(portrait.at(EYES[side][0]), portrait.at(EYES[side][3]));
    let skin = portrait.skin.colour[0].max(20.0);
    let (width, from, to) = (EYES_APART * 0.2, EYES_APART * 0.12, EYES_APART * 0.24);
    let pixels: Vec<[i32; 2]> = (from as i32..to as i32)
        .flat_map(|dy| (-width as i32..width as i32).map(move |dx| [dx, dy]))
        .map(|[dx, dy]| [centre[0] as i32 + dx, centre[1] as i32 + dy])
        .collect();
    let share = pixels.iter().filter(|[x, y]| portrait.luma.at(*x, *y) > 1.35 * skin + 20.0).count() as f32;
    [
        mean(pixels.iter().map(|&[x, y]| (skin - portrait.luma.at(x, y)) / skin)),
        mean(pixels.iter().map(|&[x, y]| portrait.off_skin(x, y).min(12.0))),
        share / pixels.len().max(1) as f32,
    ]
}
