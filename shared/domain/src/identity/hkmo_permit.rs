//! 港澳居民来往内地通行证: a letter and eight digits that stay the same for life, then two that count the replacements (Ministry
//! of Public Security notice, 2010). The newer card shows only the first nine characters.

use crate::reasons::reasons;
use crate::text::is_digits;

reasons! {
    /// Why a text is not the number of a mainland travel permit for Hong Kong and Macao residents.
    HkmoPermitError in "hkmo_permit" {
        /// Nothing was entered.
        Empty = "EMPTY",
        /// Not a letter followed by digits.
        Charset = "CHARSET",
        /// Neither 9 nor 11 characters.
        Length = "LENGTH",
        /// Starts neither with H nor with M.
        Prefix = "PREFIX",
        /// The lifetime number is all zeros.
        AllZero = "ALL_ZERO",
    }
}

/// Region of residence of a [`HkmoPermit`] holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// 香港, letter H.
    HongKong,
    /// 澳门, letter M.
    Macao,
}

/// The parts of a permit number.
#[derive(Clone, Copy)]
pub struct HkmoPermit<'a> {
    /// The lifetime number: identifies the person across reissues.
    pub holder: &'a str,
    /// Region of residence.
    pub region: Region,
    /// Number of replacements, if the card shows it.
    pub replacement: Option<&'a str>,
}

impl<'a> HkmoPermit<'a> {
    /// Parses a normalized number.
    pub(super) fn read(number: &'a str) -> Result<Self, HkmoPermitError> {
        if number.is_empty() {
            return Err(HkmoPermitError::Empty);
        }
        if !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(HkmoPermitError::Charset);
        }
        if !matches!(number.len(), 9 | 11) {
            return Err(HkmoPermitError::Length);
        }
        let region = match number.bytes().next() {
            Some(b'H') => Region::HongKong,
            Some(b'M') => Region::Macao,
            _ => return Err(HkmoPermitError::Prefix),
        };
        let (holder, replacement) = number.split_at_checked(9).ok_or(HkmoPermitError::Length)?;
        let lifetime = holder.get(1..).unwrap_or_default();
        if !is_digits(lifetime) || !(replacement.is_empty() || is_digits(replacement)) {
            return Err(HkmoPermitError::Charset);
        }
        if lifetime.bytes().all(|byte| byte == b'0') {
            return Err(HkmoPermitError::AllZero);
        }
        Ok(Self { holder, region, replacement: Some(replacement).filter(|digits| !digits.is_empty()) })
    }
}
