//! A part of a portrait as cells: in each, how much changes in which direction, and which colour it has.
//!
//! Cells lie side by side in rows. A face is about the same from both sides, so that each cell is the mean of
//! itself and of its mirror image; half of the cells are left.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "coordinates of a portrait are below 400"
)]

use std::f32::consts::PI;

use crate::face::Portrait;
use crate::face::portrait::BETWEEN_EYES;

/// Directions of change that are told apart.
const DIRECTIONS: usize = 6;

/// Numbers of a cell: change in each direction, luma, distance from skin, two colour differences, person, then the
/// strongest lines: thin and dark, thin and bright.
const CHANNELS: usize = DIRECTIONS + 7;

/// Where the strongest lines are among a cell's numbers.
const LINES: usize = DIRECTIONS + 5;

/// The direction of a change, from 0 to 1 for half a turn: bright above dark is the same as dark above bright.
///
/// The arc tangent is a polynomial that is wrong by 0.02 degrees at most, and much quicker than the exact one.
fn half_turn(dx: f32, dy: f32) -> f32 {
    let (wide, high) = (dx.abs(), dy.abs());
    let slope = wide.min(high) / wide.max(high).max(f32::MIN_POSITIVE);
    let square = slope * slope;
    let angle =
        (((-0.046_496_475 * square + 0.159_314_22) * square - 0.327_622_76) * square + 1.0) * slope / PI;
    let angle = if high > wide { 0.5 - angle } else { angle };
    if (dx < 0.0) == (dy < 0.0) { angle } else { (1.0 - angle).min(1.0 - f32::EPSILON) }
}

/// Which part is cut into which cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    /// Pixels on a side of a cell.
    pub(crate) cell: usize,
    /// The first row of pixels.
    pub(crate) top: usize,
    /// Rows of cells.
    pub(crate) rows: usize,
    /// Columns of cells on each side of the face's middle line.
    pub(crate) columns: usize,
}

impl Grid {
    /// How many numbers the cells have.
    pub(crate) const fn len(self) -> usize {
        self.rows * self.columns * CHANNELS
    }

    /// Where the cells lie on the picture: left, top, width, height.
    pub(crate) fn place(self, portrait: &Portrait) -> [f64; 4] {
        let (half, top) = ((self.columns * self.cell) as f32, self.top as f32);
        let bottom = top + (self.rows * self.cell) as f32;
        portrait.place([BETWEEN_EYES[0] - half, top, BETWEEN_EYES[0] + half, bottom])
    }

    /// The cells' numbers, row by row from the outside to the middle.
    pub(crate) fn of(self, portrait: &Portrait) -> Vec<f32> {
        let mut cells = vec![0.0; self.len()];
        let skin = portrait.skin.colour;
        let bright = skin[0].max(20.0);
        let left = BETWEEN_EYES[0] as usize - self.columns * self.cell;
        let across = 2 * self.columns;
        for row in 0..self.rows * self.cell {
            let y = (self.top + row) as i32;
            for column in 0..across * self.cell {
                let x = (left + column) as i32;
                let cell = column / self.cell;
                let (folded, mirrored) =
                    if cell < self.columns { (cell, false) } else { (across - 1 - cell, true) };
                let at = ((row / self.cell) * self.columns + folded) * CHANNELS;
                let numbers = &mut cells[at..at + CHANNELS];
                let [here, before, after, above, below] = portrait.luma.cross(x, y);
                let (dx, dy) = ((after - before) / 2.0, (below - above) / 2.0);
                let dx = if mirrored { -dx } else { dx };
                let turn = half_turn(dx, dy) * DIRECTIONS as f32;
                // Not below 0, so that this is its whole part; the library's takes a call for each pixel.
                let whole = turn as i32;
                let (one, share) = (whole as usize % DIRECTIONS, turn - whole as f32);
                let size = (dx * dx + dy * dy).sqrt() / bright;
                numbers[one] += size * (1.0 - share);
                numbers[(one + 1) % DIRECTIONS] += size * share;
                numbers[DIRECTIONS] += (here / bright).min(2.5);
                numbers[DIRECTIONS + 1] += (portrait.off_skin(x, y) / 12.0).min(1.0);
                numbers[DIRECTIONS + 2] += (portrait.chroma[0].at(x, y) - skin[1]) / 50.0;
                numbers[DIRECTIONS + 3] += (portrait.chroma[1].at(x, y) - skin[2]) / 50.0;
                numbers[DIRECTIONS + 4] += portrait.person.at(x, y);
                let bend = (before + after + above + below - 4.0 * here) / bright;
                numbers[LINES] = numbers[LINES].max(bend);
                numbers[LINES + 1] = numbers[LINES + 1].max(-bend);
            }
        }
        let pixels = (2 * self.cell * self.cell) as f32;
        for numbers in cells.chunks_exact_mut(CHANNELS) {
            numbers[..LINES].iter_mut().for_each(|number| *number /= pixels);
            numbers[LINES..].iter_mut().for_each(|number| *number = number.sqrt());
            // why: a root, so that one strong line does not outweigh everything else.
            numbers[..DIRECTIONS].iter_mut().for_each(|number| *number = number.sqrt());
        }
        cells
    }
}
