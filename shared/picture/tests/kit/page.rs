//! Printed pages, of lines in GNU Unifont: 16 dots a character, so that the height of text is known exactly.

use image::{Rgb, RgbImage};

/// Characters of forms, with many and with few strokes.
const WORDS: &str =
    "兹证明该同志自二〇一三年一月起在本单位从事会计工作期间遵守财经法规履行岗位职责无违纪行为特此证明";

/// A page of `size` pixels on paper with lines of characters `scale` × 16 pixels high, a colour in its upper left corner to
/// tell it by, and seeded grain.
pub fn page(size: (u32, u32), scale: u32, colour: [u8; 3], seed: u32) -> RgbImage {
    let (width, height) = size;
    let mut page = RgbImage::from_pixel(width, height, Rgb([240, 240, 236]));
    let margin = width / 12;
    let mut words = WORDS.chars().cycle().skip(seed as usize % 40);
    for top in (margin..height.saturating_sub(margin + 16 * scale)).step_by(26 * scale as usize) {
        // Paragraphs: the last line of each is short, and a blank one follows.
        let end = match (top - margin) / (26 * scale) % 5 {
            4 => continue,
            3 => width / 3,
            _ => width - margin,
        };
        for left in (margin..end.saturating_sub(16 * scale)).step_by(16 * scale as usize) {
            draw(&mut page, words.next().unwrap(), (left, top), scale);
        }
    }
    for y in 0..margin / 2 {
        (0..margin / 2).for_each(|x| page.put_pixel(x, y, Rgb(colour)));
    }
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    for value in page.iter_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *value = value.saturating_sub((state >> 29) as u8);
    }
    page
}

/// Draws a character from its upper left corner.
pub fn draw(page: &mut RgbImage, letter: char, (left, top): (u32, u32), scale: u32) {
    let glyph = unifont::get_glyph(letter).unwrap();
    for row in 0..16 * scale {
        for column in 0..glyph.get_width() as u32 * scale {
            if glyph.get_pixel((column / scale) as usize, (row / scale) as usize) {
                page.put_pixel(left + column, top + row, Rgb([40, 40, 44]));
            }
        }
    }
}
