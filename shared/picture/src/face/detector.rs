//! `BlazeFace`, short range: faces that take a good part of the picture.
//!
//! The anchors and the decoding follow from the model's description: a grid of 16 by 16 with two anchors in each
//! cell and one of 8 by 8 with six; boxes and points are offsets in pixels of the input.

#![expect(clippy::cast_precision_loss, reason = "sides in pixels are below 12,000")]

use crate::models::{self, DETECTOR_SIDE};
use crate::pyramid::{Point, Pyramid, Window};

/// Least score of a face, 0 to 1. The model's authors use 0.5.
const LEAST_SCORE: f32 = 0.5;

/// Boxes that share more than this part of their union are one face. The model's authors use 0.3.
const SAME_FACE: f32 = 0.3;

/// How much of the picture's longer side the detector sees, in turn until there is a face: all of it, then more
/// than there is (a face that fills the picture), then the middle (a face in a wide picture).
const VIEWS: [f32; 3] = [1.0, 1.8, 0.6];

/// A face as the detector sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// How sure the detector is, 0 to 1.
    pub(crate) score: f32,
    /// The middle of the face, in pixels of the picture.
    pub(crate) centre: Point,
    /// Its width and height, in pixels of the picture.
    pub(crate) size: [f32; 2],
    /// The eyes, the picture's left one first.
    pub(crate) eyes: [Point; 2],
}

impl Found {
    /// Left, top, width and height, as in a finding.
    pub(crate) fn place(&self) -> [f64; 4] {
        let [x, y] = self.centre;
        let [width, height] = self.size;
        [x - width / 2.0, y - height / 2.0, width, height].map(f64::from)
    }

    fn overlap(&self, other: &Self) -> f32 {
        let shared = |axis: usize| {
            let (one, two) = (self.size[axis] / 2.0, other.size[axis] / 2.0);
            let (from, to) = (
                (self.centre[axis] - one).max(other.centre[axis] - two),
                (self.centre[axis] + one).min(other.centre[axis] + two),
            );
            (to - from).max(0.0)
        };
        let area = |found: &Self| found.size[0] * found.size[1];
        let shared = shared(0) * shared(1);
        shared / (area(self) + area(other) - shared).max(f32::MIN_POSITIVE)
    }
}

/// The faces, the most prominent first: the larger and the surer.
pub(crate) fn find(pyramid: &Pyramid<'_>) -> Vec<Found> {
    let found = VIEWS.iter().map(|view| look(pyramid, *view)).find(|faces| !faces.is_empty());
    found.unwrap_or_default()
}

fn look(pyramid: &Pyramid<'_>, view: f32) -> Vec<Found> {
    let [width, height] = pyramid.size();
    let seen = width.max(height) * view;
    let window = Window {
        centre: [width / 2.0, height / 2.0],
        anchor: [DETECTOR_SIDE as f32 / 2.0; 2],
        scale: [seen / DETECTOR_SIDE as f32; 2],
        turn: 0.0,
    };
    let pixels = pyramid.view(window, (DETECTOR_SIDE, DETECTOR_SIDE), Some([0.0; 3]));
    let input: Vec<f32> = pixels.as_flattened().iter().map(|value| value / 127.5 - 1.0).collect();
    let Some((boxes, scores)) = models::detect(input) else { return Vec::new() };
    let mut candidates: Vec<Found> = anchors()
        .zip(boxes.chunks_exact(16))
        .zip(&scores)
        .map(|((anchor, numbers), logit)| candidate(anchor, numbers, *logit, window))
        .filter(|found| found.score >= LEAST_SCORE)
        .collect();
    candidates.sort_by(|one, two| two.score.total_cmp(&one.score));
    let mut faces: Vec<Found> = Vec::new();
    while let Some(best) = candidates.first().copied() {
        let (same, rest): (Vec<_>, Vec<_>) =
            candidates.into_iter().partition(|other| best.overlap(other) > SAME_FACE);
        faces.push(mean(&same, best.score));
        // why: a box of no area is not the same as itself; without this the loop would not end.
        candidates = if same.is_empty() { Vec::new() } else { rest };
    }
    faces.sort_by(|one, two| (two.size[0] * two.score).total_cmp(&(one.size[0] * one.score)));
    faces
}

/// The centres of the anchors, as shares of the input's side.
fn anchors() -> impl Iterator<Item = Point> {
    [(16_u8, 2), (8, 6)].into_iter().flat_map(|(grid, each)| {
        let at = move |cell: u8| (f32::from(cell) + 0.5) / f32::from(grid);
        (0..grid).flat_map(move |y| (0..grid).flat_map(move |x| std::iter::repeat_n([at(x), at(y)], each)))
    })
}

fn candidate(anchor: Point, numbers: &[f32], logit: f32, window: Window) -> Found {
    let side = DETECTOR_SIDE as f32;
    let point =
        |at: usize| window.to_picture([numbers[at] + anchor[0] * side, numbers[at + 1] + anchor[1] * side]);
    Found {
        score: 1.0 / (1.0 + (-logit.clamp(-80.0, 80.0)).exp()),
        centre: point(0),
        size: [numbers[2] * window.scale[0], numbers[3] * window.scale[1]],
        eyes: [point(4), point(6)],
    }
}

/// The mean of boxes that are one face, weighted by their scores.
fn mean(same: &[Found], score: f32) -> Found {
    let total: f32 = same.iter().map(|found| found.score).sum();
    let mean = |value: fn(&Found) -> Point| {
        let sum = |axis: usize| same.iter().map(|found| value(found)[axis] * found.score).sum::<f32>();
        [sum(0) / total, sum(1) / total]
    };
    Found {
        score,
        centre: mean(|found| found.centre),
        size: mean(|found| found.size),
        eyes: [mean(|found| found.eyes[0]), mean(|found| found.eyes[1])],
    }
}
