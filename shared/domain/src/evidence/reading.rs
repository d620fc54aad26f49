//! The result of reading a card, with confidences.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Validity;
use crate::reasons::redacted;

/// Confidence of a reading, in percent.
///
/// The confidence of a text is that of its weakest character; a value with a rule (a check character, a legal term)
/// gets a higher one if it satisfies the rule. For the share of correct readings by confidence, see `docs/evidence.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confidence(u8);

impl Confidence {
    /// Minimum confidence for reporting a difference (ours, from `bench/cards`).
    const LEAST: Self = Self(50);
    /// Confidence from which readings are hardly ever wrong (ours, from `bench/cards`).
    const HIGH: Self = Self(90);

    /// Converts a share from 0 to 1; other values are clamped, and NaN becomes 0.
    pub fn of_share(share: f32) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to a percentage"
        )]
        let percent = (share.clamp(0.0, 1.0) * 100.0) as u8;
        Self(percent)
    }

    /// The value in percent.
    pub fn percent(self) -> u8 {
        self.0
    }

    /// Whether a difference may be reported.
    pub fn says_something(self) -> bool {
        self >= Self::LEAST
    }

    /// Whether conclusions may be drawn.
    pub fn is_high(self) -> bool {
        self >= Self::HIGH
    }
}

/// A value that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read<T> {
    /// The value.
    pub value: T,
    /// Confidence of the reading.
    pub confidence: Confidence,
}

/// A text on a card: a name, number or address. `Debug` omits it.
#[derive(Clone, PartialEq, Eq)]
pub struct Printed(String);

redacted!(Printed);

impl Printed {
    /// Wraps a text as read.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The plain text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// 人像面, the portrait side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortraitSide {
    /// 姓名.
    pub name: Option<Read<Printed>>,
    /// 出生.
    pub birth: Option<Read<Date>>,
    /// 住址.
    pub address: Option<Read<Printed>>,
    /// 公民身份号码: the characters read, whether or not they form a valid number.
    pub number: Option<Read<Printed>>,
}

/// 国徽面, the emblem side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmblemSide {
    /// 签发机关.
    pub authority: Option<Read<Printed>>,
    /// 有效期限.
    pub validity: Option<Read<Validity>>,
}

/// The content of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardSide {
    /// The portrait side.
    Portrait(PortraitSide),
    /// The emblem side.
    Emblem(EmblemSide),
    /// No readable part of a card.
    Nothing,
}
