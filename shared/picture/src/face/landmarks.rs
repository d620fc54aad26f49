//! The face mesh: 468 points of a face in three dimensions, and what follows from them.
//!
//! Numbers of points are those of the model's canonical face; "left" is the picture's left.

#![expect(clippy::cast_precision_loss, reason = "sides in pixels are below 12,000")]

use crate::face::Found;
use crate::models::{self, MESH_SIDE};
use crate::pyramid::{Point, Pyramid, Window};

/// The mesh sees this many times the detector's box, as its authors have it.
const MARGIN: f32 = 1.5;

/// Degrees by which the line from forehead to chin leans on a face that looks straight ahead, from the mean of
/// frontal portraits.
const UPRIGHT_PITCH: f64 = 8.7;

/// The outer and inner corner of the left eye, then the inner and outer corner of the right one.
pub(crate) const EYE_CORNERS: [usize; 4] = [33, 133, 362, 263];
/// Outer corner, two points of the upper lid, inner corner, two of the lower lid: left eye, right eye.
pub(crate) const EYES: [[usize; 6]; 2] = [[33, 160, 158, 133, 153, 144], [263, 387, 385, 362, 380, 373]];
/// The upper edges of the brows, from the outer to the inner end: left, right.
pub(crate) const BROWS: [[usize; 5]; 2] = [[70, 63, 105, 66, 107], [300, 293, 334, 296, 336]];
/// The outline of the face, clockwise from the top.
pub(crate) const OUTLINE: [usize; 36] = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176,
    149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];
/// Middles of the cheeks.
pub(crate) const CHEEKS: [usize; 4] = [50, 280, 205, 425];
/// The top of the forehead, as far as the mesh reaches.
pub(crate) const TOP: usize = 10;
/// The tip of the chin.
pub(crate) const CHIN: usize = 152;
/// The left and right edge of the face beside the eyes.
pub(crate) const SIDES: [usize; 2] = [234, 454];
/// The tip of the nose.
pub(crate) const NOSE: usize = 1;

/// The points of one face.
pub(crate) struct Landmarks {
    /// Across, down and towards the viewer (less is nearer), in pixels of the picture.
    points: Vec<[f32; 3]>,
    /// How sure the model is that there is a face, 0 to 1.
    pub(crate) presence: f64,
}

impl Landmarks {
    pub(crate) fn of(pyramid: &Pyramid<'_>, found: &Found) -> Option<Self> {
        let [[left, top], [right, bottom]] = found.eyes;
        let side = found.size[0].max(found.size[1]) * MARGIN;
        let window = Window {
            centre: found.centre,
            anchor: [MESH_SIDE as f32 / 2.0; 2],
            scale: [(side / MESH_SIDE as f32).max(1e-3); 2],
            turn: (bottom - top).atan2(right - left),
        };
        let pixels = pyramid.view(window, (MESH_SIDE, MESH_SIDE), None);
        let input: Vec<f32> = pixels.as_flattened().iter().map(|value| value / 255.0).collect();
        let (points, presence) = models::mesh(input)?;
        let points = points
            .chunks_exact(3)
            .map(|point| {
                let [x, y] = window.to_picture([point[0], point[1]]);
                [x, y, point[2] * window.scale[0]]
            })
            .collect();
        let presence = f64::from(1.0 / (1.0 + (-presence.clamp(-80.0, 80.0)).exp()));
        Some(Self { points, presence })
    }

    /// A point in pixels of the picture.
    pub(crate) fn at(&self, number: usize) -> Point {
        let [x, y, _] = self.points[number];
        [x, y]
    }

    /// All points in pixels of the picture.
    pub(crate) fn all(&self) -> impl Iterator<Item = Point> {
        self.points.iter().map(|[x, y, _]| [*x, *y])
    }

    /// The middles of the eyes.
    pub(crate) fn eyes(&self) -> [Point; 2] {
        let [outer, inner, inner_right, outer_right] = EYE_CORNERS.map(|number| self.at(number));
        [middle(outer, inner), middle(inner_right, outer_right)]
    }

    /// Degrees by which the head is turned aside; positive to the picture's right.
    pub(crate) fn yaw(&self) -> f64 {
        let [left, right] = SIDES.map(|number| self.points[number]);
        f64::from((right[2] - left[2]).atan2(distance([left[0], left[1]], [right[0], right[1]]))).to_degrees()
    }

    /// Degrees by which the head is bent; positive is down.
    pub(crate) fn pitch(&self) -> f64 {
        let (top, chin) = (self.points[TOP], self.points[CHIN]);
        let lean = (chin[2] - top[2]).atan2(distance([top[0], top[1]], [chin[0], chin[1]]));
        f64::from(lean).to_degrees() - UPRIGHT_PITCH
    }

    /// Degrees by which the eyes' line is turned; positive is clockwise.
    pub(crate) fn roll(&self) -> f64 {
        let [[left, top], [right, bottom]] = self.eyes();
        f64::from((bottom - top).atan2(right - left)).to_degrees()
    }

    /// How far the nose is from the middle of the face, as a share of half its width; positive to the right.
    pub(crate) fn asymmetry(&self) -> f64 {
        let [left, right] = SIDES.map(|number| distance(self.at(NOSE), self.at(number)));
        f64::from((left - right) / (left + right).max(f32::MIN_POSITIVE))
    }

    /// How far each eye is open: its height as a share of its width; left, right.
    pub(crate) fn openness(&self) -> [f64; 2] {
        EYES.map(|eye| {
            let [outer, above, above_in, inner, below_in, below] = eye.map(|number| self.at(number));
            let height = distance(above, below) + distance(above_in, below_in);
            f64::from(height / (2.0 * distance(outer, inner)).max(f32::MIN_POSITIVE))
        })
    }
}

pub(crate) fn middle(one: Point, two: Point) -> Point {
    [f32::midpoint(one[0], two[0]), f32::midpoint(one[1], two[1])]
}

pub(crate) fn distance(one: Point, two: Point) -> f32 {
    (one[0] - two[0]).hypot(one[1] - two[1])
}
