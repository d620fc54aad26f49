//! The face in a picture, found once and looked at by all rules.

pub(crate) mod detector;
pub(crate) mod grid;
pub(crate) mod head;
pub(crate) mod landmarks;
pub(crate) mod portrait;

use crate::pyramid::Pyramid;
use crate::thresholds;

pub(crate) use self::detector::Found;
pub(crate) use self::head::Head;
pub(crate) use self::landmarks::Landmarks;
pub(crate) use self::portrait::Portrait;

/// Whoever sits for the picture, from close by.
#[derive(Default)]
pub(crate) struct Sitting {
    /// The first face.
    pub(crate) portrait: Option<Portrait>,
    /// The head and what is around it; there when there is a portrait.
    pub(crate) head: Option<Head>,
}

impl Sitting {
    pub(crate) fn of(pyramid: &Pyramid<'_>, face: Option<&Found>) -> Self {
        // why: where the mesh sees no face either, nothing about it can be measured.
        let marks = face.and_then(|found| Landmarks::of(pyramid, found));
        let Some(marks) = marks.filter(|marks| marks.presence >= thresholds::LEAST_PRESENCE) else {
            return Self::default();
        };
        let head = Head::of(pyramid, &marks);
        let portrait = Portrait::of(pyramid, marks, &head);
        Self { portrait: Some(portrait), head: Some(head) }
    }
}
