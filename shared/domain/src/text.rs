//! What people type, before a rule looks at it: the one place that says which characters show nothing, which are dashes and
//! which are spaces. The tables are Unicode's own, as `icu_properties` has them.
//!
//! Every field that holds a number goes through [`compact`], every free text through [`visible`], and whoever asks whether
//! something was entered at all asks [`is_blank`].

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        Dash, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, PrependedConcatenationMark,
        Script,
    },
};
use unicode_normalization::UnicodeNormalization;

/// The class of a character (Unicode Standard, 4.5).
pub(crate) fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// Whether a character is of the Latin script (Unicode Standard Annex 24).
pub(crate) fn is_latin(c: char) -> bool {
    CodePointMapData::<Script>::new().get(c) == Script::Latin
}

/// A mark that combines with the character before it and is nothing alone.
pub(crate) fn is_mark(c: char) -> bool {
    GeneralCategoryGroup::Mark.contains(category(c))
}

/// Shows nothing and takes no part in what is read: `Default_Ignorable_Code_Point` (zero-width characters, variation
/// selectors, tags, Hangul fillers, all bidirectional controls), the other format characters but for those that enclose digits,
/// and the place of an object that a chat program did not paste.
pub fn is_invisible(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || (category(c) == GeneralCategory::Format
            && !CodePointSetData::new::<PrependedConcatenationMark>().contains(c))
        || c == '\u{FFFC}'
}

/// Reorders what stands beside it: embeddings, overrides and isolates (Unicode Standard Annex 9).
pub(crate) fn reorders(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// White space, and two symbols that are drawn as a blank.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2800}' | '\u{1D159}')
}

/// `Dash` (every `Pd` and the minus signs), and what else is typed for one: modifier minus, hyphen bullet, the lines of
/// box drawings, heavy minus, and the prolonged sound mark of Japanese keyboards.
pub(crate) fn is_dash(c: char) -> bool {
    CodePointSetData::new::<Dash>().contains(c)
        || matches!(
            c,
            '\u{02D7}' | '\u{2043}' | '\u{2500}' | '\u{2501}' | '\u{2796}' | '\u{30FC}' | '\u{FF70}'
        )
}

/// Not for text at all: controls other than those that are white space, and code points that are no characters.
pub(crate) fn is_broken(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{FDD0}'..='\u{FDEF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Something that a reader sees by itself.
fn is_seen(c: char) -> bool {
    !is_space(c) && !is_invisible(c) && !is_broken(c) && !is_mark(c)
}

/// Whether there is nothing to see: empty, spaces, invisible characters, or marks with nothing to combine with.
pub fn is_blank(text: &str) -> bool {
    !text.chars().any(is_seen)
}

/// How many characters a reader sees: without spaces, and a letter with its marks is one.
pub(crate) fn seen_chars(text: &str) -> usize {
    text.chars().filter(|&c| is_seen(c)).count()
}

/// A text without what cannot be seen in it, in NFC, without spaces at its ends. Line feeds and what stands between words
/// stay; what reorders text, or is broken, is left for the rule to refuse.
pub fn visible(input: &str) -> String {
    let hidden = |c: char| is_invisible(c) || is_space(c);
    let lines = input.trim_matches(hidden).replace("\r\n", "\n");
    let blank = |c| if is_space(c) && !c.is_whitespace() { ' ' } else { c };
    lines.chars().filter(|&c| !is_invisible(c) || reorders(c)).map(blank).nfc().collect()
}

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

/// NFKC (full-width forms become ASCII), nothing invisible, every dash as `-` and every space as one; spaces stay.
pub(crate) fn folded(input: &str) -> impl Iterator<Item = char> {
    let dash = |c| if is_dash(c) { '-' } else { c };
    // why: before NFKC, which makes a space and a mark of some; and after it, for what it makes.
    let seen = input.chars().filter(|&c| !is_invisible(c)).map(dash);
    seen.nfkc().filter(|&c| !is_invisible(c)).map(|c| if is_space(c) { ' ' } else { c })
}

/// Folded, without spaces at the ends, for numbers of several parts, such as the phones of a department.
pub fn plain(input: &str) -> String {
    folded(input).collect::<String>().trim().to_owned()
}

/// A number as typed or pasted, normalised: folded, without spaces, in capitals. Domain specification, section 12. Never
/// for names: see [`crate::name`].
pub fn compact(input: &str) -> String {
    folded(input).filter(|&c| c != ' ').map(|c| c.to_ascii_uppercase()).collect()
}

/// [`compact`] for numbers that are written in groups with dashes between them: without those as well.
pub fn compact_ungrouped(input: &str) -> String {
    compact(input).replace('-', "")
}

/// [`compact`] for numbers in which a hyphen that one can see and delete is a fault of its own (domain specification,
/// appendix A): the dashes that word processors and contacts put in are dropped, the key's own stays.
pub(crate) fn compact_but_hyphens(input: &str) -> String {
    compact(&input.replace(|c| c != '-' && is_dash(c), ""))
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
        assert_eq!(compact("1–2−3ー4\u{2011}5"), "1-2-3-4-5");
        assert_eq!(compact_but_hyphens("1–2-3"), "12-3");
        assert_eq!(compact("ı"), "ı", "only ASCII letters have capitals here");
    }

    #[test]
    fn every_dash_and_minus_is_one() {
        for c in ('\0'..=char::MAX).filter(|&c| category(c) == GeneralCategory::DashPunctuation) {
            assert_eq!(compact(&format!("1{c}2")), "1-2", "{c:?}");
        }
        for c in "−⁻₋˗⁃─━➖ーｰ⁓".chars() {
            assert_eq!(compact_ungrouped(&format!("1{c}2")), "12", "{c:?}");
        }
    }

    #[test]
    fn what_shows_nothing_is_blank_and_leaves_a_number() {
        let nothing = "\u{3164}\u{115F}\u{1160}\u{FFA0}\u{2800}\u{FE0F}\u{034F}\u{17B4}\u{17B5}\u{180E}\u{E0041}\u{E007F}\
                       \u{200B}\u{200E}\u{202D}\u{202C}\u{2066}\u{2069}\u{00AD}\u{FEFF}\u{061C}\u{FFFC}\u{FFF9}\u{1D159}\u{E0100}";
        assert!(is_blank(nothing));
        for c in nothing.chars() {
            assert!(is_blank(&c.to_string()), "{c:?}");
            assert_eq!(compact(&format!("1{c}2")), "12", "{c:?}");
            assert_eq!(visible(&format!("{c}会计{c}")), "会计", "{c:?}");
        }
        assert!(is_blank("\u{301}\u{20DD}") && is_blank(" \u{A0}\u{3000}\n\t\u{FFFF}\u{0}"));
        assert!(!is_blank("\u{0600}") && !is_blank("〇") && !is_blank("-") && !is_blank("\u{323AF}"));
    }

    #[test]
    fn visible_text_keeps_lines_and_words() {
        assert_eq!(visible(" \u{200E}一\r\n二\u{2800}三\u{FE0F} \u{202C}"), "一\n二 三");
        assert_eq!(visible("e\u{034F}\u{301}"), "é", "what blocked the composition is gone");
        assert_eq!(visible("a\u{202E}b"), "a\u{202E}b", "left for the rule to refuse");
        assert_eq!((seen_chars("e\u{301} b"), seen_chars("𠮷\n𠮷")), (2, 2));
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
