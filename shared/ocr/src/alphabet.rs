//! The characters that the recognition knows: 6,623 and a space, mostly Han.

use std::collections::HashSet;
use std::sync::LazyLock;

/// One a line, in the order of the network's outputs after the first, which stands for none.
const FILE: &str = include_str!("../models/characters.txt");

/// What numbers of cards are made of.
const DIGITS: &str = "0123456789X";

static CHARACTERS: LazyLock<Vec<char>> =
    LazyLock::new(|| FILE.lines().filter_map(|line| line.chars().next()).chain([' ']).collect());

static KNOWN: LazyLock<HashSet<char>> = LazyLock::new(|| CHARACTERS.iter().copied().collect());

static DIGIT_OUTPUTS: LazyLock<Vec<(usize, char)>> = LazyLock::new(|| {
    let places = CHARACTERS.iter().copied().enumerate().map(|(place, character)| (place + 1, character));
    places.filter(|(_, character)| DIGITS.contains(*character)).collect()
});

/// The network's outputs for each step.
pub(crate) fn outputs() -> usize {
    CHARACTERS.len() + 1
}

/// What an output stands for; `None` for none.
pub(crate) fn character(output: usize) -> Option<char> {
    CHARACTERS.get(output.checked_sub(1)?).copied()
}

/// Which outputs stand for digits.
pub(crate) fn digits() -> &'static [(usize, char)] {
    &DIGIT_OUTPUTS
}

/// Whether the character can be read at all. Rare ones of names cannot: whoever compares should know.
pub fn knows(character: char) -> bool {
    KNOWN.contains(&character)
}
