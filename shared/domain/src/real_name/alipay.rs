//! 支付宝身份认证, verification by Alipay: attempts, how they end, and the effect of Alipay's responses on an account (domain
//! specification, section 18).
//!
//! A person's attempts are one value, [`AttemptHistory`]. It changes by [`AttemptHistory::begin`],
//! [`AttemptHistory::initialized`], [`AttemptHistory::refused`] and [`AttemptHistory::answered`]. Each change
//! increments its version, so that of two concurrent changes only one is stored. The wire format, signatures and
//! addresses are elsewhere.

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

/// Version in force of the consent to verification by face; its text is the item `alipay` of
/// `infra/reference/consents.json`. This consent is separate from others (PIPL, article 29).
pub const CONSENT_VERSION: &str = "2026-11";

/// Number of stored attempts per person: more than one day allows (ours).
const KEPT: usize = 20;

/// Highest attempt number of a person.
const MAX_NUMBER: u32 = 999_999;

/// Digits of an attempt's number.
const NUMBER_DIGITS: usize = 6;

/// The consent given with the first step of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Version of the consent text.
    pub version: String,
    /// When it was given.
    pub at: Moment,
}

impl Consent {
    /// Parses the body that starts an attempt at this moment.
    pub fn parse(body: &Value, at: Moment) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let version = form.text("consentVersion", |version| {
                if version == CONSENT_VERSION { Ok(version) } else { Err(Code("consent.VERSION")) }
            })?;
            Some(Self { version: version.to_owned(), at })
        })
    }
}

/// A kind of document by Alipay's name (`cert_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertType(&'static str);

impl CertType {
    /// Alipay's name for a kind of document; `None` for foreigners' cards and passports, which it does not support.
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

    /// The value for `cert_type`.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// The id of an attempt: the account, and the number of the attempt.
///
/// Its text is also Alipay's outer order number: 32 letters and digits, the maximum allowed. It does not depend on who
/// starts the attempt or how often, so repeating an order creates no second one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AttemptId {
    owner: AccountId,
    number: u32,
}

impl AttemptId {
    /// Parses the id.
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

/// Alipay's id of an attempt (`certify_id`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CertifyId(String);

impl CertifyId {
    /// Parses the id; `None` if it is empty or longer than 64 characters (Alipay documents 32).
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        (is_plain && (1..=64).contains(&text.len())).then(|| Self(text.to_owned()))
    }

    /// The id. Together with the key it gives access to data about the person, so it is secret.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CertifyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CertifyId(…)")
    }
}

/// Why an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// Alipay reports that the face does not match the document.
    NotPassed,
    /// Alipay does not accept name and number.
    Refused,
    /// Alipay's response is about another name or number than the account's.
    OtherPerson,
    /// Another account is already verified with the number.
    NumberTaken,
}

/// The progress of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Progress {
    /// Running, or overdue without a recorded end.
    Started,
    /// Alipay verified the person.
    Passed {
        /// When the result was recorded.
        at: Moment,
    },
    /// The attempt failed.
    Failed {
        /// When the result was recorded.
        at: Moment,
        /// Cause of the failure.
        reason: Reason,
    },
    /// The applicant returned without having passed.
    Cancelled {
        /// When the result was recorded.
        at: Moment,
    },
    /// The deadline passed first.
    Expired {
        /// When the result was recorded.
        at: Moment,
    },
}

impl Progress {
    /// Its name in responses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "STARTED",
            Self::Passed { .. } => "PASSED",
            Self::Failed { .. } => "FAILED",
            Self::Cancelled { .. } => "CANCELLED",
            Self::Expired { .. } => "EXPIRED",
        }
    }

    /// All names, in order of occurrence.
    pub const NAMES: [&'static str; 5] = ["STARTED", "PASSED", "FAILED", "CANCELLED", "EXPIRED"];

    /// When the attempt ended; `None` while it is running.
    pub const fn ended_at(self) -> Option<Moment> {
        match self {
            Self::Started => None,
            Self::Passed { at } | Self::Failed { at, .. } | Self::Cancelled { at } | Self::Expired { at } => {
                Some(at)
            }
        }
    }

    /// The code of the message that explains the progress and the next step.
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

/// An attempt to verify with Alipay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// Id of the attempt.
    pub id: AttemptId,
    /// The consent it was started with.
    pub consent: Consent,
    /// When it was started.
    pub started_at: Moment,
    /// Deadline for passing it.
    pub expires_at: Moment,
    /// Alipay's id, once Alipay has accepted the order.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub certify_id: Option<CertifyId>,
    /// Current progress.
    pub progress: Progress,
}

impl Attempt {
    /// Whether it can still be passed.
    pub fn is_running(&self, now: Moment) -> bool {
        self.progress == Progress::Started && now < self.expires_at
    }

    /// Whether its deadline has passed without a recorded end.
    pub fn is_overdue(&self, now: Moment) -> bool {
        self.progress == Progress::Started && now >= self.expires_at
    }

    /// Polling interval in seconds: short while the applicant scans, longer later (ours).
    pub fn ask_again_after(&self, now: Moment) -> Option<u64> {
        let waited = self.started_at.seconds_until(now);
        self.is_running(now).then_some(if waited < 60 { 2 } else { 5 })
    }
}

/// A person's attempts, oldest first, with their results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptHistory {
    /// Account of the person.
    pub owner: AccountId,
    /// Incremented by every change; used for optimistic locking.
    pub version: u64,
    /// The latest attempts.
    pub attempts: Vec<Attempt>,
    /// When the latest successful attempt was passed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub verified_at: Option<Moment>,
}

/// The result of starting an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begin {
    /// An attempt is running: continue it.
    Running(AttemptHistory),
    /// A new attempt; store it before returning it to the applicant.
    New(AttemptHistory),
    /// The daily limit is reached; the next attempt may be started at this moment.
    Tomorrow(Moment),
}

/// Alipay's answer about an attempt.
#[derive(Clone, PartialEq, Eq)]
pub enum Certified {
    /// Passed, with what Alipay reports about the person.
    Passed(Holder),
    /// Not passed, or not yet: Alipay does not distinguish the two.
    NotYet,
    /// Not passed, with a reason.
    NotPassed,
    /// The attempt does not exist or no longer exists.
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

/// The SHA-256 of the signed part of a response, in hexadecimal; unique for each response.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResponseDigest(String);

impl ResponseDigest {
    /// The digest of these bytes.
    pub fn of(signed: &[u8]) -> Self {
        use fmt::Write;
        let digest = Sha256::digest(signed);
        Self(digest.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }

    /// The hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A response to a query, verified to be from Alipay and fresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryResult {
    /// Its answer about the attempt.
    pub certified: Certified,
    /// Digest of the response: each response may change one attempt once.
    pub digest: ResponseDigest,
}

/// The person that a response is about, as far as it says. `Debug` omits the data.
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
    /// Whether everything in the response matches `identity`. Missing fields were part of the order: Alipay received
    /// name and number with it and passes only that person.
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
    /// The latest attempt.
    pub fn latest(&self) -> Option<&Attempt> {
        self.attempts.last()
    }

    /// The attempt with this id, if it is still stored.
    pub fn attempt(&self, id: AttemptId) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.id == id)
    }

    /// Number of attempts started on this day (China time).
    pub fn begun_on(&self, day: Date) -> usize {
        self.attempts.iter().filter(|attempt| attempt.started_at.date() == day).count()
    }

    /// Starts an attempt, unless one is running or the daily limit is reached. An overdue attempt is recorded as
    /// expired; a caller that needs its real result must query Alipay first.
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

    /// Alipay accepted the latest attempt under this id.
    #[must_use]
    pub fn initialized(&self, certify_id: CertifyId) -> Self {
        let mut after = self.clone();
        if let Some(latest) = after.attempts.last_mut() {
            latest.certify_id = Some(certify_id);
        }
        after.version += 1;
        after
    }

    /// Alipay did not accept the account's name and number: the latest attempt has failed.
    #[must_use]
    pub fn refused(&self, now: Moment) -> Self {
        self.ended(Progress::Failed { at: now, reason: Reason::Refused }, now)
    }

    /// Another account holds the number: the latest attempt has failed, even if it was passed.
    #[must_use]
    pub fn number_taken(&self, now: Moment) -> Self {
        self.ended(Progress::Failed { at: now, reason: Reason::NumberTaken }, now)
    }

    /// Applies a response to the latest attempt; `None` if nothing changes. `returned` means that the applicant came
    /// back from Alipay. It is never trusted alone, but together with "not passed, or not yet" it means that they gave
    /// up.
    ///
    /// A late pass still counts: the person has shown their face. An ended attempt stays ended.
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

    /// Expires an overdue latest attempt that Alipay never received; `None` while it is not overdue.
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
