//! Passports. Countries define their own number formats; the bounds are ours and wide enough for all of them (ICAO Doc
//! 9303 reserves nine characters in the machine-readable zone).

use crate::reasons::reasons;

reasons! {
    /// Why a text is not a passport number.
    PassportError in "passport" {
        /// Nothing was entered.
        Empty = "EMPTY",
        /// Contains characters other than letters and digits.
        Charset = "CHARSET",
        /// Fewer than 5 or more than 20 characters.
        Length = "LENGTH",
    }
}

/// Checks a normalized number.
pub(super) fn passport(number: &str) -> Result<(), PassportError> {
    if number.is_empty() {
        Err(PassportError::Empty)
    } else if !number.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
        Err(PassportError::Charset)
    } else if !(5..=20).contains(&number.len()) {
        Err(PassportError::Length)
    } else {
        Ok(())
    }
}
