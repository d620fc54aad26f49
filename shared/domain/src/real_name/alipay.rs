//! 支付宝身份认证, verification by Alipay: attempts, how they end, and what their answers mean for an account
//! (domain specification, section 18).
//!
//! A person's attempts are one value, [`AttemptHistory`]. It changes by [`AttemptHistory::begin`], [`AttemptHistory::initialized`],
//! [`AttemptHistory::refused`] and [`AttemptHistory::answered`], and each change counts its version up: of two that were made of the
//! same value, one is stored. The wire format, signatures and addresses do not belong here.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Rules;
use crate::{
    fault::{Code, Faults},
    form::Form,
    identity::IdType,
    ids::{AccountId, IdError},
    moment::Moment,
    name::PersonName,
    person::Identity,
    text::compact,
};

/// The version of the consent to verification by face in force; its text is the item `alipay` of
/// `infra/reference/consents.json`. A consent of its own (PIPL, article 29).
pub const CONSENT_VERSION: &str = "2026-11";

/// Attempts of a person that are kept: what a day may have, and some days (ours).
const KEPT: usize = 20;

/// Attempts of a person that can be numbered.
const MAX_NUMBER: u32 = 999_999;

/// Digits of an attempt's number.
const NUMBER_DIGITS: usize = 6;

/// The consent that goes with the first step of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// To which text.
    pub version: String,
    /// When.
    pub at: Moment,
}

impl Consent {
    /// Reads the body that begins an attempt, at that moment.
    pub fn parse(body: &Value, at: Moment) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let version = form.text("consentVersion", |version| {
                if version == CONSENT_VERSION { Ok(version) } else { Err(Code("consent.VERSION")) }
            })?;
            Some(Self { version: version.to_owned(), at })
        })
    }
}

/// A kind of document as Alipay names it (`cert_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertType(&'static str);

impl CertType {
    /// Alipay's name of a kind of document, if it knows it: of foreigners' cards and passports it does not.
    pub const fn of(id_type: IdType) -> Option<Self> {
        match id_type {
            IdType::Ric => Some(Self("IDENTITY_CARD")),
            IdType::Hmrp => Some(Self("RESIDENCE_PERMIT_HK_MC")),
            IdType::Twrp => Some(Self("RESIDENCE_PERMIT_TAIWAN")),
            IdType::Hmp => Some(Self("HOME_VISIT_PERMIT_HK_MC")),
            IdType::Twp => Some(Self("HOME_VISIT_PERMIT_TAIWAN")),
            IdType::Fpr | IdType::Ppt => None,
        }
    }

    /// The name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// An attempt: the account and the how manieth attempt it is.
///
/// Printed it is Alipay's outer order number as well: 32 letters and digits, which is just what may be had. It is the
/// same whoever begins the attempt, and however often; an order that is repeated is one order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AttemptId {
    owner: AccountId,
    number: u32,
}

impl AttemptId {
    /// The id that `text` spells.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let at = text.len().checked_sub(NUMBER_DIGITS).ok_or(IdError)?;
        let (owner, number) = text.split_at_checked(at).ok_or(IdError)?;
        let owner = AccountId::parse(&format!("acc_{owner}"))?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(IdError);
        }
        Ok(Self { owner, number: number.parse().map_err(|_| IdError)? })
    }
}

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:06}", self.owner.ulid(), self.number)
    }
}

impl fmt::Debug for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for AttemptId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<AttemptId> for String {
    fn from(id: AttemptId) -> Self {
        id.to_string()
    }
}

/// What Alipay calls an attempt (`certify_id`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CertifyId(String);

impl CertifyId {
    /// The id, unless it is empty or longer than Alipay's (32 characters by its documentation; twice that is taken).
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        (is_plain && (1..=64).contains(&text.len())).then(|| Self(text.to_owned()))
    }

    /// The id: whoever has it and the key may ask about the person.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CertifyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CertifyId(…)")
    }
}

/// Why an attempt was not passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// The face is not that of the document, by Alipay's word.
    NotPassed,
    /// Alipay does not take name and number.
    Refused,
    /// Alipay's answer is about another name or number than the account's.
    OtherPerson,
    /// Another account was verified with the same number before.
    NumberTaken,
}

/// How far an attempt has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Progress {
    /// It runs, or is overdue and nobody has noted it.
    Started,
    /// The person is who the account says.
    Passed {
        /// When that was found out.
        at: Moment,
    },
    /// It came to nothing, and why.
    Failed {
        /// When that was found out.
        at: Moment,
        /// Why.
        reason: Reason,
    },
    /// The applicant came back without having passed.
    Cancelled {
        /// When that was found out.
        at: Moment,
    },
    /// Nobody passed it in time.
    Expired {
        /// When that was found out.
        at: Moment,
    },
}

impl Progress {
    /// Its name in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "STARTED",
            Self::Passed { .. } => "PASSED",
            Self::Failed { .. } => "FAILED",
            Self::Cancelled { .. } => "CANCELLED",
            Self::Expired { .. } => "EXPIRED",
        }
    }

    /// All names, in the order in which they may come.
    pub const NAMES: [&'static str; 5] = ["STARTED", "PASSED", "FAILED", "CANCELLED", "EXPIRED"];

    /// When it ended.
    pub const fn ended_at(self) -> Option<Moment> {
        match self {
            Self::Started => None,
            Self::Passed { at } | Self::Failed { at, .. } | Self::Cancelled { at } | Self::Expired { at } => {
                Some(at)
            }
        }
    }

    /// The code of the message that says what this means, and what to do.
    pub const fn code(self) -> Code {
        Code(match self {
            Self::Started => "alipay.STARTED",
            Self::Passed { .. } => "alipay.PASSED",
            Self::Failed { reason: Reason::NotPassed, .. } => "alipay.NOT_PASSED",
            Self::Failed { reason: Reason::Refused, .. } => "alipay.REFUSED",
            Self::Failed { reason: Reason::OtherPerson, .. } => "alipay.OTHER_PERSON",
            Self::Failed { reason: Reason::NumberTaken, .. } => "alipay.NUMBER_TAKEN",
            Self::Cancelled { .. } => "alipay.CANCELLED",
            Self::Expired { .. } => "alipay.EXPIRED",
        })
    }
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// Which.
    pub id: AttemptId,
    /// The consent that it was begun with.
    pub consent: Consent,
    /// When it was begun.
    pub started_at: Moment,
    /// Until when it may be passed.
    pub expires_at: Moment,
    /// What Alipay calls it, once Alipay knows of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub certify_id: Option<CertifyId>,
    /// How far it has come.
    pub progress: Progress,
}

impl Attempt {
    /// Whether it may still be passed.
    pub fn is_running(&self, now: Moment) -> bool {
        self.progress == Progress::Started && now < self.expires_at
    }

    /// Whether its time is over and nobody has noted how it ended.
    pub fn is_overdue(&self, now: Moment) -> bool {
        self.progress == Progress::Started && now >= self.expires_at
    }

    /// After how many seconds to ask again: soon while people scan, later while they search their phone (ours).
    pub fn ask_again_after(&self, now: Moment) -> Option<u64> {
        let waited = self.started_at.seconds_until(now);
        self.is_running(now).then_some(if waited < 60 { 2 } else { 5 })
    }
}

/// A person's attempts, oldest first, and what came of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptHistory {
    /// Whose.
    pub owner: AccountId,
    /// Counts every change; what was read is what is changed, or nothing is.
    pub version: u64,
    /// The last attempts.
    pub attempts: Vec<Attempt>,
    /// When the last attempt was passed that was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verified_at: Option<Moment>,
}

/// What comes of asking for an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begin {
    /// One is running: go on with it.
    Running(AttemptHistory),
    /// There is a new one, to be stored before anybody is told of it.
    New(AttemptHistory),
    /// So many as may be were begun today; the next may be begun at that moment.
    Tomorrow(Moment),
}

/// What Alipay answers about an attempt.
#[derive(Clone, PartialEq, Eq)]
pub enum Certified {
    /// Passed, with whatever Alipay tells about who did.
    Passed(Holder),
    /// Not passed, or not yet: Alipay says the same to both.
    NotYet,
    /// Not passed, and there is a reason why.
    NotPassed,
    /// There is no such attempt, or no longer.
    Gone,
}

impl fmt::Debug for Certified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed(_) => "Passed(…)",
            Self::NotYet => "NotYet",
            Self::NotPassed => "NotPassed",
            Self::Gone => "Gone",
        })
    }
}

/// The SHA-256 of what a response signs, in hexadecimal: no two responses have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResponseDigest(String);

impl ResponseDigest {
    /// The digest of those bytes.
    pub fn of(signed: &[u8]) -> Self {
        use fmt::Write;
        let digest = Sha256::digest(signed);
        Self(digest.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A response to a query that is Alipay's and fresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryResult {
    /// What it says of the attempt.
    pub certified: Certified,
    /// What it is known by: it may change one attempt once.
    pub digest: ResponseDigest,
}

/// Whom an answer is about, as far as it says. It does not show itself in logs.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Holder {
    /// The name.
    pub name: Option<String>,
    /// The number of the document.
    pub number: Option<String>,
    /// The kind of document.
    pub cert_type: Option<String>,
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Holder(…)")
    }
}

impl Holder {
    /// Whether everything that the answer says is so of `identity`. What it does not say was asked: Alipay was given
    /// name and number with the order, and passes nobody else for it.
    pub fn is(&self, identity: &Identity) -> bool {
        let id_type = identity.number.id_type();
        let name = self.name.as_deref().is_none_or(|name| {
            PersonName::parse(name, id_type).is_ok_and(|name| name.is_same_as(&identity.name))
        });
        let number = self.number.as_deref().is_none_or(|number| compact(number) == identity.number.expose());
        let kind = self
            .cert_type
            .as_deref()
            .is_none_or(|kind| CertType::of(id_type).is_some_and(|cert_type| cert_type.as_str() == kind));
        name && number && kind
    }
}

impl AttemptHistory {
    /// The last attempt.
    pub fn latest(&self) -> Option<&Attempt> {
        self.attempts.last()
    }

    /// The attempt of that id, while it is kept.
    pub fn attempt(&self, id: AttemptId) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.id == id)
    }

    /// How many attempts were begun on that day of China.
    pub fn begun_on(&self, day: Date) -> usize {
        self.attempts.iter().filter(|attempt| attempt.started_at.date() == day).count()
    }

    /// Begins an attempt, unless one runs or the day has had its number. One that is overdue is noted as expired: who
    /// must know better asks Alipay about it before.
    pub fn begin(before: Option<&Self>, owner: AccountId, consent: Consent, rules: &Rules) -> Begin {
        let now = consent.at;
        let is_running = |standing: &&Self| standing.latest().is_some_and(|latest| latest.is_running(now));
        if let Some(running) = before.filter(is_running) {
            return Begin::Running(running.clone());
        }
        if before.is_some_and(|standing| standing.begun_on(now.date()) >= rules.attempts_per_day) {
            let tomorrow = now.date().tomorrow().map_or(now, Moment::start_of);
            return Begin::Tomorrow(tomorrow);
        }
        let empty = || Self { owner, version: 0, attempts: Vec::new(), verified_at: None };
        let mut standing = before.cloned().unwrap_or_else(empty);
        if let Some(latest) = standing.attempts.last_mut().filter(|latest| latest.is_overdue(now)) {
            latest.progress = Progress::Expired { at: now };
        }
        let number = standing.latest().map_or(0, |latest| latest.id.number).saturating_add(1).min(MAX_NUMBER);
        let id = AttemptId { owner, number };
        let over = standing.attempts.len().saturating_sub(KEPT - 1);
        standing.attempts.drain(..over);
        standing.attempts.push(Attempt {
            id,
            consent,
            started_at: now,
            expires_at: rules.deadline(now),
            certify_id: None,
            progress: Progress::Started,
        });
        standing.version += 1;
        Begin::New(standing)
    }

    /// Alipay knows the last attempt now, by that id.
    #[must_use]
    pub fn initialized(&self, certify_id: CertifyId) -> Self {
        let mut after = self.clone();
        if let Some(latest) = after.attempts.last_mut() {
            latest.certify_id = Some(certify_id);
        }
        after.version += 1;
        after
    }

    /// Alipay takes no order with the account's name and number: the last attempt has failed.
    #[must_use]
    pub fn refused(&self, now: Moment) -> Self {
        self.ended(Progress::Failed { at: now, reason: Reason::Refused }, now)
    }

    /// Another account holds the number: the last attempt has failed, whoever passed it.
    #[must_use]
    pub fn number_taken(&self, now: Moment) -> Self {
        self.ended(Progress::Failed { at: now, reason: Reason::NumberTaken }, now)
    }

    /// What an answer makes of the last attempt; `None` while it stays as it is. `returned` says that the applicant came
    /// back from Alipay: that alone is believed of nobody, but with "not passed, or not yet" it means that they gave up.
    ///
    /// A pass counts whenever it is learnt of: the person has shown their face. What was ended stays ended.
    pub fn answered(
        &self,
        answer: &Certified,
        identity: &Identity,
        returned: bool,
        now: Moment,
    ) -> Option<Self> {
        let latest = self.latest().filter(|latest| latest.progress == Progress::Started)?;
        let at = now;
        let progress = match answer {
            Certified::Passed(holder) if holder.is(identity) => Progress::Passed { at },
            Certified::Passed(_) => Progress::Failed { at, reason: Reason::OtherPerson },
            Certified::NotPassed => Progress::Failed { at, reason: Reason::NotPassed },
            Certified::Gone => Progress::Expired { at },
            Certified::NotYet if latest.is_overdue(now) => Progress::Expired { at },
            Certified::NotYet if returned => Progress::Cancelled { at },
            Certified::NotYet => return None,
        };
        Some(self.ended(progress, now))
    }

    /// The same with the last attempt overdue, of which Alipay never knew; `None` while it is not overdue.
    pub fn never_known(&self, now: Moment) -> Option<Self> {
        let latest = self.latest().filter(|latest| latest.is_overdue(now) && latest.certify_id.is_none());
        latest.map(|_| self.ended(Progress::Expired { at: now }, now))
    }

    fn ended(&self, progress: Progress, now: Moment) -> Self {
        let mut after = self.clone();
        if let Some(latest) = after.attempts.last_mut() {
            latest.progress = progress;
        }
        if matches!(progress, Progress::Passed { .. }) {
            after.verified_at = Some(now);
        }
        after.version += 1;
        after
    }
}
