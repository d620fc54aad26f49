//! Whatever a picture holds, reading it ends and nothing panics.

use domain::evidence::CardSide;
use image::{Rgb, RgbImage};
use proptest::prelude::*;

#[test]
fn pictures_of_any_shape_are_read() {
    for (width, height) in [(1, 1), (1, 4_000), (4_000, 1), (33, 31), (2, 900)] {
        let picture = RgbImage::from_pixel(width, height, Rgb([200, 190, 180]));
        assert_eq!(ocr::card::read(&picture), CardSide::Nothing, "{width} x {height}");
    }
}

#[test]
fn stripes_and_spots_are_no_card() {
    let stripes = RgbImage::from_fn(900, 600, |x, y| Rgb([if (x + y) % 9 < 4 { 20 } else { 230 }; 3]));
    let spots =
        RgbImage::from_fn(900, 600, |x, y| Rgb([if x % 40 < 16 && y % 40 < 16 { 20 } else { 230 }; 3]));
    for picture in [stripes, spots] {
        assert_eq!(ocr::card::read(&picture), CardSide::Nothing);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn noise_is_read(seed in any::<u32>(), width in 1..300_u32, height in 1..300_u32, grain in 1..80_u32) {
        let mut state = seed;
        let picture = RgbImage::from_fn(width, height, |x, y| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let block = (x / grain).wrapping_mul(31).wrapping_add(y / grain).wrapping_mul(seed | 1);
            Rgb([(state >> 24) as u8, (block >> 24) as u8, (block >> 16 & 255) as u8])
        });
        let _ = ocr::card::read(&picture);
    }
}
