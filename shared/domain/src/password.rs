//! The password rule of registration (ours; domain specification, section 3).
//!
//! What the accounts' provider checks again, it checks more weakly: only here is it known whose password it
//! is to be.

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
    /// Why it may not be the password.
    PasswordError in "password" {
        /// A control character, which login pages of other devices may not let one type.
        ControlChar = "CONTROL_CHAR",
        /// Fewer than 8 characters.
        TooShort = "TOO_SHORT",
        /// More than 64 characters.
        TooLong = "TOO_LONG",
        /// One of the passwords that are tried first.
        Common = "COMMON",
        /// Contains something that others know about the person.
        Personal = "PERSONAL",
        /// Too few kinds of characters for its length.
        Weak = "WEAK",
        /// Made of what is guessed first: words, names, dates, rows of keys, repetitions.
        Guessable = "GUESSABLE",
    }
}

/// What a password consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Fewest characters.
    pub min_chars: usize,
    /// Most characters. Longer ones are refused, never cut.
    pub max_chars: usize,
    /// How many of upper case, lower case, digits and symbols it must have.
    pub min_classes: usize,
    /// From this length on any characters do.
    pub passphrase_chars: usize,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { min_chars: 8, max_chars: 64, min_classes: 3, passphrase_chars: 15 }
    }
}

impl PasswordPolicy {
    /// Whether the characters are varied enough for their number.
    fn is_strong(&self, password: &str) -> bool {
        let has = |class: fn(char) -> bool| usize::from(password.contains(class));
        let classes = has(char::is_uppercase)
            + has(char::is_lowercase)
            + has(|c| c.is_ascii_digit())
            + has(|c| !c.is_uppercase() && !c.is_lowercase() && !c.is_ascii_digit());
        classes >= self.min_classes || password.chars().count() >= self.passphrase_chars
    }
}

/// What is known of the person whose password it is to be; a field that did not parse is left out.
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
    /// What the password must not contain, in lower case.
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

/// The last `count` characters, if there are so many.
fn last(text: &str, count: usize) -> Option<String> {
    let start = text.len().checked_sub(count)?;
    text.get(start..).map(str::to_owned)
}

/// A name's Latin letters, or its pinyin without tones: `zhangsan`. ü is typed as v.
fn letters(name: &str) -> String {
    let spell = |c: char| match c.to_pinyin() {
        Some(syllable) => syllable.plain().replace('ü', "v"),
        None => c.to_lowercase().filter(|c| c.is_alphabetic()).collect(),
    };
    name.chars().map(spell).collect()
}

/// Passwords that are tried first, in lower case, each on a line.
const COMMON_LIST: &str = include_str!("../../../infra/reference/common-passwords.txt");

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    COMMON_LIST.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")).collect()
});

/// What somebody typed as a password, normalised: every place that reads one reads this, so that the same password is the
/// same text on each of them and from each keyboard. There is no other way to make one. It does not show itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedPassword(String);

redacted!(TypedPassword);

impl TypedPassword {
    /// Normalises what was typed as `OpaqueString` of RFC 8265 does: every space is U+0020, and the text is in NFC; case and
    /// width stay. Beyond that, white space and invisible characters at the ends go, which keyboards put after a word and
    /// which come along with what is pasted: a field that shows dots does not show them (NIST SP 800-63B-4, 3.1.1.2,
    /// allows it, as the length is that of what is left).
    pub fn new(input: &str) -> Self {
        let blank = |c: char| if c.is_whitespace() && !c.is_control() { ' ' } else { c };
        let typed: String = input.nfc().map(blank).collect();
        // why: what was between two characters at an end may combine once it has gone.
        let bare = typed.trim_matches(|c: char| c.is_whitespace() || is_zero_width(c));
        Self(bare.nfc().collect())
    }

    /// What was typed.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A password to be set. It does not show itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(TypedPassword);

redacted!(Password);

impl Password {
    /// Checks what was typed by the default policy.
    pub fn parse(typed: &TypedPassword, about: &PasswordContext<'_>) -> Result<Self, PasswordError> {
        Self::parse_with(PasswordPolicy::default(), typed, about)
    }

    /// Checks what was typed by another policy.
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

    /// The password itself, for the accounts' provider.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The password as whoever logs in types it.
    pub fn typed(&self) -> &TypedPassword {
        &self.0
    }
}
