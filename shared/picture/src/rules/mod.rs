//! What a picture must show. A rule looks at the upright picture and reports; it does not decide.

mod aspect;
mod backdrop;
mod blank;
mod blur;
mod document;
mod eyes;
mod faces;
mod framing;
mod fringe;
mod frontal;
mod glasses;
mod hat;
mod light;
mod screen;

use std::cell::OnceCell;

use domain::upload::{Certainty, Finding, Purpose};

use crate::Picture;
use crate::document::{Document, Form};
use crate::face::{Found, Portrait, Sitting, detector};
use crate::pyramid::Pyramid;
use crate::thresholds::Bound;

/// One thing that is looked for in a picture.
pub trait Rule: Sync {
    /// The name in findings and in the list of rules that ran.
    fn name(&self) -> &'static str;

    /// Whether pictures for `purpose` are held to this rule.
    fn applies_to(&self, purpose: Purpose) -> bool {
        purpose == Purpose::Photo
    }

    /// Whether a picture that [`merge`](crate::merge()) made is held to this rule. Its pages were judged one by one before.
    fn applies_to_merged(&self) -> bool {
        true
    }

    /// Reports what was measured and found.
    fn examine(&self, scene: &Scene<'_>, report: &mut Report);
}

/// All rules, in the order in which they run.
pub fn rules() -> &'static [&'static dyn Rule] {
    &[
        &aspect::Aspect,
        &blank::Blank,
        &faces::Faces,
        &framing::Framing,
        &blur::Blur,
        &frontal::Frontal,
        &eyes::Eyes,
        &fringe::Fringe,
        &glasses::Glasses,
        &hat::Hat,
        &light::Light,
        &backdrop::Backdrop,
        &screen::Screen,
        &document::Card,
        &document::Cut,
        &document::Text,
        &document::Blur,
        &document::Dark,
        &document::Glare,
        &document::Side,
        &document::Holding,
    ]
}

/// A picture for a purpose, and what is in it. Everything is looked for once, when a rule first asks.
pub struct Scene<'a> {
    /// The picture.
    pub picture: &'a Picture,
    /// What it is for.
    pub purpose: Purpose,
    pyramid: OnceCell<Pyramid<'a>>,
    faces: OnceCell<Vec<Found>>,
    sitting: OnceCell<Sitting>,
    document: OnceCell<Document>,
}

impl<'a> Scene<'a> {
    /// The scene that a picture shows.
    pub fn of(picture: &'a Picture, purpose: Purpose) -> Self {
        let (pyramid, faces, sitting, document) = Default::default();
        Self { picture, purpose, pyramid, faces, sitting, document }
    }

    /// The picture in several sizes.
    pub(crate) fn pyramid(&self) -> &Pyramid<'a> {
        self.pyramid.get_or_init(|| Pyramid::of(self.picture.pixels()))
    }

    /// All faces, the most prominent first.
    pub(crate) fn faces(&self) -> &[Found] {
        self.faces.get_or_init(|| detector::find(self.pyramid()))
    }

    /// The most prominent face from close by, and the head around it.
    pub(crate) fn sitting(&self) -> &Sitting {
        self.sitting.get_or_init(|| Sitting::of(self.pyramid(), self.faces().first()))
    }

    /// The most prominent face from close by.
    pub(crate) fn portrait(&self) -> Option<&Portrait> {
        self.sitting().portrait.as_ref()
    }

    /// The card or page.
    pub(crate) fn document(&self) -> &Document {
        let form = if document::is_card(self.purpose) { Form::Card } else { Form::Page };
        self.document.get_or_init(|| Document::of(self.picture, form))
    }
}

/// What rules measured and found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Names, made of the rule's and the measure's, and values in the measure's own unit.
    pub measures: Vec<(&'static str, f64)>,
    /// What breaks a rule, or may.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Notes a measure, whether or not anything follows from it.
    pub(crate) fn measure(&mut self, name: &'static str, value: impl Into<f64>) {
        self.measures.push((name, value.into()));
    }

    /// Notes a measure that is held against a bound, and the finding if it is beyond it.
    pub(crate) fn hold(
        &mut self,
        rule: &dyn Rule,
        (code, measure): (&'static str, &'static str),
        value: f64,
        bound: Bound,
        place: Option<[f64; 4]>,
    ) {
        self.measure(measure, value);
        if let Some((certainty, threshold)) = bound.judge(value) {
            self.find(rule, certainty, code, Some((value, threshold)), place);
        }
    }

    /// Notes a finding.
    pub(crate) fn find(
        &mut self,
        rule: &dyn Rule,
        certainty: Certainty,
        code: &'static str,
        measured: Option<(f64, f64)>,
        place: Option<[f64; 4]>,
    ) {
        self.findings.push(Finding {
            rule: rule.name().to_owned(),
            certainty,
            code: code.to_owned(),
            value: measured.map(|(value, _)| value),
            threshold: measured.map(|(_, threshold)| threshold),
            place,
            kind: None,
        });
    }
}
