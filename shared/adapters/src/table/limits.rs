//! Counters against limits: `RATE#<limit>#<subject>` / `RATE`; of log-ins by source `RATE#<limit>#<account>` /
//! `SOURCE#<source>`, so that those of an account can be listed. A window begins with the first call in it.

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};
use domain::moment::Moment;
use futures_util::future::try_join_all;
use ports::{
    PortError, PortResult,
    codes::{CheckRateLimit, ForgiveSources, RateLimit, RateLimitKey, ResetRateLimit, RetryAfter},
    log_in::Login,
};
use serde::{Deserialize, Serialize};

use super::{Key, KeyOnly, Table, expiring_item, read, value};
use crate::failure::failed;

#[derive(Serialize, Deserialize)]
struct Window {
    hits: u32,
    until: Moment,
}

/// Counters that are deleted at once.
const AT_ONCE: usize = 25;

fn key(rate: RateLimit, subject: &RateLimitKey) -> Key {
    let subject = match subject {
        RateLimitKey::Address(tag) | RateLimitKey::Mobile(tag) => tag.as_str().to_owned(),
        RateLimitKey::Login(login) => login.to_string(),
        RateLimitKey::LoginFrom(login, source) => {
            return Key::new(sources(rate, login), format!("SOURCE#{}", source.as_str()));
        }
        RateLimitKey::Account(id) => id.to_string(),
        RateLimitKey::Reviewer(id) => id.to_string(),
        RateLimitKey::Everybody => "everybody".to_owned(),
    };
    Key::new(format!("RATE#{}#{subject}", rate.name), "RATE")
}

/// The partition of an account's counters by source.
fn sources(rate: RateLimit, login: &Login) -> String {
    format!("RATE#{}#{login}", rate.name)
}

impl Table {
    /// One more in the window that is open; the inner error is the window that is full or over, if there is one.
    async fn hit(
        &self,
        rate: RateLimit,
        subject: &RateLimitKey,
        now: Moment,
    ) -> PortResult<Result<(), Option<Window>>> {
        let update = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(rate, subject).item()))
            .update_expression("SET hits = hits + :one")
            .condition_expression("#until > :now AND hits < :max")
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":max", AttributeValue::N(rate.max.to_string()))
            .expression_attribute_values(":now", value(&now)?)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match update.send().await {
            Ok(_) => Ok(Ok(())),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                let window = match error.into_err() {
                    UpdateItemError::ConditionalCheckFailedException(found) => found.item,
                    _ => None,
                };
                Ok(Err(window.map(read).transpose()?))
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Opens a window with its first call; `Conflict` when another call did so just now.
    async fn open_window(&self, rate: RateLimit, subject: &RateLimitKey, now: Moment) -> PortResult<()> {
        let until = now.after(rate.window);
        let body = Window { hits: 1, until };
        let item = expiring_item(&key(rate, subject), "rate", now, Some(until.as_second() + 3_600), &body)?;
        self.client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR #until <= :now")
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":now", value(&now)?)
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }
}

impl CheckRateLimit for Table {
    async fn count(
        &self,
        rate: RateLimit,
        subject: &RateLimitKey,
        now: Moment,
    ) -> PortResult<Result<(), RetryAfter>> {
        // Twice: between seeing that no window is open and opening one, another call may have opened it.
        for _ in 0..2 {
            match self.hit(rate, subject, now).await? {
                Ok(()) => return Ok(Ok(())),
                Err(Some(window)) if window.until > now => {
                    return Ok(Err(RetryAfter(now.seconds_until(window.until))));
                }
                Err(_) => {}
            }
            match self.open_window(rate, subject, now).await {
                Ok(()) => return Ok(Ok(())),
                Err(PortError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(PortError::Unavailable("a counter is in great demand".into()))
    }
}

impl ResetRateLimit for Table {
    async fn reset_rate_limit(&self, rate: RateLimit, subject: &RateLimitKey) -> PortResult<()> {
        self.forget(key(rate, subject)).await
    }

    async fn give_back(&self, rate: RateLimit, subject: &RateLimitKey, now: Moment) -> PortResult<()> {
        let update = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(rate, subject).item()))
            .update_expression("SET hits = hits - :one")
            .condition_expression("#until > :now AND hits >= :one")
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":now", value(&now)?);
        match update.send().await {
            // Nothing is open any more: there is nothing to give back.
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                Ok(())
            }
            result => result.map(drop).map_err(failed),
        }
    }
}

impl ForgiveSources for Table {
    async fn forgive_sources(&self, rate: RateLimit, login: &Login) -> PortResult<()> {
        let query = self.client.query().table_name(&self.name).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk").projection_expression("pk, sk");
        let query = query.expression_attribute_values(":pk", value(&sources(rate, login))?);
        let mut pages = query.into_paginator().send();
        while let Some(page) = pages.next().await {
            let keys = page.map_err(failed)?.items.unwrap_or_default().into_iter().map(read::<KeyOnly>);
            let keys = keys.collect::<PortResult<Vec<_>>>()?;
            for some in keys.chunks(AT_ONCE) {
                try_join_all(some.iter().map(|key| self.forget(Key::new(&*key.pk, &*key.sk)))).await?;
            }
        }
        Ok(())
    }
}

impl Table {
    /// A counter less; without a condition, since what it counted is forgiven.
    async fn forget(&self, key: Key) -> PortResult<()> {
        let delete = self.client.delete_item().table_name(&self.name);
        delete.set_key(Some(key.item())).send().await.map_err(failed)?;
        Ok(())
    }
}
