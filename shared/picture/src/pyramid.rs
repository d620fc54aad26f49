//! A picture at full, half, quarter … size, so that any part of it can be taken at any scale at little cost.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixel coordinates are below 12,000 and colours below 256"
)]

use std::borrow::Cow;

use image::RgbImage;

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
    pub(crate) fn to_picture(self, [x, y]: Point) -> Point {
        let (sin, cos) = self.turn.sin_cos();
        let (u, v) = ((x - self.anchor[0]) * self.scale[0], (y - self.anchor[1]) * self.scale[1]);
        [self.centre[0] + u * cos - v * sin, self.centre[1] + u * sin + v * cos]
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
        // why: levels halve, so that up to two of a level's pixels fall on one of the window's; four looks
        // at it lose none of them.
        let looks: &[f32] = if step > 1.0 { &[0.25, 0.75] } else { &[0.5] };
        let share = 1.0 / (looks.len() * looks.len()) as f32;
        let mut seen = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let mut sum = [0.0; 3];
                for dy in looks {
                    for dx in looks {
                        let [u, v] = window.to_picture([x as f32 + dx, y as f32 + dy]);
                        let colour = bilinear(source, [u * ratio[0], v * ratio[1]], beyond);
                        (0..3).for_each(|channel| sum[channel] += colour[channel] * share);
                    }
                }
                seen.push(sum);
            }
        }
        seen
    }
}

/// The colour between the four pixels around a point.
fn bilinear(source: &RgbImage, [x, y]: Point, beyond: Option<[f32; 3]>) -> [f32; 3] {
    let (width, height) = (source.width() as f32, source.height() as f32);
    if let Some(colour) = beyond
        && !(0.0..width).contains(&x) | !(0.0..height).contains(&y)
    {
        return colour;
    }
    let (x, y) = ((x - 0.5).clamp(0.0, width - 1.0), (y - 0.5).clamp(0.0, height - 1.0));
    let (left, top) = (x as u32, y as u32);
    let (right, bottom) = ((left + 1).min(source.width() - 1), (top + 1).min(source.height() - 1));
    let (fx, fy) = (x - left as f32, y - top as f32);
    let corners = [(left, top), (right, top), (left, bottom), (right, bottom)];
    let weights = [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy];
    let mut colour = [0.0; 3];
    for ((u, v), weight) in corners.into_iter().zip(weights) {
        let pixel = source.get_pixel(u, v).0;
        (0..3).for_each(|channel| colour[channel] += f32::from(pixel[channel]) * weight);
    }
    colour
}

/// Half the size; each pixel is the mean of four. An odd last row or column is left out.
fn half(picture: &RgbImage) -> Option<RgbImage> {
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    if width.min(height) < SHORTEST {
        return None;
    }
    let stride = picture.width() as usize * 3;
    let mut pixels = Vec::with_capacity((width * height * 3) as usize);
    for rows in picture.as_raw().chunks_exact(2 * stride) {
        let (upper, lower) = rows.split_at(stride);
        for (above, below) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
            for channel in 0..3 {
                let sum: u16 = [above[channel], above[channel + 3], below[channel], below[channel + 3]]
                    .into_iter()
                    .map(u16::from)
                    .sum();
                pixels.push(((sum + 2) / 4) as u8);
            }
        }
    }
    RgbImage::from_raw(width, height, pixels)
}
