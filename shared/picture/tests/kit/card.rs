//! Drawn identity cards on a table. Text is GNU Unifont; names and numbers are nobody's.

use image::{Rgb, RgbImage, imageops};

use super::page::draw;

/// Which side is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Portrait,
    Emblem,
}

/// A card of 1,000 by 630 pixels.
pub fn card(side: Side) -> RgbImage {
    let mut card = RgbImage::from_pixel(1_000, 630, Rgb([214, 226, 232]));
    let mut write = |text: &str, (left, top): (u32, u32), scale: u32| {
        for (letter, x) in text.chars().zip((left..).step_by(16 * scale as usize)) {
            draw(&mut card, letter, (x, top), scale);
        }
    };
    match side {
        Side::Portrait => {
            for (line, top) in [
                "姓名样本",
                "性别女民族汉",
                "出生二〇〇〇年",
                "住址样本省样本市",
                "公民身份号码〇〇〇〇〇〇〇〇〇〇〇〇",
            ]
            .into_iter()
            .zip((60..).step_by(100))
            {
                write(line, (60, top), 2);
            }
            disc(&mut card, (790, 300), (110, 150), [40, 36, 40]);
        }
        Side::Emblem => {
            write("样本居民身份证", (320, 90), 4);
            write("签发机关样本市样本局", (240, 430), 2);
            write("有效期限二〇二〇年至长期", (240, 510), 2);
            disc(&mut card, (155, 165), (100, 100), [205, 45, 45]);
        }
    }
    card
}

fn disc(card: &mut RgbImage, centre: (i32, i32), radii: (i32, i32), colour: [u8; 3]) {
    for y in -radii.1..=radii.1 {
        for x in -radii.0..=radii.0 {
            let inside = f64::from(x).powi(2) / f64::from(radii.0).powi(2)
                + f64::from(y).powi(2) / f64::from(radii.1).powi(2)
                <= 1.0;
            if inside {
                card.put_pixel((centre.0 + x) as u32, (centre.1 + y) as u32, Rgb(colour));
            }
        }
    }
}

/// The thing on a table, with grain; its upper left corner at `at`, which may lie outside of the picture.
pub fn on_table(thing: &RgbImage, size: (u32, u32), at: (i64, i64)) -> RgbImage {
    let mut state = 7_u32;
    let mut table = RgbImage::from_fn(size.0, size.1, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([92, 70, 50].map(|value: u8| value + (state >> 28) as u8))
    });
    imageops::replace(&mut table, thing, at.0, at.1);
    table
}
