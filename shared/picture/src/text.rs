//! How large the text on a page is, without reading it.
//!
//! Ink is what is clearly darker than its surroundings. The page is cut into upright strips about two and a half
//! characters wide; in each, rows with ink follow rows without, and a run of inked rows is as high as the characters of its
//! line. In so narrow a strip a page that lies a few degrees askew makes no difference. The strips' width follows from the
//! height found, so the measure is taken again until both agree.

use image::GrayImage;

use crate::scale::{self, Fitted};

/// Longest side that is looked at, in pixels; larger pages are shrunk first. Text that is less than four pixels high then is
/// less than 1/500 of the page, which nobody prints.
const LONGEST: u32 = 2_000;

/// Share of its surroundings' luma that ink is darker than. Tints and guilloches of certificates stay above 0.9.
const INK: u32 = 82;

/// A strip's width in heights of a line: narrower, and single short characters such as 一 count as a line; wider, and a page
/// askew by some degrees has no gaps between its lines.
const STRIP: f64 = 2.5;

/// Fewest rows of a line of text.
const LEAST_ROWS: u32 = 4;

/// Fewest pieces of lines that tell the height of text.
const LEAST_PIECES: usize = 12;

/// The text of a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Text {
    /// Median height of a line's ink in pixels: from the top of a character to its foot.
    pub(crate) height: f64,
    /// Pieces of lines that were found.
    pub(crate) pieces: usize,
}

/// The text of a page; `None` when there is hardly any.
pub(crate) fn measure(luma: &GrayImage) -> Option<Text> {
    let Fitted { width, height, factor } = scale::fitted(luma.dimensions(), LONGEST);
    if luma.dimensions() == (width, height) {
        return of(luma);
    }
    let small = scale::grey(luma, width, height);
    of(&small).map(|text| Text { height: text.height * factor, ..text })
}

fn of(luma: &GrayImage) -> Option<Text> {
    let ink = ink(luma);
    let mut strip = (luma.width() / 40).max(16);
    let mut found = None;
    for _ in 0..4 {
        let Some(text) = pieces(&ink, luma.width(), strip) else { break };
        found = Some(text);
        let next = scale::pixels(STRIP * text.height).max(8);
        if next.abs_diff(strip) * 10 <= strip {
            break;
        }
        strip = next;
    }
    found
}

/// Whether each pixel is ink.
pub(crate) fn ink(luma: &GrayImage) -> Vec<bool> {
    let around = (luma.width().max(luma.height()) / 60).max(8);
    let sums = Sums::new(luma);
    let mut ink = Vec::with_capacity(luma.len());
    for (x, y, pixel) in luma.enumerate_pixels() {
        let (sum, count) = sums.around(x, y, around);
        // Divided instead of multiplied, both would be the same; this stays in whole numbers.
        ink.push(u32::from(pixel.0[0]) * 100 + 200 < sum / count * INK);
    }
    ink
}

/// The runs of inked rows in strips of a width.
fn pieces(ink: &[bool], width: u32, strip: u32) -> Option<Text> {
    let mut heights: Vec<u32> = Vec::new();
    let strips = (width / strip).max(1) as usize;
    let mut open = vec![Run::default(); strips];
    let most = strip * 3;
    for row in ink.chunks(width as usize) {
        for (run, part) in open.iter_mut().zip(row.chunks(strip as usize)) {
            let inked = u32::try_from(part.iter().filter(|ink| **ink).count()).unwrap_or(strip);
            if inked * 50 <= strip {
                heights.extend(run.take(strip, most));
            } else {
                run.rows += 1;
                run.inked += inked;
                run.solid |= inked * 10 > strip * 9;
            }
        }
    }
    heights.extend(open.iter_mut().filter_map(|run| run.take(strip, most)));
    if heights.len() < LEAST_PIECES {
        return None;
    }
    heights.sort_unstable();
    Some(Text { height: f64::from(heights[heights.len() / 2]), pieces: heights.len() })
}

/// Rows with ink, one under the other.
#[derive(Clone, Copy, Default)]
struct Run {
    rows: u32,
    inked: u32,
    /// A row without gaps: a ruled line, a frame, the edge of a picture.
    solid: bool,
}

impl Run {
    /// Ends the run; its height if it may be a piece of a line of text.
    fn take(&mut self, strip: u32, most: u32) -> Option<u32> {
        let Self { rows, inked, solid } = std::mem::take(self);
        let sound = !solid && (LEAST_ROWS..=most).contains(&rows);
        // Less than a thirtieth is noise or a hair; more than two thirds is a picture or a bar.
        (sound && inked * 30 > rows * strip && inked * 3 < rows * strip * 2).then_some(rows)
    }
}

/// Sums over all rectangles from the upper left corner.
pub(crate) struct Sums {
    width: usize,
    height: usize,
    /// Modulo 2³²: differences are right as long as a single rectangle's sum is below that.
    table: Vec<u32>,
}

impl Sums {
    pub(crate) fn new(luma: &GrayImage) -> Self {
        let (width, height) = (luma.width() as usize, luma.height() as usize);
        let mut table = vec![0_u32; (width + 1) * (height + 1)];
        for (y, row) in luma.chunks(width.max(1)).enumerate() {
            let mut sum = 0_u32;
            for (x, value) in row.iter().enumerate() {
                sum = sum.wrapping_add(u32::from(*value));
                table[(y + 1) * (width + 1) + x + 1] = table[y * (width + 1) + x + 1].wrapping_add(sum);
            }
        }
        Self { width, height, table }
    }

    /// Sum and count of the pixels that are at most `reach` away across and down.
    pub(crate) fn around(&self, x: u32, y: u32, reach: u32) -> (u32, u32) {
        let (left, top) = (x.saturating_sub(reach) as usize, y.saturating_sub(reach) as usize);
        let right = ((x + reach + 1) as usize).min(self.width);
        let bottom = ((y + reach + 1) as usize).min(self.height);
        let at = |x: usize, y: usize| self.table[y * (self.width + 1) + x];
        let sum = at(right, bottom)
            .wrapping_sub(at(left, bottom))
            .wrapping_sub(at(right, top))
            .wrapping_add(at(left, top));
        let count = (right.saturating_sub(left) * bottom.saturating_sub(top)).max(1);
        (sum, u32::try_from(count).unwrap_or(1))
    }
}
