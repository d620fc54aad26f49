//! Notifications.

use domain::{
    ids::{AccountId, NotificationId},
    moment::Moment,
    notification::Notification,
};

use super::MemoryTable;
use crate::{
    PortError, PortResult,
    notifications::{
        Kept, ListNotifications, LoadNotification, MoveSms, ReadNotification, SaveNotification, SmsState,
        StoredNotification,
    },
};

impl SaveNotification for MemoryTable {
    async fn save_notification(&self, notification: &Notification) -> PortResult<Kept> {
        self.call("keep_notice", |stored| {
            let key = (notification.case.owner, notification.id);
            if !stored.accounts.contains_key(&key.0) {
                return Ok(Kept::Closed);
            }
            if stored.notifications.contains_key(&key) {
                return Ok(Kept::Known);
            }
            let kept = StoredNotification {
                notification: notification.clone(),
                sms: SmsState::Pending,
                read_at: None,
            };
            stored.notifications.insert(key, kept);
            Ok(Kept::New)
        })
        .await
    }
}

impl LoadNotification for MemoryTable {
    async fn load_notification(
        &self,
        owner: AccountId,
        id: NotificationId,
    ) -> PortResult<Option<StoredNotification>> {
        self.call("load_notice", |stored| Ok(stored.notifications.get(&(owner, id)).cloned())).await
    }
}

impl MoveSms for MemoryTable {
    async fn move_sms(
        &self,
        owner: AccountId,
        id: NotificationId,
        from: SmsState,
        to: SmsState,
    ) -> PortResult<()> {
        self.call("move_sms", |stored| {
            let kept = stored.notifications.get_mut(&(owner, id)).filter(|kept| kept.sms == from);
            kept.ok_or(PortError::Conflict)?.sms = to;
            Ok(())
        })
        .await
    }
}

impl ListNotifications for MemoryTable {
    async fn list_notifications(
        &self,
        owner: AccountId,
        before: Option<NotificationId>,
        limit: usize,
    ) -> PortResult<Vec<StoredNotification>> {
        self.call("list_notifications", |stored| {
            let own = stored.notifications.iter().rev().filter(|((of, _), _)| *of == owner);
            let older = own.filter(|((_, id), _)| before.is_none_or(|before| *id < before));
            Ok(older.take(limit).map(|(_, kept)| kept.clone()).collect())
        })
        .await
    }
}

impl ReadNotification for MemoryTable {
    async fn read_notification(&self, owner: AccountId, id: NotificationId, now: Moment) -> PortResult<bool> {
        self.call("read_notice", |stored| {
            let kept = stored.notifications.get_mut(&(owner, id));
            Ok(kept.map(|kept| kept.read_at.get_or_insert(now)).is_some())
        })
        .await
    }
}
