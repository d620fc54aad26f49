//! Telephone numbers of employers: landline, mobile, or a 400 or 800 service number (our rule, domain
//! specification, section 9). They are not personal data.

use serde::{Deserialize, Serialize};

use crate::mobile::Mobile;
use crate::reasons::reasons;
use crate::text::{compact, is_digits};

reasons! {
    /// Why it is not an employer's telephone number.
    PhoneError in "phone" {
        /// Nothing was entered.
        Empty = "EMPTY",
        /// Neither a landline, nor a mobile, nor a 400 or 800 number.
        Format = "FORMAT",
    }
}

/// An employer's telephone number, normalised; hyphens are kept as typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkPhone(String);

impl WorkPhone {
    /// Normalises and checks a number.
    pub fn parse(input: &str) -> Result<Self, PhoneError> {
        let number = compact(input);
        if number.is_empty() {
            Err(PhoneError::Empty)
        } else if is_landline(&number) || is_service(&number) {
            Ok(Self(number))
        } else {
            Mobile::parse(&number).map(|mobile| Self(mobile.expose().to_owned())).or(Err(PhoneError::Format))
        }
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `(0\d{2,3}-?)?[1-9]\d{6,7}(-\d{1,6})?`: area code, subscriber, extension.
fn is_landline(number: &str) -> bool {
    let without_area = |digits| {
        let (area, rest) = number.split_at_checked(digits)?;
        (area.starts_with('0') && is_digits(area)).then(|| rest.strip_prefix('-').unwrap_or(rest))
    };
    [Some(number), without_area(3), without_area(4)].into_iter().flatten().any(is_subscriber)
}

/// `[1-9]\d{6,7}(-\d{1,6})?`
fn is_subscriber(number: &str) -> bool {
    let (line, extension) = number.split_once('-').unwrap_or((number, "0"));
    is_digits(line)
        && !line.starts_with('0')
        && matches!(line.len(), 7 | 8)
        && is_digits(extension)
        && extension.len() <= 6
}

/// 400 or 800 and seven digits, in up to three groups: people write 400-812-3123 and 4008-123-123.
fn is_service(number: &str) -> bool {
    let digits = number.replace('-', "");
    digits.len() == 10
        && is_digits(&digits)
        && number.len() <= 12
        && (number.starts_with("400") || number.starts_with("800"))
}

impl TryFrom<String> for WorkPhone {
    type Error = PhoneError;

    fn try_from(number: String) -> Result<Self, Self::Error> {
        Self::parse(&number)
    }
}

impl From<WorkPhone> for String {
    fn from(phone: WorkPhone) -> Self {
        phone.0
    }
}
