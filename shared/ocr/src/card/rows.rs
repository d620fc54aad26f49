//! Lines side by side form a row: a label and its value are often found apart.

use domain::evidence::{Confidence, Printed, Read};

use crate::line::{Character, Line};

/// Least mean confidence of a line that counts: below it is grain, a pattern or a portrait taken for text.
const LEAST: f32 = 0.4;

/// How far apart the middles of two lines of a row may be, in heights of the lower one.
const APART: f64 = 0.65;

/// The share of the shorter of two lines that may lie over or under the other one in a row: the rectangles are a little long.
const COMMON: f64 = 0.25;

/// How sure anybody can be of characters beside a gap: something stands there that was not read.
const BESIDE_GAP: f32 = 0.4;

/// A character and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Glyph {
    pub(super) character: Character,
    /// Pixels from a line square to the reading direction.
    pub(super) at: f64,
    /// Whether its line begins with it.
    leads: bool,
}

/// Characters that stand in a row, in the order of reading.
pub(super) struct Row {
    pub(super) glyphs: Vec<Glyph>,
}

/// The rows of a card, from above.
pub(super) struct Rows(pub(super) Vec<Row>);

/// A line where it is if the reading direction is to the right.
struct Piece {
    line: Line,
    from: f64,
    middle: f64,
}

impl Piece {
    /// Whether both can stand in a row: about as high up, and not one over the other.
    fn is_beside(&self, other: &Self) -> bool {
        let (place, over) = (&self.line.place, &other.line.place);
        let level = (other.middle - self.middle).abs() <= APART * place.height().min(over.height());
        let common = (self.from + place.length()).min(other.from + over.length()) - self.from.max(other.from);
        level && common <= COMMON * place.length().min(over.length())
    }
}

impl Rows {
    pub(super) fn of(lines: Vec<Line>) -> Self {
        let Some(first) = lines.first() else { return Self(Vec::new()) };
        let (x, y) = first.place.along;
        let long = x.hypot(y).max(f64::MIN_POSITIVE);
        let (x, y) = (x / long, y / long);
        let counted = lines.into_iter().filter(|line| line.confidence() >= LEAST);
        let mut pieces: Vec<Piece> = counted
            .map(|line| {
                let centre = line.place.centre;
                let from = centre.0 * x + centre.1 * y - line.place.length() / 2.0;
                Piece { from, middle: centre.1 * x - centre.0 * y, line }
            })
            .collect();
        pieces.sort_by(|one, other| one.middle.total_cmp(&other.middle));
        let mut rows: Vec<Vec<Piece>> = Vec::new();
        for piece in pieces {
            let beside = rows.last().is_some_and(|row| row.iter().all(|other| other.is_beside(&piece)));
            match rows.last_mut() {
                Some(row) if beside => row.push(piece),
                _ => rows.push(vec![piece]),
            }
        }
        Self(rows.into_iter().map(Row::of).collect())
    }

    /// The first row that begins with a label, and where in the list it is.
    pub(super) fn labelled(&self, label: &str) -> Option<(usize, &[Glyph])> {
        self.0.iter().enumerate().find_map(|(place, row)| Some((place, row.after(label)?)))
    }
}

impl Row {
    fn of(mut pieces: Vec<Piece>) -> Self {
        pieces.sort_by(|one, other| one.from.total_cmp(&other.from));
        let glyphs = pieces.iter().flat_map(|piece| {
            let length = piece.line.place.length();
            let visible = piece.line.characters.iter().filter(|character| !character.value.is_whitespace());
            visible.enumerate().map(move |(place, character)| Glyph {
                character: *character,
                at: piece.from + character.at * length,
                leads: place == 0,
            })
        });
        Self { glyphs: glyphs.collect() }
    }

    /// What follows a label, if the row begins with it. Of four characters two are enough, in their places or one beside; of two
    /// the first.
    pub(super) fn after(&self, label: &str) -> Option<&[Glyph]> {
        let count = label.chars().count();
        let beginning = self.glyphs.iter().take(count + 1).enumerate();
        let mut places: Vec<usize> = Vec::new();
        for (place, glyph) in beginning {
            let meant = label
                .chars()
                .enumerate()
                .any(|(at, character)| character == glyph.character.value && at.abs_diff(place) <= 1);
            places.extend(meant.then_some(place));
        }
        // why: 名 may be the second character of a name whose label was not read.
        let begins = self.glyphs.first().map(|glyph| glyph.character.value) == label.chars().next();
        let sound = places.len() * 2 >= count && (begins || count > 2);
        let last = *places.last().filter(|_| sound)?;
        // A label that is a line by itself ends with it, whatever its other characters were read as.
        let next = self.glyphs.iter().take(count + 2).skip(last + 1).position(|glyph| glyph.leads);
        let whole = if places.len() == count { last } else { last.max(count - 1) };
        self.glyphs.get(next.map_or(whole, |next| last + next) + 1..)
    }

    /// Whether it has all of these characters, wherever.
    pub(super) fn has(&self, characters: &str) -> bool {
        characters.chars().all(|wanted| self.glyphs.iter().any(|glyph| glyph.character.value == wanted))
    }
}

/// Characters as one text, as sure as the weakest of them; `None` of none. A gap before the first is no more than the room between a
/// label and its value, unless a line begins there.
pub(super) fn text<'a>(glyphs: impl Iterator<Item = &'a Glyph>) -> Option<Read<Printed>> {
    let (mut value, mut weakest) = (String::new(), 1.0_f32);
    for glyph in glyphs {
        let gaps = glyph.character.gaps;
        let beside_gap = gaps.after || (gaps.before && (glyph.leads || !value.is_empty()));
        value.push(glyph.character.value);
        weakest = weakest.min(glyph.character.confidence).min(if beside_gap { BESIDE_GAP } else { 1.0 });
    }
    let confidence = Confidence::of_share(weakest);
    (!value.is_empty()).then(|| Read { value: Printed::new(value), confidence })
}
