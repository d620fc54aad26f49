//! Captchas, SMS codes and rate limits: protection against automated requests.

use domain::{
    ids::{AccountId, CaptchaId, ReviewerId, SmsCodeId},
    moment::Moment,
    person::SmsPurpose,
};
use jiff::SignedDuration;

use crate::{PortResult, log_in::Login, secrets::Tag};

/// Saves captcha answers.
pub trait SaveCaptcha: Sync {
    /// Saves the hash of an answer until `expires`.
    fn save_captcha(
        &self,
        id: CaptchaId,
        answer: &Tag,
        expires: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Uses captcha answers: only the first caller gets an answer.
pub trait TakeCaptcha: Sync {
    /// Deletes and returns the hash of the answer; `None` if it was already used, has expired or never existed.
    fn take_captcha(
        &self,
        id: CaptchaId,
        now: Moment,
    ) -> impl Future<Output = PortResult<Option<Tag>>> + Send;
}

/// A code sent to a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentSmsCode {
    /// The id that the caller got for the code; without it, the code can be neither tried nor blocked by wrong tries.
    pub id: SmsCodeId,
    /// The purpose that the code is valid for.
    pub purpose: SmsPurpose,
    /// The tag of the phone.
    pub mobile: Tag,
    /// The tag of the code.
    pub code: Tag,
    /// The time until which the code is valid.
    pub expires: Moment,
}

/// Saves SMS codes.
pub trait SaveSmsCode: Sync {
    /// Saves a code; earlier codes of the same phone stay valid. `Conflict` if the id already has a code.
    fn save_sms_code(&self, sent: &SentSmsCode) -> impl Future<Output = PortResult<()>> + Send;
}

/// Tries SMS codes.
pub trait TrySmsCode: Sync {
    /// Counts one try and returns the hash of the code. `None` if the id has no code for that purpose and phone, or the
    /// code has expired or has no tries left. A call with the wrong purpose or phone does not count as a try.
    fn try_sms_code(
        &self,
        id: SmsCodeId,
        purpose: SmsPurpose,
        mobile: &Tag,
        now: Moment,
    ) -> impl Future<Output = PortResult<Option<Tag>>> + Send;
}

/// A code that was correct when it was tried. The write that it authorizes uses it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmedSmsCode {
    /// The id of the code.
    pub id: SmsCodeId,
    /// The tag of the code.
    pub code: Tag,
}

/// Uses codes up.
pub trait UseSmsCode: Sync {
    /// Whether the code was still unused; of two concurrent calls, only one returns `true`.
    fn use_sms_code(&self, code: &ConfirmedSmsCode) -> impl Future<Output = PortResult<bool>> + Send;
}

/// The key that a limit counts by.
#[derive(Clone, Debug)]
pub enum RateLimitKey {
    /// Calls from a network address.
    Address(Tag),
    /// Calls for a phone.
    Mobile(Tag),
    /// Logins to an account from any source.
    Login(Login),
    /// Logins to an account from one source.
    LoginFrom(Login, Tag),
    /// Calls by an account.
    Account(AccountId),
    /// Calls by a reviewer.
    Reviewer(ReviewerId),
    /// Calls of all callers together.
    Everybody,
}

/// At most `max` calls in each `window`.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    /// The name of the limit; part of the stored key.
    pub name: &'static str,
    /// Maximum number of calls.
    pub max: u32,
    /// Duration of the window, which starts with its first call.
    pub window: SignedDuration,
}

/// The limit is reached. The caller may retry after that many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub u64);

/// Counts calls against limits. There is no way to check a limit without counting: concurrent calls could pass between
/// the check and the action.
pub trait CheckRateLimit: Sync {
    /// Counts one call unless the limit is reached, in one conditional write before the guarded action. Of any number
    /// of concurrent calls, `max` pass.
    fn count(
        &self,
        rate: RateLimit,
        subject: &RateLimitKey,
        now: Moment,
    ) -> impl Future<Output = PortResult<Result<(), RetryAfter>>> + Send;
}

/// Resets limits.
pub trait ResetRateLimit: Sync {
    /// Resets the count; the next call starts a new window.
    fn reset_rate_limit(
        &self,
        rate: RateLimit,
        subject: &RateLimitKey,
    ) -> impl Future<Output = PortResult<()>> + Send;

    /// Subtracts one call from the open window, for a call that turned out not to count against the limit. Does nothing
    /// if no window is open.
    fn give_back(
        &self,
        rate: RateLimit,
        subject: &RateLimitKey,
        now: Moment,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Resets the limits of an account for all sources.
pub trait ForgiveSources: Sync {
    /// Resets [`RateLimitKey::LoginFrom`] of that account for every source; the next login from a source starts a new
    /// window.
    fn forgive_sources(&self, rate: RateLimit, login: &Login) -> impl Future<Output = PortResult<()>> + Send;
}
