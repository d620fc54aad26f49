//! The face from close by: upright, at one scale, with its own colour of skin.
//!
//! All rules about the face measure here, so that a length of ten pixels is the same part of any face. The
//! distance between the eyes is [`EYES_APART`] pixels: about that of an ID photo of 295 × 413 pixels.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "coordinates of a portrait are below 400"
)]

use crate::face::Head;
use crate::face::landmarks::{CHEEKS, Landmarks, OUTLINE, distance, middle};
use crate::pyramid::{Point, Pyramid, Window};

/// Pixels between the middles of the eyes.
pub(crate) const EYES_APART: f32 = 80.0;
/// Pixels across a portrait.
pub(crate) const WIDTH: usize = 288;
/// Pixels down a portrait.
pub(crate) const HEIGHT: usize = 352;
/// The point between the eyes.
pub(crate) const BETWEEN_EYES: Point = [144.0, 176.0];

/// One channel of a portrait, row by row.
pub(crate) struct Plane(Vec<f32>);

impl Plane {
    /// The value at a pixel; beyond the edge, that of the edge.
    pub(crate) fn at(&self, x: i32, y: i32) -> f32 {
        let x = x.clamp(0, WIDTH as i32 - 1) as usize;
        let y = y.clamp(0, HEIGHT as i32 - 1) as usize;
        self.0[y * WIDTH + x]
    }

    /// The value at a pixel and at those left, right, above and below it.
    pub(crate) fn cross(&self, x: i32, y: i32) -> [f32; 5] {
        if x < 1 || y < 1 || x >= WIDTH as i32 - 1 || y >= HEIGHT as i32 - 1 {
            return [[0, 0], [-1, 0], [1, 0], [0, -1], [0, 1]].map(|[dx, dy]| self.at(x + dx, y + dy));
        }
        let at = y as usize * WIDTH + x as usize;
        [at, at - 1, at + 1, at - WIDTH, at + WIDTH].map(|at| self.0[at])
    }
}

/// The colour of this person's skin in this light, from the cheeks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Skin {
    /// Median luma and colour differences.
    pub(crate) colour: [f32; 3],
    /// What each may deviate by.
    spread: [f32; 3],
}

/// A face from close by.
pub(crate) struct Portrait {
    /// Its points on the picture.
    pub(crate) marks: Landmarks,
    /// Where it is on the picture.
    pub(crate) window: Window,
    /// Luma, 0 to 255.
    pub(crate) luma: Plane,
    /// Blue and red difference, around 0.
    pub(crate) chroma: [Plane; 2],
    /// How likely each pixel shows the person.
    pub(crate) person: Plane,
    /// The colour of the skin.
    pub(crate) skin: Skin,
    points: Vec<Point>,
    size: [f32; 2],
}

impl Portrait {
    pub(crate) fn of(pyramid: &Pyramid<'_>, marks: Landmarks, head: &Head) -> Self {
        let [left, right] = marks.eyes();
        let eyes_apart = distance(left, right).max(1.0);
        let window = Window {
            centre: middle(left, right),
            anchor: BETWEEN_EYES,
            scale: [eyes_apart / EYES_APART; 2],
            turn: (right[1] - left[1]).atan2(right[0] - left[0]),
        };
        let seen = pyramid.view(window, (WIDTH, HEIGHT), None);
        let plane = |weights: [f32; 3]| {
            Plane(seen.iter().map(|c| c[0] * weights[0] + c[1] * weights[1] + c[2] * weights[2]).collect())
        };
        // ITU-R BT.601, as in JPEG.
        let luma = plane([0.299, 0.587, 0.114]);
        let chroma = [plane([-0.168_736, -0.331_264, 0.5]), plane([0.5, -0.418_688, -0.081_312])];
        let points: Vec<Point> = marks.all().map(|point| window.on_window(point)).collect();
        let person = Plane(head.person(WIDTH, HEIGHT));
        let skin = Skin::of(&luma, &chroma, &CHEEKS.map(|number| points[number]));
        Self { marks, window, luma, chroma, person, skin, points, size: pyramid.size() }
    }

    /// A point of the mesh on the portrait.
    pub(crate) fn at(&self, number: usize) -> Point {
        self.points[number]
    }

    /// The same point to the nearest pixel.
    pub(crate) fn pixel(&self, number: usize) -> [i32; 2] {
        self.points[number].map(|value| value as i32)
    }

    /// How far a pixel's colour is from the skin's, in deviations.
    pub(crate) fn off_skin(&self, x: i32, y: i32) -> f32 {
        self.skin.distance([self.luma.at(x, y), self.chroma[0].at(x, y), self.chroma[1].at(x, y)])
    }

    /// The pixels within a polygon.
    pub(crate) fn within(corners: &[Point]) -> Vec<[i32; 2]> {
        let mut pixels = Vec::new();
        let mut crossings = Vec::new();
        for y in 0..HEIGHT {
            let level = y as f32 + 0.5;
            crossings.clear();
            for (one, two) in corners.iter().zip(corners.iter().cycle().skip(1)) {
                if (one[1] <= level) != (two[1] <= level) {
                    crossings.push(one[0] + (level - one[1]) / (two[1] - one[1]) * (two[0] - one[0]));
                }
            }
            crossings.sort_by(f32::total_cmp);
            for pair in crossings.chunks_exact(2) {
                let from = pair[0].clamp(0.0, WIDTH as f32).ceil() as i32;
                let to = pair[1].clamp(0.0, WIDTH as f32).floor() as i32;
                pixels.extend((from..to).map(|x| [x, y as i32]));
            }
        }
        pixels
    }

    /// The pixels of the face, without its edge.
    pub(crate) fn face(&self) -> Vec<[i32; 2]> {
        let outline = OUTLINE.map(|number| self.at(number));
        let centre = middle(self.at(OUTLINE[0]), self.at(OUTLINE[18]));
        let shrunk =
            outline.map(|[x, y]| [centre[0] + (x - centre[0]) * 0.9, centre[1] + (y - centre[1]) * 0.9]);
        Self::within(&shrunk)
    }

    /// The head and what is above and beside it, on the picture.
    pub(crate) fn head_place(&self) -> [f64; 4] {
        self.place([0.0, 0.0, WIDTH as f32, WIDTH as f32])
    }

    /// A box on the portrait as a place on the picture: left, top, width, height.
    pub(crate) fn place(&self, [left, top, right, bottom]: [f32; 4]) -> [f64; 4] {
        let corners =
            [[left, top], [right, top], [left, bottom], [right, bottom]].map(|p| self.window.to_picture(p));
        let span = |axis: usize| {
            let values = corners.map(|corner| corner[axis].clamp(0.0, self.size[axis]));
            let least = values.into_iter().fold(f32::INFINITY, f32::min);
            (least, values.into_iter().fold(0.0, f32::max) - least)
        };
        let ((x, width), (y, height)) = (span(0), span(1));
        [x, y, width, height].map(f64::from)
    }
}

impl Skin {
    /// From discs of 7 pixels around the middles of the cheeks.
    fn of(luma: &Plane, chroma: &[Plane; 2], cheeks: &[Point]) -> Self {
        const RADIUS: i32 = 7;
        let mut channels = [Vec::new(), Vec::new(), Vec::new()];
        for [x, y] in cheeks {
            for dy in -RADIUS..=RADIUS {
                for dx in -RADIUS..=RADIUS {
                    let (x, y) = (*x as i32 + dx, *y as i32 + dy);
                    if dx * dx + dy * dy <= RADIUS * RADIUS {
                        channels[0].push(luma.at(x, y));
                        channels[1].push(chroma[0].at(x, y));
                        channels[2].push(chroma[1].at(x, y));
                    }
                }
            }
        }
        let mut colour = [0.0; 3];
        let mut spread = [0.0; 3];
        for (number, channel) in channels.iter_mut().enumerate() {
            colour[number] = quantile(channel, 0.5);
            let middle = colour[number];
            for value in channel.iter_mut() {
                *value = (*value - middle).abs();
            }
            spread[number] = 1.5 * quantile(channel, 0.5);
        }
        // why: light falls off across a face far more than its hue changes.
        let least = [(0.12 * colour[0]).max(8.0), 3.0, 3.0];
        (0..3).for_each(|number| spread[number] = spread[number].max(least[number]));
        Self { colour, spread }
    }

    fn distance(&self, colour: [f32; 3]) -> f32 {
        let deviation = |n: usize| (colour[n] - self.colour[n]) / self.spread[n];
        let [luma, blue, red] = [deviation(0), deviation(1), deviation(2)];
        (luma * luma + blue * blue + red * red).sqrt()
    }
}

/// The value below which a share of all lies; 0 of none.
pub(crate) fn quantile(values: &mut [f32], share: f32) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let at = ((values.len() - 1) as f32 * share).round() as usize;
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}

/// The mean; 0 of none.
pub(crate) fn mean(values: impl IntoIterator<Item = f32>) -> f32 {
    let (sum, count) = values.into_iter().fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}
