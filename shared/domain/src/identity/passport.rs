//! Passports. Countries number them as they like; the bounds are ours and wide enough for all of them
//! (ICAO Doc 9303 reserves nine characters in the machine-readable zone).

use crate::reasons::reasons;

reasons! {
    /// Why it is not the number of a passport.
    PassportError in "passport" {
        /// Nothing was entered.
        Empty = "EMPTY",
        /// Other characters than letters and digits.
        Charset = "CHARSET",
        /// Fewer than 5 or more than 20 characters.
        Length = "LENGTH",
    }
}

/// Checks a normalised number.
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
