//! A person: who an applicant is, and how they register.

use std::fmt;

use jiff::civil::Date;
use serde_json::Value;

use crate::{
    fault::{Code, Faults},
    form::Form,
    identity::{IdType, IdentityNumber, Sex},
    mobile::Mobile,
    name::PersonName,
    password::{Password, PasswordContext},
};

/// The version of the user agreement and privacy notice in force; its text is `infra/reference/consents.json`.
pub const CONSENT_VERSION: &str = "2026-11";

/// Who an applicant is: fixed at registration, locked once verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// 证件类型 and 证件号码.
    pub number: IdentityNumber,
    /// 真实姓名.
    pub name: PersonName,
    /// 手机号.
    pub mobile: Mobile,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

impl Identity {
    /// The sex and birth date that the number tells, where it does.
    pub fn birth(&self) -> (Option<Sex>, Option<Date>) {
        (self.number.sex(), self.number.birth_date())
    }
}

/// 新用户注册, what a person registers with (domain specification, section 3).
#[derive(Debug)]
pub struct Registration {
    /// Who they say they are.
    pub identity: Identity,
    /// Their password.
    pub password: Password,
    /// The code that was sent to their phone.
    pub sms_code: SmsCode,
}

impl Registration {
    /// Reads a registration as it may be made on the day `as_of`.
    pub fn parse(body: &Value, as_of: Date) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let id_type = form.text("idType", IdType::parse);
            let number = form.raw("idNumber");
            // Without a type no number and no name can be judged: the missing type is the fault to mend first.
            let number = id_type.zip(number).and_then(|(id_type, number)| {
                IdentityNumber::parse(id_type, number, as_of)
                    .map_err(|error| form.fault("idNumber", error))
                    .ok()
            });
            let name = form.raw("name");
            let name = id_type.zip(name).and_then(|(id_type, name)| {
                PersonName::parse(name, id_type).map_err(|error| form.fault("name", error)).ok()
            });
            let mobile = form.text("mobile", Mobile::parse);
            let password = read_password(form, number.as_ref(), name.as_ref(), mobile.as_ref());
            let sms_code = form.text("smsCode", SmsCode::parse);
            form.text("consentVersion", |version| {
                if version == CONSENT_VERSION { Ok(()) } else { Err(Code("consent.VERSION")) }
            })?;
            Some(Self {
                identity: Identity { number: number?, name: name?, mobile: mobile? },
                password: password?,
                sms_code: sms_code?,
            })
        })
    }
}

fn read_password(
    form: &mut Form<'_>,
    number: Option<&IdentityNumber>,
    name: Option<&PersonName>,
    mobile: Option<&Mobile>,
) -> Option<Password> {
    let about = PasswordContext { id_number: number, mobile, name };
    let first = form.raw("password");
    let second = form.raw("passwordConfirmation");
    // One that is no text at all is told so, and not that it differs.
    if first.zip(second).is_some_and(|(first, second)| first != second) {
        form.fault("passwordConfirmation", Code("password.MISMATCH"));
    }
    Password::parse(first?, &about).map_err(|error| form.fault("password", error)).ok()
}

/// 验证码: the six digits sent to a phone.
#[derive(Clone, PartialEq, Eq)]
pub struct SmsCode(String);

impl SmsCode {
    /// Digits in a code: 10⁶ values and five tries, more than the 20 bits over ten minutes that OWASP ASVS 5.0, 6.5.4 asks for.
    pub const DIGITS: usize = 6;

    /// A code as typed.
    pub fn parse(input: &str) -> Result<Self, Code> {
        let code = input.trim();
        if code.len() == Self::DIGITS && code.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(code.to_owned()))
        } else {
            Err(Code("sms_code.WRONG"))
        }
    }

    /// A code made of a random number.
    pub fn from_random(random: u64) -> Self {
        Self(format!("{:06}", random % 1_000_000))
    }

    /// The digits.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SmsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsCode(…)")
    }
}
