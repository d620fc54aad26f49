//! 人像面: 姓名, 性别 and 民族, 出生, 住址, 公民身份号码, from above.

use domain::{
    evidence::{Confidence, PortraitSide, Printed, Read},
    name::is_han,
};
use jiff::civil::Date;

use super::number;
use super::rows::{Glyph, Row, Rows, text};

/// The separator between the parts of a transliterated name (民委发〔2016〕33号).
const DOT: char = '·';

/// Where the portrait begins, as a share of the number's row: nothing that begins beyond is text of a field.
const PORTRAIT: f64 = 0.74;

/// What was found of the side.
pub(super) struct Found {
    pub(super) side: PortraitSide,
    /// How many of its rows were recognised.
    pub(super) marks: usize,
}

/// Which rows are which.
#[derive(Default)]
struct Places {
    name: Option<usize>,
    sex: Option<usize>,
    birth: Option<usize>,
    address: Option<usize>,
    number: Option<usize>,
}

impl Found {
    pub(super) fn of(rows: &Rows) -> Self {
        let (places, number) = places(rows);
        let marks = [places.name, places.sex, places.birth, places.address, places.number];
        let side = PortraitSide {
            name: name(rows, &places),
            birth: places.birth.and_then(|place| birth(&rows.0[place])),
            address: address(rows, &places),
            number,
        };
        Self { side, marks: marks.iter().flatten().count() }
    }
}

fn places(rows: &Rows) -> (Places, Option<Read<Printed>>) {
    let numbers = rows.0.iter().enumerate().filter_map(|(place, row)| Some((place, number::of(row)?)));
    let number = numbers.min_by_key(|(_, read)| number::off(read));
    let first = |is: &dyn Fn(&Row) -> bool| rows.0.iter().position(is);
    let places = Places {
        name: rows.labelled("姓名").map(|(place, _)| place),
        sex: first(&|row| row.has("性别") || row.has("民族")),
        // why: the last one, since label and date may have become two rows.
        birth: rows.0.iter().rposition(|row| row.after("出生").is_some() || row.has("年月日")),
        address: rows.labelled("住址").map(|(place, _)| place),
        number: number.as_ref().map(|(place, _)| *place).or_else(|| first(&|row| row.has("公民身份号码"))),
    };
    (places, number.map(|(_, read)| read))
}

/// The name: what follows its label; where that was not read, the row above 性别 and 民族.
fn name(rows: &Rows, places: &Places) -> Option<Read<Printed>> {
    let glyphs = if let Some((_, glyphs)) = rows.labelled("姓名") {
        glyphs
    } else {
        &rows.0[..places.sex?].iter().rev().find(|row| han(&row.glyphs) >= 2)?.glyphs
    };
    let glyphs: Vec<Glyph> = before_portrait(rows, places, glyphs).copied().collect();
    let name: Vec<Glyph> = (0..glyphs.len()).filter_map(|place| of_name(&glyphs, place)).collect();
    (han(&name) >= 2).then(|| text(name.iter())).flatten()
}

/// A character of a name: Han, or what stands for the separator between two of them.
fn of_name(glyphs: &[Glyph], place: usize) -> Option<Glyph> {
    let mut glyph = *glyphs.get(place)?;
    if is_han(glyph.character.value) {
        return Some(glyph);
    }
    let beside = |place: Option<usize>| {
        place.and_then(|place| glyphs.get(place)).is_some_and(|glyph| is_han(glyph.character.value))
    };
    let between = beside(place.checked_sub(1)) && beside(Some(place + 1));
    // A point is read as all sorts of small marks.
    (between && !glyph.character.value.is_alphanumeric()).then(|| {
        glyph.character.value = DOT;
        glyph
    })
}

fn han(glyphs: &[Glyph]) -> usize {
    glyphs.iter().filter(|glyph| is_han(glyph.character.value)).count()
}

/// The address: from its label, or from below the day of birth, to above the number.
fn address(rows: &Rows, places: &Places) -> Option<Read<Printed>> {
    let end = places.number.unwrap_or(rows.0.len());
    let begin = places.address.or_else(|| places.birth.map(|place| place + 1))?;
    let lines = rows.0.get(begin..end)?.iter().enumerate().map(|(place, row)| {
        let labelled = if place == 0 { row.after("住址") } else { None };
        labelled.unwrap_or(&row.glyphs)
    });
    text(lines.flat_map(|glyphs| before_portrait(rows, places, glyphs)))
}

/// What stands to the left of the portrait, as far as the number's row tells where that is.
fn before_portrait<'a>(rows: &Rows, places: &Places, glyphs: &'a [Glyph]) -> impl Iterator<Item = &'a Glyph> {
    let row = places.number.map(|place| &rows.0[place]).filter(|row| row.has("号码"));
    let ends = row.and_then(|row| row.glyphs.first().zip(row.glyphs.last()));
    let most = ends.map_or(f64::INFINITY, |(first, last)| first.at + PORTRAIT * (last.at - first.at));
    glyphs.iter().filter(move |glyph| glyph.at < most)
}

/// The day of birth: digits before 年, 月 and 日.
fn birth(row: &Row) -> Option<Read<Date>> {
    let (mut numbers, mut digits, mut weakest) = (Vec::new(), String::new(), 1.0_f32);
    for Glyph { character, .. } in &row.glyphs {
        match character.value {
            digit if digit.is_ascii_digit() => {
                digits.push(digit);
                weakest = weakest.min(character.confidence);
            }
            '年' | '月' | '日' => numbers.push(std::mem::take(&mut digits)),
            _ => {}
        }
    }
    let [year, month, day] = numbers.get(..3)? else { return None };
    let value = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some(Read { value, confidence: Confidence::of_share(weakest) })
}
