//! Free text with bounds: school, employer, duties, opinions.

use std::fmt;

use crate::{
    fault::Code,
    text::{self, is_broken, reorders, seen_chars, visible},
};
use serde::{Deserialize, Serialize};

/// A text of `MIN` characters that can be seen to `MAX` characters of any kind (Unicode scalar values) on one line or several.
///
/// NFC, nothing at its ends or in it that shows nothing, and no control characters or such that reorder it: those can make
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
    /// The text, normalised. Spaces and what cannot be seen do not count for `MIN`: where something is asked for, something
    /// is there to read.
    pub fn parse(input: &str) -> Result<Self, TextError> {
        let text = visible(input);
        if text.chars().any(is_unreadable) {
            return Err(TextError::Charset);
        }
        if text.chars().count() > MAX {
            return Err(TextError::TooLong);
        }
        if seen_chars(&text) < MIN { Err(TextError::TooShort) } else { Ok(Self(text)) }
    }

    /// A number of no fixed form, such as a certificate's: without spaces, in capitals.
    pub fn parse_number(input: &str) -> Result<Self, TextError> {
        Self::parse(&text::compact(input))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters except the line feed, separators of lines that few programs show, and what reorders text.
fn is_unreadable(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{2028}' | '\u{2029}') || reorders(c) || is_broken(c)
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
    fn characters_that_reorder_or_control_are_refused() {
        for text in ["a\u{202E}b", "a\u{2067}b", "a\u{0007}b", "a\rb", "a\u{2028}b", "a\u{FFFE}b"] {
            assert_eq!(Text::<1, 9>::parse(text), Err(TextError::Charset), "{text:?}");
        }
        assert!(Text::<1, 9>::parse("a\nb").is_ok());
    }

    #[test]
    fn characters_that_show_nothing_are_dropped_and_never_a_text() {
        for hidden in
            "\u{3164}\u{115F}\u{1160}\u{FFA0}\u{FE0F}\u{034F}\u{17B4}\u{180E}\u{E0041}\u{200B}\u{AD}\u{200E}"
                .chars()
        {
            assert_eq!(
                Text::<1, 9>::parse(&hidden.to_string().repeat(5)),
                Err(TextError::TooShort),
                "{hidden:?}"
            );
            let text = Text::<2, 9>::parse(&format!("会{hidden}计")).unwrap();
            assert_eq!(text.as_str(), "会计", "{hidden:?}");
        }
        for nothing in ["\u{2800}\u{2800}", "\u{301}\u{301}\u{301}", "\u{202D}\u{202C}", "\u{2066} \u{2069}"]
        {
            assert_eq!(Text::<1, 9>::parse(nothing), Err(TextError::TooShort), "{nothing:?}");
        }
        assert_eq!(Text::<5, 99>::parse("改        正"), Err(TextError::TooShort), "spaces say nothing");
        assert_eq!(Text::<2, 9>::parse("e\u{301}\u{302}\u{303}"), Err(TextError::TooShort), "nor do marks");
    }

    #[test]
    fn numbers_of_certificates_are_read_as_they_are_pasted() {
        let number = Text::<4, 40>::parse_number(" ｎｏ． 12\u{202D}3–４５ ").unwrap();
        assert_eq!(number.as_str(), "NO.123-45");
    }
}
