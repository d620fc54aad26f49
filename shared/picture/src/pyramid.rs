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
use wide::{f32x4, i32x4};

/// Levels end when a side would get shorter than this.
const SHORTEST: u32 = 64;

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

    /// The same of four points: how far across they are, and how far down.
    #[inline]
    fn four(self, x: f32x4, y: f32x4) -> [f32x4; 2] {
        [0, 1].map(|axis| x * self.across[axis] + y * self.down[axis] + self.origin[axis])
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
        let closely = step > 1.0;
        let mut seen = Vec::with_capacity(width * height);
        for y in 0..height {
            let row = y as f32;
            if closely {
                let down = f32x4::new([0.25, 0.25, 0.75, 0.75]) + row;
                seen.extend((0..width).map(|x| {
                    let across = f32x4::new([0.25, 0.75, 0.25, 0.75]) + x as f32;
                    let [one, two, three, four] = sheet.four(lines.four(across, down), beyond);
                    rgb(((one + two) + (three + four)) * 0.25)
                }));
            } else {
                let down = f32x4::splat(row + 0.5);
                for x in (0..width).step_by(4) {
                    let across = f32x4::new([0.5, 1.5, 2.5, 3.5]) + x as f32;
                    let four = sheet.four(lines.four(across, down), beyond);
                    seen.extend(four.into_iter().take(width - x).map(rgb));
                }
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
        // Each row's last pixel is there twice, and the last row too, so that every pixel has one beside and one below it.
        let stride = right - left + 2;
        let rows = level.as_raw().chunks_exact(size[0] * 3).skip(top).take(bottom - top + 1);
        // why: row by row into memory of the right size; collected at once it would grow, and move, several times.
        let mut pixels = Vec::with_capacity((bottom - top + 2) * stride);
        for row in rows {
            let colours = row[left * 3..=right * 3 + 2].chunks_exact(3);
            pixels.extend(colours.map(|rgb| colour_of_bytes([rgb[0], rgb[1], rgb[2], 0])));
            pixels.extend(pixels.last().copied());
        }
        pixels.extend_from_within(pixels.len() - stride..);
        Self {
            pixels,
            stride,
            size: size.map(|side| side as f32),
            least: [left as f32, top as f32],
            most: [right as f32, bottom as f32],
        }
    }

    /// Whether a point is on the level.
    fn holds(&self, [x, y]: Point) -> bool {
        x >= 0.0 && y >= 0.0 && x < self.size[0] && y < self.size[1]
    }

    /// The colours at four points: each is the one between the four pixels around it. Beyond the level it is `beyond`, or that
    /// of the edge.
    #[inline]
    fn four(&self, points: [f32x4; 2], beyond: Option<[f32; 3]>) -> [f32x4; 4] {
        let [across, down]: [[(usize, f32); 4]; 2] = from_fn(|axis| {
            let (least, most) = (self.least[axis], self.most[axis]);
            // why: what is no number ends at 0, which is a pixel that is there.
            let place =
                (points[axis] - (least + 0.5)).fast_max(f32x4::ZERO).fast_min(f32x4::splat(most - least));
            let whole = place.trunc_int();
            let rest = (place - f32x4::from_i32x4(whole)).to_array();
            let whole = whole.to_array();
            from_fn(|lane| (whole[lane] as usize, rest[lane]))
        });
        let beyond = beyond.map(|beyond| (colour(beyond), points.map(f32x4::to_array)));
        let look = |lane: usize| {
            if let Some((beyond, [x, y])) = beyond
                && !self.holds([x[lane], y[lane]])
            {
                return beyond;
            }
            let ((left, right_share), (top, lower_share)) = (across[lane], down[lane]);
            let here = top * self.stride + left;
            let between = |pair: &[f32x4]| pair[0] + (pair[1] - pair[0]) * right_share;
            let above = between(&self.pixels[here..here + 2]);
            let below = between(&self.pixels[here + self.stride..here + self.stride + 2]);
            above + (below - above) * lower_share
        };
        // why: written out, because the compiler would else make a call of each.
        [look(0), look(1), look(2), look(3)]
    }
}

/// A colour in a vector, which the compiler would not make of three numbers by itself.
fn colour([red, green, blue]: [f32; 3]) -> f32x4 {
    f32x4::new([red, green, blue, 0.0])
}

/// The same of a pixel's bytes, all of them at once: each is masked out of the whole, becomes a number where it stands, and is
/// brought down to its size.
fn colour_of_bytes(bytes: [u8; 4]) -> f32x4 {
    let each = i32x4::splat(i32::from_le_bytes(bytes)) & i32x4::new([0xFF, 0xFF00, 0x00FF_0000, 0]);
    f32x4::from_i32x4(each) * f32x4::new([1.0, 1.0 / 256.0, 1.0 / 65_536.0, 0.0])
}

/// The three numbers of a colour in a vector.
fn rgb(colour: f32x4) -> [f32; 3] {
    let [red, green, blue, _] = colour.to_array();
    [red, green, blue]
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
