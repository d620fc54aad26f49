//! Codes, limits and stored responses.

use domain::{
    ids::{CaptchaId, SmsCodeId},
    moment::Moment,
    person::SmsPurpose,
};

use super::{MemoryTable, Stored};
use crate::{
    PortError, PortResult,
    codes::{
        CheckRateLimit, ConfirmedSmsCode, ForgiveSources, RateLimit, RateLimitKey, ResetRateLimit,
        RetryAfter, SaveCaptcha, SaveSmsCode, SentSmsCode, TakeCaptcha, TrySmsCode, UseSmsCode,
    },
    idempotency::{KeptAnswer, Repeatable, SaveResponse, Seen},
    log_in::{KNOWN_FOR, KnowSource, LiftedLock, Login, RecordLift, RememberSource},
    secrets::Tag,
};

/// Tries that one code allows (domain specification, section 3).
const MAX_TRIES: u8 = 5;

impl SaveCaptcha for MemoryTable {
    async fn save_captcha(&self, id: CaptchaId, answer: &Tag, expires: Moment) -> PortResult<()> {
        self.call("save_captcha", |stored| {
            if stored.captchas.contains_key(&id) {
                return Err(PortError::Conflict);
            }
            stored.captchas.insert(id, (answer.clone(), expires));
            Ok(())
        })
        .await
    }
}

impl TakeCaptcha for MemoryTable {
    async fn take_captcha(&self, id: CaptchaId, now: Moment) -> PortResult<Option<Tag>> {
        self.call("take_captcha", |stored| {
            let taken = stored.captchas.remove(&id).filter(|(_, expires)| *expires > now);
            Ok(taken.map(|(answer, _)| answer))
        })
        .await
    }
}

impl SaveSmsCode for MemoryTable {
    async fn save_sms_code(&self, sent: &SentSmsCode) -> PortResult<()> {
        self.call("save_sms_code", |stored| {
            if stored.sms_codes.contains_key(&sent.id) {
                return Err(PortError::Conflict);
            }
            stored.sms_codes.insert(sent.id, (sent.clone(), 0));
            Ok(())
        })
        .await
    }
}

impl TrySmsCode for MemoryTable {
    async fn try_sms_code(
        &self,
        id: SmsCodeId,
        purpose: SmsPurpose,
        mobile: &Tag,
        now: Moment,
    ) -> PortResult<Option<Tag>> {
        self.call("try_sms_code", |stored| {
            let found = stored.sms_codes.get_mut(&id).filter(|(sent, tries)| {
                let is_for_this = sent.purpose == purpose && sent.mobile == *mobile;
                is_for_this && sent.expires > now && *tries < MAX_TRIES
            });
            Ok(found.map(|(sent, tries)| {
                *tries += 1;
                sent.code.clone()
            }))
        })
        .await
    }
}

impl Stored {
    /// Whether that code is stored and unused.
    pub(super) fn has_sms_code(&self, code: &ConfirmedSmsCode) -> bool {
        self.sms_codes.get(&code.id).is_some_and(|(sent, _)| sent.code == code.code)
    }
}

impl UseSmsCode for MemoryTable {
    async fn use_sms_code(&self, code: &ConfirmedSmsCode) -> PortResult<bool> {
        self.call("use_sms_code", |stored| {
            let found = stored.has_sms_code(code);
            if found {
                stored.sms_codes.remove(&code.id);
            }
            Ok(found)
        })
        .await
    }
}

fn counter(rate: RateLimit, subject: &RateLimitKey) -> String {
    match subject {
        RateLimitKey::Address(tag) | RateLimitKey::Mobile(tag) => format!("{}#{}", rate.name, tag.as_str()),
        RateLimitKey::Login(login) => format!("{}#{login}", rate.name),
        RateLimitKey::LoginFrom(login, source) => format!("{}#{login}#{}", rate.name, source.as_str()),
        RateLimitKey::Account(id) => format!("{}#{id}", rate.name),
        RateLimitKey::Reviewer(id) => format!("{}#{id}", rate.name),
        RateLimitKey::Everybody => format!("{}#everybody", rate.name),
    }
}

impl CheckRateLimit for MemoryTable {
    async fn count(
        &self,
        rate: RateLimit,
        subject: &RateLimitKey,
        now: Moment,
    ) -> PortResult<Result<(), RetryAfter>> {
        self.call("count", |stored| {
            let fresh = (0, now.after(rate.window));
            let window = stored.limits.entry(counter(rate, subject)).or_insert(fresh);
            if window.1 <= now {
                *window = fresh;
            }
            if window.0 >= rate.max {
                return Ok(Err(RetryAfter(now.seconds_until(window.1))));
            }
            window.0 += 1;
            Ok(Ok(()))
        })
        .await
    }
}

impl ResetRateLimit for MemoryTable {
    async fn reset_rate_limit(&self, rate: RateLimit, subject: &RateLimitKey) -> PortResult<()> {
        self.call("forgive", |stored| {
            stored.limits.remove(&counter(rate, subject));
            Ok(())
        })
        .await
    }

    async fn give_back(&self, rate: RateLimit, subject: &RateLimitKey, now: Moment) -> PortResult<()> {
        self.call("give_back", |stored| {
            let window = stored.limits.get_mut(&counter(rate, subject));
            if let Some(window) = window.filter(|(hits, until)| *hits > 0 && *until > now) {
                window.0 -= 1;
            }
            Ok(())
        })
        .await
    }
}

impl ForgiveSources for MemoryTable {
    async fn forgive_sources(&self, rate: RateLimit, login: &Login) -> PortResult<()> {
        self.call("forgive_sources", |stored| {
            let begins = format!("{}#{login}#", rate.name);
            stored.limits.retain(|key, _| !key.starts_with(&begins));
            Ok(())
        })
        .await
    }
}

impl KnowSource for MemoryTable {
    async fn is_known(&self, login: &Login, source: &Tag, now: Moment) -> PortResult<bool> {
        self.call("is_known", |stored| {
            let until = stored.sources.get(&(login.to_string(), source.clone()));
            Ok(until.is_some_and(|until| *until > now))
        })
        .await
    }
}

impl RememberSource for MemoryTable {
    async fn remember_source(&self, login: &Login, source: &Tag, now: Moment) -> PortResult<()> {
        self.call("remember_source", |stored| {
            stored.sources.insert((login.to_string(), source.clone()), now.after(KNOWN_FOR));
            Ok(())
        })
        .await
    }
}

impl RecordLift for MemoryTable {
    async fn record_lift(&self, lift: &LiftedLock) -> PortResult<()> {
        self.call("record_lift", |stored| {
            if stored.lifts.iter().any(|other| (other.reviewer, other.at) == (lift.reviewer, lift.at)) {
                return Err(PortError::Conflict);
            }
            stored.lifts.push(lift.clone());
            Ok(())
        })
        .await
    }
}

impl Stored {
    /// The record of a request that is in progress, for a change; `Conflict` if there is none.
    fn in_progress(&mut self, request: &Repeatable) -> PortResult<&mut (String, Moment, Option<KeptAnswer>)> {
        let record = self.answers.get_mut(&request.key);
        let mine = record.filter(|record| record.0 == request.fingerprint && record.2.is_none());
        mine.ok_or(PortError::Conflict)
    }
}

impl SaveResponse for MemoryTable {
    async fn begin(
        &self,
        request: &Repeatable,
        now: Moment,
        deadline: Moment,
        _kept_until: Moment,
    ) -> PortResult<Seen> {
        self.call("begin", |stored| {
            let found = stored.answers.get(&request.key);
            let is_same = found.is_some_and(|(fingerprint, ..)| *fingerprint == request.fingerprint);
            let is_over = found.is_none_or(|(_, until, _)| *until <= now);
            let since = stored.begun.get(&request.key).copied().unwrap_or(now);
            let (seen, since) = match found {
                Some((_, _, None)) if is_same && is_over => (Seen::Resumed { since }, since),
                _ if is_over => (Seen::New, now),
                Some(_) if !is_same => return Ok(Seen::Differently),
                Some((_, _, Some(answer))) => return Ok(Seen::Answered(answer.clone())),
                _ => return Ok(Seen::InProgress),
            };
            stored.begun.insert(request.key.clone(), since);
            stored.answers.insert(request.key.clone(), (request.fingerprint.clone(), deadline, None));
            Ok(seen)
        })
        .await
    }

    async fn release(
        &self,
        request: &Repeatable,
        _since: Moment,
        now: Moment,
        _kept_until: Moment,
    ) -> PortResult<()> {
        self.call("release", |stored| {
            stored.in_progress(request)?.1 = now;
            Ok(())
        })
        .await
    }

    async fn keep(
        &self,
        request: &Repeatable,
        answer: &KeptAnswer,
        _now: Moment,
        until: Moment,
    ) -> PortResult<()> {
        self.call("keep", |stored| {
            let record = stored.in_progress(request)?;
            (record.1, record.2) = (until, Some(answer.clone()));
            Ok(())
        })
        .await
    }

    async fn forget(&self, request: &Repeatable) -> PortResult<()> {
        self.call("forget", |stored| {
            stored.in_progress(request)?;
            stored.answers.remove(&request.key);
            Ok(())
        })
        .await
    }
}
