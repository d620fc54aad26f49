//! 国徽面: 签发机关 and, below it, 有效期限.

use domain::evidence::{Confidence, EmblemSide, Printed, Read, Validity};

use super::rows::{Glyph, Rows, text};

/// The most that is said of a validity of a term for which no cards are issued: a digit is likelier to be wrong.
const UNUSUAL: f32 = 0.7;

/// Fewest characters of an authority: 某县公安局.
const SHORTEST: usize = 5;

/// The most that is said of an authority that names no place, as where glare lies over the place.
const NAMELESS: f32 = 0.4;

/// What was found of the side.
pub(super) struct Found {
    pub(super) side: EmblemSide,
    /// How many of its rows were recognised.
    pub(super) marks: usize,
}

impl Found {
    pub(super) fn of(rows: &Rows) -> Self {
        let valid =
            rows.0.iter().enumerate().rev().find_map(|(place, row)| Some((place, validity(&row.glyphs)?)));
        let labelled = rows.labelled("签发机关");
        let title = rows.0.iter().any(|row| row.has("居民身份证") || row.has("居住证"));
        let period = valid.is_some() || rows.labelled("有效期限").is_some();
        let authority = labelled.and_then(|(_, glyphs)| authority(glyphs)).or_else(|| {
            // Its label was not read: the row above.
            let (place, _) = valid.as_ref()?;
            authority(&rows.0.get(place.checked_sub(1)?)?.glyphs)
                .filter(|read| read.value.expose().contains('局'))
        });
        let marks = [title, labelled.is_some(), period].into_iter().filter(|mark| *mark).count();
        let validity = valid.map(|(_, read)| read);
        Self { side: EmblemSide { authority, validity }, marks }
    }
}

/// An authority, as it was read.
fn authority(glyphs: &[Glyph]) -> Option<Read<Printed>> {
    let mut read = text(glyphs.iter())?;
    let nameless = read.value.expose().chars().count() < SHORTEST;
    if nameless {
        read.confidence = read.confidence.min(Confidence::of_share(NAMELESS));
    }
    Some(read)
}

/// The validity that a row states.
fn validity(glyphs: &[Glyph]) -> Option<Read<Validity>> {
    let stated: String = glyphs.iter().map(|glyph| glyph.character.value).collect();
    let value = Validity::parse(&stated)?;
    let counts = |glyph: &&Glyph| {
        let value = glyph.character.value;
        value.is_ascii_digit() || value == '长'
    };
    let weakest = glyphs.iter().filter(counts).map(|glyph| glyph.character.confidence).fold(1.0, f32::min);
    let share = if value.is_of_a_lawful_term() { weakest } else { weakest.min(UNUSUAL) };
    Some(Read { value, confidence: Confidence::of_share(share) })
}
