//! Mobile numbers of mainland China: eleven digits from 13 to 19 on (MIIT numbering plan). Operators'
//! ranges are not checked, as they change.

use crate::reasons::{reasons, redacted};
use crate::text::{compact_ungrouped, is_digits, mask};

reasons! {
    /// Why it is not a mobile number we can send codes to.
    MobileError in "mobile" {
        /// Nothing was entered.
        Empty = "EMPTY",
        /// A number of another country or region.
        CountryCode = "COUNTRY_CODE",
        /// Other characters than digits.
        Charset = "CHARSET",
        /// Not 11 digits.
        Length = "LENGTH",
        /// Does not start with 13 to 19.
        Prefix = "PREFIX",
    }
}

/// A mobile number without country code. It cannot be serialised and does not show itself in logs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Mobile(String);

redacted!(Mobile);

impl Mobile {
    /// Reads a number with or without groups and with or without the country code 86.
    pub fn parse(input: &str) -> Result<Self, MobileError> {
        let typed = compact_ungrouped(input);
        if typed.is_empty() {
            return Err(MobileError::Empty);
        }
        if typed.starts_with('+') && !typed.starts_with("+86") {
            return Err(MobileError::CountryCode);
        }
        let bare = typed.strip_prefix("86").filter(|_| typed.chars().count() == 13);
        let number =
            typed.strip_prefix("+86").or_else(|| typed.strip_prefix("0086")).or(bare).unwrap_or(&typed);
        if !is_digits(number) {
            Err(MobileError::Charset)
        } else if number.len() != 11 {
            Err(MobileError::Length)
        } else if !matches!(number.as_bytes(), [b'1', b'3'..=b'9', ..]) {
            Err(MobileError::Prefix)
        } else {
            Ok(Self(number.to_owned()))
        }
    }

    /// A number that was checked before it was stored; it is not checked again.
    pub fn restore(normalised: String) -> Self {
        Self(normalised)
    }

    /// The eleven digits.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The number as ITU-T E.164 writes it, for the SMS gateway.
    pub fn e164(&self) -> String {
        format!("+86{}", self.0)
    }

    /// The number for a list: 138****1234.
    pub fn masked(&self) -> String {
        mask(&self.0, 3, 4)
    }
}
