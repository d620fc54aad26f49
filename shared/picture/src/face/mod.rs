//! The face in a picture, found once and looked at by all rules.

pub(crate) mod detector;
pub(crate) mod grid;
pub(crate) mod landmarks;
pub(crate) mod portrait;

use crate::Picture;
use crate::models::{self, PERSON_SIDE};
use crate::pyramid::{Pyramid, Window};
use crate::thresholds;

pub(crate) use self::detector::Found;
pub(crate) use self::landmarks::Landmarks;
pub(crate) use self::portrait::Portrait;

/// Who is in a picture.
pub(crate) struct Sitting {
    /// All faces, the most prominent first.
    pub(crate) faces: Vec<Found>,
    /// The first face from close by.
    pub(crate) portrait: Option<Portrait>,
    /// Where the person is, on the whole picture.
    pub(crate) person: Person,
    /// The whole picture in the person's resolution.
    pub(crate) whole: Vec<[f32; 3]>,
}

impl Sitting {
    pub(crate) fn of(picture: &Picture) -> Self {
        let pyramid = Pyramid::of(picture.pixels());
        let faces = detector::find(&pyramid);
        let size = [picture.width(), picture.height()].map(f64::from);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "sides below 12,000"
        )]
        let window = Window {
            centre: [0.0; 2],
            anchor: [0.0; 2],
            scale: size.map(|side| side as f32 / PERSON_SIDE as f32),
            turn: 0.0,
        };
        let whole = pyramid.view(window, (PERSON_SIDE, PERSON_SIDE), None);
        let input: Vec<f32> = whole.iter().flatten().map(|value| value / 255.0).collect();
        let person = Person { scale: window.scale, share: models::person(&input).unwrap_or_default() };
        // why: where the mesh sees no face either, nothing about it can be measured.
        let marks = faces.first().and_then(|found| Landmarks::of(&pyramid, found));
        let marks = marks.filter(|marks| marks.presence >= thresholds::LEAST_PRESENCE);
        let portrait = marks.map(|marks| Portrait::of(&pyramid, marks, &person));
        Self { faces, portrait, person, whole }
    }
}

/// How likely each part of the picture shows a person.
pub(crate) struct Person {
    /// Picture pixels for one of `share`, across and down.
    scale: [f32; 2],
    /// 0 to 1, row by row; empty when the model gave no answer.
    pub(crate) share: Vec<f32>,
}

impl Person {
    /// How likely the picture's point shows the person.
    pub(crate) fn at(&self, point: [f32; 2]) -> f32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the side")]
        let [x, y] = [0, 1]
            .map(|axis| point[axis] / self.scale[axis])
            .map(|at| (at.max(0.0) as usize).min(PERSON_SIDE - 1));
        self.share.get(y * PERSON_SIDE + x).copied().unwrap_or(0.0)
    }
}
