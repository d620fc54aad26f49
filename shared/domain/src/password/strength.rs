//! How many guesses a password withstands: by the estimator zxcvbn (Wheeler, USENIX Security 2016), which knows Chinese
//! words and what is known of the person, and by the plan that most passwords are made to, word, number, symbol
//! (Weir, IEEE S&P 2009). The lower estimate counts.
//!
//! It costs milliseconds and links zxcvbn's word lists: for passwords that are chosen, never for those that are tried.

use std::collections::HashMap;
use std::sync::LazyLock;

use pinyin::ToPinyin;
use zxcvbn::{matching::patterns::MatchPattern, zxcvbn};

use super::{COMMON_LIST, PasswordContext, last, letters};
use crate::identity::IdentityNumber;

/// Fewest guesses: where zxcvbn's score of 3 begins, safe against guessing that is slowed down.
const ENOUGH: f64 = 1e8;

/// Characters of a password that are looked at. What they lack, more would seldom give, and the time that it takes grows
/// with the square of their number.
const MOST_CHARS: usize = 40;

/// Parts of a password that has a plan; with more of them it is varied enough (6! · 10⁶ guesses).
const MOST_PARTS: usize = 5;

/// Guesses that a part costs for being written in capitals, or with digits and symbols for letters.
const DISGUISE: f64 = 2.0;

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.is_empty() && !line.starts_with("# "))
}

/// Chinese words, the most used first; then whole passwords.
static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let words = lines(include_str!("../../../../infra/reference/password-words.txt"));
    words.chain(lines(COMMON_LIST)).collect()
});

/// Syllables, and how many guesses each costs.
static SYLLABLES: LazyLock<HashMap<&str, f64>> = LazyLock::new(|| {
    let syllables = lines(include_str!("../../../../infra/reference/pinyin-syllables.txt"));
    (1..=u16::MAX).zip(syllables).map(|(rank, syllable)| (syllable, f64::from(rank))).collect()
});

/// Whether the password is found in too few guesses.
pub(super) fn is_guessable(password: &str, about: &PasswordContext<'_>) -> bool {
    let password: String = password.chars().take(MOST_CHARS).collect();
    let own = own_words(about);
    let words: Vec<&str> = own.iter().map(String::as_str).chain(WORDS.iter().copied()).collect();
    let plain = without_disguise(&password);
    let disguised = if plain == password { 1.0 } else { DISGUISE };
    guesses_of_letters(&password, &words) < ENOUGH
        || by_plan(&password, &words) < ENOUGH
        || (disguised > 1.0 && by_plan(&plain, &words) * disguised < ENOUGH)
}

/// Guesses of a text with letters. zxcvbn takes each character that is part of nothing for one of ten, since it may be part of a word
/// that it does not know; words that are pinyin are found by [`by_plan`], so that such a letter counts as one of 26.
fn guesses_of_letters(password: &str, words: &[&str]) -> f64 {
    let estimate = zxcvbn(password, words);
    let unknown = estimate.sequence().iter().filter(|part| matches!(part.pattern, MatchPattern::BruteForce));
    let unknown = unknown.flat_map(|part| part.token.chars()).filter(|c| !c.is_ascii_digit()).count();
    #[expect(clippy::cast_precision_loss, reason = "an estimate of an order of magnitude")]
    let guesses = estimate.guesses() as f64;
    guesses * 2.6_f64.powi(i32::try_from(unknown).unwrap_or(i32::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "an estimate of an order of magnitude")]
fn guesses(text: &str, words: &[&str]) -> f64 {
    zxcvbn(text, words).guesses() as f64
}

/// Parts of the person's own numbers and name. The whole of them is refused as [`super::PasswordError::Personal`].
fn own_words(about: &PasswordContext<'_>) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(birth) = about.id_number.and_then(IdentityNumber::birth_date) {
        words.extend(["%Y%m%d", "%y%m%d", "%m%d", "%Y%m", "%Y"].map(|form| birth.strftime(form).to_string()));
    }
    let numbers =
        [about.id_number.map(IdentityNumber::expose), about.mobile.map(super::super::mobile::Mobile::expose)];
    for number in numbers.into_iter().flatten() {
        words.push(number.to_lowercase());
        words.extend((4..=8).filter_map(|count| last(number, count)).map(|end| end.to_lowercase()));
        words.extend([3, 4, 6, 7].into_iter().filter_map(|count| number.get(..count)).map(str::to_lowercase));
    }
    if let Some(name) = about.name.map(super::super::name::PersonName::expose) {
        words.push(name.to_lowercase());
        words.extend(name.split(|c: char| !c.is_alphabetic()).map(letters));
        let syllables: Vec<String> =
            name.chars().filter(|c| c.to_pinyin().is_some()).map(|c| letters(&c.to_string())).collect();
        words.push(syllables.iter().filter_map(|syllable| syllable.chars().next()).collect());
        for family in 1..syllables.len() {
            let (family, given) = syllables.split_at(family);
            words.extend([family.concat(), given.concat(), [given, family].concat().concat()]);
        }
        words.extend(syllables);
    }
    words.retain(|word| word.chars().count() >= 2);
    words
}

/// The password with letters where digits and symbols stand for them within a word.
fn without_disguise(password: &str) -> String {
    let chars: Vec<char> = password.chars().collect();
    let is_letter = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_alphabetic());
    let plain = |(at, c): (usize, &char)| {
        let letter = match c {
            '@' | '4' => 'a',
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '$' | '5' => 's',
            '7' => 't',
            _ => return *c,
        };
        if is_letter(at.checked_sub(1)) && is_letter(Some(at + 1)) { letter } else { *c }
    };
    chars.iter().enumerate().map(plain).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letters,
    Digits,
    Others,
}

impl Class {
    fn of(c: char) -> Self {
        if c.is_alphabetic() {
            Self::Letters
        } else if c.is_ascii_digit() {
            Self::Digits
        } else {
            Self::Others
        }
    }
}

/// Guesses by plan: each part by itself, and the order of the parts.
fn by_plan(password: &str, words: &[&str]) -> f64 {
    let mut parts: Vec<(Class, String)> = Vec::new();
    for c in password.chars() {
        match parts.last_mut().filter(|(class, _)| *class == Class::of(c)) {
            Some((_, part)) => part.push(c),
            None => parts.push((Class::of(c), c.to_string())),
        }
    }
    if parts.len() > MOST_PARTS {
        return f64::INFINITY;
    }
    let orders = (1..=u16::try_from(parts.len()).unwrap_or(u16::MAX)).map(f64::from).product::<f64>();
    let of_part = |(class, part): &(Class, String)| match class {
        Class::Letters => guesses_of_letters(part, words).min(by_syllables(part)),
        Class::Digits | Class::Others => guesses(part, words),
    };
    parts.iter().map(of_part).product::<f64>() * orders
}

/// Guesses of a word that is nothing but pinyin, by the commonness of its syllables.
fn by_syllables(word: &str) -> f64 {
    let lower = word.to_lowercase();
    if !lower.is_ascii() {
        return f64::INFINITY;
    }
    let mut fewest = vec![f64::INFINITY; lower.len() + 1];
    fewest[0] = if lower == word { 1.0 } else { DISGUISE };
    for end in 1..=lower.len() {
        // The longest syllable, zhuang, has six letters.
        for start in end.saturating_sub(6)..end {
            if let Some(rank) = SYLLABLES.get(&lower[start..end]) {
                fewest[end] = fewest[end].min(fewest[start] * rank);
            }
        }
    }
    fewest[lower.len()]
}
