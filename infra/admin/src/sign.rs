//! Who changes something, and why: both are kept with the change.

use clap::Args;
use domain::free_text::{Text, TextError};

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
    match Text::<1, MAX_WORDS>::parse(text) {
        Ok(words) => Ok(words.as_str().to_owned()),
        Err(TextError::TooShort) => Err("it is empty".to_owned()),
        Err(TextError::TooLong) => Err(format!("it is longer than {MAX_WORDS} characters")),
        Err(TextError::Charset) => Err("it has control characters".to_owned()),
    }
}
