//! Pieces of black-and-white pictures, and how much like a card or page they are.

use image::{GrayImage, imageops};
use imageproc::contours::{BorderType, find_contours};
use imageproc::geometry::{contour_area, convex_hull, min_area_rect};
use imageproc::point::Point as Cell;

/// Steps to a pixel in the coordinates of convex outlines, which are whole numbers.
const STEPS: i32 = 16;

/// Across and down, in pixels.
pub type Point = (f64, f64);

/// A piece of a black-and-white picture and the smallest rectangle around it, in pixels.
pub struct Outline {
    cells: Vec<Cell<i32>>,
    /// What it covers, with the holes in it.
    pub(super) area: f64,
    /// What its convex outline covers.
    outlined: f64,
    /// The middle of the rectangle.
    pub centre: Point,
    /// Half the rectangle's longer side, as a vector to the right.
    pub along: Point,
    /// Half the shorter side, turned clockwise from `along`.
    pub across: Point,
}

impl Outline {
    fn of(cells: Vec<Cell<i32>>) -> Option<Self> {
        // Points are the middles of pixels: what they enclose lacks half a pixel all around.
        let corners = cells.iter().flat_map(|cell| {
            let (x, y) = (cell.x * STEPS, cell.y * STEPS);
            [(x, y), (x + STEPS, y), (x, y + STEPS), (x + STEPS, y + STEPS)].map(|(x, y)| Cell::new(x, y))
        });
        let hull = convex_hull(corners.collect::<Vec<_>>());
        if hull.len() < 3 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "the outline of a small picture")]
        let rim = cells.len() as f64 / 2.0;
        let pixel =
            |cell: &Cell<i32>| (f64::from(cell.x) / f64::from(STEPS), f64::from(cell.y) / f64::from(STEPS));
        let [a, b, c, _] = min_area_rect(&hull).each_ref().map(pixel);
        let half = |from: Point, to: Point| ((to.0 - from.0) / 2.0, (to.1 - from.1) / 2.0);
        let (along, across) = upright(half(a, b), half(b, c));
        Some(Self {
            area: contour_area(&cells) + rim,
            outlined: contour_area(&hull) / f64::from(STEPS * STEPS),
            centre: (f64::midpoint(a.0, c.0), f64::midpoint(a.1, c.1)),
            along,
            across,
            cells,
        })
    }

    /// The share of the rectangle that the outline fills.
    pub(super) fn fill(&self) -> f64 {
        self.outlined / (4.0 * length(self.along) * length(self.across)).max(1.0)
    }

    /// The share of its convex outline that it covers.
    pub(super) fn solid(&self) -> f64 {
        self.area / self.outlined.max(1.0)
    }

    /// The rectangle's longer side in pixels.
    pub(super) fn length(&self) -> f64 {
        2.0 * length(self.along)
    }

    /// The rectangle's longer side by its shorter side.
    pub(super) fn aspect(&self) -> f64 {
        length(self.along) / length(self.across).max(1.0)
    }

    /// Left, top, width and height of the upright rectangle around the rectangle.
    pub(super) fn bounds(&self) -> [f64; 4] {
        let (x, y) = (self.along.0.abs() + self.across.0.abs(), self.along.1.abs() + self.across.1.abs());
        [self.centre.0 - x, self.centre.1 - y, 2.0 * x, 2.0 * y]
    }

    /// Pixels along the picture's border where it has most of them.
    pub(super) fn touching(&self, (width, height): (u32, u32)) -> f64 {
        let (right, bottom) = (width.cast_signed() - 1, height.cast_signed() - 1);
        let of = |is: &dyn Fn(&Cell<i32>) -> bool| self.cells.iter().filter(|cell| is(cell)).count();
        let sides = [
            of(&|cell| cell.x == 0),
            of(&|cell| cell.x == right),
            of(&|cell| cell.y == 0),
            of(&|cell| cell.y == bottom),
        ];
        let most = sides.into_iter().max().unwrap_or_default();
        f64::from(u32::try_from(most).unwrap_or(u32::MAX))
    }
}

/// The pieces of white whose rim has `least` pixels or more.
pub fn outlines(white: &GrayImage, least: f64) -> impl Iterator<Item = Outline> {
    // why: imageproc 0.27 starts no outline at the left border, so that a black one is laid around.
    let mut framed = GrayImage::new(white.width() + 2, white.height() + 2);
    imageops::replace(&mut framed, white, 1, 1);
    let contours = find_contours::<i32>(&framed).into_iter();
    let outer = contours.filter(|contour| contour.border_type == BorderType::Outer);
    let long = outer
        .filter(move |contour| f64::from(u32::try_from(contour.points.len()).unwrap_or(u32::MAX)) >= least);
    let unframed = |cell: &Cell<i32>| Cell::new(cell.x - 1, cell.y - 1);
    long.filter_map(move |contour| Outline::of(contour.points.iter().map(unframed).collect()))
}

pub(super) fn length((x, y): Point) -> f64 {
    x.hypot(y)
}

/// The longer side first and to the right, the shorter one turned clockwise from it, that is downwards.
fn upright(one: Point, other: Point) -> (Point, Point) {
    let mut along = if length(one) >= length(other) { one } else { other };
    let short = length(one).min(length(other));
    if along.0 < 0.0 {
        along = (-along.0, -along.1);
    }
    let long = length(along).max(f64::MIN_POSITIVE);
    (along, (-along.1 / long * short, along.0 / long * short))
}
