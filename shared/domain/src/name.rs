//! Names as identity documents print them.
//!
//! Source: 民委发〔2016〕33号 (the separator is `·` U+00B7 only; a name field holds at least 50 characters) and the
//! repertoire of GB 18030-2022. Lengths count characters, not bytes or UTF-16 units: rare names lie outside
//! the basic plane.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use crate::identity::IdType;
use crate::reasons::{reasons, redacted};
use crate::text::is_zero_width;

/// Field size asked for by 民委发〔2016〕33号.
const MAX_CHARS: usize = 50;
/// The separator between the parts of a transliterated name.
const DOT: char = '·';

reasons! {
    /// Why it is not a name for that kind of document.
    NameError in "name" {
        /// Nothing was entered.
        Empty = "EMPTY",
        /// An invisible or unassigned character.
        ControlChar = "CONTROL_CHAR",
        /// A character that some computers define for themselves.
        PrivateUse = "PRIVATE_USE",
        /// More than 50 characters.
        TooLong = "TOO_LONG",
        /// One character.
        TooShort = "TOO_SHORT",
        /// White space inside a Chinese name.
        Space = "SPACE",
        /// A digit.
        Digit = "DIGIT",
        /// Latin letters where the document shows a Chinese name.
        Latin = "LATIN",
        /// A separator at an end, or two together.
        DotPlace = "DOT_PLACE",
        /// Another character that is not Han.
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
        if name.chars().any(is_control) {
            return Err(NameError::ControlChar);
        }
        if name.chars().any(|c| c.general_category() == GeneralCategory::PrivateUse) {
            return Err(NameError::PrivateUse);
        }
        let chars = name.chars().count();
        if chars > MAX_CHARS {
            return Err(NameError::TooLong);
        }
        if prints_latin(id_type) && is_latin_name(&name) {
            let name = latin_upper_case(&name);
            return match name.chars().count() {
                ..2 => Err(NameError::TooShort),
                2..=MAX_CHARS => Ok(Self(name)),
                _ => Err(NameError::TooLong),
            };
        }
        check_han(&name)?;
        if chars < 2 { Err(NameError::TooShort) } else { Ok(Self(name)) }
    }

    /// A name that was checked before it was stored; it is not checked again.
    pub fn restore(normalised: String) -> Self {
        Self(normalised)
    }

    /// The name itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The name for a list: 张*, or the first part of a name with separators (尼格买提·***).
    pub fn masked(&self) -> String {
        let shown = self.0.find(DOT).unwrap_or_else(|| self.0.chars().next().map_or(0, char::len_utf8));
        let hide = |(at, c): (usize, char)| if at < shown || c == DOT || c == ' ' { c } else { '*' };
        self.0.char_indices().map(hide).collect()
    }
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
fn is_control(c: char) -> bool {
    use GeneralCategory::{Control, Format, Surrogate, Unassigned};
    !is_han(c) && matches!(c.general_category(), Control | Format | Surrogate | Unassigned)
}

/// A Han character, of the blocks that names may use: URO, extension A, compatibility ideographs, extensions B to H, and 〇.
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}' | '〇')
}

/// Whether documents of that kind may print the name in Latin letters.
fn prints_latin(id_type: IdType) -> bool {
    matches!(id_type, IdType::Fpr | IdType::Ppt)
}

/// Latin, Latin-1 and Latin Extended-A and -B letters, and what stands between them in names.
fn is_latin_name(name: &str) -> bool {
    name.starts_with(is_latin_letter) && name.chars().all(is_latin_name_char)
}

fn is_latin_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, 'À'..='ɏ')
}

fn is_latin_name_char(c: char) -> bool {
    is_latin_letter(c) || matches!(c, '\'' | '’' | ' ' | ',' | '.' | '-')
}

/// Upper case as on documents, except for the few letters whose capital lies outside the alphabet accepted.
fn latin_upper_case(name: &str) -> String {
    let mut upper = String::with_capacity(name.len());
    for c in name.chars() {
        if c.to_uppercase().all(is_latin_name_char) {
            upper.extend(c.to_uppercase());
        } else {
            upper.push(c);
        }
    }
    upper
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
