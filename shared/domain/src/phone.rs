//! Telephone numbers of employers: landline, mobile, a 400 or 800 number, or a short service number (our rule, domain
//! specification, section 9). They are not personal data.

use serde::{Deserialize, Serialize};

use crate::mobile::Mobile;
use crate::reasons::reasons;
use crate::text::{compact, is_digits};

reasons! {
    /// Why it is not an employer's telephone number.
    PhoneError in "phone" {
        /// Nothing was entered.
        Empty = "EMPTY",
        /// Neither a landline, nor a mobile, nor a service number.
        Format = "FORMAT",
    }
}

/// What stands before an extension, in capitals and without spaces; the longer before what they begin with.
const EXTENSIONS: [&str; 12] =
    ["转接", "转", "分机号", "分机", "内线", "EXTENSION", "EXTN.", "EXT.", "EXTN", "EXT", "X", "#"];
/// Most digits of an extension.
const EXTENSION_DIGITS: usize = 6;

/// An employer's telephone number in one form, so that the same number is the same text: `010-64001234`,
/// `010-64001234-801`, `64001234`, `13800001234`, `4008123123`, `95588`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkPhone(String);

impl WorkPhone {
    /// Reads a number in whatever of the usual ways: `(010)64001234`, `+86 10 6400 1234`, `010-64001234转801`,
    /// `010-64001234 ext. 801`.
    pub fn parse(input: &str) -> Result<Self, PhoneError> {
        let typed = compact(input);
        if typed.is_empty() || typed.chars().all(|c| c == '-') {
            return Err(PhoneError::Empty);
        }
        read(&typed).map(Self).ok_or(PhoneError::Format)
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn read(typed: &str) -> Option<String> {
    if let Ok(mobile) = Mobile::parse(typed) {
        return Some(mobile.expose().to_owned());
    }
    let (number, extension) = split_extension(typed)?;
    let extension = extension.as_deref();
    let within = |groups: &[String]| service(groups, extension).or_else(|| landline(groups, extension));
    let from_abroad = without_country(number).and_then(|groups| {
        let whole = groups[0].len() >= 7;
        service(&groups, extension)
            .or_else(|| landline(&with_zero(&groups), extension))
            .or_else(|| landline(&groups, extension).filter(|_| whole))
    });
    // why: 0086 and 86 begin numbers in the country as well; where what follows is no number, they do.
    from_abroad.or_else(|| within(&groups(number)?))
}

/// What follows the country code, if one is there.
fn without_country(number: &str) -> Option<Vec<String>> {
    let after = |code: &str| number.strip_prefix(code);
    // Without a sign before it, 86 is the country's in 86-10-64001234 and in 861064001234.
    let plain = || {
        after("86")
            .filter(|rest| rest.starts_with('-') || groups(number).is_some_and(|all| all[0].len() > 10))
    };
    let rest = after("(+86)").or_else(|| after("+86")).or_else(|| after("0086")).or_else(plain)?;
    groups(rest.trim_start_matches('-').trim_start_matches("(0)"))
}

/// The number, and the extension that a word or a sign names.
fn split_extension(typed: &str) -> Option<(&str, Option<String>)> {
    let found = EXTENSIONS.iter().find_map(|mark| typed.split_once(mark));
    let Some((number, rest)) = found else { return Some((typed, None)) };
    // 转分机801, 转: 801号.
    let rest = EXTENSIONS.iter().fold(rest, |rest, mark| rest.strip_prefix(mark).unwrap_or(rest));
    let extension = rest.trim_start_matches([':', '.', '-']);
    let extension = extension.strip_suffix(['号', ')']).unwrap_or(extension);
    let number = number.trim_end_matches([',', ';', '-', '(']);
    is_extension(extension).then(|| (number, Some(extension.to_owned())))
}

fn is_extension(digits: &str) -> bool {
    is_digits(digits) && digits.len() <= EXTENSION_DIGITS
}

/// The groups of digits between single hyphens, points and brackets.
fn groups(number: &str) -> Option<Vec<String>> {
    let groups: Vec<String> = bracketless(number)?.split(['-', '.']).map(str::to_owned).collect();
    groups.iter().all(|group| is_digits(group)).then_some(groups)
}

/// After the country code an area code stands without the 0 that is dialled in the country.
fn with_zero(groups: &[String]) -> Vec<String> {
    let first = &groups[0];
    let first = if first.starts_with('0') { first.clone() } else { format!("0{first}") };
    std::iter::once(first).chain(groups[1..].iter().cloned()).collect()
}

/// `(010)64001234` as `010-64001234`: brackets are hyphens, unless one is there.
fn bracketless(number: &str) -> Option<String> {
    let mut plain = String::new();
    let mut open = false;
    for c in number.chars() {
        match c {
            '(' | ')' if open == (c == '(') => return None,
            '(' | ')' => {
                open = c == '(';
                if !plain.is_empty() && !plain.ends_with('-') {
                    plain.push('-');
                }
            }
            '-' if plain.ends_with('-') && number.contains(')') => {}
            c => plain.push(c),
        }
    }
    let plain = if number.ends_with(')') { plain.trim_end_matches('-').to_owned() } else { plain };
    (!open).then_some(plain)
}

/// A service number in up to three groups: people write 400-812-3123 and 4008-123-123.
fn service(groups: &[String], extension: Option<&str>) -> Option<String> {
    (1..=groups.len().min(3)).find_map(|count| {
        let digits = groups[..count].concat();
        is_service(&digits).then(|| finish(None, &digits, &groups[count..], extension))?
    })
}

/// An area code, where there is one, and the subscriber's seven or eight digits in one group or two.
fn landline(groups: &[String], extension: Option<&str>) -> Option<String> {
    let (area, rest) = split_area(groups);
    let line = |count: usize| {
        let line = rest[..count].concat();
        // A 400 number with too few digits is no landline.
        let fits = matches!(line.len(), 7 | 8)
            && !line.starts_with('0')
            && (count == 1 || !["400", "800"].contains(&rest[0].as_str()));
        fits.then_some((count, line))
    };
    let (count, line) = (1..=rest.len().min(2)).find_map(line)?;
    finish(area.as_deref(), &line, &rest[count..], extension)
}

/// The area code of a landline, and the groups after it.
fn split_area(groups: &[String]) -> (Option<String>, Vec<String>) {
    let (first, others) = (groups[0].as_str(), &groups[1..]);
    if !first.starts_with('0') {
        return (None, groups.to_vec());
    }
    if first.len() <= 4 {
        return (Some(first.to_owned()), others.to_vec());
    }
    // Without anything between: 010 and 02x have three digits (电信网编号计划, 2017), all others four; else whatever leaves a
    // subscriber's number.
    let is_short = first.starts_with("010") || first.starts_with("02");
    let lengths = if is_short { [3, 4] } else { [4, 3] };
    let fits = |at: &usize| matches!(first.len() - at, 7 | 8) && !first[*at..].starts_with('0');
    let (area, line) = first.split_at(lengths.into_iter().find(fits).unwrap_or(lengths[0]));
    (Some(area.to_owned()), std::iter::once(line.to_owned()).chain(others.iter().cloned()).collect())
}

/// The one form of a number, with the extension that was named or that stands behind a last hyphen.
fn finish(area: Option<&str>, line: &str, behind: &[String], extension: Option<&str>) -> Option<String> {
    let extension = match (behind, extension) {
        ([], named) => named,
        ([last], None) if is_extension(last) => Some(last.as_str()),
        _ => return None,
    };
    let fits = area.is_none_or(|area| matches!(area.len(), 3 | 4));
    fits.then(|| [area, Some(line), extension].into_iter().flatten().collect::<Vec<_>>().join("-"))
}

/// 400 or 800 and seven digits; 95 or 96 and three or four (关于规范管理短号码位长的意见: both kinds have 5 or 6 digits).
fn is_service(digits: &str) -> bool {
    let begins = |heads: [&str; 2]| heads.iter().any(|head| digits.starts_with(head));
    (digits.len() == 10 && begins(["400", "800"])) || (matches!(digits.len(), 5 | 6) && begins(["95", "96"]))
}

impl TryFrom<String> for WorkPhone {
    type Error = PhoneError;

    fn try_from(number: String) -> Result<Self, Self::Error> {
        Self::parse(&number)
    }
}

impl From<WorkPhone> for String {
    fn from(phone: WorkPhone) -> Self {
        phone.0
    }
}
