//! A line of text as it was read.

use std::fmt;

use domain::name::is_han;

use crate::place::Place;

/// From the middle of one Han character to that of the next, in heights of the line: 0.5 to 1.2 on drawn cards. From here on there
/// is room for another.
const APART: f64 = 1.4;

/// From an end of the line to the middle of a Han character, in heights: 0.4 to 0.65. From here on there is room for another.
const FROM_END: f64 = 0.95;

/// A line. What it says may name somebody: its `Debug` shows how many characters it has, and no more.
#[derive(Clone)]
pub struct Line {
    /// Where it is.
    pub place: Place,
    /// What it says, in the order of reading.
    pub characters: Vec<Character>,
}

/// A character of a line.
#[derive(Clone, Copy)]
pub struct Character {
    /// Which it is.
    pub value: char,
    /// How sure the network is, 0 to 1.
    pub confidence: f32,
    /// Its middle, in shares of the line's length from its beginning.
    pub at: f64,
    /// Room for other characters beside it.
    pub gaps: Gaps,
    /// The two likeliest digits here (`X` is one), and how likely each is: for where nothing else can stand.
    pub digits: [(char, f32); 2],
}

/// Where beside a character there is room for another one, which was not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Before it.
    pub before: bool,
    /// After it.
    pub after: bool,
}

impl Line {
    /// A line as the network read it. A character that it does not know is often passed over without a trace, in rare names above
    /// all; what is left is a gap.
    pub(crate) fn new(place: Place, mut characters: Vec<Character>) -> Self {
        let whole = place.length() / place.height().max(f64::MIN_POSITIVE);
        let (mut last, mut end) = (None::<usize>, 0.0);
        for at in 0..characters.len() {
            let here = characters[at].at * whole;
            if is_han(characters[at].value) {
                let most = if last.is_none() { FROM_END } else { APART };
                if here - end >= most {
                    characters[at].gaps.before = true;
                    if let Some(last) = last {
                        characters[last].gaps.after = true;
                    }
                }
                last = Some(at);
            }
            // Where something else stands, even a space, nothing was passed over.
            end = if is_han(characters[at].value) { here } else { f64::INFINITY };
        }
        if let Some(last) = characters.last_mut().filter(|last| is_han(last.value)) {
            last.gaps.after |= (1.0 - last.at) * whole >= FROM_END;
        }
        Self { place, characters }
    }

    /// What it says.
    pub fn text(&self) -> String {
        self.characters.iter().map(|character| character.value).collect()
    }

    /// The mean of its characters' confidences; 0 where there are none.
    pub fn confidence(&self) -> f32 {
        mean(self.characters.iter().map(|character| character.confidence))
    }
}

/// The mean of values; 0 of none.
pub(crate) fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count): (f32, f32), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, characters } = self;
        f.debug_struct("Line").field("place", place).field("characters", &characters.len()).finish()
    }
}

impl fmt::Debug for Character {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Character(redacted)")
    }
}
