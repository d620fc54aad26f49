//! Notices: `PERSON#<ulid>` / `NOTICE#<ulid>`. The ULID follows from the event, and its first part is the event's time.

use aws_sdk_dynamodb::error::SdkError;
use domain::{
    ids::{AccountId, NoticeId},
    moment::Moment,
    notice::Notice,
};
use ports::{
    Clock, Outcome,
    notices::{KeepNotice, Kept, KeptNotice, ListNotices, LoadNotice, MoveSms, ReadNotice, SmsState},
};

use super::{Key, Table, item, person, read, value};
use crate::{SystemClock, failure::failed};

/// What all notices' keys begin with.
const PREFIX: &str = "NOTICE#";

/// The first text after all that begin so.
const AFTER: &str = "NOTICE$";

fn key(owner: AccountId, id: NoticeId) -> Key {
    Key::new(person(owner), format!("{PREFIX}{}", id.ulid()))
}

impl KeepNotice for Table {
    async fn keep_notice(&self, notice: &Notice) -> Outcome<Kept> {
        let owner = notice.case.owner;
        let kept = KeptNotice { notice: notice.clone(), sms: SmsState::Pending, read_at: None };
        let put = self.put_new(item(&key(owner, notice.id), "notice", SystemClock.now(), &kept)?)?;
        let writes = vec![self.while_open(owner)?, put];
        Ok(match self.try_transact(writes).await? {
            Ok(()) => Kept::New,
            Err(failed) if failed.first() == Some(&true) => Kept::Closed,
            Err(_) => Kept::Known,
        })
    }
}

impl LoadNotice for Table {
    async fn load_notice(&self, owner: AccountId, id: NoticeId) -> Outcome<Option<KeptNotice>> {
        self.get(key(owner, id)).await
    }
}

impl MoveSms for Table {
    async fn move_sms(&self, owner: AccountId, id: NoticeId, from: SmsState, to: SmsState) -> Outcome<()> {
        self.client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(owner, id).item()))
            .update_expression("SET sms = :to, updatedAt = :at")
            .condition_expression("sms = :from")
            .expression_attribute_values(":from", value(&from)?)
            .expression_attribute_values(":to", value(&to)?)
            .expression_attribute_values(":at", value(&SystemClock.now())?)
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }
}

impl ListNotices for Table {
    async fn list_notices(
        &self,
        owner: AccountId,
        before: Option<NoticeId>,
        limit: usize,
    ) -> Outcome<Vec<KeptNotice>> {
        let before = before.map_or_else(|| AFTER.to_owned(), |id| key(owner, id).sk);
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .consistent_read(true)
            .scan_index_forward(false)
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :before")
            .expression_attribute_values(":pk", value(&person(owner))?)
            .expression_attribute_values(":first", value(&PREFIX)?)
            .expression_attribute_values(":before", value(&before)?)
            // One more, since the last of them may be the one before which they are.
            .limit(i32::try_from(limit.saturating_add(1)).unwrap_or(i32::MAX));
        let mut items = query.into_paginator().items().send();
        let mut notices: Vec<KeptNotice> = Vec::new();
        while notices.len() < limit {
            let Some(item) = items.next().await else { break };
            let item = item.map_err(failed)?;
            if item.get("sk").and_then(|sk| sk.as_s().ok()) != Some(&before) {
                notices.push(read(item)?);
            }
        }
        Ok(notices)
    }
}

impl ReadNotice for Table {
    async fn read_notice(&self, owner: AccountId, id: NoticeId, now: Moment) -> Outcome<bool> {
        let update = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(owner, id).item()))
            .update_expression("SET readAt = if_not_exists(readAt, :now)")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":now", value(&now)?);
        match update.send().await {
            Ok(_) => Ok(true),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                Ok(false)
            }
            Err(error) => Err(failed(error)),
        }
    }
}
