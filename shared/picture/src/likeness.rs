//! What a picture looks like, as bits that another encoding or size hardly changes ([`domain::likeness`]).

use domain::likeness::{Comparison, Likeness};
use domain::upload::Purpose;
use image::{GrayImage, RgbImage};

use crate::scale;

/// Side of the copy whose frequencies are looked at, in pixels.
const SIDE: u32 = 64;

/// Frequencies across and down that make the bits: 16 × 16.
const LOWEST: usize = 16;

/// Side of the grid of a page, in cells. On A4 a cell is 3.3 mm wide, about a character.
const GRID: u32 = 64;

/// How much lighter a cell must be than the one before, of 255, where paper is [`PAPER`]: more than encoding does to blank paper.
const STEP: f64 = 6.0;

/// What the lightest twentieth of a page is made to be, so that exposure does not matter.
const PAPER: f64 = 240.0;

/// Fewest steps on a page that is compared; a blank one looks like any other.
const LEAST_STEPS: u32 = 40;

/// What the picture looks like, where pictures of the purpose are compared and it is not blank.
pub fn likeness(pixels: &RgbImage, purpose: Purpose) -> Option<Likeness> {
    let luma = scale::luma(pixels);
    let detail = match purpose.comparison()? {
        Comparison::Marks => Vec::new(),
        Comparison::Detail => steps(&luma),
    };
    let set: u32 = detail.iter().map(|byte| byte.count_ones()).sum();
    let is_blank = !detail.is_empty() && set < LEAST_STEPS;
    (!is_blank).then(|| Likeness::new(frequencies(&luma), detail))
}

/// Whether each of the lowest frequencies (type-II DCT) is above their median; the mean of the picture is not among them.
fn frequencies(luma: &GrayImage) -> Vec<u8> {
    let small = scale::fine(luma, SIDE);
    let side = f64::from(SIDE);
    let wave = |frequency: usize, at: usize| {
        let (frequency, at) = (number(frequency), number(at));
        (std::f64::consts::PI * (2.0 * at + 1.0) * frequency / (2.0 * side)).cos()
    };
    let waves: Vec<Vec<f64>> =
        (0..LOWEST).map(|frequency| (0..SIDE as usize).map(|at| wave(frequency, at)).collect()).collect();
    let product =
        |values: &[f64], wave: &[f64]| values.iter().zip(wave).map(|(value, wave)| value * wave).sum::<f64>();
    // Each row by the waves across, then each column of that by the waves down.
    let rows: Vec<Vec<f64>> = small
        .chunks_exact(SIDE as usize)
        .map(|row| {
            let row: Vec<f64> = row.iter().map(|value| f64::from(*value)).collect();
            waves.iter().map(|wave| product(&row, wave)).collect()
        })
        .collect();
    let mut values = Vec::with_capacity(LOWEST * LOWEST);
    for down in &waves {
        for across in 0..LOWEST {
            let column: Vec<f64> = rows.iter().map(|row| row[across]).collect();
            values.push(product(&column, down));
        }
    }
    let mut sorted = values[1..].to_vec();
    sorted.sort_by(f64::total_cmp);
    let median = sorted[sorted.len() / 2];
    values[0] = f64::NEG_INFINITY;
    packed(values.iter().map(|value| *value > median))
}

#[expect(clippy::cast_precision_loss, reason = "numbers below 64")]
fn number(count: usize) -> f64 {
    count as f64
}

/// Where a grid gets lighter from a cell to the next, row by row.
fn steps(luma: &GrayImage) -> Vec<u8> {
    let grid = scale::fine(luma, GRID);
    let mut sorted = grid.clone();
    sorted.sort_unstable();
    let light = f64::from(sorted[sorted.len() * 19 / 20].max(1));
    packed(grid.chunks_exact(GRID as usize).flat_map(|row| {
        let steps =
            row.windows(2).map(move |pair| (f64::from(pair[1]) - f64::from(pair[0])) * PAPER / light > STEP);
        steps.chain([false])
    }))
}

/// Eight bits to a byte.
fn packed(bits: impl Iterator<Item = bool>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (place, bit) in bits.enumerate() {
        if place % 8 == 0 {
            bytes.push(0);
        }
        if let Some(byte) = bytes.last_mut() {
            *byte = *byte << 1 | u8::from(bit);
        }
    }
    bytes
}
