//! `POST /v1/sms-codes`: a code to a phone, for whoever read a picture code.

use applicant::codes::CaptchaAnswer;
use domain::{
    fault::Faults,
    form::Form,
    ids::SmsCodeId,
    mobile::Mobile,
    moment::Moment,
    person::{SmsCode, SmsPurpose},
    sms::Sms,
};
use edge::{Problem, Request, Response};
use jiff::SignedDuration;
use ports::{
    Clock, PortResult, Random,
    codes::{
        CheckRateLimit, RateLimit, RateLimitKey, ResetRateLimit, RetryAfter, SaveSmsCode, SentSmsCode,
        TakeCaptcha,
    },
    messages::{SendSms, Unsent},
    secrets::{Hash, Tag, TagPurpose},
};
use serde_json::{Value, json};
use telemetry::Metric;

/// How long a code is good (domain specification, section 3).
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// How long to wait for the next one (domain specification, section 3), for whoever asked: a stranger elsewhere keeps nobody
/// waiting.
const RESEND: RateLimit = RateLimit { name: "sms-again", max: 1, window: SignedDuration::from_secs(60) };

/// Codes that one source is sent, to all phones together (domain specification, section 3).
const PER_SOURCE: RateLimit =
    RateLimit { name: "sms-address", max: 20, window: SignedDuration::from_hours(1) };

/// Codes for one purpose that one source has sent to one phone (ours; the specification's ten for each phone were one
/// stranger's to use up).
const SHARE: RateLimit = RateLimit { name: "sms-share", max: 5, window: DAY };

/// Codes for one purpose that one phone gets, whoever asks (ours): four sources' shares. No counter is shared between
/// purposes, so that none can use up another's, and three purposes make 60 a day, which is the most that a phone gets.
const PER_PURPOSE: RateLimit = RateLimit { name: "sms-purpose", max: 20, window: DAY };

const DAY: SignedDuration = SignedDuration::from_hours(24);

struct Command {
    mobile: Mobile,
    purpose: SmsPurpose,
    captcha: CaptchaAnswer,
}

impl Command {
    fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let mobile = form.text("mobile", Mobile::parse);
            let purpose = form.text("purpose", SmsPurpose::parse);
            let captcha = CaptchaAnswer::read(form);
            Some(Self { mobile: mobile?, purpose: purpose?, captcha: captcha? })
        })
    }
}

/// Sends a code. Whether the phone has an account is not told: a registered phone gets a code like any other.
///
/// Only the answer names the request, and only with that can the code be tried: whoever did not ask for it cannot spend its
/// tries (`docs/decisions/0024-sms-code-handles.md`).
pub async fn handle(
    req: Request,
    table: &(impl TakeCaptcha + CheckRateLimit + ResetRateLimit + SaveSmsCode),
    keys: &impl Hash,
    sms: &impl SendSms,
    per_day: u32,
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    let command = Command::parse(&req.json()?)?;
    let now = clock.now();
    command.captcha.check(table, keys, now).await?;

    let source = keys.tag(TagPurpose::Address, req.source().expose()).await?;
    let mobile = keys.tag(TagPurpose::Mobile, command.mobile.expose()).await?;
    let counted = count(table, command.purpose, &mobile, source, per_day, now).await?;
    record(now, command.purpose, if counted.is_ok() { "counted" } else { "refused" });
    counted?;

    let (id, code) = (SmsCodeId::new(chance.ulid()), SmsCode::from_random(chance.number()));
    let kept = applicant::codes::sms_tag(keys, id, &mobile, &code).await?;
    let sent = SentSmsCode { id, purpose: command.purpose, mobile, code: kept, expires: now.after(LIFETIME) };
    table.save_sms_code(&sent).await?;
    let message = Sms::Code { purpose: command.purpose, code };
    sms.send_sms(&command.mobile, &message).await.map_err(Unsent::into_port_error)?;
    Ok(Response::accepted(&json!({
        "smsCodeId": id, "expiresAt": sent.expires, "resendAt": now.after(RESEND.window),
    })))
}

/// Counts a code before it is sent; one that then is not sent stays counted, since nobody knows what a provider did.
async fn count(
    table: &(impl CheckRateLimit + ResetRateLimit),
    purpose: SmsPurpose,
    mobile: &Tag,
    source: Tag,
    per_day: u32,
    now: Moment,
) -> PortResult<Result<(), Problem>> {
    let to_phone = format!("{}-{}", purpose.as_str(), mobile.as_str());
    let from_here = RateLimitKey::Mobile(Tag::new(format!("{to_phone}-{}", source.as_str())));
    let (to_phone, source) = (RateLimitKey::Mobile(Tag::new(to_phone)), RateLimitKey::Address(source));
    let total = RateLimit { name: "sms-total", max: per_day, window: DAY };
    let limits = [
        (PER_SOURCE, &source, "sms_limit.SOURCE"),
        (RESEND, &from_here, "sms_limit.RESEND"),
        (SHARE, &from_here, "sms_limit.SHARE"),
        (PER_PURPOSE, &to_phone, "sms_limit.PHONE"),
        (total, &RateLimitKey::Everybody, "sms_limit.TOTAL"),
    ];
    for (rate, subject, why) in limits {
        if let Err(wait) = table.count(rate, subject, now).await? {
            // why: a caller who is refused what strangers have used up keeps the share of their own, and need not wait.
            if rate.name == PER_PURPOSE.name {
                table.give_back(SHARE, &from_here, now).await?;
                table.give_back(RESEND, &from_here, now).await?;
            }
            if matches!(subject, RateLimitKey::Everybody) {
                tracing::error!(per_day, "no more SMS codes are sent today");
                let dimensions = [("Function", "send-sms-code")];
                telemetry::record(now.as_millisecond(), &dimensions, &[(Metric::SmsCodesSpent, 1.0)]);
            }
            return Ok(Err(refused(wait, why)));
        }
    }
    Ok(Ok(()))
}

/// What a limit means to the caller, and what to do.
fn refused(wait: RetryAfter, why: &'static str) -> Problem {
    Problem::from(wait).saying(why)
}

fn record(now: Moment, purpose: SmsPurpose, outcome: &str) {
    let dimensions = [("Purpose", purpose.as_str()), ("Outcome", outcome)];
    telemetry::record(now.as_millisecond(), &dimensions, &[(Metric::SmsCode, 1.0)]);
}
