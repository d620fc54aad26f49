//! Free text with bounds: school, employer, duties, opinions.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::fault::Code;

/// A text of `MIN` to `MAX` characters (Unicode scalar values) on one line or several.
///
/// NFC, no white space at its ends, and no control or bidirectional formatting characters: those can make
/// a reviewer read something else than what is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text<const MIN: usize, const MAX: usize>(String);

/// Why a text is not acceptable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Fewer characters than asked for.
    #[error("the text is too short")]
    TooShort,
    /// More characters than allowed.
    #[error("the text is too long")]
    TooLong,
    /// A character that is not for reading.
    #[error("the text has control characters")]
    Charset,
}

impl From<TextError> for Code {
    fn from(error: TextError) -> Self {
        Self(match error {
            TextError::TooShort => "form.TOO_SHORT",
            TextError::TooLong => "form.TOO_LONG",
            TextError::Charset => "text.CHARSET",
        })
    }
}

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// The text, normalised.
    pub fn parse(input: &str) -> Result<Self, TextError> {
        let text: String = input.nfc().collect::<String>().trim().to_owned();
        if text.chars().any(is_unreadable) {
            return Err(TextError::Charset);
        }
        match text.chars().count() {
            count if count < MIN => Err(TextError::TooShort),
            count if count > MAX => Err(TextError::TooLong),
            _ => Ok(Self(text)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters except the line feed, and the invisible ones that reorder or hide text
/// (Unicode Standard Annex 9, and zero-width characters).
fn is_unreadable(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{2028}' | '\u{2029}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

impl<const MIN: usize, const MAX: usize> fmt::Debug for Text<MIN, MAX> {
    /// Free text may name people: only its length is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} characters)", self.0.chars().count())
    }
}

impl<const MIN: usize, const MAX: usize> TryFrom<String> for Text<MIN, MAX> {
    type Error = TextError;
    fn try_from(text: String) -> Result<Self, TextError> {
        Self::parse(&text)
    }
}

impl<const MIN: usize, const MAX: usize> From<Text<MIN, MAX>> for String {
    fn from(text: Text<MIN, MAX>) -> Self {
        text.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_not_bytes() {
        assert!(Text::<2, 3>::parse(" 𠮷𠮷𠮷 ").is_ok());
        assert_eq!(Text::<2, 3>::parse("𠮷𠮷𠮷𠮷"), Err(TextError::TooLong));
        assert_eq!(Text::<2, 3>::parse(" 会 "), Err(TextError::TooShort));
    }

    #[test]
    fn characters_that_hide_or_reorder_are_refused() {
        for text in ["a\u{202E}b", "a\u{200B}b", "a\u{0007}b", "a\rb"] {
            assert_eq!(Text::<1, 9>::parse(text), Err(TextError::Charset), "{text:?}");
        }
        assert!(Text::<1, 9>::parse("a\nb").is_ok());
    }
}
