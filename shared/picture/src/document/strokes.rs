//! How wide the edges of strokes are.
//!
//! After Marziliano, Dufaux, Winkler and Ebrahimi, "A no-reference perceptual blur metric" (ICIP 2002): along rows and columns, each
//! edge is followed to where luma stops rising or falling. Only edges of good contrast count, so that grain and guilloches
//! do not; a reversal smaller than the grain does not end an edge.

use image::{GrayImage, imageops};

use crate::scale::{self, Fitted};

/// Longest side that is looked at: text of a page is about 20 pixels high then, and the grain of larger pictures is averaged.
const LONGEST: u32 = 1_600;

/// Least height of an edge as a share of the picture's range of luma.
const LEAST_RISE: f64 = 0.35;

/// Largest reversal within an edge, as a share of that range.
const GRAIN: f64 = 0.04;

/// Fewest edges that tell something.
const LEAST_EDGES: usize = 100;

/// The median width in pixels of edges whose height is a good part of `range`; `None` when there are hardly any.
pub(super) fn edge_width(luma: &GrayImage, range: f64) -> Option<f64> {
    let Fitted { width, height, factor } = scale::fitted(luma.dimensions(), LONGEST);
    let small;
    let luma = if factor > 1.0 {
        small = scale::grey(luma, width, height);
        &small
    } else {
        luma
    };
    let (least, grain) = (range * LEAST_RISE, (range * GRAIN).max(2.0));
    let median = |luma: &GrayImage| {
        let mut widths: Vec<u32> = Vec::new();
        for row in luma.chunks(luma.width() as usize) {
            edges(row, least, grain, &mut widths);
        }
        widths.sort_unstable();
        (widths.len() >= LEAST_EDGES).then(|| f64::from(widths[widths.len() / 2]) * factor)
    };
    // A hand that shook blurs in one direction only.
    let (across, down) = (median(luma), median(&imageops::rotate90(luma)));
    across.into_iter().chain(down).reduce(f64::max)
}

/// Adds the widths of a row's edges.
fn edges(row: &[u8], least: f64, grain: f64, widths: &mut Vec<u32>) {
    let value = |at: usize| f64::from(row[at]);
    // The last extreme, the farthest place since, and whether luma rises from one to the other.
    let (mut from, mut to, mut rising) = (0, 0, true);
    for at in 1..row.len() {
        let ahead = if rising { value(at) - value(to) } else { value(to) - value(at) };
        if ahead > 0.0 {
            to = at;
        } else if -ahead > grain {
            let rise = (value(to) - value(from)).abs();
            if rise >= least {
                widths.extend(u32::try_from(steep(row, from, to, rise)));
            }
            (from, to, rising) = (to, at, !rising);
        }
    }
}

/// Pixels from a tenth to nine tenths of a rise, so that level ground before and after does not count.
fn steep(row: &[u8], from: usize, to: usize, rise: f64) -> usize {
    let gone = |at: usize| (f64::from(row[at]) - f64::from(row[from])).abs();
    let begin = (from..=to).rev().find(|at| gone(*at) <= rise * 0.1).unwrap_or(from);
    let end = (begin..=to).find(|at| gone(*at) >= rise * 0.9).unwrap_or(to);
    end - begin
}
