//! The password rule of registration (ours; domain specification, section 3).
//!
//! The identity provider checks passwords again, but by weaker rules: only this module knows the person's data.

mod strength;

use std::collections::HashSet;
use std::sync::LazyLock;

use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;

use crate::identity::IdentityNumber;
use crate::mobile::Mobile;
use crate::name::PersonName;
use crate::reasons::{reasons, redacted};
use crate::text::is_zero_width;

reasons! {
    /// Why a text is refused as a password.
    PasswordError in "password" {
        /// A control character, which other devices may not be able to type.
        ControlChar = "CONTROL_CHAR",
        /// Fewer than 8 characters.
        TooShort = "TOO_SHORT",
        /// More than 64 characters.
        TooLong = "TOO_LONG",
        /// A common password.
        Common = "COMMON",
        /// Contains personal data that others may know.
        Personal = "PERSONAL",
        /// Too few kinds of characters for its length.
        Weak = "WEAK",
        /// Consists of easily guessed parts: words, names, dates, keyboard rows, repetitions.
        Guessable = "GUESSABLE",
    }
}

/// The requirements for a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Minimum number of characters.
    pub min_chars: usize,
    /// Maximum number of characters. Longer passwords are refused, never truncated.
    pub max_chars: usize,
    /// Minimum number of classes out of upper case, lower case, digits and symbols.
    pub min_classes: usize,
    /// Length from which any characters are accepted.
    pub passphrase_chars: usize,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { min_chars: 8, max_chars: 64, min_classes: 3, passphrase_chars: 15 }
    }
}

impl PasswordPolicy {
    /// Whether the password has enough character classes for its length.
    fn is_strong(&self, password: &str) -> bool {
        let has = |class: fn(char) -> bool| usize::from(password.contains(class));
        let classes = has(char::is_uppercase)
            + has(char::is_lowercase)
            + has(|c| c.is_ascii_digit())
            + has(|c| !c.is_uppercase() && !c.is_lowercase() && !c.is_ascii_digit());
        classes >= self.min_classes || password.chars().count() >= self.passphrase_chars
    }
}

/// Personal data of the password's owner; fields that failed to parse are missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct PasswordContext<'a> {
    /// The identity document's number.
    pub id_number: Option<&'a IdentityNumber>,
    /// The mobile number.
    pub mobile: Option<&'a Mobile>,
    /// The name.
    pub name: Option<&'a PersonName>,
}

impl PasswordContext<'_> {
    /// Parts that the password must not contain, in lower case.
    fn secrets(&self) -> impl Iterator<Item = String> {
        let number = self.id_number.map(|number| number.expose().to_lowercase());
        let ends = [6, 8].map(|count| number.as_deref().and_then(|number| last(number, count)));
        let birth =
            self.id_number.and_then(IdentityNumber::birth_date).map(|d| d.strftime("%Y%m%d").to_string());
        let mobile = self.mobile.map(|mobile| mobile.expose().to_owned());
        let name = self.name.map(|name| letters(name.expose())).filter(|letters| !letters.is_empty());
        [number].into_iter().chain(ends).chain([birth, mobile, name]).flatten()
    }
}

/// The last `count` characters; `None` if the text is shorter.
fn last(text: &str, count: usize) -> Option<String> {
    let start = text.len().checked_sub(count)?;
    text.get(start..).map(str::to_owned)
}

/// The Latin letters of a name, or its pinyin without tones: `zhangsan`. ü becomes v.
fn letters(name: &str) -> String {
    let spell = |c: char| match c.to_pinyin() {
        Some(syllable) => syllable.plain().replace('ü', "v"),
        None => c.to_lowercase().filter(|c| c.is_alphabetic()).collect(),
    };
    name.chars().map(spell).collect()
}

/// Common passwords in lower case, one per line.
const COMMON_LIST: &str = include_str!("../../../infra/reference/common-passwords.txt");

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    COMMON_LIST.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")).collect()
});

/// A typed password, normalized. All places that read a password use this type, so that the same password gives the
/// same text everywhere and from any keyboard. Its `Debug` shows no data.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedPassword(String);

redacted!(TypedPassword);

impl TypedPassword {
    /// Normalizes like `OpaqueString` of RFC 8265: every space becomes U+0020, and the text is in NFC; case and width
    /// stay. It also trims white space and invisible characters at the ends, which keyboards add after a word and
    /// copying adds: a password field does not show them (NIST SP 800-63B-4, 3.1.1.2, allows this because the length is
    /// checked afterwards).
    pub fn new(input: &str) -> Self {
        let blank = |c: char| if c.is_whitespace() && !c.is_control() { ' ' } else { c };
        let typed: String = input.nfc().map(blank).collect();
        // why: removing a character may let its neighbours combine.
        let bare = typed.trim_matches(|c: char| c.is_whitespace() || is_zero_width(c));
        Self(bare.nfc().collect())
    }

    /// The plain text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A new password that meets the policy. Its `Debug` shows no data.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(TypedPassword);

redacted!(Password);

impl Password {
    /// Checks a typed password by the default policy.
    pub fn parse(typed: &TypedPassword, about: &PasswordContext<'_>) -> Result<Self, PasswordError> {
        Self::parse_with(PasswordPolicy::default(), typed, about)
    }

    /// Checks a typed password by another policy.
    pub fn parse_with(
        policy: PasswordPolicy,
        typed: &TypedPassword,
        about: &PasswordContext<'_>,
    ) -> Result<Self, PasswordError> {
        let password = typed.expose();
        if password.contains(char::is_control) {
            return Err(PasswordError::ControlChar);
        }
        let chars = password.chars().count();
        if chars < policy.min_chars {
            return Err(PasswordError::TooShort);
        }
        if chars > policy.max_chars {
            return Err(PasswordError::TooLong);
        }
        let lower = password.to_lowercase();
        if COMMON.contains(lower.as_str()) {
            Err(PasswordError::Common)
        } else if about.secrets().any(|secret| lower.contains(&secret)) {
            Err(PasswordError::Personal)
        } else if !policy.is_strong(password) {
            Err(PasswordError::Weak)
        } else if strength::is_guessable(password, about) {
            Err(PasswordError::Guessable)
        } else {
            Ok(Self(typed.clone()))
        }
    }

    /// The plain password, for the identity provider.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The password in the form that logins compare.
    pub fn typed(&self) -> &TypedPassword {
        &self.0
    }
}
