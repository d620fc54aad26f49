//! Names as printed on identity documents.
//!
//! The kind of document decides which rule a name follows: identity cards and permits print a Chinese name, passports
//! and foreign permanent resident cards print a Latin name, a Chinese one, or both.
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

/// Field size required by 民委发〔2016〕33号.
const MAX_CHARS: usize = 50;
/// Minimum number of letters or Han characters.
const MIN_LETTERS: usize = 2;
/// Maximum number of marks on one letter. Vietnamese and Yoruba use two; one more is allowed.
const MAX_MARKS: usize = 3;
/// The separator between the parts of a transliterated name.
const DOT: char = '·';
/// Variants of the apostrophe on documents and keyboards, including the ʻokina and the letters of Arabic names. Stored
/// as printed, and treated as equal in comparisons.
const APOSTROPHES: &str = "'’‘‛ʼʻʽʾʿʹˈ`´′";
/// Signs allowed between the letters of Latin names: S/O, A/P, aliases with @, titles, and names in brackets.
const LATIN_SIGNS: &str = " -/@.,()";

reasons! {
    /// Why a text is not a name for this kind of document.
    NameError in "name" {
        /// Nothing was entered.
        Empty = "EMPTY",
        /// An invisible, broken or unassigned character.
        ControlChar = "CONTROL_CHAR",
        /// A private-use character, which only some computers define.
        PrivateUse = "PRIVATE_USE",
        /// More than 50 characters.
        TooLong = "TOO_LONG",
        /// One letter, or one Han character.
        TooShort = "TOO_SHORT",
        /// White space inside a Chinese name.
        Space = "SPACE",
        /// A digit.
        Digit = "DIGIT",
        /// Latin letters in a Chinese name, or next to characters that no Latin name has.
        Latin = "LATIN",
        /// A separator at the start or end, or two in a row.
        DotPlace = "DOT_PLACE",
        /// Another character that names do not contain.
        Charset = "CHARSET",
    }
}

/// A person's normalized name. It implements no `Serialize`, and its `Debug` shows no data.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

redacted!(PersonName);

impl PersonName {
    /// Normalizes a typed name and checks it against the rules of this kind of document.
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

    /// Restores a stored name without checking it again.
    pub fn restore(normalised: String) -> Self {
        Self(normalised)
    }

    /// The plain name.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the names are equal, ignoring variants of apostrophes and spaces. ı, i, I and İ are treated as one
    /// letter, as are ß, SS and ẞ: which of them is typed depends on the keyboard language.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.0 == other.0 || comparable(&self.0) == comparable(&other.0)
    }

    /// The masked name, with its original length: the first character (张*), the first part of a Chinese name with
    /// separators (尼格买提·***), or the first letter of a Latin name (N***** *** ***).
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

/// A Latin name in the form that [`PersonName::is_same_as`] compares; other names unchanged.
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

/// Applies NFC (never NFKC, which would replace characters printed on documents), removes zero-width characters,
/// unifies separators and collapses spaces.
pub(crate) fn normalise(input: &str) -> String {
    let visible: String = input.nfc().filter(|&c| !is_zero_width(c)).map(unify_dot).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Keyboards and fonts have many variants of the dot in names.
fn unify_dot(c: char) -> char {
    match c {
        '•' | '・' | '‧' | '∙' | '⋅' | '･' | '●' | '．' | '﹒' | '᛫' => DOT,
        other => other,
    }
}

/// Invisible, broken or unassigned. Han blocks grow with every Unicode version, so a character there never counts as
/// unassigned, even with old Unicode tables.
fn is_hidden(c: char) -> bool {
    use GeneralCategory::{Control, Format, Surrogate, Unassigned};
    is_invisible(c) || !is_han(c) && matches!(category(c), Control | Format | Surrogate | Unassigned)
}

/// Whether the character is a Han character of the blocks allowed in names: URO, extension A, compatibility ideographs,
/// extensions B to H, and 〇.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}' | '〇')
}

/// Whether documents of this kind may show a name in Latin letters only.
///
/// The travel permits of residents of Hong Kong, Macao and Taiwan show both; the Chinese name is the one on their
/// holders' other documents. Holders of a permit without a Chinese name register with a passport.
fn prints_latin(id_type: IdType) -> bool {
    match id_type {
        IdType::Fpr | IdType::Ppt => true,
        IdType::Ric | IdType::Hmrp | IdType::Twrp | IdType::Hmp | IdType::Twp => false,
    }
}

/// [`normalise`] for Latin names: full-width forms become ASCII, dashes become hyphens, and dots stay.
fn normalise_latin(input: &str) -> String {
    let plain = |c| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c if is_dash(c) => '-',
        c => c,
    };
    let visible: String = input.nfc().filter(|&c| !is_zero_width(c)).map(plain).nfc().collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A letter of any Latin alphabet; numerals and superscript digits do not count.
fn is_latin_letter(c: char) -> bool {
    use GeneralCategory::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    let is_letter = matches!(
        category(c),
        UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter
    );
    is_latin(c) && is_letter
}

/// A mark above, below or through a letter. Not U+0345, which becomes a letter of another script in upper case.
fn joins_letter(c: char) -> bool {
    category(c) == GeneralCategory::NonspacingMark && c.to_uppercase().eq([c])
}

/// Whether the character is allowed between the letters of a Latin name.
fn is_sign(c: char) -> bool {
    LATIN_SIGNS.contains(c) || APOSTROPHES.contains(c) || c == DOT
}

/// Checks a Latin name and returns it in upper case, as documents print it.
fn latin_name(name: &str) -> Result<String, NameError> {
    if name.chars().any(|c| category(c) == GeneralCategory::DecimalNumber) {
        return Err(NameError::Digit);
    }
    // The first character is a letter or an opening sign: (ALI) KHAN, ʻOKINA.
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

/// Checks a name in Han characters.
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
