//! Judges an uploaded picture: bytes in, a typed [`Judgement`] out.
//!
//! The bytes are hostile until shown otherwise. Steps that make the next one safe run first and by name:
//!
//! | step | asks | refuses with |
//! |---|---|---|
//! | `format` | which format the content is, whatever its name says | `attachment.FORMAT`, or the code of its kind such as `attachment.FORMAT_HEIC` |
//! | `bytes` | is the file within the purpose's bounds | `attachment.TOO_SMALL`, `attachment.TOO_BIG` |
//! | `header` | size, coding and colour, before anything is decoded | `picture.DIMENSIONS`, `picture.UNSUPPORTED`, `picture.COLOUR`, `picture.CORRUPT` |
//! | `frames` | is it a single picture | `picture.ANIMATED` |
//! | `decode` | is every pixel there | `picture.CORRUPT` |
//! | `pixels` | is the upright picture large enough | `attachment.PIXELS` |
//!
//! Then the [`Rule`]s look at the upright picture in 8-bit RGB. What is accepted leaves as a [`CleanCopy`]:
//! pixels encoded anew, so that no metadata, no trailing bytes and no crafted structure survive.
//!
//! No AWS, no clock, no threads, no files: the crate can run in a function, in a test or in the page.

mod clean;
mod document;
mod face;
mod hand;
mod jpeg;
mod learned;
mod likeness;
pub mod merge;
mod models;
mod network;
mod pixels;
mod png;
mod pyramid;
mod refusal;
pub mod rules;
pub mod scale;
mod shrink;
mod skeleton;
mod text;
mod thresholds;

use domain::file_kind::FileKind;
use domain::likeness::Likeness;
use domain::upload::{AttachmentError, Finding, Limits, Purpose, Verdict};
use serde::Serialize;

pub use crate::clean::CleanCopy;
pub use crate::document::outline::{Outline, outlines};
pub use crate::document::sheet_corners;
pub use crate::likeness::likeness;
pub use crate::merge::{MergeRefusal, Merged, merge};
pub use crate::network::one_core;
pub use crate::pixels::Picture;
pub use crate::rules::{Rule, Scene, rules};
pub use crate::shrink::shrink;

use crate::refusal::Refusal;
use crate::rules::Report;
use crate::skeleton::Skeleton;

/// What was decided about some bytes, why, and what may be kept of them.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The decision that follows from the findings.
    pub verdict: Verdict,
    /// Everything that was found, in the order of the checks.
    pub findings: Vec<Finding>,
    /// The names of the checks that ran, in order. A check that is not here was not reached, or does not
    /// apply to the purpose.
    pub rules_run: Vec<&'static str>,
    /// What was measured of the file.
    pub measures: Measures,
    /// What the rules measured, by the rule's and the measure's name, whether or not anything follows from it.
    pub measured: Vec<(&'static str, f64)>,
    /// The copy to keep; `None` when the picture is refused.
    pub clean: Option<CleanCopy>,
    /// What the copy looks like; `None` when there is none, or pictures of the purpose are not compared.
    pub likeness: Option<Likeness>,
}

/// What was measured of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Measures {
    /// The file's size in bytes.
    pub bytes: u64,
    /// What its content is.
    pub format: FileKind,
    /// Pixels across the upright picture; `None` when it was refused before that was known.
    pub width: Option<u32>,
    /// Pixels down the upright picture; `None` when it was refused before that was known.
    pub height: Option<u32>,
}

/// Longest side of a photo that is kept, in pixels. It is printed 35 mm high (413 pixels at 300 dots an inch); four times
/// that is more than a reviewer's screen shows. Documents keep all they have: their text must stay readable.
const PHOTO_SIDE: u32 = 1_652;

/// Judges `bytes` as a picture for `purpose`, and copies it when it is not refused.
pub fn judge(bytes: &[u8], purpose: Purpose) -> Judgement {
    let max_bytes = purpose.limits().max_bytes;
    let max_side = if purpose == Purpose::Photo { PHOTO_SIDE } else { u32::MAX };
    keep(examine(bytes, purpose), purpose, |picture| {
        CleanCopy::of(picture.into_pixels(), max_side, max_bytes)
    })
}

/// Judges a picture that [`merge()`] made, by the same rules. It is kept as it is: it was made of pixels only, and encoding it
/// once more would cost what the merger gained. No least size in bytes is asked of it, because that is there to keep people
/// from sending less than they have.
pub fn judge_merged(merged: &Merged, purpose: Purpose) -> Judgement {
    let limits = Limits { min_bytes: 0, ..purpose.limits() };
    let asked = |rule: &dyn Rule| rule.applies_to(purpose) && rule.applies_to_merged();
    keep(examine_within(&merged.copy.bytes, purpose, limits, asked), purpose, |_| Ok(merged.copy.clone()))
}

/// The judgement with a copy of the picture, unless it is refused.
fn keep(
    (mut judgement, picture): (Judgement, Option<Picture>),
    purpose: Purpose,
    copy: impl FnOnce(Picture) -> Result<CleanCopy, Refusal>,
) -> Judgement {
    let Some(picture) = picture.filter(|_| judgement.verdict != Verdict::Refused) else { return judgement };
    judgement.rules_run.push("clean");
    let likeness = likeness(picture.pixels(), purpose);
    match copy(picture) {
        Ok(copy) => (judgement.clean, judgement.likeness) = (Some(copy), likeness),
        // why: a picture that can't be copied can't be kept.
        Err(refusal) => {
            judgement.findings.push(refusal.finding("clean"));
            judgement.verdict = Verdict::Refused;
        }
    }
    judgement
}

/// The judgement without the copy, and the picture if it could be decoded: for those who only want to know.
pub fn examine(bytes: &[u8], purpose: Purpose) -> (Judgement, Option<Picture>) {
    examine_within(bytes, purpose, purpose.limits(), |rule| rule.applies_to(purpose))
}

/// Examines `bytes` by the rules that are `asked`.
fn examine_within(
    bytes: &[u8],
    purpose: Purpose,
    limits: Limits,
    asked: impl Fn(&dyn Rule) -> bool,
) -> (Judgement, Option<Picture>) {
    let mut inquiry = Inquiry::new(bytes);
    let picture = inquiry.open(bytes, limits);
    if let Some(picture) = &picture {
        inquiry.examine(&Scene::of(picture, purpose), asked);
    }
    let judgement = Judgement {
        verdict: Verdict::of(&inquiry.report.findings),
        findings: inquiry.report.findings,
        rules_run: inquiry.rules_run,
        measures: inquiry.measures,
        measured: inquiry.report.measures,
        clean: None,
        likeness: None,
    };
    (judgement, picture)
}

/// The upright picture of a file that can be decoded safely, whatever it is for.
pub fn open(bytes: &[u8]) -> Option<Picture> {
    let skeleton = Skeleton::read(FileKind::of(bytes).format()?, bytes).ok()?;
    skeleton.check_single().ok()?;
    skeleton.decode().ok()
}

/// The 468 points of the most prominent face, in pixels of the picture; none when there is no face.
pub fn landmarks(picture: &Picture) -> Vec<[f64; 2]> {
    let scene = Scene::of(picture, Purpose::Photo);
    scene
        .portrait()
        .map_or_else(Vec::new, |portrait| portrait.marks.all().map(|point| point.map(f64::from)).collect())
}

/// The numbers that the learned rules look at, by the rule's name: what `bench/pictures/fit.py` learns from.
pub fn cells(picture: &Picture) -> Vec<(&'static str, Vec<f32>)> {
    let scene = Scene::of(picture, Purpose::Photo);
    let Some(portrait) = scene.portrait() else { return Vec::new() };
    let cells = learned::ALL.iter().map(|rule| (rule.name, rule.grid.of(portrait)));
    let head = scene.sitting().head.as_ref().map(|head| ("hat", head.numbers.clone()));
    cells.chain(head).collect()
}

/// A judgement being made.
struct Inquiry {
    report: Report,
    rules_run: Vec<&'static str>,
    measures: Measures,
}

impl Inquiry {
    fn new(bytes: &[u8]) -> Self {
        let measures =
            Measures { bytes: bytes.len() as u64, format: FileKind::of(bytes), width: None, height: None };
        Self { report: Report::default(), rules_run: Vec::new(), measures }
    }

    /// Notes that the step ran, and its refusal if it has one.
    fn step<T>(&mut self, name: &'static str, outcome: Result<T, Refusal>) -> Option<T> {
        self.rules_run.push(name);
        outcome.map_err(|refusal| self.report.findings.push(refusal.finding(name))).ok()
    }

    /// The safety steps. A format that we read but do not take, too few bytes or pixels endanger nothing, so that
    /// the rest is still looked at and the applicant hears everything at once; any other refusal ends the inquiry.
    fn open(&mut self, bytes: &[u8], limits: Limits) -> Option<Picture> {
        let kind = self.measures.format;
        let taken = kind.format().filter(|format| limits.formats.contains(format));
        self.step("format", taken.ok_or(Refusal::kind(kind)));
        let format = kind.format()?;
        let size = limits.check_bytes(self.measures.bytes);
        self.step("bytes", size.map_err(|error| Refusal::bytes(error, self.measures.bytes, &limits)));
        if size == Err(AttachmentError::TooBig) {
            return None;
        }
        let skeleton = self.step("header", Skeleton::read(format, bytes))?;
        self.step("frames", skeleton.check_single())?;
        let picture = self.step("decode", skeleton.decode())?;
        let (width, height) = (picture.width(), picture.height());
        (self.measures.width, self.measures.height) = (Some(width), Some(height));
        let enough = limits.check_pixels(width, height);
        self.step("pixels", enough.map_err(|error| Refusal::pixels(error, width, height, &limits)));
        Some(picture)
    }

    /// The rules that are `asked`.
    fn examine(&mut self, scene: &Scene<'_>, asked: impl Fn(&dyn Rule) -> bool) {
        for rule in rules().iter().filter(|rule| asked(**rule)) {
            self.rules_run.push(rule.name());
            rule.examine(scene, &mut self.report);
        }
    }
}
