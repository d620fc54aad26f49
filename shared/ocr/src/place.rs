//! Where a line of text is, in a picture that may lie any way up.

/// Across and down, in pixels.
pub(crate) type Point = (f64, f64);

/// A rectangle around a line of text, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Its middle.
    pub centre: Point,
    /// Half its length, as a vector in the direction of reading.
    pub along: Point,
    /// Half its height, as a vector from the top of the characters to their feet.
    pub across: Point,
}

impl Place {
    /// Its length in pixels.
    pub fn length(&self) -> f64 {
        2.0 * length(self.along)
    }

    /// Its height in pixels.
    pub fn height(&self) -> f64 {
        2.0 * length(self.across)
    }

    /// The corners clockwise from the one where reading begins.
    pub fn corners(&self) -> [Point; 4] {
        [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(u, v)| self.at(u, v))
    }

    /// The pixel at shares of half the length and half the height, both from -1 to 1.
    pub(crate) fn at(&self, u: f64, v: f64) -> Point {
        let place = |c: f64, a: f64, b: f64| c + u * a + v * b;
        (place(self.centre.0, self.along.0, self.across.0), place(self.centre.1, self.along.1, self.across.1))
    }

    /// With every side that much farther from the middle.
    pub(crate) fn widened(self, by: f64) -> Self {
        let longer = |(x, y): Point| {
            let factor = 1.0 + by / length((x, y)).max(f64::MIN_POSITIVE);
            (x * factor, y * factor)
        };
        Self { along: longer(self.along), across: longer(self.across), ..self }
    }

    /// In a picture that is larger by factors.
    pub(crate) fn scaled(self, (across, down): (f64, f64)) -> Self {
        let scale = |(x, y): Point| (x * across, y * down);
        Self { centre: scale(self.centre), along: scale(self.along), across: scale(self.across) }
    }

    /// The same rectangle, read as nearly as can be in that direction.
    pub(crate) fn read_along(self, direction: Point) -> Self {
        let Self { along, across, .. } = self;
        let turned = [
            (along, across),
            (across, (-along.0, -along.1)),
            ((-along.0, -along.1), (-across.0, -across.1)),
            ((-across.0, -across.1), along),
        ];
        let towards =
            |(x, y): Point| (x * direction.0 + y * direction.1) / length((x, y)).max(f64::MIN_POSITIVE);
        let nearest = turned.into_iter().max_by(|one, other| towards(one.0).total_cmp(&towards(other.0)));
        let (along, across) = nearest.unwrap_or((along, across));
        Self { along, across, ..self }
    }
}

pub(crate) fn length((x, y): Point) -> f64 {
    x.hypot(y)
}

/// The direction in which most of the lines run, by their lengths; which of its two senses is left open, and it is to the right here.
pub(crate) fn direction(places: &[Place]) -> Point {
    // Twice the angle, so that opposite directions are one.
    let sum = places.iter().fold((0.0, 0.0), |sum: Point, place| {
        let (x, y) = place.along;
        // A single character has no direction: lines count by how much longer than high they are.
        let weight =
            (place.length() - place.height()).max(0.0) / length(place.along).powi(2).max(f64::MIN_POSITIVE);
        (sum.0 + weight * (x * x - y * y), sum.1 + weight * 2.0 * x * y)
    });
    let angle = if sum == (0.0, 0.0) { 0.0 } else { sum.1.atan2(sum.0) / 2.0 };
    (angle.cos(), angle.sin())
}
