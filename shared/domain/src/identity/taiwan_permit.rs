//! 台湾居民来往大陆通行证: eight digits on the card issued since 2015. There is no check digit.

use crate::reasons::reasons;
use crate::text::is_digits;

reasons! {
    /// Why a text is not the number of a mainland travel permit for Taiwan residents.
    TwPermitError in "tw_permit" {
        /// Nothing was entered.
        Empty = "EMPTY",
        /// Contains characters other than digits.
        Charset = "CHARSET",
        /// The number of the booklet that the card replaced.
        OldFormat = "OLD_FORMAT",
        /// The number of a Taiwan identity card.
        WrongTypeTaiwanId = "WRONG_TYPE_TAIWAN_ID",
        /// Not 8 characters.
        Length = "LENGTH",
        /// All zeros.
        AllZero = "ALL_ZERO",
    }
}

/// Checks a normalised number.
pub(super) fn tw_permit(number: &str) -> Result<(), TwPermitError> {
    if number.is_empty() {
        return Err(TwPermitError::Empty);
    }
    if !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(TwPermitError::Charset);
    }
    if is_booklet_number(number) {
        Err(TwPermitError::OldFormat)
    } else if is_taiwan_id(number) {
        Err(TwPermitError::WrongTypeTaiwanId)
    } else if number.len() != 8 {
        Err(TwPermitError::Length)
    } else if !is_digits(number) {
        Err(TwPermitError::Charset)
    } else if number.bytes().all(|byte| byte == b'0') {
        Err(TwPermitError::AllZero)
    } else {
        Ok(())
    }
}

/// Ten or eleven digits, or ten and a letter.
fn is_booklet_number(number: &str) -> bool {
    let digits = number.strip_suffix(|c: char| c.is_ascii_alphabetic());
    match digits {
        Some(digits) => digits.len() == 10 && is_digits(digits),
        None => matches!(number.len(), 10 | 11) && is_digits(number),
    }
}

/// A letter and nine digits, such as A123456789.
fn is_taiwan_id(number: &str) -> bool {
    let digits = number.strip_prefix(|c: char| c.is_ascii_alphabetic());
    digits.is_some_and(|digits| digits.len() == 9 && is_digits(digits))
}
