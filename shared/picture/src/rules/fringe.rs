//! 刘海遮眉: no hair over the eyebrows.

#![expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "coordinates of a portrait are below 400")]

use crate::Rule;
use crate::face::Portrait;
use crate::face::landmarks::{BROWS, BROWS_BELOW, TOP};
use crate::face::portrait::{mean};
use crate::pyramid::Point;
use crate::rules::{Report, Scene};

/// Refuses a photo in which hair hangs over an eyebrow.
pub(crate) struct Fringe;

impl Rule for Fringe {
    fn name(&self) -> &'static str {
        "fringe"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let Some(portrait) = scene.portrait() else { return };
        let sides = [0, 1].map(|side| Band::of(portrait, side));
        let most = |value: fn(&Band) -> f32| value(&sides[0]).max(value(&sides[1]));
        let least = |value: fn(&Band) -> f32| value(&sides[0]).min(value(&sides[1]));
        report.measure("fringe.covered", most(|b| b.covered));
        report.measure("fringe.coveredLeast", least(|b| b.covered));
        report.measure("fringe.offSkin", most(|b| b.off_skin));
        report.measure("fringe.offSkinLeast", least(|b| b.off_skin));
        report.measure("fringe.dark", most(|b| b.dark));
        report.measure("fringe.strands", most(|b| b.strands));
        report.measure("fringe.strandsLeast", least(|b| b.strands));
        report.measure("fringe.contrast", least(|b| b.contrast));
        report.measure("fringe.noBrow", most(|b| b.no_brow));
        report.measure("fringe.forehead", forehead(portrait));
    }
}

/// What lies directly above one brow.
struct Band {
    /// The share of columns in which hardly anything is skin.
    covered: f32,
    /// The mean distance from the skin's colour.
    off_skin: f32,
    /// By how much it is darker than the skin, as a share of the skin's luma.
    dark: f32,
    /// Change across over the cheek's.
    strands: f32,
    /// By how much it is brighter than the brow, as a share of the skin's luma.
    contrast: f32,
    no_brow: f32,
}

/// Pixels above a brow that are looked at: from, to. A fifth of the distance between the eyes.
const ABOVE: [f32; 2] = [3.0, 21.0];
/// Distance from the skin's colour, in deviations, from where on a pixel is not skin.
const NOT_SKIN: f32 = 4.0;

impl Band {
    fn of(portrait: &Portrait, side: usize) -> Self {
        let upper: Vec<Point> = BROWS[side].iter().map(|number| portrait.at(*number)).collect();
        let lower: Vec<Point> = BROWS_BELOW[side].iter().map(|number| portrait.at(*number)).collect();
        let (from, to) = ends(&upper);
        let luma = portrait.skin.colour[0].max(20.0);
        let cheek = 1.0 + portrait.cheek_change();
        let (mut pixels, mut columns, mut covered, mut contrast, mut brows) = (Vec::new(), 0.0_f32, 0.0_f32, Vec::new(), Vec::new());
        for x in from as i32..=to as i32 {
            let (Some(top), Some(bottom)) = (height_at(&upper, x as f32), height_at(&lower, x as f32)) else { continue };
            let band: Vec<[i32; 2]> = ((top - ABOVE[1]) as i32..=(top - ABOVE[0]) as i32).map(|y| [x, y]).collect();
            let skin = mean(band.iter().map(|&[x, y]| f32::from(u8::from(portrait.off_skin(x, y) < NOT_SKIN))));
            let above = mean(band.iter().map(|&[x, y]| portrait.luma.at(x, y)));
            let brow = mean((top as i32..=bottom as i32).map(|y| portrait.luma.at(x, y)));
            columns += 1.0;
            covered += f32::from(u8::from(skin < 0.34));
            contrast.push((above - brow) / luma);
            brows.push((luma - brow) / luma);
            pixels.extend(band);
        }
        Self {
            covered: covered / columns.max(1.0),
            off_skin: mean(pixels.iter().map(|&[x, y]| portrait.off_skin(x, y).min(12.0))),
            dark: mean(pixels.iter().map(|&[x, y]| (luma - portrait.luma.at(x, y)) / luma)),
            strands: mean(pixels.iter().map(|&[x, y]| portrait.luma.across(x, y).abs())) / cheek,
            contrast: mean(contrast),
            no_brow: -mean(brows),
        }
    }
}

/// The leftmost and rightmost column of a line.
fn ends(line: &[Point]) -> (f32, f32) {
    line.iter().fold((f32::INFINITY, 0.0), |(from, to): (f32, f32), [x, _]| (from.min(*x), to.max(*x)))
}

/// How far down a line is at a column.
fn height_at(line: &[Point], x: f32) -> Option<f32> {
    line.windows(2).find_map(|pair| {
        let [[x0, y0], [x1, y1]] = [pair[0], pair[1]];
        let share = (x - x0) / (x1 - x0);
        (0.0..=1.0).contains(&share).then_some(y0 + share * (y1 - y0))
    })
}

/// The mean distance from the skin's colour between the brows and the top of the mesh.
fn forehead(portrait: &Portrait) -> f32 {
    let corners: Vec<Point> = [103, 67, 109, TOP, 338, 297, 332, 334, 296, 336, 107, 66, 105].iter().map(|n| portrait.at(*n)).collect();
    mean(Portrait::within(&corners).into_iter().map(|[x, y]| portrait.off_skin(x, y).min(12.0)))
}
