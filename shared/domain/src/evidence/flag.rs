//! Findings about a whole card.

use serde::{Deserialize, Serialize};

use crate::reasons::reasons;

reasons! {
    /// A finding that a reviewer should check. Stored as the second part of its code.
    Flag in "evidence" {
        /// 有效期限 has passed.
        Expired = "EXPIRED",
        /// 有效期限 has not begun.
        NotYetValid = "NOT_YET_VALID",
        /// 有效期限 ends within 90 days.
        ExpiresSoon = "EXPIRES_SOON",
        /// 有效期限 has a length for which no cards are issued.
        UnusualTerm = "UNUSUAL_TERM",
        /// The two sides were uploaded in each other's place.
        SidesSwapped = "SIDES_SWAPPED",
        /// No portrait side was recognized in its place.
        NoPortraitSide = "NO_PORTRAIT_SIDE",
        /// No emblem side was recognized in its place.
        NoEmblemSide = "NO_EMBLEM_SIDE",
        /// The number on the card is invalid: its check character or its birth date is wrong.
        Checksum = "NUMBER_UNSOUND",
        /// The printed birth date differs from the one in the number.
        BirthDiffers = "BIRTH_DIFFERS",
        /// The name contains a character that the OCR model does not know.
        RareCharacter = "RARE_CHARACTER",
        /// This kind of document is not supported by the OCR.
        KindNotRead = "KIND_NOT_READ",
    }
}

impl Flag {
    fn parse(reason: &str) -> Result<Self, UnknownFlag> {
        Self::ALL.iter().copied().find(|flag| flag.reason() == reason).ok_or(UnknownFlag)
    }
}

/// A stored flag is unknown.
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
