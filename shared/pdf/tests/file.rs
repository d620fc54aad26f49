//! The PDF file as other programs see it: Debian's poppler-utils. Without them, these tests print a message and pass.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

#[path = "../examples/sample/mod.rs"]
mod sample;

use std::{
    io::Write,
    process::{Command, Stdio},
};

use pdf::{Form, PaperError};
use sample::{EMPLOYERS, Sample};

/// The output of a program for a form; `None` if the program is not installed.
fn ask(program: &str, arguments: &[&str], form: &Form<'_>) -> Option<String> {
    let pdf = pdf::form(form).unwrap();
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("SKIPPED: {program} is not installed (apt-get install poppler-utils)");
        return None;
    };
    // The programs read all input before they write, so there is no deadlock.
    child.stdin.take().unwrap().write_all(&pdf).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program} rejects the file");
    Some(String::from_utf8(output.stdout).unwrap())
}

fn text(form: &Form<'_>) -> Option<String> {
    let text = ask("pdftotext", &["-layout", "-", "-"], form)?;
    Some(text.split_whitespace().collect())
}

#[test]
fn text_can_be_searched() {
    let sample = Sample::new("𠮷田·〇明", 12);
    let Some(text) = text(&sample.form()) else { return };
    assert!(text.contains("𠮷田·〇明"));
    for employer in EMPLOYERS {
        let employer: String = employer.split_whitespace().collect();
        assert!(text.contains(&employer), "{employer}");
    }
    assert!(!text.contains("11010119900101002X") && !text.contains("13800001234"));
}

#[test]
fn faces_are_embedded_as_subsets() {
    let sample = Sample::new("𠮷ƃŁ", 1);
    let Some(list) = ask("pdffonts", &["-"], &sample.form()) else { return };
    let fonts: Vec<_> = list.lines().skip(2).collect();
    assert_eq!(fonts.len(), 4, "{list}");
    for font in fonts {
        assert!(font.contains(" yes yes yes "), "not embedded as a subset with a Unicode map: {font}");
    }
    assert!(pdf::form(&sample.form()).unwrap().len() < 200_000, "subsets are small");
}

#[test]
fn character_without_glyph_can_be_copied() {
    let sample = Sample::new("王\u{2A6D6}", 0);
    let Some(text) = text(&sample.form()) else { return };
    assert!(text.contains("王\u{2A6D6}"));
}

#[test]
fn number_of_a4_pages_depends_on_content() {
    for (employments, pages) in [(0, 1..=1), (1, 1..=2), (12, 4..=6), (30, 8..=13)] {
        let sample = Sample::new("王小明", employments);
        let Some(about) = ask("pdfinfo", &["-"], &sample.form()) else { return };
        let count =
            about.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap().trim().parse().unwrap();
        assert!(pages.contains(&count), "{count} pages for {employments} employments");
        assert!(about.contains("(A4)"));
    }
}

#[test]
fn draft_has_watermark() {
    let sample = Sample::new("王小明", 0);
    let Some(text) = text(&sample.draft()) else { return };
    assert!(text.contains("尚未提交"));
    // The watermark is diagonal: its two characters are not on one line.
    assert!(text.matches('草').count() >= 2 && text.matches('稿').count() >= 2);
}

#[test]
fn same_form_gives_the_same_file() {
    let sample = Sample::new("王小明", 3);
    assert_eq!(pdf::form(&sample.form()), pdf::form(&sample.form()));
}

#[test]
fn invalid_photo_is_refused() {
    let sample = Sample::new("王小明", 0);
    let form = Form { photo: Some(b"GIF89a"), ..sample.form() };
    assert_eq!(pdf::form(&form), Err(PaperError::Photo));
}
