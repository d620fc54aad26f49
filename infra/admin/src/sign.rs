//! Who changes something, and why: both are kept with the change.

use clap::Args;

/// Who, and why: both are kept.
#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// Who changes it
    #[arg(long, value_parser = words)]
    pub(crate) by: String,
    /// Why
    #[arg(long, value_parser = words)]
    pub(crate) reason: String,
}

/// Longest name of a person or reason, in characters: a change is one item with both in it.
const MAX_WORDS: usize = 500;

/// What a person is to read: not nothing, and not a book.
fn words(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err("it is empty".to_owned()),
        1..=MAX_WORDS => Ok(text.to_owned()),
        _ => Err(format!("it is longer than {MAX_WORDS} characters")),
    }
}
