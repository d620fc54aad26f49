//! A picture at full, half, quarter … size, so that any part of it can be taken at any scale at little cost.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixel coordinates are below 12,000 and colours below 256"
)]

use std::array::from_fn;
use std::borrow::Cow;

use image::RgbImage;
use wide::f32x4;

/// Levels end when a side would get shorter than this.
const SHORTEST: u32 = 64;

/// Points that are looked at together.
const LANES: usize = 16;

/// A place on a picture in pixels, measured from its upper left corner; pixel centres are at halves.
pub(crate) type Point = [f32; 2];

/// A turned, scaled window on a picture: which of the picture's points a point of the window shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// The picture's point in the middle of the window.
    pub(crate) centre: Point,
    /// The window's point that shows it.
    pub(crate) anchor: Point,
    /// Picture pixels for one of the window's, across and down.
    pub(crate) scale: [f32; 2],
    /// How far the window is turned clockwise, in radians.
    pub(crate) turn: f32,
}

impl Window {
    /// The picture's point under a window's point.
    pub(crate) fn to_picture(self, point: Point) -> Point {
        self.lines().at(point)
    }

    /// The way from the window to the picture, for those who ask about many points.
    pub(crate) fn lines(self) -> Lines {
        let (sin, cos) = self.turn.sin_cos();
        let across = [self.scale[0] * cos, self.scale[0] * sin];
        let down = [-self.scale[1] * sin, self.scale[1] * cos];
        let origin = [0, 1]
            .map(|axis| self.centre[axis] - self.anchor[0] * across[axis] - self.anchor[1] * down[axis]);
        Lines { origin, across, down }
    }

    /// The window's point over a picture's point.
    pub(crate) fn on_window(self, [x, y]: Point) -> Point {
        let (sin, cos) = self.turn.sin_cos();
        let (u, v) = (x - self.centre[0], y - self.centre[1]);
        [
            (u * cos + v * sin) / self.scale[0] + self.anchor[0],
            (v * cos - u * sin) / self.scale[1] + self.anchor[1],
        ]
    }
}

/// A window's lines on the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines {
    origin: Point,
    across: Point,
    down: Point,
}

impl Lines {
    /// The picture's point under a window's point.
    pub(crate) fn at(self, [x, y]: Point) -> Point {
        [0, 1].map(|axis| self.origin[axis] + x * self.across[axis] + y * self.down[axis])
    }
}

/// The sizes of one picture.
pub(crate) struct Pyramid<'a> {
    levels: Vec<Cow<'a, RgbImage>>,
}

impl<'a> Pyramid<'a> {
    pub(crate) fn of(picture: &'a RgbImage) -> Self {
        let mut levels = vec![Cow::Borrowed(picture)];
        while let Some(half) = levels.last().and_then(|last| half(last)) {
            levels.push(Cow::Owned(half));
        }
        Self { levels }
    }

    /// The picture at full size.
    fn whole(&self) -> &RgbImage {
        &self.levels[0]
    }

    /// Pixels across and down.
    pub(crate) fn size(&self) -> [f32; 2] {
        [self.whole().width() as f32, self.whole().height() as f32]
    }

    /// What a window of `width` by `height` pixels shows, row by row. Beyond the picture's edge it is `beyond`,
    /// or the edge goes on.
    pub(crate) fn view(
        &self,
        window: Window,
        (width, height): (usize, usize),
        beyond: Option<[f32; 3]>,
    ) -> Vec<[f32; 3]> {
        let step = window.scale[0].max(window.scale[1]).max(f32::MIN_POSITIVE);
        let level = (step.log2().floor().max(0.0) as usize).min(self.levels.len() - 1);
        let source = &self.levels[level];
        let ratio = [
            source.width() as f32 / self.whole().width() as f32,
            source.height() as f32 / self.whole().height() as f32,
        ];
        let lines = window.lines();
        let lines = Lines {
            origin: [lines.origin[0] * ratio[0], lines.origin[1] * ratio[1]],
            across: [lines.across[0] * ratio[0], lines.across[1] * ratio[1]],
            down: [lines.down[0] * ratio[0], lines.down[1] * ratio[1]],
        };
        let sheet = Sheet::of(source, lines, [width as f32, height as f32]);
        // why: levels halve, so that up to two of a level's pixels fall on one of the window's; four looks
        // at it lose none of them.
        let looks: &[f32] = if step > 1.0 { &[0.25, 0.75] } else { &[0.5] };
        let share = f32x4::splat(1.0 / (looks.len() * looks.len()) as f32);
        let mut seen = Vec::with_capacity(width * height);
        for y in 0..height {
            for first in (0..width).step_by(LANES) {
                let mut sums = [f32x4::ZERO; LANES];
                for dy in looks {
                    for dx in looks {
                        let points: [Point; LANES] =
                            from_fn(|lane| lines.at([(first + lane) as f32 + dx, y as f32 + dy]));
                        sheet.add(&points, beyond, &mut sums);
                    }
                }
                let sums = sums.iter().take(width - first);
                seen.extend(sums.map(|sum| {
                    let [red, green, blue, _] = (*sum * share).to_array();
                    [red, green, blue]
                }));
            }
        }
        seen
    }
}

/// The part of one level that a window shows, in the numbers that are reckoned with.
struct Sheet {
    /// Red, green, blue and nothing.
    pixels: Vec<f32x4>,
    stride: usize,
    /// The level's size.
    size: [f32; 2],
    /// The least and the greatest coordinates that are at hand, from pixel centre to pixel centre.
    least: Point,
    most: Point,
}

impl Sheet {
    fn of(level: &RgbImage, lines: Lines, [width, height]: [f32; 2]) -> Self {
        let corners =
            [[0.0, 0.0], [width, 0.0], [0.0, height], [width, height]].map(|corner| lines.at(corner));
        let size = [level.width() as usize, level.height() as usize];
        // One pixel more on each side for the neighbours; beyond the level its edge goes on.
        let [(left, right), (top, bottom)] = [0, 1].map(|axis| {
            let values = corners.map(|corner| corner[axis]);
            let last = size[axis] - 1;
            let from = values.into_iter().fold(f32::INFINITY, f32::min) - 1.5;
            let to = values.into_iter().fold(f32::NEG_INFINITY, f32::max) + 1.5;
            ((from.max(0.0) as usize).min(last), (to.max(0.0) as usize).min(last))
        });
        let rows = level.as_raw().chunks_exact(size[0] * 3).skip(top).take(bottom - top + 1);
        // why: row by row into memory of the right size; collected at once it would grow, and move, several times.
        let mut pixels = Vec::with_capacity((bottom - top + 1) * (right - left + 1));
        for row in rows {
            let colours = row[left * 3..=right * 3 + 2].chunks_exact(3);
            pixels.extend(colours.map(|rgb| colour([rgb[0], rgb[1], rgb[2]].map(f32::from))));
        }
        Self {
            pixels,
            stride: right - left + 1,
            size: size.map(|side| side as f32),
            least: [left as f32, top as f32],
            most: [right as f32, bottom as f32],
        }
    }

    /// Whether a point is on the level.
    fn holds(&self, [x, y]: Point) -> bool {
        x >= 0.0 && y >= 0.0 && x < self.size[0] && y < self.size[1]
    }

    /// Adds the colours at points to `sums`: each is the one between the four pixels around it. Beyond the level it is
    /// `beyond`, or that of the edge.
    fn add(&self, points: &[Point; LANES], beyond: Option<[f32; 3]>, sums: &mut [f32x4; LANES]) {
        // why: first all places, then all colours; the compiler reckons with several places at once.
        let places: [[f32; 2]; LANES] = points.map(|point| {
            from_fn(|axis| (point[axis] - 0.5).clamp(self.least[axis], self.most[axis]) - self.least[axis])
        });
        let whole: [[i32; 2]; LANES] = places.map(|place| place.map(|at| at as i32));
        let last = [0, 1].map(|axis| self.most[axis] - self.least[axis]);
        for (lane, sum) in sums.iter_mut().enumerate() {
            if let Some(beyond) = beyond.filter(|_| !self.holds(points[lane])) {
                *sum += colour(beyond);
                continue;
            }
            let ([x, y], [left, top]) = (places[lane], whole[lane]);
            let (fx, fy) = (x - left as f32, y - top as f32);
            let here = top as usize * self.stride + left as usize;
            let beside = usize::from(x < last[0]);
            let below = if y < last[1] { self.stride } else { 0 };
            let [one, two] = [self.pixels[here], self.pixels[here + beside]];
            let [three, four] = [self.pixels[here + below], self.pixels[here + below + beside]];
            let weights =
                [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy].map(f32x4::splat);
            *sum += one * weights[0] + two * weights[1] + three * weights[2] + four * weights[3];
        }
    }
}

/// A colour in a vector, which the compiler would not make of three numbers by itself.
fn colour([red, green, blue]: [f32; 3]) -> f32x4 {
    f32x4::new([red, green, blue, 0.0])
}

/// Half the size; each pixel is the mean of four. An odd last row or column is left out.
fn half(picture: &RgbImage) -> Option<RgbImage> {
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    if width.min(height) < SHORTEST {
        return None;
    }
    let stride = picture.width() as usize * 3;
    let mut pixels = vec![0; (width * height * 3) as usize];
    // why: first two rows added up, then each value and the one beside it, both quick because nothing is skipped; half of the
    // means are thrown away.
    let mut sums = vec![0_u16; stride];
    let mut means = vec![0_u8; stride];
    let halves = pixels.chunks_exact_mut(width as usize * 3);
    for (rows, half) in picture.as_raw().chunks_exact(2 * stride).zip(halves) {
        let (upper, lower) = rows.split_at(stride);
        for ((sum, above), below) in sums.iter_mut().zip(upper).zip(lower) {
            *sum = u16::from(*above) + u16::from(*below);
        }
        for ((mean, one), two) in means.iter_mut().zip(&sums).zip(&sums[3..]) {
            *mean = ((one + two + 2) / 4) as u8;
        }
        for (pair, pixel) in means.chunks_exact(6).zip(half.chunks_exact_mut(3)) {
            pixel.copy_from_slice(&pair[..3]);
        }
    }
    RgbImage::from_raw(width, height, pixels)
}
