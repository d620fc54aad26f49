//! 模糊: the face must be sharp, whatever took the sharpness: focus, motion, enlarging, smoothing.
//!
//! Measured at one scale, so that only the detail per face counts and not the number of pixels.

use crate::Rule;
use crate::face::landmarks::{BROWS, EYES};
use crate::face::portrait::{Portrait, mean};
use crate::rules::{Report, Scene};
use crate::thresholds;

/// Refuses a photo whose face is blurred.
pub(crate) struct Blur;

/// The steps across, down and along both diagonals: motion takes detail in one direction only.
const DIRECTIONS: [[i32; 2]; 4] = [[1, 0], [0, 1], [1, 1], [1, -1]];

impl Rule for Blur {
    fn name(&self) -> &'static str {
        "blur"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let Some(portrait) = scene.portrait() else { return };
        let Some(found) = scene.faces().first() else { return };
        let eyes: Vec<_> = [0, 1].into_iter().flat_map(|side| around_eye(portrait, side)).collect();
        let coarse = f64::from(reblur(portrait, &eyes));
        let finest = DIRECTIONS.map(|step| fineness(portrait, &eyes, step));
        let fine = f64::from(finest.into_iter().fold(f32::INFINITY, f32::min));
        report.measure("blur.reblur", coarse);
        report.measure("blur.fineness", fine);
        let probability = thresholds::BLUR_SIGNS.probability([coarse, fine]);
        report.hold(
            self,
            ("photo.BLUR", "blur.probability"),
            probability,
            thresholds::BLUR,
            Some(found.place()),
        );
    }
}

/// The pixels of an eye and its brow.
fn around_eye(portrait: &Portrait, side: usize) -> Vec<[i32; 2]> {
    let points = EYES[side].iter().chain(&BROWS[side]).map(|number| portrait.pixel(*number));
    let (mut least, mut most) = ([i32::MAX; 2], [0; 2]);
    for point in points {
        for axis in 0..2 {
            least[axis] = least[axis].min(point[axis] - 4);
            most[axis] = most[axis].max(point[axis] + 4);
        }
    }
    (least[1]..=most[1]).flat_map(|y| (least[0]..=most[0]).map(move |x| [x, y])).collect()
}

/// How quickly the luma changes its slope along a direction: the root of the second differences' power as a
/// share of the first's. A wave of n pixels has about 2π / n.
fn fineness(portrait: &Portrait, pixels: &[[i32; 2]], [dx, dy]: [i32; 2]) -> f32 {
    let at = |x: i32, y: i32, steps: i32| portrait.luma.at(x + steps * dx, y + steps * dy);
    let second = mean(pixels.iter().map(|&[x, y]| (at(x, y, 1) - 2.0 * at(x, y, 0) + at(x, y, -1)).powi(2)));
    let first = mean(pixels.iter().map(|&[x, y]| ((at(x, y, 1) - at(x, y, -1)) / 2.0).powi(2)));
    (second / first.max(0.01)).sqrt()
}

/// How much of the differences a further blur leaves, in the worse of both directions (Crete et al., 2007).
fn reblur(portrait: &Portrait, pixels: &[[i32; 2]]) -> f32 {
    let left = [[1, 0], [0, 1]].map(|[dx, dy]: [i32; 2]| {
        let at = |x: i32, y: i32, steps: i32| portrait.luma.at(x + steps * dx, y + steps * dy);
        let (mut all, mut lost) = (0.0, 0.0);
        for &[x, y] in pixels {
            let sharp = (at(x, y, 1) - at(x, y, 0)).abs();
            // The difference of two neighbouring means of nine.
            let smooth = (at(x, y, 5) - at(x, y, -4)).abs() / 9.0;
            all += sharp;
            lost += (sharp - smooth).max(0.0);
        }
        1.0 - lost / f32::max(all, 1.0)
    });
    left[0].max(left[1])
}
