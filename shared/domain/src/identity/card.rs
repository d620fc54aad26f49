//! The citizen number of 18 characters (GB 11643-1999), used by resident identity cards, residence permits and, since
//! 2023, foreign permanent resident cards.
//!
//! Six characters with a meaning specific to the kind of card, eight of birth date, three of sequence (odd for men,
//! even for women) and one check character.

use jiff::civil::Date;

use super::Sex;
use crate::text::is_digits;

/// Minimum age (ours): accounting work is illegal for younger people (Labour Law, article 15).
pub(crate) const MIN_AGE: i16 = 16;
/// Age from which a birth date is refused (ours): it must be a typing error.
pub(crate) const MAX_AGE: i16 = 120;

/// Why 18 characters are not a citizen number, for any kind of card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CardFault {
    Empty,
    Length,
    Charset,
    Date,
    DateFuture,
    AgeTooOld,
    Checksum,
    AgeUnder16,
}

/// The parts of a well-formed number: 17 digits and a digit or `X`.
#[derive(Clone, Copy)]
pub(super) struct Card<'a> {
    /// The first six digits: an address code, or country and province on the foreign resident's card.
    pub(super) prefix: &'a str,
    /// `YYYYMMDD`.
    birth: &'a str,
    /// Sequence digits and check character.
    tail: &'a str,
}

impl<'a> Card<'a> {
    /// Splits a normalized number.
    pub(super) fn read(number: &'a str) -> Result<Self, CardFault> {
        if number.is_empty() {
            return Err(CardFault::Empty);
        }
        if number.chars().count() != 18 {
            return Err(CardFault::Length);
        }
        let parts = |number: &'a str| {
            let (prefix, rest) = number.split_at_checked(6)?;
            let (birth, tail) = rest.split_at_checked(8)?;
            let digits = tail.strip_suffix('X').unwrap_or(tail);
            [prefix, birth, digits].into_iter().all(is_digits).then_some(Self { prefix, birth, tail })
        };
        parts(number).ok_or(CardFault::Charset)
    }

    /// The birth date, if it exists in the calendar.
    pub(super) fn birth_date(self) -> Option<Date> {
        date(self.birth)
    }

    /// The sex, by the parity of the 17th digit.
    pub(super) fn sex(self) -> Option<Sex> {
        let digit = self.tail.as_bytes().get(2)?;
        Some(if digit % 2 == 1 { Sex::Male } else { Sex::Female })
    }

    /// Checks what all kinds of cards share: the date, the check character, the age.
    pub(super) fn check(self, as_of: Date) -> Result<(), CardFault> {
        let birth = self.birth_date().ok_or(CardFault::Date)?;
        if birth > as_of {
            return Err(CardFault::DateFuture);
        }
        let age = age(birth, as_of);
        if age >= MAX_AGE {
            Err(CardFault::AgeTooOld)
        } else if !self.checks() {
            Err(CardFault::Checksum)
        } else if age < MIN_AGE {
            Err(CardFault::AgeUnder16)
        } else {
            Ok(())
        }
    }

    /// Whether its date exists and its check character matches, regardless of the kind of card.
    pub(super) fn is_sound(self) -> bool {
        self.birth_date().is_some() && self.checks()
    }

    /// Checks ISO 7064 MOD 11-2: Horner's rule with base 2 over all 18 characters leaves 1 modulo 11.
    fn checks(self) -> bool {
        let characters = [self.prefix, self.birth, self.tail].into_iter().flat_map(str::chars);
        characters.fold(0, |sum, c| (sum * 2 + c.to_digit(10).unwrap_or(10)) % 11) == 1
    }
}

/// Parses `YYYYMMDD`; `None` if the date does not exist.
pub(crate) fn date(digits: &str) -> Option<Date> {
    let (year, rest) = digits.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    // why: jiff accepts the year 0 of ISO 8601; no civil register does.
    let year = year.parse().ok().filter(|&year| year > 0)?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Full years on `as_of`.
pub(crate) fn age(birth: Date, as_of: Date) -> i16 {
    let had_birthday = (as_of.month(), as_of.day()) >= (birth.month(), birth.day());
    as_of.year() - birth.year() - i16::from(!had_birthday)
}

/// Whether `YYMMDD` is the birth date, in this century or the last, of a person who may still be alive.
pub(super) fn is_plausible_short_date(yymmdd: &str, as_of: Date) -> bool {
    ["20", "19"]
        .iter()
        .filter_map(|century| date(&format!("{century}{yymmdd}")))
        .any(|birth| birth <= as_of && age(birth, as_of) < MAX_AGE)
}

/// [`reasons!`](crate::reasons) for a kind of card: the shared reasons and its own.
macro_rules! card_reasons {
    ($(#[$about:meta])* $name:ident in $rule:literal { $($own:tt)* }) => {
        crate::reasons::reasons! {
            $(#[$about])*
            $name in $rule {
                /// Nothing was entered.
                Empty = "EMPTY",
                /// Not 18 characters.
                Length = "LENGTH",
                /// Contains characters other than digits and a final X.
                Charset = "CHARSET",
                /// The date does not exist.
                Date = "DATE",
                /// Born after today.
                DateFuture = "DATE_FUTURE",
                /// 120 years or older.
                AgeTooOld = "AGE_TOO_OLD",
                /// The check character does not match.
                Checksum = "CHECKSUM",
                /// Younger than 16.
                AgeUnder16 = "AGE_UNDER_16",
                $($own)*
            }
        }

        impl From<crate::identity::card::CardFault> for $name {
            fn from(fault: crate::identity::card::CardFault) -> Self {
                use crate::identity::card::CardFault;
                match fault {
                    CardFault::Empty => Self::Empty,
                    CardFault::Length => Self::Length,
                    CardFault::Charset => Self::Charset,
                    CardFault::Date => Self::Date,
                    CardFault::DateFuture => Self::DateFuture,
                    CardFault::AgeTooOld => Self::AgeTooOld,
                    CardFault::Checksum => Self::Checksum,
                    CardFault::AgeUnder16 => Self::AgeUnder16,
                }
            }
        }
    };
}

pub(super) use card_reasons;
