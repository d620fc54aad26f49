//! What lies between four corners of a picture, as a level picture.

use image::{Rgb, RgbImage};
use imageproc::definitions::Image;
use imageproc::geometric_transformations::{Border, Interpolation, Projection, warp_into};

use crate::place::Point;

/// The corners' picture in a size; they go clockwise from the upper left one. `None` when three of them lie on a line.
pub(crate) fn level(
    picture: &RgbImage,
    corners: [Point; 4],
    (width, height): (u32, u32),
) -> Option<RgbImage> {
    #[expect(clippy::cast_possible_truncation, reason = "places in or near a picture")]
    let from = corners.map(|(x, y)| (x as f32, y as f32));
    #[expect(clippy::cast_precision_loss, reason = "sides of a picture")]
    let (right, bottom) = (width as f32, height as f32);
    let to = [(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)];
    let projection = Projection::from_control_points(from, to)?;
    let mut level: Image<Rgb<u8>> = RgbImage::new(width, height);
    warp_into(picture, projection, Interpolation::Bilinear, Border::Replicate, &mut level);
    Some(level)
}
