//! Applicants who do not exist, different at every run.

use serde_json::{Value, json};

use crate::numbers;

/// An SMS code, and the request that it was sent for.
#[derive(Clone, Debug)]
pub struct SmsCode {
    /// The id that the answer gave.
    pub id: String,
    /// The digits that the phone got.
    pub digits: String,
}

impl SmsCode {
    /// The same request with other digits.
    #[must_use]
    pub fn wrong(&self) -> Self {
        let digits = if self.digits == "000000" { "000001" } else { "000000" };
        Self { id: self.id.clone(), digits: digits.to_owned() }
    }

    /// The digits with a request that nobody made.
    #[must_use]
    pub fn of_nobody(&self) -> Self {
        Self { id: "sms_01JDEXAMP0E00000000000000A".to_owned(), ..self.clone() }
    }
}

/// What an applicant knows about themselves.
#[derive(Clone, Debug)]
pub struct Person {
    /// The resident identity number.
    pub id_number: String,
    /// The name on the identity card.
    pub name: String,
    /// The phone.
    pub mobile: String,
    /// The password; meets the rule and holds nothing of the other fields.
    pub password: String,
    /// The year of birth, from which schools and employers follow.
    pub birth_year: u16,
}

impl Person {
    /// Somebody new. Two calls give the same number once in some hundred million times.
    pub fn random() -> Self {
        let birth_year = fastrand::u16(1985..1998);
        let birth = format!("{birth_year}{:02}{:02}", fastrand::u8(1..=12), fastrand::u8(1..=28));
        let area = fastrand::choice(AREAS).expect("there are areas");
        Self {
            id_number: numbers::resident_id(area, &birth, fastrand::u16(1..1000)),
            name: name(),
            mobile: format!("1{}{:09}", fastrand::u8(3..=9), fastrand::u32(0..1_000_000_000)),
            password: format!("Quiet-{}-7", letters(9)),
            birth_year,
        }
    }

    /// The body of a registration with that SMS code.
    pub fn registration(&self, sms_code: &SmsCode, consent: &str) -> Value {
        json!({
            "idType": "RIC", "idNumber": self.id_number, "name": self.name,
            "password": self.password, "passwordConfirmation": self.password,
            "mobile": self.mobile, "smsCodeId": sms_code.id, "smsCode": sms_code.digits, "consentVersion": consent,
        })
    }

    /// The body of a reset to that password, with that SMS code.
    pub fn reset(&self, sms_code: &SmsCode, password: &str) -> Value {
        json!({
            "idType": "RIC", "idNumber": self.id_number, "name": self.name, "mobile": self.mobile,
            "smsCodeId": sms_code.id, "smsCode": sms_code.digits,
            "password": password, "passwordConfirmation": password,
        })
    }

    /// The year in which this person left university and began to work.
    pub fn graduation_year(&self) -> u16 {
        self.birth_year + 22
    }
}

/// Only the first two digits of the area are checked, because people keep the numbers of counties that were
/// abolished; these are some that exist.
const AREAS: &[&str] = &[
    "110101", "120101", "130102", "210102", "310101", "320102", "330102", "370102", "420102", "440103",
    "510104", "610102",
];

fn name() -> String {
    const FAMILY: &[&str] = &["赵", "钱", "孙", "李", "周", "吴", "郑", "王", "欧阳", "司马"];
    const GIVEN: &[&str] =
        &["安", "博", "晨", "丹", "恩", "芳", "国", "华", "佳", "康", "兰", "明", "宁", "平", "清", "瑞"];
    let mut name = String::from(*fastrand::choice(FAMILY).expect("there are family names"));
    for _ in 0..2 {
        name.push_str(fastrand::choice(GIVEN).expect("there are given names"));
    }
    name
}

fn letters(count: usize) -> String {
    std::iter::repeat_with(fastrand::lowercase).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_differ_and_their_password_holds_nothing_of_their_numbers() {
        let (one, other) = (Person::random(), Person::random());
        assert_ne!(one.id_number, other.id_number);
        assert_eq!(one.id_number.len(), 18);
        assert_eq!(one.mobile.len(), 11);
        assert!(!one.password.contains(&one.id_number[12..]));
    }
}
