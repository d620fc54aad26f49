//! What the sides of an identity card say: lines of text become fields.
//!
//! Cards of the resident identity card's layout: 居民身份证 (GA 490) and the residence permits, which share it. A field is found by its
//! label, by what is above and below it where the label was not read, and by what it must look like (18 digits, two days). So the
//! card may lie any way up, askew, or small in a large picture; text of minorities' scripts between the lines is not provided for.

mod emblem;
mod number;
mod portrait;
mod rows;
mod straight;
#[cfg(test)]
mod tests;

use domain::evidence::CardSide;
use image::RgbImage;

use self::rows::Rows;
use crate::lines;

/// What a picture says, whichever side of a card it shows.
pub fn read(picture: &RgbImage) -> CardSide {
    let straight = straight::of(picture);
    let rows = Rows::of(lines(&straight.picture, straight.seen));
    let (front, back) = (portrait::Found::of(&rows), emblem::Found::of(&rows));
    if front.marks >= back.marks.max(1) {
        CardSide::Portrait(front.side)
    } else if back.marks > 0 {
        CardSide::Emblem(back.side)
    } else {
        CardSide::Nothing
    }
}
