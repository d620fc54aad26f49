//! The face in a picture, found once and looked at by all rules.

pub(crate) mod detector;
pub(crate) mod grid;
pub(crate) mod head;
pub(crate) mod landmarks;
pub(crate) mod portrait;

use crate::Picture;
use crate::pyramid::Pyramid;
use crate::thresholds;

pub(crate) use self::detector::Found;
pub(crate) use self::head::Head;
pub(crate) use self::landmarks::Landmarks;
pub(crate) use self::portrait::Portrait;

/// Who is in a picture.
pub(crate) struct Sitting {
    /// All faces, the most prominent first.
    pub(crate) faces: Vec<Found>,
    /// The first face from close by.
    pub(crate) portrait: Option<Portrait>,
    /// The head of the first face and what is around it; there when there is a portrait.
    pub(crate) head: Option<Head>,
}

impl Sitting {
    pub(crate) fn of(picture: &Picture) -> Self {
        let pyramid = Pyramid::of(picture.pixels());
        let faces = detector::find(&pyramid);
        // why: where the mesh sees no face either, nothing about it can be measured.
        let marks = faces.first().and_then(|found| Landmarks::of(&pyramid, found));
        let Some(marks) = marks.filter(|marks| marks.presence >= thresholds::LEAST_PRESENCE) else {
            return Self { faces, portrait: None, head: None };
        };
        let head = Head::of(&pyramid, &marks);
        let portrait = Portrait::of(&pyramid, marks, &head);
        Self { faces, portrait: Some(portrait), head: Some(head) }
    }
}
