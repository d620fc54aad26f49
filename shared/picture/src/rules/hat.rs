//! 戴帽子: nothing on the head.

#![expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "coordinates of a portrait are below 400")]

use crate::Rule;
use crate::face::Portrait;
use crate::face::landmarks::{SIDES, TOP};
use crate::face::portrait::{BETWEEN_EYES, EYES_APART, WIDTH, best_path, mean, quantile};
use crate::rules::{Report, Scene};

/// Refuses a photo with a hat, a hood or a scarf on the head.
pub(crate) struct Hat;

/// Pixels that show the person more likely than this belong to them.
const PERSON: f32 = 0.4;

impl Rule for Hat {
    fn name(&self) -> &'static str {
        "hat"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let Some(portrait) = scene.portrait() else { return };
        let crown = region(portrait, |x, y| crown(portrait, x, y));
        let sides = region(portrait, |x, y| beside(portrait, x, y));
        let colour = |pixels: &[[i32; 2]]| median(portrait, pixels);
        let chroma = |[_, b, r]: [f32; 3]| b.hypot(r);
        let (top, side) = (colour(&crown), colour(&sides));
        report.measure("hat.crown", crown.len() as f64 / 1000.0);
        report.measure("hat.texture", texture(portrait, &crown));
        report.measure("hat.chroma", chroma(top));
        report.measure("hat.luma", top[0] / portrait.skin.colour[0].max(20.0));
        report.measure("hat.blue", top[1]);
        report.measure("hat.red", top[2]);
        report.measure("hat.break", if sides.len() > 150 { (top[1] - side[1]).hypot(top[2] - side[2]) + (top[0] - side[0]).abs() / 4.0 } else { 0.0 });
        report.measure("hat.line", line(portrait));
        report.measure("hat.foreheadOff", forehead(portrait)[0]);
        report.measure("hat.foreheadLine", forehead(portrait)[1]);
        let face = (portrait.at(SIDES[1])[0] - portrait.at(SIDES[0])[0]).max(1.0);
        let widths = [0.0, 0.45, 0.7, 0.95].map(|above| width(portrait, above) / face);
        report.measure("hat.widthEyes", widths[0]);
        report.measure("hat.widthBrow", widths[1]);
        report.measure("hat.widthForehead", widths[2]);
        report.measure("hat.widthTop", widths[3]);
        report.measure("hat.height", height(portrait));
        report.measure("hat.flat", flat(portrait, &crown));
    }
}

fn region(portrait: &Portrait, holds: impl Fn(i32, i32) -> bool) -> Vec<[i32; 2]> {
    let below = portrait.pixel(TOP)[1].max(BETWEEN_EYES[1] as i32);
    (0..below + 40)
        .flat_map(|y| (0..WIDTH as i32).map(move |x| [x, y]))
        .filter(|&[x, y]| holds(x, y) && portrait.inside(x, y) && portrait.person.at(x, y) > PERSON)
        .collect()
}

/// Above the top of the mesh, within the width of the forehead.
fn crown(portrait: &Portrait, x: i32, y: i32) -> bool {
    let [middle, top] = portrait.at(TOP);
    (x as f32 - middle).abs() < 0.75 * EYES_APART && (y as f32) < top - 0.12 * EYES_APART && (y as f32) > top - 0.9 * EYES_APART
}

/// Beside the eyes, outside the face, not skin: hair, if there is any.
fn beside(portrait: &Portrait, x: i32, y: i32) -> bool {
    let (x, y) = (x as f32, y as f32);
    let outside = x < portrait.at(SIDES[0])[0] - 2.0 || x > portrait.at(SIDES[1])[0] + 2.0;
    let level = (BETWEEN_EYES[1] - 0.35 * EYES_APART..BETWEEN_EYES[1] + 0.6 * EYES_APART).contains(&y);
    outside && level && portrait.off_skin(x as i32, y as i32) > 4.0
}

fn median(portrait: &Portrait, pixels: &[[i32; 2]]) -> [f32; 3] {
    [&portrait.luma, &portrait.chroma[0], &portrait.chroma[1]].map(|plane| {
        quantile(&mut pixels.iter().map(|&[x, y]| plane.at(x, y)).collect::<Vec<_>>(), 0.5)
    })
}

/// The mean change of luma as a share of the luma: hair has strands, cloth is even.
fn texture(portrait: &Portrait, pixels: &[[i32; 2]]) -> f32 {
    let change = mean(pixels.iter().map(|&[x, y]| portrait.luma.laplacian(x, y).abs()));
    change / (mean(pixels.iter().map(|&[x, y]| portrait.luma.at(x, y))) + 20.0)
}

/// How little the colour varies over the crown.
fn flat(portrait: &Portrait, pixels: &[[i32; 2]]) -> f32 {
    let mut values: Vec<f32> = pixels.iter().map(|&[x, y]| portrait.luma.at(x, y)).collect();
    (quantile(&mut values, 0.9) - quantile(&mut values, 0.1)) / (quantile(&mut values, 0.5) + 20.0)
}

/// The strongest line from side to side between the brows and the crown.
fn line(portrait: &Portrait) -> f32 {
    let [middle, top] = portrait.at(TOP);
    let half = 0.6 * EYES_APART;
    let from = top - 0.5 * EYES_APART;
    let down = (BETWEEN_EYES[1] - 0.3 * EYES_APART - from).max(1.0);
    best_path((2.0 * half) as usize, down as usize, |column, row| {
        portrait.luma.down((middle - half) as i32 + column as i32, from as i32 + row as i32).abs()
    })
}

/// Between brows and crown: how far from the skin's colour, and how far at its upper edge.
fn forehead(portrait: &Portrait) -> [f32; 2] {
    let [middle, top] = portrait.at(TOP);
    let bottom = portrait.at(9)[1] - 8.0;
    let row = |y: f32| mean((-30..=30).map(|dx| portrait.off_skin(middle as i32 + dx, y as i32).min(12.0)));
    let rows: Vec<f32> = (0..=10).map(|n| row(top + (bottom - top) * n as f32 / 10.0)).collect();
    [mean(rows.iter().copied()), row(top - 4.0)]
}

/// The person's width at a height above the eyes, in pixels.
fn width(portrait: &Portrait, above: f32) -> f32 {
    let y = (BETWEEN_EYES[1] - above * EYES_APART) as i32;
    (0..WIDTH as i32).filter(|x| portrait.person.at(*x, y) > PERSON).count() as f32
}

/// How far the person reaches above the eyes, in distances between the eyes.
fn height(portrait: &Portrait) -> f32 {
    let middle = BETWEEN_EYES[0] as i32;
    let rows = (0..BETWEEN_EYES[1] as i32)
        .filter(|y| (-8..=8).filter(|dx| portrait.person.at(middle + dx, *y) > PERSON).count() > 8)
        .count();
    rows as f32 / EYES_APART
}
