//! Picture codes, SMS codes and limits: what keeps machines out.

use domain::{
    ids::{AccountId, CaptchaId, ReviewerId, SmsCodeId},
    moment::Moment,
    person::SmsPurpose,
};
use jiff::SignedDuration;

use crate::{PortResult, log_in::Login, secrets::Tag};

/// Keeps the answer of a picture code.
pub trait SaveCaptcha: Sync {
    /// Keeps the hash of an answer until `expires`.
    fn save_captcha(
        &self,
        id: CaptchaId,
        answer: &Tag,
        expires: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Takes the answer of a picture code: whoever takes it first is the only one.
pub trait TakeCaptcha: Sync {
    /// The hash of the answer, which is gone now; `None` when it was taken, has expired or never was.
    fn take_captcha(
        &self,
        id: CaptchaId,
        now: Moment,
    ) -> impl Future<Output = PortResult<Option<Tag>>> + Send;
}

/// A code that is sent to a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentSmsCode {
    /// The request for it; whoever does not know it can neither try the code nor spend its tries.
    pub id: SmsCodeId,
    /// What it is for.
    pub purpose: SmsPurpose,
    /// What the phone hashes to.
    pub mobile: Tag,
    /// What the code hashes to.
    pub code: Tag,
    /// Until when it is good.
    pub expires: Moment,
}

/// Keeps the code that was sent to a phone.
pub trait SaveSmsCode: Sync {
    /// Keeps one more code; those that the phone was sent before stay good. `Conflict` when the request has one.
    fn save_sms_code(&self, sent: &SentSmsCode) -> impl Future<Output = PortResult<()>> + Send;
}

/// Tries a code that was sent to a phone.
pub trait TrySmsCode: Sync {
    /// Counts one try; the hash of the code, or `None` when the request has none for that purpose and phone, it has
    /// expired, or was tried too often. What does not belong together counts no try.
    fn try_sms_code(
        &self,
        id: SmsCodeId,
        purpose: SmsPurpose,
        mobile: &Tag,
        now: Moment,
    ) -> impl Future<Output = PortResult<Option<Tag>>> + Send;
}

/// A code that was right when it was tried; the write that it allows uses it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmedSmsCode {
    /// The request for it.
    pub id: SmsCodeId,
    /// What the code hashes to.
    pub code: Tag,
}

/// Uses a code up.
pub trait UseSmsCode: Sync {
    /// Whether the code was there to be used: of two who use it at once, one is told so.
    fn use_sms_code(&self, code: &ConfirmedSmsCode) -> impl Future<Output = PortResult<bool>> + Send;
}

/// What is counted against a limit.
#[derive(Clone, Debug)]
pub enum RateLimitKey {
    /// Calls from an address.
    Address(Tag),
    /// Calls about a phone.
    Mobile(Tag),
    /// Log-ins to an account, from wherever.
    Login(Login),
    /// Log-ins to an account from one source.
    LoginFrom(Login, Tag),
    /// Calls by an account.
    Account(AccountId),
    /// Calls by a reviewer.
    Reviewer(ReviewerId),
    /// Calls by all together.
    Everybody,
}

/// At most `max` in each `window`.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// What the limit is about; part of the key.
    pub name: &'static str,
    /// How many.
    pub max: u32,
    /// In how long.
    pub window: SignedDuration,
}

/// The limit is reached; the caller may come again after that many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub u64);

/// Counts against limits. There is no way to ask whether a limit is reached without counting: between the answer and the
/// act others would pass.
pub trait CheckRateLimit: Sync {
    /// Counts one, unless the limit is reached: one conditional write, before what it guards is done. Of any number of
    /// calls at once, `max` are let through.
    fn count(
        &self,
        rate: RateLimit,
        subject: &RateLimitKey,
        now: Moment,
    ) -> impl Future<Output = PortResult<Result<(), RetryAfter>>> + Send;
}

/// Forgets what was counted.
pub trait ResetRateLimit: Sync {
    /// The next window begins with the next call.
    fn reset_rate_limit(
        &self,
        rate: RateLimit,
        subject: &RateLimitKey,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// One less in the window that is open, for a call that turned out not to be of the kind that is limited; nothing
    /// where no window is open.
    fn give_back(
        &self,
        rate: RateLimit,
        subject: &RateLimitKey,
        now: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Forgets what was counted of an account, whatever the source.
pub trait ForgiveSources: Sync {
    /// The next window of each source begins with its next attempt: [`RateLimitKey::LoginFrom`] of that account.
    fn forgive_sources(&self, rate: RateLimit, login: &Login) -> impl Future<Output = PortResult<()>> + Send;
}
