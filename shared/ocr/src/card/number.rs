//! 公民身份号码: eighteen characters in a row.

use domain::{
    evidence::{Confidence, Printed, Read},
    identity,
};

use super::rows::{Glyph, Row};
use crate::line::Character;

/// Characters of a number.
const LENGTH: usize = 18;

/// Fewest and most characters that are taken for a number with some lost or doubled.
const NEARLY: std::ops::RangeInclusive<usize> = 15..=21;

/// A digit that is surer than this is not put in doubt by the check character.
const SURE: f32 = 0.95;

/// The most that is said of eighteen characters that are no number, when one of them was unsure.
const REPAIRED: f32 = 0.85;

/// Of eleven wrong numbers one keeps the check character by chance (ISO 7064 MOD 11-2): so much less is the doubt in one that does.
const BY_CHANCE: f32 = 11.0;

/// The number at the end of a row, if there is something like one: `None` where the row ends otherwise.
pub(super) fn of(row: &Row) -> Option<Read<Printed>> {
    let end: Vec<&Glyph> = row
        .glyphs
        .iter()
        .rev()
        .filter(|glyph| glyph.character.value.is_alphanumeric())
        .take_while(|glyph| glyph.character.value.is_ascii_alphanumeric())
        .collect();
    if !NEARLY.contains(&end.len()) {
        return None;
    }
    let characters: Vec<Character> = end.iter().rev().map(|glyph| glyph.character).collect();
    let (value, share) = judged(&characters);
    Some(Read { value: Printed::new(value), confidence: Confidence::of_share(share) })
}

/// How far the number of a row is from having the right length.
pub(super) fn off(read: &Read<Printed>) -> usize {
    read.value.expose().len().abs_diff(LENGTH)
}

/// The likeliest digits, and how likely all of them are right.
fn judged(characters: &[Character]) -> (String, f32) {
    let (digits, shares): (Vec<char>, Vec<f32>) =
        (0..).zip(characters).map(|(at, one)| digit(at, one, 0)).unzip();
    let number: String = digits.iter().collect();
    let weakest = shares.iter().copied().fold(1.0, f32::min);
    if identity::is_sound(&number) {
        return (number, 1.0 - (1.0 - weakest) / BY_CHANCE);
    }
    // Some are lost, or a stroke of something else was read.
    if characters.len() != LENGTH {
        return (number, weakest.min(0.5));
    }
    match repaired(characters, &digits, &shares) {
        Some(better) => (better, weakest.clamp(0.5, REPAIRED)),
        None => (number, weakest),
    }
}

/// The number with its least sure digit as the second likeliest, if that makes it sound.
fn repaired(characters: &[Character], digits: &[char], shares: &[f32]) -> Option<String> {
    let (place, share) = shares.iter().copied().enumerate().min_by(|one, other| one.1.total_cmp(&other.1))?;
    let second = digit(place, characters.get(place)?, 1).0;
    let put = |(at, digit): (usize, &char)| if at == place { second } else { *digit };
    let better: String = digits.iter().enumerate().map(put).collect();
    (share < SURE && identity::is_sound(&better)).then_some(better)
}

/// The digit of a rank at a place, and how likely it is beside the other one; an `X` stands at the end only.
fn digit(place: usize, character: &Character, rank: usize) -> (char, f32) {
    let [first, second] = character.digits;
    let ranked = if place + 1 < LENGTH && first.0 == 'X' { [second, first] } else { [first, second] };
    let share = if character.value == ranked[0].0 {
        character.confidence
    } else {
        ranked[0].1 / (ranked[0].1 + ranked[1].1).max(f32::MIN_POSITIVE)
    };
    (ranked[rank].0, share)
}
