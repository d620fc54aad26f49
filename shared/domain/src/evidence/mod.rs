//! 证件比对, what the pictures of an identity card say beside what the account says: advice for the reviewer, never a decision.
//!
//! A program reads the card (`shared/ocr`) and hands over a [`CardSide`] for each picture; [`compare_card`] holds them against the account
//! and the day. Nothing follows from the outcome but what a reviewer makes of it: no state, no verdict and no refusal depends
//! on it, and a program that cannot read says so and no more.
//!
//! Only cards that share the resident identity card's layout are read (居民身份证, 港澳居民居住证, 台湾居民居住证); of other documents
//! nothing is said.

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

/// What the account says.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// 证件号码, and which kind of document it is of.
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
    /// All fields, as a reviewer goes through them.
    pub const ALL: [Self; 5] = [Self::Name, Self::Number, Self::Address, Self::Authority, Self::Validity];

    /// The name used in answers.
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

/// What was read beside what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "verdict")]
pub enum Verdict {
    /// The same.
    Same,
    /// Nearly the same: a slip of either the applicant or the program.
    Similar {
        /// How many characters differ.
        differing: u8,
    },
    /// Something else.
    Different {
        /// How many characters differ.
        differing: u8,
    },
    /// Read, and nothing was typed to hold it against.
    Shown,
    /// Not read, or so unsurely that it says nothing.
    Unread,
}

impl Verdict {
    /// One of each.
    pub const ALL: [Self; 5] = [
        Self::Same,
        Self::Similar { differing: 1 },
        Self::Different { differing: 9 },
        Self::Shown,
        Self::Unread,
    ];

    /// The name used in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Similar { .. } => "similar",
            Self::Different { .. } => "different",
            Self::Shown => "shown",
            Self::Unread => "unread",
        }
    }

    /// How many characters differ, where any do.
    pub const fn differing(self) -> Option<u8> {
        match self {
            Self::Similar { differing } | Self::Different { differing } => Some(differing),
            Self::Same | Self::Shown | Self::Unread => None,
        }
    }

    /// The code of the message that says it.
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

/// What there is to say of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldComparison {
    /// Which.
    pub field: Field,
    /// What was read beside what was typed.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// How sure the program is of what it read; none where it read nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub confidence: Option<Confidence>,
}

/// What the pictures say beside the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Field by field, each once, in the order of [`Field::ALL`]; empty for a kind of document that is not read.
    pub fields: Vec<FieldComparison>,
    /// What is to be said of the whole card.
    pub flags: Vec<Flag>,
}

/// Whether cards of that kind are read.
pub fn is_readable(id_type: IdType) -> bool {
    match id_type {
        IdType::Ric | IdType::Hmrp | IdType::Twrp => true,
        IdType::Hmp | IdType::Twp | IdType::Fpr | IdType::Ppt => false,
    }
}

impl Evidence {
    /// Nothing: that kind of document is not read.
    pub fn of_another_kind() -> Self {
        Self { fields: Vec::new(), flags: vec![Flag::KindNotRead] }
    }
}

/// Holds both sides of a card against an account on the day `today`. `knows` tells whether the program that read them can read a
/// character at all: a rare one in a name is then no difference to be wondered at.
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
    // Both on the wrong place is one slip; the fields are read all the same.
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

/// The name, and whether it has characters that the program cannot read.
fn name_opinion(
    typed: &PersonName,
    read: Option<&Read<Printed>>,
    knows: impl Fn(char) -> bool,
) -> (FieldComparison, bool) {
    let typed = name::normalise(typed.expose());
    let unknown = typed.chars().filter(|character| !knows(*character)).count();
    let printed = read.map(|read| name::normalise(read.value.expose()));
    // One character of a name, of a long one more: what a slip or a variant form changes.
    let slips = (typed.chars().count() / 4).max(1) + unknown;
    (opinion(Field::Name, &typed, printed.as_deref(), read.map(|read| read.confidence), slips), unknown > 0)
}

fn number_opinion(typed: &IdentityNumber, read: Option<&Read<Printed>>) -> FieldComparison {
    /// Characters of a number in which a slip may show: one wrong, or two exchanged.
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
        // However unsure the program is: by chance nothing reads as what was typed.
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

/// What the number says of itself, and of the day of birth beside it.
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

/// What the validity says of itself and of the day.
fn validity_flag(read: &Read<Validity>, today: Date) -> Option<Flag> {
    // why: nobody is told that a card has expired because of a digit that was hard to read.
    let validity = read.confidence.is_high().then_some(read.value)?;
    match validity.standing(today) {
        ValidityStatus::Expired => Some(Flag::Expired),
        ValidityStatus::NotYet => Some(Flag::NotYetValid),
        ValidityStatus::EndsSoon => Some(Flag::ExpiresSoon),
        ValidityStatus::Valid if !validity.is_of_a_lawful_term() => Some(Flag::UnusualTerm),
        ValidityStatus::Valid => None,
    }
}
