//! Line breaking.
//!
//! Chinese text may break between any two characters, unless a punctuation mark would be left alone at the edge of a
//! line (GB/T 15834-2011, 5.1). Latin words and numbers are not split unless they are wider than the line.

use crate::fonts::{Faces, Style};

/// Marks that must not start a line.
const NOT_FIRST: &str = "，。、；：！？）》」』】〕〉…—·,.;:!?)]}%％’”";
/// Marks that must not end a line.
const NOT_LAST: &str = "（《「『【〔〈([{‘“";
/// Maximum number of lines that line feeds can create in one text; if there are more, line feeds become spaces. Duties
/// have up to 200 characters, each of which could be on its own line.
const MAX_LINES: usize = 12;

/// Splits `text` into lines no wider than `width`; returns at least one line.
pub(crate) fn wrap(faces: &Faces<'_>, style: Style, size: f32, text: &str, width: f32) -> Vec<String> {
    let paragraphs: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let paragraphs = if paragraphs.len() > MAX_LINES {
        vec![paragraphs.join(" ")]
    } else {
        paragraphs.into_iter().map(str::to_owned).collect()
    };
    let mut lines = Vec::new();
    for paragraph in &paragraphs {
        fill(faces, style, paragraph, width / size, &mut lines);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// Fills lines with the words of a paragraph; widths are in ems.
fn fill(faces: &Faces<'_>, style: Style, paragraph: &str, width: f32, lines: &mut Vec<String>) {
    let mut line = String::new();
    let mut used = 0.0;
    for word in words(paragraph) {
        let wide = faces.width(style, word.trim_end());
        if used + wide > width && wide <= width {
            close(&mut line, lines);
            used = 0.0;
        }
        if wide <= width {
            line.push_str(word);
            used += faces.width(style, word);
            continue;
        }
        for c in word.chars() {
            let wide = faces.mark(style, c).advance();
            if used + wide > width {
                close(&mut line, lines);
                used = 0.0;
            }
            line.push(c);
            used += wide;
        }
    }
    close(&mut line, lines);
}

fn close(line: &mut String, lines: &mut Vec<String>) {
    if !line.trim().is_empty() {
        lines.push(line.trim().to_owned());
    }
    line.clear();
}

/// Splits a text into parts that stay together, each with the white space after it.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| may_break(before, c)) {
            words.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    words.push(&text[start..]);
    words
}

fn may_break(before: char, after: char) -> bool {
    if after.is_whitespace() || NOT_FIRST.contains(after) {
        return false;
    }
    if before.is_whitespace() {
        return true;
    }
    !NOT_LAST.contains(before) && (!is_letter(before) || !is_letter(after))
}

/// Whether the character is part of a word that must not be split: all scripts before the Chinese ones.
fn is_letter(c: char) -> bool {
    !c.is_whitespace() && c < '\u{2E80}' && c != '—' && c != '…'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, ems: f32) -> Vec<String> {
        wrap(&Faces::open(None).unwrap(), Style::Body, 10.0, text, ems * 10.0)
    }

    #[test]
    fn lines_break_only_at_allowed_positions() {
        assert_eq!(lines("负责总账，报表", 4.0), ["负责总", "账，报表"]);
        assert_eq!(lines("会计（出纳）岗", 3.5), ["会计", "（出", "纳）岗"]);
        assert_eq!(lines("使用 SAP系统", 4.2), ["使用 SAP", "系统"]);
        assert_eq!(lines("甲\n乙\n\n丙", 9.0), ["甲", "乙", "丙"]);
    }

    #[test]
    fn words_wider_than_the_line_are_split() {
        let cut = lines(&"9".repeat(60), 10.0);
        assert!(cut.len() > 2);
        assert_eq!(cut.concat(), "9".repeat(60));
        let cut = lines(&"，".repeat(20), 5.0);
        assert_eq!((cut.len(), cut.concat()), (4, "，".repeat(20)));
    }

    #[test]
    fn number_of_lines_from_line_feeds_is_limited() {
        assert!(lines(&"一\n".repeat(100), 20.0).len() <= 12);
        assert_eq!(lines("", 5.0), [""]);
        assert_eq!(lines("会计", 0.1), ["会", "计"]);
    }
}
