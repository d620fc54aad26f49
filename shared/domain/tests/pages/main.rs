//! The forms, field by field: each changed in one place, with exactly the faults that follow; and whether the
//! pages together may be handed in.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

mod account;
mod basic;
mod department;
mod education;
mod employment;
mod forms;
mod readiness;
mod real_name;
mod registration;
mod scope;
mod stand;
mod storage;
mod uploads;

use domain::collection::{About, Basic, Collection, DepartmentChoice, Scope};
use domain::fault::Faults;
use domain::identity::{IdType, IdentityNumber};
use forms::{check, check_length, check_nothing, check_shape, check_texts, said, with};
use jiff::civil::{Date, date};
use serde_json::Value;
use ulid::Ulid;

/// The day on which all forms are judged.
const TODAY: Date = date(2026, 6, 30);

/// A number of every kind, and whether it tells sex and birth date.
const NUMBERS: [(IdType, &str, bool); 8] = [
    (IdType::Ric, "110101199003070011", true),
    (IdType::Hmrp, "820000199003070017", true),
    (IdType::Twrp, "830000199003070019", true),
    (IdType::Hmp, "H12345678", false),
    (IdType::Twp, "02345678", false),
    (IdType::Fpr, "FRA110090123105", false),
    (IdType::Fpr, "931250199003070018", true),
    (IdType::Ppt, "E1234567", false),
];

/// What a page knows of an applicant with that number.
fn about(id_type: IdType, number: &str) -> About {
    let number = IdentityNumber::parse(id_type, number, TODAY).unwrap();
    let birth_date = number.birth_date();
    About {
        as_of: TODAY,
        id_type,
        birth_date,
        birth_from_number: birth_date.is_some() && number.sex().is_some(),
    }
}

/// An applicant born on 7 March 1990, as a resident identity card tells.
fn resident() -> About {
    about(NUMBERS[0].0, NUMBERS[0].1)
}

/// An upload's id.
fn upload(number: u8) -> String {
    format!("upl_01J{number:023}")
}

/// A ULID for a row.
fn ulid(number: usize) -> Ulid {
    Ulid(number as u128)
}

/// The pages of an accountant with everything filled in.
fn complete() -> Collection {
    let mut employment = employment::parse(&employment::valid()).unwrap();
    let experience = employment::parse_experience(&employment::valid_experience(), &employment).unwrap();
    employment.add_experience(experience).unwrap();
    Collection {
        scope: Some(Scope::parse(&scope::valid()).unwrap()),
        basic: Some(Basic::parse(&basic::valid(), &resident()).unwrap()),
        educations: vec![education::parse(&education::valid()).unwrap()],
        employments: vec![employment],
        department: Some(DepartmentChoice::parse(&department::valid()).unwrap()),
    }
}

/// Checks the bounds of a number of no fixed form, which is read without what cannot be seen in it.
#[track_caller]
fn check_number<T>(
    parse: impl Fn(&Value) -> Result<T, Faults>,
    valid: &Value,
    pointer: &str,
    bounds: std::ops::RangeInclusive<usize>,
) {
    let (min, max) = bounds.into_inner();
    let cases = vec![
        ("𠮷".repeat(min), None),
        (" 9\u{202E}–\u{3000}".to_owned() + &"9".repeat(max - 2) + "\u{FEFF}", None),
        ("𠮷".repeat(min - 1) + &" ".repeat(min), Some("form.TOO_SHORT")),
        ("9".repeat(max + 1), Some("form.TOO_LONG")),
        ("9".repeat(max - 1) + "\u{7}", Some("text.CHARSET")),
    ];
    check_texts(parse, valid, pointer, cases);
}
