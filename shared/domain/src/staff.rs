//! 审核员账号, the names that reviewers log in with.

use crate::text::plain;

/// Fewest and most characters (ours).
const LENGTH: std::ops::RangeInclusive<usize> = 3..=32;

/// A staff account: lower-case letters, digits and "-", a letter first. It names no person and may stand in logs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StaffAccount(String);

/// A text cannot be a staff account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("3 to 32 letters, digits and \"-\", a letter first")]
pub struct StaffAccountError;

impl StaffAccount {
    /// The account that was typed: capitals, full-width forms, any dash and invisible characters are the same account.
    pub fn parse(input: &str) -> Result<Self, StaffAccountError> {
        let account = plain(input).to_ascii_lowercase();
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = LENGTH.contains(&account.len())
            && account.chars().all(is_plain)
            && account.starts_with(|c: char| c.is_ascii_lowercase());
        if fits { Ok(Self(account)) } else { Err(StaffAccountError) }
    }

    /// The account's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_it_is_typed_it_is_one_account() {
        for typed in [
            "dongcheng-3",
            "DongCheng-3",
            " dongcheng-3\u{3000}",
            "ｄｏｎｇｃｈｅｎｇ－３",
            "\u{202A}dongcheng‑3\u{202C}",
            "dong\u{AD}cheng\u{FE0F}–3",
        ] {
            assert_eq!(StaffAccount::parse(typed).unwrap().as_str(), "dongcheng-3", "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_account_is_refused() {
        let long = "a".repeat(33);
        for typed in ["", "ab", "3dongcheng", "dong cheng", "东城", "a_b", "ıabc", "STAFF#1", &long] {
            assert_eq!(StaffAccount::parse(typed), Err(StaffAccountError), "{typed:?}");
        }
    }
}
