//! A person: the applicant's identity and their registration.

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

/// Version in force of the user agreement and privacy notice; its text is in `infra/reference/consents.json`.
pub const CONSENT_VERSION: &str = "2026-11";

/// The applicant's identity: set at registration, locked after verification.
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
    /// Whether both are the same person with the same phone; a reissued document is the same document.
    pub fn is_same_person(&self, other: &Self) -> bool {
        self.number.holder_key() == other.number.holder_key()
            && self.name.is_same_as(&other.name)
            && self.mobile == other.mobile
    }

    /// The sex and birth date contained in the number, if any.
    pub fn birth(&self) -> (Option<Sex>, Option<Date>) {
        (self.number.sex(), self.number.birth_date())
    }
}

/// 新用户注册, the data that a person registers with (domain specification, section 3).
#[derive(Debug)]
pub struct Registration {
    /// Claimed identity.
    pub identity: Identity,
    /// Chosen password.
    pub password: Password,
    /// SMS code sent to the phone.
    pub sms_code: SmsCodeAnswer,
}

impl Registration {
    /// Parses a registration on the day `as_of`.
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

/// 找回密码, a password reset by a person who knows the account's identity and has its phone (domain specification, section
/// 4).
#[derive(Debug)]
pub struct PasswordReset {
    /// Claimed identity.
    pub identity: Identity,
    /// New password.
    pub password: Password,
    /// SMS code sent to the phone.
    pub sms_code: SmsCodeAnswer,
}

impl PasswordReset {
    /// Parses a reset on the day `as_of`.
    pub fn parse(body: &Value, as_of: Date) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let (identity, password, sms_code) = read_claim(form, as_of)?;
            Some(Self { identity, password, sms_code })
        })
    }
}

/// 更换手机号, a change of the account's phone number, confirmed on both phones (domain specification, section 16).
#[derive(Debug)]
pub struct MobileChange {
    /// SMS code sent to the current phone.
    pub current_sms_code: SmsCodeAnswer,
    /// New phone number.
    pub mobile: Mobile,
    /// SMS code sent to the new phone.
    pub sms_code: SmsCodeAnswer,
}

impl MobileChange {
    /// Parses the change.
    pub fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let current_sms_code = SmsCodeAnswer::read(form, "currentSmsCodeId", "currentSmsCode");
            let mobile = form.text("mobile", Mobile::parse);
            let sms_code = SmsCodeAnswer::read(form, "smsCodeId", "smsCode");
            Some(Self { current_sms_code: current_sms_code?, mobile: mobile?, sms_code: sms_code? })
        })
    }
}

/// Parses the claimed identity, the chosen password and the SMS code.
fn read_claim(form: &mut Form<'_>, as_of: Date) -> Option<(Identity, Password, SmsCodeAnswer)> {
    let id_type = form.text("idType", IdType::parse);
    let number = form.raw("idNumber");
    // Number and name cannot be checked without the type, so the missing type is reported first.
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
    // A value that is not a text is reported as such, not as different.
    if first.as_ref().zip(second).is_some_and(|(first, second)| *first != second) {
        form.fault("passwordConfirmation", Code("password.MISMATCH"));
    }
    Password::parse(&first?, &about).map_err(|error| form.fault("password", error)).ok()
}

/// The purpose of an SMS code; it is valid for no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsPurpose {
    /// 注册.
    Registration,
    /// 找回密码.
    PasswordReset,
    /// 更换手机号; for the current and for the new phone.
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

    /// The purpose with this name.
    pub fn parse(name: &str) -> Result<Self, Code> {
        let purposes = [Self::Registration, Self::PasswordReset, Self::MobileChange];
        purposes.into_iter().find(|purpose| purpose.as_str() == name).ok_or(Code("code.UNKNOWN"))
    }
}

/// 验证码: the six digits sent to a phone.
#[derive(Clone, PartialEq, Eq)]
pub struct SmsCode(String);

impl SmsCode {
    /// Digits in a code: 10⁶ values with five tries, stronger than the 20 bits over ten minutes required by OWASP ASVS
    /// 5.0, 6.5.4.
    pub const DIGITS: usize = 6;

    /// Parses a code as typed or pasted from the message: grouped, full-width, with invisible characters.
    pub fn parse(input: &str) -> Result<Self, Code> {
        let code = compact_ungrouped(input);
        let is_code = code.len() == Self::DIGITS && is_digits(&code);
        if is_code { Ok(Self(code)) } else { Err(Code("sms_code.WRONG")) }
    }

    /// Derives a code from a random number.
    pub fn from_random(random: u64) -> Self {
        Self(format!("{:06}", random % 1_000_000))
    }

    /// The plain digits.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SmsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsCode(…)")
    }
}

/// An SMS code with the id of the request it was sent for. Tries are counted per request, so that no one can use up the
/// tries of a code requested by another person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsCodeAnswer {
    /// Id of the request, as returned by `POST /v1/sms-codes`.
    pub id: SmsCodeId,
    /// The typed digits.
    pub code: SmsCode,
}

impl SmsCodeAnswer {
    /// Parses both fields. An unknown request id is reported as a wrong code when the code is checked.
    fn read(form: &mut Form<'_>, id: &'static str, code: &'static str) -> Option<Self> {
        let id = form.text(id, |id| SmsCodeId::parse(id).map_err(|_| Code("sms_code.WRONG")));
        let code = form.text(code, SmsCode::parse);
        Some(Self { id: id?, code: code? })
    }
}
