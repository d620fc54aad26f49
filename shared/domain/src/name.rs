//! Names as identity documents print them.
//!
//! Which rule a name follows is decided by the kind of document: identity cards and permits print a Chinese name, passports and
//! the foreign permanent resident card print one in Latin letters, a Chinese one, or both.
//!
//! Sources: 民委发〔2016〕33号 (the separator of Chinese names is `·` U+00B7 only; a name field holds at least 50 characters) and the
//! repertoire of GB 18030-2022; for Latin names ICAO Doc 9303, part 3, section 3.4: the name as the state prints it, with the
//! letters and marks of its language. Lengths count characters, not bytes or UTF-16 units: rare names lie outside the basic
//! plane.

use icu_properties::props::GeneralCategory;
use unicode_normalization::UnicodeNormalization;

use crate::identity::IdType;
use crate::reasons::{reasons, redacted};
use crate::text::{category, is_dash, is_invisible, is_latin, is_mark, is_zero_width};

/// Field size asked for by 民委发〔2016〕33号.
const MAX_CHARS: usize = 50;
/// Fewest letters or Han characters.
const MIN_LETTERS: usize = 2;
/// Most marks on one letter. Vietnamese and Yoruba have two; a third is room.
const MAX_MARKS: usize = 3;
/// The separator between the parts of a transliterated name.
const DOT: char = '·';
/// What documents and keyboards have for an apostrophe, among them the ʻokina and the letters of Arabic names. Kept as they are
/// printed, and the same when names are compared.
const APOSTROPHES: &str = "'’‘‛ʼʻʽʾʿʹˈ`´′";
/// What stands between the letters of Latin names: S/O, A/P, aliases with @, titles, and names in brackets.
const LATIN_SIGNS: &str = " -/@.,()";

reasons! {
    /// Why it is not a name for that kind of document.
    NameError in "name" {
        /// Nothing was entered.
        Empty = "EMPTY",
        /// An invisible, broken or unassigned character.
        ControlChar = "CONTROL_CHAR",
        /// A character that some computers define for themselves.
        PrivateUse = "PRIVATE_USE",
        /// More than 50 characters.
        TooLong = "TOO_LONG",
        /// One letter, or one Han character.
        TooShort = "TOO_SHORT",
        /// White space inside a Chinese name.
        Space = "SPACE",
        /// A digit.
        Digit = "DIGIT",
        /// Latin letters where the document shows a Chinese name, or beside something that no Latin name has.
        Latin = "LATIN",
        /// A separator at an end, or two together.
        DotPlace = "DOT_PLACE",
        /// Another character that no name has.
        Charset = "CHARSET",
    }
}

/// A person's name, normalised. It cannot be serialised and does not show itself in logs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

redacted!(PersonName);

impl PersonName {
    /// Normalises a name as typed and checks it against what documents of that kind print.
    pub fn parse(input: &str, id_type: IdType) -> Result<Self, NameError> {
        let name = normalise(input);
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        if name.chars().any(is_hidden) {
            return Err(NameError::ControlChar);
        }
        if name.chars().any(|c| category(c) == GeneralCategory::PrivateUse) {
            return Err(NameError::PrivateUse);
        }
        if name.chars().count() > MAX_CHARS {
            return Err(NameError::TooLong);
        }
        let name = if prints_latin(id_type) && name.chars().any(is_latin) {
            latin_name(&normalise_latin(input))?
        } else {
            check_han(&name)?;
            name
        };
        if name.chars().count() > MAX_CHARS {
            return Err(NameError::TooLong);
        }
        let letters = name.chars().filter(|&c| is_han(c) || is_latin(c)).count();
        if letters < MIN_LETTERS { Err(NameError::TooShort) } else { Ok(Self(name)) }
    }

    /// A name that was checked before it was stored; it is not checked again.
    pub fn restore(normalised: String) -> Self {
        Self(normalised)
    }

    /// The name itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether both are one name, however its apostrophes and spaces were typed. ı, i, I and İ are one letter here, as are ß, SS
    /// and ẞ: which of them a keyboard's capitals give depends on its language.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.0 == other.0 || comparable(&self.0) == comparable(&other.0)
    }

    /// The name for a list: 张*, the first part of a Chinese name with separators (尼格买提·***), the first letter of a Latin one
    /// (N***** *** ***). As many characters as the name has.
    pub fn masked(&self) -> String {
        let is_latin_name = self.0.chars().any(is_latin);
        let first = |is: fn(char) -> bool| self.0.chars().position(is).map_or(0, |at| at + 1);
        let shown = if is_latin_name {
            // With its marks, if it has any.
            first(is_latin) + self.0.chars().skip(first(is_latin)).take_while(|&c| is_mark(c)).count()
        } else {
            let dot = self.0.chars().position(|c| c == DOT);
            dot.unwrap_or(1)
        };
        let stays = |c: char| c == ' ' || if is_latin_name { is_sign(c) } else { c == DOT };
        let hide = |(at, c)| if at < shown || stays(c) { c } else { '*' };
        self.0.chars().enumerate().map(hide).collect()
    }
}

/// A name in Latin letters as [`PersonName::is_same_as`] compares it; any other as it is.
fn comparable(name: &str) -> String {
    if !name.chars().any(is_latin) {
        return name.to_owned();
    }
    let letters = name.chars().filter(|c| *c != ' ').flat_map(char::to_uppercase);
    letters.fold(String::new(), |mut key, c| {
        match c {
            'İ' => key.push('I'),
            'ẞ' => key.push_str("SS"),
            c if APOSTROPHES.contains(c) => key.push('\''),
            c => key.push(c),
        }
        key
    })
}

/// NFC (never NFKC, which would replace characters people's documents show), no zero-width characters, one
/// kind of separator, single spaces.
pub(crate) fn normalise(input: &str) -> String {
    let visible: String = input.nfc().filter(|&c| !is_zero_width(c)).map(unify_dot).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Keyboards and fonts offer many dots for the one that names use.
fn unify_dot(c: char) -> char {
    match c {
        '•' | '・' | '‧' | '∙' | '⋅' | '･' | '●' | '．' | '﹒' | '᛫' => DOT,
        other => other,
    }
}

/// Invisible, broken or unassigned. Han blocks grow with every Unicode version: a character there is never
/// unassigned to us, however old the tables of this program.
fn is_hidden(c: char) -> bool {
    use GeneralCategory::{Control, Format, Surrogate, Unassigned};
    is_invisible(c) || !is_han(c) && matches!(category(c), Control | Format | Surrogate | Unassigned)
}

/// A Han character, of the blocks that names may use: URO, extension A, compatibility ideographs, extensions B to H, and 〇.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}' | '〇')
}

/// Whether the name of a person may be printed in Latin letters alone on documents of that kind.
///
/// The travel permits of residents of Hong Kong, Macao and Taiwan print both; the Chinese name is the one that other documents
/// of their holders have. Whose permit has no Chinese name registers with a passport.
fn prints_latin(id_type: IdType) -> bool {
    match id_type {
        IdType::Fpr | IdType::Ppt => true,
        IdType::Ric | IdType::Hmrp | IdType::Twrp | IdType::Hmp | IdType::Twp => false,
    }
}

/// [`normalise`] for Latin names: full-width forms are the characters that they are of, dashes are hyphens, and points stay.
fn normalise_latin(input: &str) -> String {
    let plain = |c| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c if is_dash(c) => '-',
        c => c,
    };
    let visible: String = input.nfc().filter(|&c| !is_zero_width(c)).map(plain).nfc().collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A letter of any Latin alphabet. Letters only: the numerals and the superscripts of digits are none.
fn is_latin_letter(c: char) -> bool {
    use GeneralCategory::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    let is_letter = matches!(
        category(c),
        UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter
    );
    is_latin(c) && is_letter
}

/// A mark above, below or through a letter. U+0345 is none here: in capitals it is a letter of another script.
fn joins_letter(c: char) -> bool {
    category(c) == GeneralCategory::NonspacingMark && c.to_uppercase().eq([c])
}

/// What may stand between the letters of a Latin name.
fn is_sign(c: char) -> bool {
    LATIN_SIGNS.contains(c) || APOSTROPHES.contains(c) || c == DOT
}

/// Checks a name in Latin letters and gives it in capitals, as documents print it.
fn latin_name(name: &str) -> Result<String, NameError> {
    if name.chars().any(|c| category(c) == GeneralCategory::DecimalNumber) {
        return Err(NameError::Digit);
    }
    // A letter comes first, or what opens a name: (ALI) KHAN, ʻOKINA.
    let opens = |c: char| is_latin_letter(c) || c == '(' || APOSTROPHES.contains(c);
    let mut marks = None;
    for c in name.chars() {
        marks = match marks {
            _ if is_latin_letter(c) => Some(0),
            Some(so_far) if joins_letter(c) && so_far < MAX_MARKS => Some(so_far + 1),
            _ if is_sign(c) => None,
            _ => return Err(NameError::Latin),
        };
    }
    if !name.starts_with(opens) {
        return Err(NameError::Latin);
    }
    Ok(name.chars().flat_map(char::to_uppercase).nfc().collect())
}

/// Checks a name that must be in Han characters.
fn check_han(name: &str) -> Result<(), NameError> {
    if name.contains(' ') {
        return Err(NameError::Space);
    }
    if name.contains(|c| matches!(c, '0'..='9' | '０'..='９')) {
        return Err(NameError::Digit);
    }
    if name.contains(|c| matches!(c, 'A'..='Z' | 'a'..='z' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')) {
        return Err(NameError::Latin);
    }
    if name.split(DOT).any(str::is_empty) {
        return Err(NameError::DotPlace);
    }
    if name.chars().all(|c| c == DOT || is_han(c)) { Ok(()) } else { Err(NameError::Charset) }
}
