//! 相似图片: whether two pictures look the same though their files differ, as after another encoding, another size or a changed
//! pixel. A perceptual hash, made of the pixels by `picture::likeness`; thresholds are measured in `docs/pictures.md`.
//!
//! Two parts: `marks`, the signs of the lowest frequencies, cut into bands of which at least one is the same in nearly all pictures
//! that are alike, so that they are found by exact keys; and for pages `detail`, by which they are compared, because forms of one
//! template differ in their words alone.

use std::fmt;

use serde::{Deserialize, Serialize, de};

use crate::upload::Purpose;

/// Bands of the marks.
pub const BANDS: usize = 8;

/// By what pictures of a purpose are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Photographs, by the marks, of 256 bits.
    Marks,
    /// Pages, by the detail, of 4,096 bits: where a fine grid gets lighter, so that other words on the same form show.
    Detail,
}

impl Comparison {
    /// Most bits in which pictures that are alike differ.
    const fn most(self) -> u32 {
        match self {
            Self::Marks => 30,
            Self::Detail => 8,
        }
    }
}

impl Purpose {
    /// How pictures of this purpose are compared; `None` where it would say nothing. All emblem sides and all portrait sides
    /// look the same but for small print, and of cards held in hands there are no pictures to measure by.
    pub const fn comparison(self) -> Option<Comparison> {
        match self {
            Self::Photo => Some(Comparison::Marks),
            Self::EducationCertificate | Self::WorkProof => Some(Comparison::Detail),
            Self::IdFront | Self::IdBack | Self::IdHolding => None,
        }
    }
}

/// What a picture looks like. It says little about a person, but something: no `Debug` of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Likeness {
    marks: Vec<u8>,
    detail: Vec<u8>,
}

impl Likeness {
    /// Of these bits, eight to a byte; without detail it is compared by the marks.
    pub fn new(marks: Vec<u8>, detail: Vec<u8>) -> Self {
        Self { marks, detail }
    }

    /// The bands by which pictures that are alike are found, each with its number.
    pub fn bands(&self) -> impl Iterator<Item = String> {
        let length = self.marks.len().div_ceil(BANDS).max(1);
        self.marks.chunks(length).enumerate().map(|(number, band)| format!("{number}:{}", hex(band)))
    }

    /// In how many bits two pictures of one purpose differ; `None` when their hashes were made in different ways.
    pub fn distance(&self, other: &Self) -> Option<u32> {
        let (own, others) = (self.compared(), other.compared());
        let is_comparable = own.len() == others.len() && self.detail.is_empty() == other.detail.is_empty();
        is_comparable.then(|| own.iter().zip(others).map(|(a, b)| (a ^ b).count_ones()).sum())
    }

    /// Whether two pictures of that purpose look the same.
    pub fn is_alike(&self, other: &Self, purpose: Purpose) -> bool {
        let distance = purpose.comparison().zip(self.distance(other));
        distance.is_some_and(|(comparison, distance)| distance <= comparison.most())
    }

    fn compared(&self) -> &[u8] {
        if self.detail.is_empty() { &self.marks } else { &self.detail }
    }

    /// Both parts as text.
    pub fn text(&self) -> String {
        format!("{}.{}", hex(&self.marks), hex(&self.detail))
    }

    /// From its text.
    pub fn parse(text: &str) -> Option<Self> {
        let (marks, detail) = text.split_once('.')?;
        Some(Self { marks: bytes(marks)?, detail: bytes(detail)? })
    }
}

impl fmt::Debug for Likeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Likeness(…)")
    }
}

impl Serialize for Likeness {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.text())
    }
}

impl<'d> Deserialize<'d> for Likeness {
    fn deserialize<D: serde::Deserializer<'d>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("no likeness"))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = hex.chars().map(|digit| u8::try_from(digit.to_digit(16)?).ok()).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
