//! Notifications: `PERSON#<ulid>` / `NOTICE#<ulid>`. The ULID follows from the event, and its first part is the event's time.

use aws_sdk_dynamodb::error::SdkError;
use domain::{
    ids::{AccountId, NotificationId},
    moment::Moment,
    notification::Notification,
};
use ports::{
    Clock, PortResult,
    notifications::{
        Kept, ListNotifications, LoadNotification, MoveSms, ReadNotification, SaveNotification, SmsState,
        StoredNotification,
    },
};

use super::{Key, Table, item, person, read, value};
use crate::{SystemClock, failure::failed};

/// What all notifications' keys begin with.
const PREFIX: &str = "NOTICE#";

/// The first text after all that begin so.
const AFTER: &str = "NOTICE$";

fn key(owner: AccountId, id: NotificationId) -> Key {
    Key::new(person(owner), format!("{PREFIX}{}", id.ulid()))
}

impl SaveNotification for Table {
    async fn save_notification(&self, notification: &Notification) -> PortResult<Kept> {
        let owner = notification.case.owner;
        let kept =
            StoredNotification { notification: notification.clone(), sms: SmsState::Pending, read_at: None };
        let put = self.put_new(item(&key(owner, notification.id), "notice", SystemClock.now(), &kept)?)?;
        let writes = vec![self.while_open(owner)?, put];
        Ok(match self.try_transact(writes).await? {
            Ok(()) => Kept::New,
            Err(failed) if failed.first() == Some(&true) => Kept::Closed,
            Err(_) => Kept::Known,
        })
    }
}

impl LoadNotification for Table {
    async fn load_notification(
        &self,
        owner: AccountId,
        id: NotificationId,
    ) -> PortResult<Option<StoredNotification>> {
        self.get(key(owner, id)).await
    }
}

impl MoveSms for Table {
    async fn move_sms(
        &self,
        owner: AccountId,
        id: NotificationId,
        from: SmsState,
        to: SmsState,
    ) -> PortResult<()> {
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

impl ListNotifications for Table {
    async fn list_notifications(
        &self,
        owner: AccountId,
        before: Option<NotificationId>,
        limit: usize,
    ) -> PortResult<Vec<StoredNotification>> {
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
        let mut notifications: Vec<StoredNotification> = Vec::new();
        while notifications.len() < limit {
            let Some(item) = items.next().await else { break };
            let item = item.map_err(failed)?;
            if item.get("sk").and_then(|sk| sk.as_s().ok()) != Some(&before) {
                notifications.push(read(item)?);
            }
        }
        Ok(notifications)
    }
}

impl ReadNotification for Table {
    async fn read_notification(&self, owner: AccountId, id: NotificationId, now: Moment) -> PortResult<bool> {
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
