//! A person: who an applicant is, and how they register.

use std::fmt;

use jiff::civil::Date;
use serde_json::Value;

use crate::{
    fault::{Code, Faults},
    form::Form,
    identity::{IdType, IdentityNumber, Sex},
    ids::SmsCodeId,
    mobile::Mobile,
    name::PersonName,
    password::{Password, PasswordContext, TypedPassword},
    text::{compact_ungrouped, is_digits},
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
    /// Whether both are the same person with the same phone; a document that was issued anew is the same document.
    pub fn is_same_person(&self, other: &Self) -> bool {
        self.number.holder_key() == other.number.holder_key()
            && self.name.is_same_as(&other.name)
            && self.mobile == other.mobile
    }

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
    pub sms_code: SmsCodeAnswer,
}

impl Registration {
    /// Reads a registration as it may be made on the day `as_of`.
    pub fn parse(body: &Value, as_of: Date) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let claim = read_claim(form, as_of);
            form.text("consentVersion", |version| {
                if version == CONSENT_VERSION { Ok(()) } else { Err(Code("consent.VERSION")) }
            })?;
            let (identity, password, sms_code) = claim?;
            Some(Self { identity, password, sms_code })
        })
    }
}

/// 找回密码, a new password for whoever is who the account is about and has its phone (domain specification, section 4).
#[derive(Debug)]
pub struct PasswordReset {
    /// Who they say they are.
    pub identity: Identity,
    /// The new password.
    pub password: Password,
    /// The code that was sent to their phone.
    pub sms_code: SmsCodeAnswer,
}

impl PasswordReset {
    /// Reads a reset as it may be asked for on the day `as_of`.
    pub fn parse(body: &Value, as_of: Date) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let (identity, password, sms_code) = read_claim(form, as_of)?;
            Some(Self { identity, password, sms_code })
        })
    }
}

/// 更换手机号, another phone for an account: both phones say yes (domain specification, section 16).
#[derive(Debug)]
pub struct MobileChange {
    /// The code that was sent to the phone as it is.
    pub current_sms_code: SmsCodeAnswer,
    /// The phone as it is to be.
    pub mobile: Mobile,
    /// The code that was sent there.
    pub sms_code: SmsCodeAnswer,
}

impl MobileChange {
    /// Reads a change.
    pub fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let current_sms_code = SmsCodeAnswer::read(form, "currentSmsCodeId", "currentSmsCode");
            let mobile = form.text("mobile", Mobile::parse);
            let sms_code = SmsCodeAnswer::read(form, "smsCodeId", "smsCode");
            Some(Self { current_sms_code: current_sms_code?, mobile: mobile?, sms_code: sms_code? })
        })
    }
}

/// Reads who somebody says they are, the password they want, and the code that their phone got.
fn read_claim(form: &mut Form<'_>, as_of: Date) -> Option<(Identity, Password, SmsCodeAnswer)> {
    let id_type = form.text("idType", IdType::parse);
    let number = form.raw("idNumber");
    // Without a type no number and no name can be judged: the missing type is the fault to mend first.
    let number = id_type.zip(number).and_then(|(id_type, number)| {
        IdentityNumber::parse(id_type, number, as_of).map_err(|error| form.fault("idNumber", error)).ok()
    });
    let name = form.raw("name");
    let name = id_type.zip(name).and_then(|(id_type, name)| {
        PersonName::parse(name, id_type).map_err(|error| form.fault("name", error)).ok()
    });
    let mobile = form.text("mobile", Mobile::parse);
    let password = read_password(form, number.as_ref(), name.as_ref(), mobile.as_ref());
    let sms_code = SmsCodeAnswer::read(form, "smsCodeId", "smsCode");
    let identity = Identity { number: number?, name: name?, mobile: mobile? };
    Some((identity, password?, sms_code?))
}

fn read_password(
    form: &mut Form<'_>,
    number: Option<&IdentityNumber>,
    name: Option<&PersonName>,
    mobile: Option<&Mobile>,
) -> Option<Password> {
    let about = PasswordContext { id_number: number, mobile, name };
    let first = form.raw("password").map(TypedPassword::new);
    let second = form.raw("passwordConfirmation").map(TypedPassword::new);
    // One that is no text at all is told so, and not that it differs.
    if first.as_ref().zip(second).is_some_and(|(first, second)| *first != second) {
        form.fault("passwordConfirmation", Code("password.MISMATCH"));
    }
    Password::parse(&first?, &about).map_err(|error| form.fault("password", error)).ok()
}

/// What a code sent to a phone is for; it is good for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsPurpose {
    /// 注册.
    Registration,
    /// 找回密码.
    PasswordReset,
    /// 更换手机号; for the phone as it is, and for the one that it is to be.
    MobileChange,
}

impl SmsPurpose {
    /// The name used in requests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::PasswordReset => "password-reset",
            Self::MobileChange => "mobile-change",
        }
    }

    /// The purpose of that name.
    pub fn parse(name: &str) -> Result<Self, Code> {
        let purposes = [Self::Registration, Self::PasswordReset, Self::MobileChange];
        purposes.into_iter().find(|purpose| purpose.as_str() == name).ok_or(Code("code.UNKNOWN"))
    }
}

/// 验证码: the six digits sent to a phone.
#[derive(Clone, PartialEq, Eq)]
pub struct SmsCode(String);

impl SmsCode {
    /// Digits in a code: 10⁶ values and five tries, more than the 20 bits over ten minutes that OWASP ASVS 5.0, 6.5.4 asks for.
    pub const DIGITS: usize = 6;

    /// A code as typed, or as pasted from the message: in groups, in full width, with what cannot be seen.
    pub fn parse(input: &str) -> Result<Self, Code> {
        let code = compact_ungrouped(input);
        let is_code = code.len() == Self::DIGITS && is_digits(&code);
        if is_code { Ok(Self(code)) } else { Err(Code("sms_code.WRONG")) }
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

/// An SMS code with the request that it was sent for. Tries are counted for that request, so that nobody can spend the
/// tries of a code that somebody else asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsCodeAnswer {
    /// The request, as `POST /v1/sms-codes` answered it.
    pub id: SmsCodeId,
    /// The digits.
    pub code: SmsCode,
}

impl SmsCodeAnswer {
    /// Reads both fields. A request that no phone was sent a code for is told as a wrong code once it is tried.
    fn read(form: &mut Form<'_>, id: &'static str, code: &'static str) -> Option<Self> {
        let id = form.text(id, |id| SmsCodeId::parse(id).map_err(|_| Code("sms_code.WRONG")));
        let code = form.text(code, SmsCode::parse);
        Some(Self { id: id?, code: code? })
    }
}
