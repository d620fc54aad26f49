//! Every field that holds a number, and every mark that comes along when one is pasted: each mark in each place of each field
//! gives the number without it. A field that is not in [`FIELDS`] has no such promise; whoever adds one adds a row.

use domain::certificate::{DegreeCertificateNo, EducationCertificateNo};
use domain::fault::Code;
use domain::free_text::Text;
use domain::identity::{IdType, IdentityNumber};
use domain::mobile::Mobile;
use domain::person::SmsCode;
use domain::phone::WorkPhone;
use domain::staff::StaffAccount;
use domain::text;
use domain::uscc::Uscc;
use domain::written;

use crate::TODAY;

/// What a field makes of a text.
type Read = fn(&str) -> Result<String, Code>;

/// Whether a dash between the characters of a number is one of those that it may be written with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dashes {
    /// Any, anywhere.
    Dropped,
    /// Any but the key's own, which can be seen and deleted.
    DroppedButHyphens,
    /// They mean something.
    Meant,
}

use Dashes::{Dropped, DroppedButHyphens, Meant};

fn identity(id_type: IdType, text: &str) -> Result<String, Code> {
    Ok(IdentityNumber::parse(id_type, text, TODAY)?.expose().to_owned())
}

/// Name, parser, a number as it is stored, and its dashes.
const FIELDS: [(&str, Read, &str, Dashes); 23] = [
    ("idNumber RIC", |text| identity(IdType::Ric, text), "110101199003070011", Dropped),
    ("idNumber HMRP", |text| identity(IdType::Hmrp, text), "820000199003070017", Dropped),
    ("idNumber TWRP", |text| identity(IdType::Twrp, text), "830000199003070019", Dropped),
    ("idNumber HMP", |text| identity(IdType::Hmp, text), "H12345678", DroppedButHyphens),
    ("idNumber TWP", |text| identity(IdType::Twp, text), "02345678", DroppedButHyphens),
    ("idNumber FPR of 15", |text| identity(IdType::Fpr, text), "FRA110090123105", DroppedButHyphens),
    ("idNumber FPR of 18", |text| identity(IdType::Fpr, text), "931250199003070018", DroppedButHyphens),
    ("idNumber PPT", |text| identity(IdType::Ppt, text), "E1234567", Dropped),
    ("mobile", |text| Ok(Mobile::parse(text)?.expose().to_owned()), "13800001234", Dropped),
    ("smsCode", |text| Ok(SmsCode::parse(text)?.expose().to_owned()), "071942", Dropped),
    ("captchaAnswer", |text| Ok(text::compact_ungrouped(text)), "A3K7P", Dropped),
    ("account as reviewer", |text| staff(text), "dongcheng-3", Meant),
    ("uscc", |text| Ok(Uscc::parse(text)?.as_str().to_owned()), "G1610000713522976L", Dropped),
    ("phone, landline", |text| phone(text), "010-64001234-801", Meant),
    ("phone, mobile", |text| phone(text), "13800001234", Dropped),
    ("phone, service", |text| phone(text), "95588", Meant),
    ("educationCertificateNo", |text| education(text, 2012), "100011201205000001", Dropped),
    ("educationCertificateNo before 2001", |text| education(text, 1999), "(94)教毕字第00123号", Dropped),
    ("degreeCertificateNo", |text| degree(text, 2012), "1000142012000001", Dropped),
    ("overseasCertificateNo", |text| certificate(text), "120190000001", Meant),
    ("qualifications/certificateNo", |text| certificate(text), "110-123456", Meant),
    ("idValidFrom, birthDate", |text| Ok(written::day(text)?.to_string()), "2015-03-01", Meant),
    ("start, end, obtained", |text| Ok(written::month(text)?.to_string()), "2015-03", Meant),
];

fn staff(text: &str) -> Result<String, Code> {
    let account = StaffAccount::parse(text).map_err(|_| Code("test.STAFF"))?;
    Ok(account.as_str().to_owned())
}

fn phone(text: &str) -> Result<String, Code> {
    Ok(WorkPhone::parse(text)?.as_str().to_owned())
}

fn education(text: &str, year: i16) -> Result<String, Code> {
    Ok(EducationCertificateNo::parse(text, year, "21", TODAY)?.as_str().to_owned())
}

fn degree(text: &str, year: i16) -> Result<String, Code> {
    Ok(DegreeCertificateNo::parse(text, year, "4", TODAY)?.as_str().to_owned())
}

fn certificate(text: &str) -> Result<String, Code> {
    Ok(Text::<4, 40>::parse_number(text)?.as_str().to_owned())
}

/// Everything that shows nothing: all of `Default_Ignorable_Code_Point` (`DerivedCoreProperties` of Unicode 16) that has a use, the
/// controls of interlinear notes, and the place of an object.
fn invisible() -> impl Iterator<Item = char> {
    let ranges = [
        '\u{AD}'..='\u{AD}',
        '\u{34F}'..='\u{34F}',
        '\u{61C}'..='\u{61C}',
        '\u{115F}'..='\u{1160}',
        '\u{17B4}'..='\u{17B5}',
        '\u{180B}'..='\u{180F}',
        '\u{200B}'..='\u{200F}',
        '\u{202A}'..='\u{202E}',
        '\u{2060}'..='\u{206F}',
        '\u{3164}'..='\u{3164}',
        '\u{FE00}'..='\u{FE0F}',
        '\u{FEFF}'..='\u{FEFF}',
        '\u{FFA0}'..='\u{FFA0}',
        '\u{FFF0}'..='\u{FFFC}',
        '\u{1BCA0}'..='\u{1BCA3}',
        '\u{1D173}'..='\u{1D17A}',
        '\u{E0000}'..='\u{E01EF}',
    ];
    ranges.into_iter().flatten()
}

/// Every space of Unicode, and the blank of Braille.
const SPACES: &str = " \t\n\r\u{B}\u{C}\u{85}\u{A0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\
                      \u{2009}\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{2800}";

/// Dashes that programs put where a hyphen was typed, or that keyboards have beside it.
const DASHES: &str = "‐‑‒–—―−－﹣﹘ーｰ─━➖⁃˗⁻₋〜〰⸺⸻﹘︱־᠆";

/// The number with the mark in each place.
fn everywhere(number: &str, mark: char) -> Vec<String> {
    let places = number.char_indices().map(|(at, _)| at).chain([number.len()]);
    places.map(|at| format!("{}{mark}{}", &number[..at], &number[at..])).collect()
}

#[track_caller]
fn reads(field: &str, read: Read, text: &str, number: &str) {
    assert_eq!(read(text).as_deref(), Ok(number), "{field}: {text:?}");
}

#[test]
fn what_cannot_be_seen_is_not_there_wherever_it_stands() {
    for (field, read, number, _) in FIELDS {
        reads(field, read, number, number);
        for mark in invisible() {
            for text in everywhere(number, mark) {
                reads(field, read, &text, number);
            }
        }
        for (open, close) in [('\u{202D}', '\u{202C}'), ('\u{2066}', '\u{2069}'), ('\u{200E}', '\u{200E}')] {
            reads(field, read, &format!("{open}{number}{close}"), number);
        }
    }
}

#[test]
fn spaces_of_all_kinds_are_dropped() {
    for (field, read, number, _) in FIELDS {
        for space in SPACES.chars() {
            let (inside, ends) = (everywhere(number, space), format!("{space}{number}{space}"));
            reads(field, read, &ends, number);
            // A space between the digits of a date, or in an account's name, says something.
            if !field.starts_with("idValid") && !field.starts_with("start") && !field.starts_with("account") {
                for text in inside {
                    reads(field, read, &text, number);
                }
            }
        }
    }
}

#[test]
fn dashes_of_all_kinds_are_dropped_or_mean_the_same() {
    for (field, read, number, dashes) in FIELDS {
        for dash in DASHES.chars() {
            if dashes == Meant {
                reads(field, read, &number.replace('-', &dash.to_string()), number);
            } else {
                for text in everywhere(number, dash) {
                    reads(field, read, &text, number);
                }
            }
        }
        for text in everywhere(number, '-').into_iter().filter(|_| dashes != Meant) {
            assert_eq!(read(&text).is_ok(), dashes == Dropped, "{field}: {text}");
        }
    }
}

#[test]
fn full_width_forms_are_the_characters_that_they_are_of() {
    for (field, read, number, dashes) in FIELDS {
        let wide = |c: char| match c {
            '-' if dashes == DroppedButHyphens => c,
            '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap(),
            c => c,
        };
        reads(field, read, &number.chars().map(wide).collect::<String>(), number);
    }
}

#[test]
fn what_shows_nothing_alone_is_no_number() {
    for (field, read, _, _) in FIELDS {
        let nothing: String = invisible().collect();
        assert!(field == "captchaAnswer" || read(&nothing).is_err(), "{field}");
    }
    let account: String = invisible().chain(SPACES.chars()).collect();
    assert!(text::is_blank(&account) && text::compact(&account).is_empty());
}
