//! What there is to say of a whole card.

use serde::{Deserialize, Serialize};

use crate::reasons::reasons;

reasons! {
    /// What a reviewer should look at. Stored under the code's second part.
    Flag in "evidence" {
        /// 有效期限 has passed.
        Expired = "EXPIRED",
        /// 有效期限 has not begun.
        NotYetValid = "NOT_YET_VALID",
        /// 有效期限 ends within 90 days.
        ExpiresSoon = "EXPIRES_SOON",
        /// 有效期限 is not one for which cards are issued.
        UnusualTerm = "UNUSUAL_TERM",
        /// The portrait side lies where the emblem side belongs, and the other way round.
        SidesSwapped = "SIDES_SWAPPED",
        /// No portrait side of such a card was recognised where it belongs.
        NoPortraitSide = "NO_PORTRAIT_SIDE",
        /// No emblem side of such a card was recognised where it belongs.
        NoEmblemSide = "NO_EMBLEM_SIDE",
        /// The number on the card is none: its check character does not fit, or its birth date is no day.
        Checksum = "NUMBER_UNSOUND",
        /// The day of birth that is printed is not the number's.
        BirthDiffers = "BIRTH_DIFFERS",
        /// The name has a character that the program cannot read.
        RareCharacter = "RARE_CHARACTER",
        /// That kind of document is not read.
        KindNotRead = "KIND_NOT_READ",
    }
}

impl Flag {
    fn parse(reason: &str) -> Result<Self, UnknownFlag> {
        Self::ALL.iter().copied().find(|flag| flag.reason() == reason).ok_or(UnknownFlag)
    }
}

/// A stored flag that nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no flag of evidence")]
pub struct UnknownFlag;

impl TryFrom<String> for Flag {
    type Error = UnknownFlag;

    fn try_from(reason: String) -> Result<Self, UnknownFlag> {
        Self::parse(&reason)
    }
}

impl Serialize for Flag {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.reason())
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
