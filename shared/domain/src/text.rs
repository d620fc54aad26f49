//! The normalisations and character classes that several rules share.

use unicode_normalization::UnicodeNormalization;

/// Two-digit codes of the 31 mainland provinces, GB/T 2260.
pub(crate) fn is_province(code: &str) -> bool {
    matches!(code.parse(), Ok(11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65_u8))
        && is_digits(code)
}

/// Only ASCII digits, at least one. Arabic-Indic and other digits are not accepted in any number.
pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Characters that show nothing and come along when text is copied from pages and chat programs.
pub(crate) fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// Normalises a number as typed: NFKC (full-width forms become ASCII), no invisible characters and no white
/// space anywhere, upper case. Domain specification, section 12. Never for names: see [`crate::name`].
pub(crate) fn compact(input: &str) -> String {
    let visible: String = input.nfkc().filter(|&c| !is_zero_width(c) && !c.is_whitespace()).collect();
    visible.to_uppercase()
}

/// [`compact`] for numbers that are often written in groups with hyphens between them.
pub(crate) fn compact_ungrouped(input: &str) -> String {
    compact(input).replace('-', "")
}

/// `text` with all but its first `head` and last `tail` characters replaced by asterisks.
pub(crate) fn mask(text: &str, head: usize, tail: usize) -> String {
    let end = text.chars().count().saturating_sub(tail);
    text.chars().enumerate().map(|(at, c)| if at < head || at >= end { c } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compacting_joins_groups_and_folds_full_width() {
        assert_eq!(compact(" １２3\u{200B}\u{3000}4x "), "1234X");
        assert_eq!(compact_ungrouped("12-34－56"), "123456");
        assert_eq!(compact("١٢"), "١٢", "other scripts' digits stay and fail the rule");
    }

    #[test]
    fn only_mainland_provinces_are_provinces() {
        let provinces = (0..100).filter(|code| is_province(&format!("{code:02}"))).count();
        assert_eq!(provinces, 31);
        assert!(!is_province("+1") && !is_province("") && !is_province("110"));
    }

    #[test]
    fn masking_keeps_the_ends() {
        assert_eq!(mask("13800001234", 3, 4), "138****1234");
        assert_eq!(mask("ab", 3, 4), "ab");
    }
}
