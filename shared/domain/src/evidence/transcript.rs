//! The text on a card, shown beside the typed data.

use super::{CardSide, Printed, Read, Validity};

/// Maximum length of a stored text in characters: more than any card has, and little enough to seal with one key
/// operation.
const MOST: usize = 100;

/// Everything read from both sides of a card, with any confidence. All of it is personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// 姓名.
    pub name: Option<Printed>,
    /// 公民身份号码.
    pub number: Option<Printed>,
    /// 住址.
    pub address: Option<Printed>,
    /// 签发机关.
    pub authority: Option<Printed>,
    /// 有效期限.
    pub validity: Option<Validity>,
}

impl Transcript {
    /// The texts of both sides, in either order.
    pub fn of(sides: [&CardSide; 2]) -> Self {
        let mut all = Self::default();
        for side in sides {
            match side {
                CardSide::Portrait(side) => {
                    all.name = all.name.or_else(|| kept(side.name.as_ref()));
                    all.number = all.number.or_else(|| kept(side.number.as_ref()));
                    all.address = all.address.or_else(|| kept(side.address.as_ref()));
                }
                CardSide::Emblem(side) => {
                    all.authority = all.authority.or_else(|| kept(side.authority.as_ref()));
                    all.validity = all.validity.or_else(|| side.validity.map(|read| read.value));
                }
                CardSide::Nothing => {}
            }
        }
        all
    }
}

fn kept(read: Option<&Read<Printed>>) -> Option<Printed> {
    read.map(|read| Printed::new(read.value.expose().chars().take(MOST).collect()))
}
