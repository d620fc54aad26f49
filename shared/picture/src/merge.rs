//! Several pages in one picture: an employment has one proof, and applicants have several pages.
//!
//! What is scarce is bytes. They are spent on the height of text first: it is grown to `COMFORTABLE_TEXT` at the lowest
//! quality at which strokes stay apart (`LEAST_QUALITY`), and only what is left over goes into quality. A picture whose
//! text would come out lower than [`LEAST_TEXT`] is not made; the refusal says how much was missing and how many pages
//! would have fitted.
//!
//! Pages are decoded one at a time and kept no larger than they can be in the result, so that memory is bounded by one
//! decoded page and the result, not by the number of pages.

use std::ops::RangeInclusive;

use domain::file_kind::FileKind;
use image::{Rgb, RgbImage, imageops};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use sha2::{Digest, Sha256};

use crate::clean::CleanCopy;
use crate::refusal::Refusal;
use crate::skeleton::{MAX_SIDE, Skeleton};
use crate::{scale, text};

/// How many pages make one picture. Eight is ours: at more, even the plainest pages have no readable text in 500 KB.
pub const PAGES: RangeInclusive<usize> = 2..=8;

/// Least height of a line of text in pixels, top of a character to its foot. The smallest screen fonts draw Chinese on twelve
/// dots; shrinking and JPEG at `LEAST_QUALITY` cost about two more.
pub const LEAST_TEXT: f64 = 14.0;

/// Height of a line of text beyond which more pixels do not make it easier to read: 10.5 points (五号) scanned at 220 dots
/// an inch.
const COMFORTABLE_TEXT: f64 = 32.0;

/// JPEG quality, of 100, below which the strokes of small text run together.
const LEAST_QUALITY: u8 = 60;

/// JPEG quality, of 100, beyond which nobody sees a difference in a document.
const BEST_QUALITY: u8 = 90;

/// Most pixels of the result. 500 KB at [`LEAST_QUALITY`] hold about 10 megapixels of printed pages.
const MOST_PIXELS: f64 = 16_000_000.0;

/// Pixels between pages.
const GAP: u32 = 12;

/// Colour between pages, and beside those that are shorter than their neighbour.
const BETWEEN: Rgb<u8> = Rgb([208, 208, 208]);

/// Width of a page in heights of a line, where no text was found that could be measured: 210 mm of A4 in 10.5 points.
const WIDTH_IN_LINES: f64 = 57.0;

/// Several pages in one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The picture.
    pub copy: CleanCopy,
    /// Where each page lies in it, in order: left, top, width and height in pixels.
    pub places: Vec<[u32; 4]>,
    /// Height in pixels of the lines of the page whose text came out smallest.
    pub text_height: f64,
    /// JPEG quality, of 100.
    pub quality: u8,
}

/// Why pages do not become one picture.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum MergeRefusal {
    /// Too few or too many pages.
    #[error("{given} pages; from {least} to {most} make one picture")]
    Count {
        /// Pages given.
        given: usize,
        /// Fewest pages.
        least: usize,
        /// Most pages.
        most: usize,
    },
    /// A page that cannot be decoded.
    #[error("page {page} cannot be decoded")]
    Undecodable {
        /// Which, from 0.
        page: usize,
    },
    /// The text would be too small to read.
    #[error(
        "text would be {reached:.1} pixels high, {needed:.1} are needed; {pages_that_fit} pages fit, {files} files do"
    )]
    Text {
        /// Least height of a line in pixels.
        needed: f64,
        /// Height in pixels that it would have.
        reached: f64,
        /// How many of the first pages fit into one picture.
        pages_that_fit: usize,
        /// Into how many pictures all pages fit, in order.
        files: usize,
    },
}

/// Puts pages, in order, into one JPEG of at most `max_bytes` bytes.
///
/// All pages are made equally wide and stacked; in two columns, left to right and then down, where a single one would be
/// too long. The same pages give the same bytes.
pub fn merge(pages: &[impl AsRef<[u8]>], max_bytes: u64) -> Result<Merged, MergeRefusal> {
    let (least, most) = (*PAGES.start(), *PAGES.end());
    if !PAGES.contains(&pages.len()) {
        return Err(MergeRefusal::Count { given: pages.len(), least, most });
    }
    let mut skeletons = Vec::with_capacity(pages.len());
    for (page, file) in pages.iter().enumerate() {
        skeletons.push(open(file.as_ref()).map_err(|_| MergeRefusal::Undecodable { page })?);
    }
    let shapes: Vec<Shape> = skeletons.iter().map(Shape::of).collect();
    let single = widest(&shapes, 1);
    let widest = single.max(widest(&shapes, 2));

    let mut sheets = Vec::with_capacity(pages.len());
    for (page, skeleton) in skeletons.iter().enumerate() {
        let pixels = skeleton.decode().map_err(|_| MergeRefusal::Undecodable { page })?.into_pixels();
        sheets.push(Sheet::new(pixels, widest));
    }
    // One column unless text can grow larger in two.
    let comfortable = sheets.iter().map(|sheet| sheet.width_for(COMFORTABLE_TEXT)).fold(1.0, f64::max);
    let columns = if f64::from(single) < comfortable.min(f64::from(widest)) { 2 } else { 1 };
    Desk { sheets: &sheets, columns, max_bytes }.fit(widest.min(scale::pixels(comfortable)))
}

fn open(file: &[u8]) -> Result<Skeleton, Refusal> {
    let kind = FileKind::of(file);
    let format = kind.format().ok_or(Refusal::kind(kind))?;
    let skeleton = Skeleton::read(format, file)?;
    skeleton.check_single()?;
    Ok(skeleton)
}

/// Width and height of an upright page.
#[derive(Clone, Copy)]
struct Shape {
    width: f64,
    height: f64,
}

impl Shape {
    fn of(skeleton: &Skeleton) -> Self {
        let (width, height) = skeleton.upright_size();
        Self { width: f64::from(width), height: f64::from(height) }
    }
}

/// The widest that a column may be: no wider than the widest page, and the whole within what we decode.
fn widest(shapes: &[Shape], columns: usize) -> u32 {
    let natural = shapes.iter().map(|shape| shape.width).fold(1.0, f64::max);
    // Height of the whole in widths of a column: rows are as high as the higher of their pages.
    let height: f64 = shapes
        .chunks(columns)
        .map(|row| row.iter().map(|shape| shape.height / shape.width).fold(0.0, f64::max))
        .sum();
    let (across, gaps) = (columns_f64(columns), f64::from(GAP) * columns_f64(shapes.len()));
    let by_height = (f64::from(MAX_SIDE) - gaps) / height;
    let by_width = (f64::from(MAX_SIDE) - gaps) / across;
    let by_area = (MOST_PIXELS / (across * height)).sqrt() - gaps;
    scale::pixels(natural.min(by_height).min(by_width).min(by_area).floor())
}

fn columns_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// A page, no wider than it can be in the result, and how large its text was.
struct Sheet {
    pixels: RgbImage,
    /// Pixels across the page as it came.
    width: f64,
    /// Height of its lines in pixels as it came.
    text: f64,
}

impl Sheet {
    fn new(pixels: RgbImage, widest: u32) -> Self {
        let width = f64::from(pixels.width());
        let text = text::measure(&scale::luma(&pixels)).map_or(width / WIDTH_IN_LINES, |text| text.height);
        let pixels = if pixels.width() > widest {
            let height = height_at(&pixels, widest);
            scale::rgb(&pixels, widest, height)
        } else {
            pixels
        };
        Self { pixels, width, text }
    }

    /// How wide the page must be for its lines to be that high.
    fn width_for(&self, text: f64) -> f64 {
        text * self.width / self.text
    }

    /// How wide the page must be to be readable; one that came with smaller text must at least not lose any.
    fn least_width(&self) -> f64 {
        self.width_for(LEAST_TEXT.min(self.text))
    }

    /// Height of its lines when the page is that wide.
    fn text_at(&self, width: u32) -> f64 {
        self.text * f64::from(width) / self.width
    }
}

fn height_at(pixels: &RgbImage, width: u32) -> u32 {
    scale::pixels(f64::from(pixels.height()) * f64::from(width) / f64::from(pixels.width()))
}

/// Pages being laid out.
struct Desk<'s> {
    sheets: &'s [Sheet],
    columns: usize,
    max_bytes: u64,
}

/// A file and how it was made.
struct Attempt {
    bytes: Vec<u8>,
    size: (u32, u32),
    places: Vec<[u32; 4]>,
    width: u32,
    quality: u8,
}

impl Desk<'_> {
    /// The best picture with columns of at most `widest` pixels.
    fn fit(&self, widest: u32) -> Result<Merged, MergeRefusal> {
        let least = self.sheets.iter().map(Sheet::least_width).fold(1.0, f64::max).ceil();
        let least = scale::pixels(least);
        if least > widest {
            return Err(self.refusal(least, widest));
        }
        let best = self.attempt(widest, LEAST_QUALITY);
        let best = if self.fits(&best) {
            self.improve(best)
        } else {
            let smallest = self.attempt(least, LEAST_QUALITY);
            if !self.fits(&smallest) {
                return Err(self.refusal(least, widest));
            }
            self.widen(smallest, best)
        };
        let sha256 = Sha256::digest(&best.bytes).into();
        let copy = CleanCopy {
            bytes: best.bytes,
            format: domain::upload::Format::Jpeg,
            width: best.size.0,
            height: best.size.1,
            sha256,
        };
        Ok(Merged { copy, text_height: self.text_at(best.width), places: best.places, quality: best.quality })
    }

    fn fits(&self, attempt: &Attempt) -> bool {
        attempt.bytes.len() as u64 <= self.max_bytes
    }

    /// Spends what bytes are left on quality.
    fn improve(&self, mut best: Attempt) -> Attempt {
        let (canvas, places) = self.lay_out(best.width);
        let (mut low, mut high) = (LEAST_QUALITY, BEST_QUALITY + 1);
        while high - low > 1 {
            let quality = u8::midpoint(low, high);
            let bytes = encode(&canvas, quality);
            if bytes.len() as u64 <= self.max_bytes {
                best = Attempt { bytes, places: places.clone(), quality, ..best };
                low = quality;
            } else {
                high = quality;
            }
        }
        best
    }

    /// The widest columns that fit, to a hundredth, between one attempt that does and one that does not.
    fn widen(&self, mut fitting: Attempt, mut over: Attempt) -> Attempt {
        while u64::from(over.width - fitting.width) * 100 > u64::from(over.width) {
            let (low, high) = (length(&fitting), length(&over));
            // Where the limit lies between the two, kept away from both so that every step gains something.
            let share = ((bytes(self.max_bytes) - low) / (high - low)).clamp(0.2, 0.8);
            let (from, to) = (f64::from(fitting.width), f64::from(over.width));
            let width = scale::pixels(from + (to - from) * share).clamp(fitting.width + 1, over.width - 1);
            let next = self.attempt(width, LEAST_QUALITY);
            if self.fits(&next) {
                fitting = next;
            } else {
                over = next;
            }
        }
        fitting
    }

    fn attempt(&self, width: u32, quality: u8) -> Attempt {
        let (canvas, places) = self.lay_out(width);
        Attempt { bytes: encode(&canvas, quality), size: canvas.dimensions(), places, width, quality }
    }

    /// The pages on a sheet, in columns of that width.
    fn lay_out(&self, width: u32) -> (RgbImage, Vec<[u32; 4]>) {
        let mut places = Vec::with_capacity(self.sheets.len());
        let mut top = 0;
        for row in self.sheets.chunks(self.columns) {
            let mut tallest = 0;
            for (left, sheet) in (0..).step_by((width + GAP) as usize).zip(row) {
                let height = height_at(&sheet.pixels, width);
                places.push([left, top, width, height]);
                tallest = tallest.max(height);
            }
            top += tallest + GAP;
        }
        let columns = u32::try_from(self.columns).unwrap_or(1);
        let mut canvas = RgbImage::from_pixel((width + GAP) * columns - GAP, top - GAP, BETWEEN);
        for (sheet, [left, top, width, height]) in self.sheets.iter().zip(&places) {
            let page = scale::rgb(&sheet.pixels, *width, *height);
            imageops::replace(&mut canvas, &page, i64::from(*left), i64::from(*top));
        }
        (canvas, places)
    }

    /// Height of the smallest lines in columns of that width.
    fn text_at(&self, width: u32) -> f64 {
        self.sheets.iter().map(|sheet| sheet.text_at(width)).fold(f64::INFINITY, f64::min)
    }

    /// What could be reached instead of columns `least` wide.
    fn refusal(&self, least: u32, widest: u32) -> MergeRefusal {
        // Bytes grow about as the area does; what is told is rounded anyway.
        let sizes: Vec<f64> = self.sheets.iter().map(|sheet| alone(sheet, least)).collect();
        let by_bytes = f64::from(least) * (bytes(self.max_bytes) / sizes.iter().sum::<f64>()).sqrt();
        let reached = self.text_at(scale::pixels(by_bytes).min(widest));
        let needed = self.text_at(least);
        // Some room for what neighbours cost each other: the same tables for all, and the gaps.
        let room = bytes(self.max_bytes) * 0.97;
        let area = MOST_PIXELS * 0.97;
        let (mut files, mut pages_that_fit, mut used, mut covered) = (1, 0, 0.0, 0.0);
        for (sheet, size) in self.sheets.iter().zip(sizes) {
            let pixels = f64::from(least) * f64::from(height_at(&sheet.pixels, least));
            if used > 0.0 && (used + size > room || covered + pixels > area) {
                files += 1;
                (used, covered) = (0.0, 0.0);
            }
            (used, covered) = (used + size, covered + pixels);
            pages_that_fit += usize::from(files == 1);
        }
        // The estimate may be a page off where the whole failed by a hair.
        let all = self.sheets.len();
        let (pages_that_fit, files) = (pages_that_fit.clamp(1, all - 1), files.max(2));
        MergeRefusal::Text { needed, reached: reached.min(needed), pages_that_fit, files }
    }
}

/// Bytes that a page takes by itself in a column of that width.
fn alone(sheet: &Sheet, width: u32) -> f64 {
    let page = scale::rgb(&sheet.pixels, width, height_at(&sheet.pixels, width));
    bytes(encode(&page, LEAST_QUALITY).len() as u64)
}

fn length(attempt: &Attempt) -> f64 {
    bytes(attempt.bytes.len() as u64)
}

#[expect(clippy::cast_precision_loss, reason = "files are far below 2^52 bytes")]
fn bytes(count: u64) -> f64 {
    count as f64
}

/// Encodes with colours at half the resolution, and with code tables made for the picture: about a fifth smaller, and text is
/// black or red anyway. Progressive, in as few scans as that can be, because the encoder writes tables of its own otherwise
/// only into one scan for each component, which `zune-jpeg` 0.5.15 reads wrongly where colours have half the resolution.
fn encode(canvas: &RgbImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_progressive_scans(2);
    encoder.set_optimized_huffman_tables(true);
    let side = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
    // Only sizes of zero or beyond 65,535 fail, and `widest` allows neither.
    let _ = encoder.encode(canvas, side(canvas.width()), side(canvas.height()), ColorType::Rgb);
    bytes
}
