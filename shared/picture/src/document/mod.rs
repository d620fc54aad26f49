//! The card or page in a picture, found once and looked at by all rules for documents.

pub(crate) mod held;
pub(crate) mod outline;
mod sheet;
mod strokes;

use std::cell::OnceCell;

use image::{GrayImage, Pixel, RgbImage, imageops};

pub(crate) use self::sheet::Sheet;

use crate::text::{self, Text};
use crate::thresholds::{BLURRED_CARD_TEXT, CARD_TEXT};
use crate::{Picture, scale};

/// What is photographed or scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// An identity card: its shape is known, and how large its text is beside it.
    Card,
    /// A certificate, or a proof on paper.
    Page,
}

/// What rules look at.
pub(crate) struct Document {
    pub(crate) form: Form,
    /// The sheet, unless it fills the picture or was not found.
    pub(crate) sheet: Option<Sheet>,
    /// Left, top, width and height in the picture of what was looked at: the upright rectangle around the sheet.
    pub(crate) region: [u32; 4],
    /// Luma of that rectangle.
    pub(crate) luma: GrayImage,
    text: OnceCell<Option<Text>>,
    /// Percentiles of its luma.
    pub(crate) light: Light,
    /// The 80th percentile of luma of the whole picture.
    pub(crate) brightest: f64,
}

/// Percentiles of luma, 0 to 255.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Light {
    darkest: f64,
    pub(crate) median: f64,
    /// The 80th percentile: paper.
    pub(crate) paper: f64,
    /// The 98th percentile.
    pub(crate) lightest: f64,
}

impl Document {
    pub(crate) fn of(picture: &Picture, form: Form) -> Self {
        let sheet = Sheet::find(picture.pixels());
        let (width, height) = (picture.width(), picture.height());
        let region = sheet.map_or([0, 0, width, height], |sheet| sheet.region(width, height));
        let [left, top, across, down] = region;
        let luma = scale::luma(&imageops::crop_imm(picture.pixels(), left, top, across, down).to_image());
        let [darkest, median, paper, lightest] = percentiles(luma.iter().copied(), [2, 50, 80, 98]);
        // why: a sample is enough, and a prime, so that columns do not repeat.
        let sample = picture.pixels().pixels().step_by(97).map(|pixel| pixel.to_luma().0[0]);
        let [brightest] = percentiles(sample, [80]);
        let (text, light) = (OnceCell::new(), Light { darkest, median, paper, lightest });
        Self { form, sheet, region, luma, text, light, brightest }
    }

    /// Its text, unless there is hardly any; measured when a rule first asks, since whoever holds a card is not asked.
    pub(crate) fn text(&self) -> Option<Text> {
        *self.text.get_or_init(|| {
            text::measure(&self.luma).map(|text| match (self.form, self.sheet) {
                // why: the grain of a table around a card's corners may be taken for text.
                (Form::Card, Some(sheet)) => {
                    let [least, most] = CARD_TEXT.map(|share| share * sheet.length());
                    Text { height: text.height.clamp(least, most), ..text }
                }
                _ => text,
            })
        })
    }

    /// Height of a line of text in pixels, and whether it is known. On a card it is even where no text was found, as when all
    /// of it is blurred: no lines on a card but its title are higher.
    pub(crate) fn line(&self) -> (f64, bool) {
        let longest = f64::from(self.luma.width().max(self.luma.height()));
        match (self.form, self.sheet, self.text()) {
            (_, _, Some(text)) => (text.height, true),
            (Form::Card, Some(sheet), None) => (sheet.length() * BLURRED_CARD_TEXT, true),
            _ => (longest / 30.0, false),
        }
    }

    /// The median width of the edges of strokes in pixels; none when there are hardly any edges.
    pub(crate) fn edge_width(&self) -> Option<f64> {
        strokes::edge_width(&self.luma, self.light.lightest - self.light.darkest)
    }

    /// What was looked at, as in a finding.
    pub(crate) fn place(&self) -> [f64; 4] {
        self.region.map(f64::from)
    }
}

/// The corners of the smallest rectangle around the card or page in a picture, in its pixels: beginning at one end of a longer
/// side that is then followed, clockwise. `None` when it fills the picture or cannot be told from what it lies on.
pub fn sheet_corners(pixels: &RgbImage) -> Option<[(f64, f64); 4]> {
    let sheet = Sheet::find(pixels)?;
    Some([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(u, v)| sheet.at(u, v)))
}

/// Luma below which that many in a hundred of the values lie.
pub(crate) fn percentiles<const N: usize>(luma: impl Iterator<Item = u8>, percents: [u64; N]) -> [f64; N] {
    let mut histogram = [0_u64; 256];
    for value in luma {
        histogram[usize::from(value)] += 1;
    }
    let all: u64 = histogram.iter().sum();
    percents.map(|percent| {
        let mut left = all * percent / 100;
        let at = (0..=u8::MAX).zip(&histogram).find(|(_, number)| {
            let here = **number > left;
            left = left.saturating_sub(**number);
            here
        });
        f64::from(at.map_or(u8::MAX, |(value, _)| value))
    })
}

/// Luma and two colour differences.
fn opponent(pixel: [u8; 3]) -> [i32; 3] {
    let [r, g, b] = pixel.map(i32::from);
    [(r + 2 * g + b) / 4, r - g, b - g]
}
