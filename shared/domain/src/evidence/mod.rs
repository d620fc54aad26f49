//! 证件比对, comparison of the pictures of an ID card with the account: advice for the reviewer, never a decision.
//!
//! An OCR program (`shared/ocr`) reads each picture and returns a [`CardSide`]; [`compare_card`] compares both with the
//! account and the current day. No state, verdict or refusal depends on the result; it is only shown to the reviewer,
//! as is a failed reading.
//!
//! Only cards with the layout of the resident identity card are read (居民身份证, 港澳居民居住证, 台湾居民居住证); other documents have no
//! evidence.

mod compare;
mod flag;
mod reading;
mod transcript;
mod validity;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    fault::Code,
    identity::{self, IdType, IdentityNumber},
    name::{self, PersonName},
};

pub use compare::differing;
pub use flag::Flag;
pub use reading::{CardSide, Confidence, EmblemSide, PortraitSide, Printed, Read};
pub use transcript::Transcript;
pub use validity::{Validity, ValidityStatus};

/// The account's data to compare with.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// 证件号码, with the kind of document.
    pub number: &'a IdentityNumber,
    /// 真实姓名.
    pub name: &'a PersonName,
}

/// A field of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// 姓名.
    Name,
    /// 公民身份号码.
    Number,
    /// 住址.
    Address,
    /// 签发机关.
    Authority,
    /// 有效期限.
    Validity,
}

impl Field {
    /// All fields, in display order.
    pub const ALL: [Self; 5] = [Self::Name, Self::Number, Self::Address, Self::Authority, Self::Validity];

    /// The name used in responses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Number => "number",
            Self::Address => "address",
            Self::Authority => "authority",
            Self::Validity => "validity",
        }
    }
}

/// Result of comparing a read value with the typed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "verdict")]
pub enum Verdict {
    /// Equal.
    Same,
    /// Nearly equal: a slip by the applicant or the OCR.
    Similar {
        /// Number of differing characters.
        differing: u8,
    },
    /// Clearly different.
    Different {
        /// Number of differing characters.
        differing: u8,
    },
    /// Read, without a typed value to compare with.
    Shown,
    /// Not read, or with too little confidence.
    Unread,
}

impl Verdict {
    /// One value of each variant.
    pub const ALL: [Self; 5] = [
        Self::Same,
        Self::Similar { differing: 1 },
        Self::Different { differing: 9 },
        Self::Shown,
        Self::Unread,
    ];

    /// The name used in responses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Similar { .. } => "similar",
            Self::Different { .. } => "different",
            Self::Shown => "shown",
            Self::Unread => "unread",
        }
    }

    /// Number of differing characters, if the values differ.
    pub const fn differing(self) -> Option<u8> {
        match self {
            Self::Similar { differing } | Self::Different { differing } => Some(differing),
            Self::Same | Self::Shown | Self::Unread => None,
        }
    }

    /// The code of its message.
    pub const fn code(self) -> Code {
        Code(match self {
            Self::Same => "evidence.SAME",
            Self::Similar { .. } => "evidence.SIMILAR",
            Self::Different { .. } => "evidence.DIFFERENT",
            Self::Shown => "evidence.SHOWN",
            Self::Unread => "evidence.UNREAD",
        })
    }
}

/// The comparison of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldComparison {
    /// Field of the card.
    pub field: Field,
    /// Result of the comparison.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Confidence of the reading; `None` if nothing was read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub confidence: Option<Confidence>,
}

/// The comparison of the pictures with the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// One entry per field, in the order of [`Field::ALL`]; empty for a kind of document that is not read.
    pub fields: Vec<FieldComparison>,
    /// Findings about the whole card.
    pub flags: Vec<Flag>,
}

/// Whether cards of this kind are read.
pub fn is_readable(id_type: IdType) -> bool {
    match id_type {
        IdType::Ric | IdType::Hmrp | IdType::Twrp => true,
        IdType::Hmp | IdType::Twp | IdType::Fpr | IdType::Ppt => false,
    }
}

impl Evidence {
    /// Empty evidence: this kind of document is not read.
    pub fn of_another_kind() -> Self {
        Self { fields: Vec::new(), flags: vec![Flag::KindNotRead] }
    }
}

/// Compares both sides of a card with an account on the day `today`. `knows` returns whether the OCR model can read a
/// character at all: an unknown rare character in a name does not count as a difference.
pub fn compare_card(
    claim: Claim<'_>,
    [front, back]: [&CardSide; 2],
    today: Date,
    knows: impl Fn(char) -> bool,
) -> Evidence {
    if !is_readable(claim.number.id_type()) {
        return Evidence::of_another_kind();
    }
    let mut flags = Vec::new();
    // Exchanged sides are a single mistake; the fields are compared anyway.
    let swapped = matches!((front, back), (CardSide::Emblem(_), CardSide::Portrait(_)));
    let [front, back] = if swapped { [back, front] } else { [front, back] };
    flags.extend(swapped.then_some(Flag::SidesSwapped));
    let (none, nothing) = (PortraitSide::default(), EmblemSide::default());
    let portrait = if let CardSide::Portrait(side) = front { side } else { &none };
    let emblem = if let CardSide::Emblem(side) = back { side } else { &nothing };
    flags.extend((!matches!(front, CardSide::Portrait(_))).then_some(Flag::NoPortraitSide));
    flags.extend((!matches!(back, CardSide::Emblem(_))).then_some(Flag::NoEmblemSide));
    let (name, rare) = name_opinion(claim.name, portrait.name.as_ref(), knows);
    flags.extend(rare.then_some(Flag::RareCharacter));
    flags.extend(number_flags(portrait));
    flags.extend(emblem.validity.as_ref().and_then(|read| validity_flag(read, today)));
    let fields = vec![
        name,
        number_opinion(claim.number, portrait.number.as_ref()),
        shown(Field::Address, portrait.address.as_ref()),
        shown(Field::Authority, emblem.authority.as_ref()),
        shown(Field::Validity, emblem.validity.as_ref()),
    ];
    Evidence { fields, flags }
}

/// The comparison of the name, and whether the name contains characters that the OCR model does not know.
fn name_opinion(
    typed: &PersonName,
    read: Option<&Read<Printed>>,
    knows: impl Fn(char) -> bool,
) -> (FieldComparison, bool) {
    let typed = name::normalise(typed.expose());
    let unknown = typed.chars().filter(|character| !knows(*character)).count();
    let printed = read.map(|read| name::normalise(read.value.expose()));
    // One character of a name, more of a long one: the effect of a slip or a variant form.
    let slips = (typed.chars().count() / 4).max(1) + unknown;
    (opinion(Field::Name, &typed, printed.as_deref(), read.map(|read| read.confidence), slips), unknown > 0)
}

fn number_opinion(typed: &IdentityNumber, read: Option<&Read<Printed>>) -> FieldComparison {
    /// Maximum characters changed by a slip in a number: one wrong, or two exchanged.
    const SLIPS: usize = 2;
    let printed = read.map(|read| read.value.expose());
    opinion(Field::Number, typed.expose(), printed, read.map(|read| read.confidence), SLIPS)
}

fn opinion(
    field: Field,
    typed: &str,
    printed: Option<&str>,
    confidence: Option<Confidence>,
    slips: usize,
) -> FieldComparison {
    let Some((printed, sure)) = printed.zip(confidence) else {
        return FieldComparison { field, verdict: Verdict::Unread, confidence: None };
    };
    let count = differing(typed, printed);
    let differing = u8::try_from(count).unwrap_or(u8::MAX);
    let verdict = match count {
        // Independent of the confidence: a reading does not match the typed value by chance.
        0 => Verdict::Same,
        _ if !sure.says_something() => Verdict::Unread,
        _ if count <= slips => Verdict::Similar { differing },
        _ => Verdict::Different { differing },
    };
    FieldComparison { field, verdict, confidence }
}

fn shown<T>(field: Field, read: Option<&Read<T>>) -> FieldComparison {
    let confidence = read.map(|read| read.confidence);
    let verdict =
        if confidence.is_some_and(Confidence::says_something) { Verdict::Shown } else { Verdict::Unread };
    FieldComparison { field, verdict, confidence }
}

/// Finding about the number itself and the birth date printed beside it.
fn number_flags(portrait: &PortraitSide) -> Option<Flag> {
    let number = portrait.number.as_ref().filter(|read| read.confidence.is_high())?;
    let number = number.value.expose();
    if !identity::is_sound(number) {
        return Some(Flag::Checksum);
    }
    let birth = portrait.birth.as_ref().filter(|read| read.confidence.is_high())?;
    let says = format!("{:04}{:02}{:02}", birth.value.year(), birth.value.month(), birth.value.day());
    (number.get(6..14) != Some(&says)).then_some(Flag::BirthDiffers)
}

/// Finding about the validity, alone and on the current day.
fn validity_flag(read: &Read<Validity>, today: Date) -> Option<Flag> {
    // why: a hard-to-read digit must not be reported as an expired card.
    let validity = read.confidence.is_high().then_some(read.value)?;
    match validity.standing(today) {
        ValidityStatus::Expired => Some(Flag::Expired),
        ValidityStatus::NotYet => Some(Flag::NotYetValid),
        ValidityStatus::EndsSoon => Some(Flag::ExpiresSoon),
        ValidityStatus::Valid if !validity.is_of_a_lawful_term() => Some(Flag::UnusualTerm),
        ValidityStatus::Valid => None,
    }
}
