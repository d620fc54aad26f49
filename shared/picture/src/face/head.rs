//! The head as the segmentation sees it, upright and at one scale: the upper square of a portrait.
//!
//! To tell a person from what is behind, the segmentation has learned what hair, cloth and backgrounds look like, from
//! far more people than can be had here. What it knows before it draws the outline is a better start for telling a hat
//! from hair than colours and edges are.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides are 288 at most"
)]

use crate::face::landmarks::{Landmarks, distance, middle};
use crate::face::portrait::{BETWEEN_EYES, EYES_APART, WIDTH};
use crate::models::{self, PERSON_SIDE, SEEN_CHANNELS, SEEN_SIDE};
use crate::pyramid::{Lines, Pyramid, Window};

/// Rows and, on each side of the middle, columns of cells: four of the model's cells are one.
const ROWS: usize = SEEN_SIDE / 2;
const COLUMNS: usize = SEEN_SIDE / 4;

/// Numbers of a head.
pub(crate) const NUMBERS: usize = SEEN_CHANNELS * ROWS * COLUMNS;

/// Pixels of a head for one of a portrait.
const SHRUNK: f32 = PERSON_SIDE as f32 / WIDTH as f32;

/// A head and what is around it.
pub(crate) struct Head {
    /// The colours, row by row.
    pub(crate) pixels: Vec<[f32; 3]>,
    /// From its pixels to the picture's.
    lines: Lines,
    /// The picture's size.
    size: [f32; 2],
    /// How likely each pixel shows the person, 0 to 1; empty when the model gave no answer.
    share: Vec<f32>,
    /// By channel, row and column from the outside to the middle: each the mean of a cell and its mirror image.
    /// Empty when the model gave no answer.
    pub(crate) numbers: Vec<f32>,
}

impl Head {
    pub(crate) fn of(pyramid: &Pyramid<'_>, marks: &Landmarks) -> Self {
        let [left, right] = marks.eyes();
        let window = Window {
            centre: middle(left, right),
            anchor: BETWEEN_EYES.map(|at| at * SHRUNK),
            scale: [distance(left, right).max(1.0) / EYES_APART / SHRUNK; 2],
            turn: (right[1] - left[1]).atan2(right[0] - left[0]),
        };
        let pixels = pyramid.view(window, (PERSON_SIDE, PERSON_SIDE), None);
        let input: Vec<f32> = pixels.as_flattened().iter().map(|value| value / 255.0).collect();
        let (share, seen) = models::person(input).unwrap_or_default();
        let mut numbers = if seen.is_empty() { Vec::new() } else { vec![0.0; NUMBERS] };
        // Rows run on through the channels, which have an even number of them.
        for (row, values) in seen.chunks_exact(SEEN_SIDE).enumerate() {
            let numbers = &mut numbers[row / 2 * COLUMNS..][..COLUMNS];
            for (column, value) in values.iter().enumerate() {
                numbers[column.min(SEEN_SIDE - 1 - column) / 2] += value / 8.0;
            }
        }
        Self { pixels, lines: window.lines(), size: pyramid.size(), share, numbers }
    }

    /// How likely each pixel of a portrait shows the person, row by row. Below the head, that of its last row.
    pub(crate) fn person(&self, width: usize, height: usize) -> Vec<f32> {
        let shrunk = |at: usize| (((at as f32 + 0.5) * SHRUNK) as usize).min(PERSON_SIDE - 1);
        let columns: Vec<usize> = (0..width).map(shrunk).collect();
        let row = |y: usize| self.share.get(shrunk(y) * PERSON_SIDE..).unwrap_or_default();
        let mut person = Vec::with_capacity(width * height);
        for row in (0..height).map(row) {
            person.extend(columns.iter().map(|x| row.get(*x).copied().unwrap_or(0.0)));
        }
        person
    }

    /// How likely a pixel shows the person; 1 when the model gave no answer, and beyond the picture.
    pub(crate) fn share(&self, x: usize, y: usize) -> f32 {
        let [left, top] = self.lines.at([x as f32 + 0.5, y as f32 + 0.5]);
        let beyond = left < 0.0 || top < 0.0 || left >= self.size[0] || top >= self.size[1];
        if beyond { 1.0 } else { self.share.get(y * PERSON_SIDE + x).copied().unwrap_or(1.0) }
    }
}
