//! What a program read on a card, and how sure it is.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Validity;
use crate::reasons::redacted;

/// How sure a program is of something that it read, in percent.
///
/// That of a text is that of its weakest character; what is bound by a rule (a check character, a lawful term) counts for more
/// when it keeps the rule. Which share of readings is right at which confidence: `docs/evidence.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confidence(u8);

impl Confidence {
    /// Below this a reading that differs says nothing: ours, after `bench/cards`.
    const LEAST: Self = Self(50);
    /// From this on a reading is hardly ever wrong: ours, after `bench/cards`.
    const HIGH: Self = Self(90);

    /// A share from 0 to 1; whatever is outside, or no number, is the nearest end.
    pub fn of_share(share: f32) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to a percentage"
        )]
        let percent = (share.clamp(0.0, 1.0) * 100.0) as u8;
        Self(percent)
    }

    /// In percent.
    pub fn percent(self) -> u8 {
        self.0
    }

    /// Whether a difference may be told.
    pub fn says_something(self) -> bool {
        self >= Self::LEAST
    }

    /// Whether something may be concluded.
    pub fn is_high(self) -> bool {
        self >= Self::HIGH
    }
}

/// Something that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read<T> {
    /// What.
    pub value: T,
    /// How surely.
    pub confidence: Confidence,
}

/// A text on a card. It is somebody's name, number or address: it does not show itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Printed(String);

redacted!(Printed);

impl Printed {
    /// A text as it was read.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// 人像面, the side with the portrait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortraitSide {
    /// 姓名.
    pub name: Option<Read<Printed>>,
    /// 出生.
    pub birth: Option<Read<Date>>,
    /// 住址.
    pub address: Option<Read<Printed>>,
    /// 公民身份号码: as many characters as were read, whether or not they are a number.
    pub number: Option<Read<Printed>>,
}

/// 国徽面, the side with the emblem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmblemSide {
    /// 签发机关.
    pub authority: Option<Read<Printed>>,
    /// 有效期限.
    pub validity: Option<Read<Validity>>,
}

/// What a picture shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardSide {
    /// The portrait side.
    Portrait(PortraitSide),
    /// The emblem side.
    Emblem(EmblemSide),
    /// Nothing of a card that can be read.
    Nothing,
}
