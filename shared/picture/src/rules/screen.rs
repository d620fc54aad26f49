//! 翻拍屏幕: the photo was taken of a screen or of a print.
//!
//! A screen is a grid, and so is a camera's sensor; where both meet there are fine stripes of one period in one direction.
//! Skin, hair and cloth have no such thing over the whole picture. So tiles all over the picture are looked at in the
//! frequency domain, and a single frequency that stands out from those around it tells of a grid.

#![expect(clippy::cast_precision_loss, reason = "bins of a tile are below 2^24")]

use image::{GrayImage, Luma, RgbImage};
use imageproc::filter::median_filter;
use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use crate::rules::{Report, Rule, Scene};
use crate::thresholds;

/// Pixels on a side of a tile.
const TILE: u32 = 128;

/// Most tiles across and down; between them nothing is looked at.
const TILES: [u32; 2] = [2, 3];

/// Least and most distance from the middle, in cycles a tile: below are things that are seen, above is nothing.
const REACH: std::ops::Range<f32> = 14.0..62.0;

/// Least distance from both axes: edges of walls, and of the blocks of JPEG, lie on them.
const OFF_AXES: u32 = 3;

/// Blocks of JPEG have eight pixels: their frequencies are multiples of this, in cycles a tile.
const BLOCKS: u32 = TILE / 8;

/// Steps of brightness to one step of the logarithm of power.
const STEPS: f32 = 16.0;

/// Doubtful when the picture has the grid of a screen. Never more: fine cloth has one as well.
pub(crate) struct Screen;

impl Rule for Screen {
    fn name(&self) -> &'static str {
        "screen"
    }

    fn examine(&self, scene: &Scene<'_>, report: &mut Report) {
        let (width, height) = (scene.picture.width(), scene.picture.height());
        if width.min(height) < TILE {
            return;
        }
        let spectrum = spectrum(scene);
        let around = median_filter(&spectrum, 4, 4);
        let standing_out = spectrum
            .enumerate_pixels()
            .filter(|(x, y, _)| is_looked_at(*x, *y))
            .map(|(x, y, Luma([power]))| power.saturating_sub(around.get_pixel(x, y).0[0]));
        let most = f32::from(standing_out.max().unwrap_or(0)) / STEPS;
        report.hold(self, ("photo.SCREEN", "screen.peak"), most.into(), thresholds::SCREEN, None);
    }
}

/// The mean logarithm of the tiles' power, in steps; the lower half of frequencies down, which says all of real numbers.
fn spectrum(scene: &Scene<'_>) -> GrayImage {
    let pixels = scene.picture.pixels();
    let starts = |side: u32, most: u32| {
        let count = ((side - TILE) / (TILE / 2) + 1).min(most);
        (0..count).map(move |at| (side - TILE) * at / (count - 1).max(1))
    };
    let window: Vec<f32> = (0..TILE)
        .map(|at| 0.5 - 0.5 * (std::f32::consts::TAU * at as f32 / (TILE - 1) as f32).cos())
        .collect();
    let fft = FftPlanner::<f32>::new().plan_fft_forward(TILE as usize);
    let side = TILE as usize;
    let mut sum = vec![0.0_f32; side * side / 2];
    let corners: Vec<[u32; 2]> = starts(pixels.height(), TILES[1])
        .flat_map(|top| starts(pixels.width(), TILES[0]).map(move |left| [left, top]))
        .collect();
    for pair in corners.chunks(2) {
        let tiles: Vec<Vec<f32>> = pair.iter().map(|corner| tile(pixels, *corner, &window)).collect();
        for powers in powers(&*fft, &tiles) {
            let middle = powers.len() / 2;
            let median = *powers.clone().select_nth_unstable_by(middle, f32::total_cmp).1;
            let scale = median + 1e-3;
            powers.iter().zip(&mut sum).for_each(|(power, sum)| *sum += (1.0 + power / scale).ln());
        }
    }
    let tiles = corners.len() as f32;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 8 bits")]
    let steps = |value: &f32| (value / tiles * STEPS).clamp(0.0, 255.0) as u8;
    GrayImage::from_raw(TILE, TILE / 2, sum.iter().map(steps).collect()).unwrap_or_default()
}

/// The powers of one or two tiles' frequencies.
///
/// One transform takes complex numbers, so that it does two tiles of real ones at once; they come apart again because a real
/// tile's spectrum is its own mirror image.
fn powers(fft: &dyn Fft<f32>, tiles: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let side = TILE as usize;
    let value = |tile: usize, at: usize| tiles.get(tile).map_or(0.0, |tile| tile[at]);
    let mut numbers: Vec<Complex32> =
        (0..side * side).map(|at| Complex32::new(value(0, at), value(1, at))).collect();
    fft.process(&mut numbers);
    let mut turned: Vec<Complex32> =
        (0..side * side).map(|at| numbers[at % side * side + at / side]).collect();
    fft.process(&mut turned);
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for at in 0..side * side / 2 {
        let here = turned[at];
        let mirror = turned[(side - at / side) % side * side + (side - at % side) % side].conj();
        first.push((here + mirror).norm_sqr() / 4.0);
        second.push((here - mirror).norm_sqr() / 4.0);
    }
    [first, second].into_iter().take(tiles.len()).collect()
}

/// The luma of a tile less its mean, fading out towards its edges.
fn tile(pixels: &RgbImage, [left, top]: [u32; 2], window: &[f32]) -> Vec<f32> {
    let (side, stride) = (TILE as usize, pixels.width() as usize * 3);
    let rows = pixels.as_raw().chunks_exact(stride).skip(top as usize).take(side);
    let mut luma: Vec<f32> = Vec::with_capacity(side * side);
    for row in rows {
        let colours = row[left as usize * 3..][..side * 3].chunks_exact(3);
        luma.extend(
            colours.map(|c| 0.299 * f32::from(c[0]) + 0.587 * f32::from(c[1]) + 0.114 * f32::from(c[2])),
        );
    }
    let mean = luma.iter().sum::<f32>() / (TILE * TILE) as f32;
    for (row, down) in luma.chunks_exact_mut(side).zip(window) {
        row.iter_mut().zip(window).for_each(|(luma, across)| *luma = (*luma - mean) * across * down);
    }
    luma
}

/// Whether a frequency may tell of a grid.
fn is_looked_at(x: u32, y: u32) -> bool {
    let (x, y) = (x.min(TILE - x), y.min(TILE - y));
    let distance = (x as f32).hypot(y as f32);
    let near = |at: u32| {
        (at + BLOCKS / 2) % BLOCKS >= BLOCKS / 2 - 1 && (at + BLOCKS / 2) % BLOCKS <= BLOCKS / 2 + 1
    };
    REACH.contains(&distance) && x >= OFF_AXES && y >= OFF_AXES && !(near(x) && near(y))
}
