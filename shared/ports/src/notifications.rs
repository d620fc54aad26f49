//! Notifications to applicants: the inbox, and how far their SMS have come.

use domain::{
    ids::{AccountId, NotificationId},
    moment::Moment,
    notification::Notification,
};
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// A notice as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredNotification {
    /// What it says.
    #[serde(flatten)]
    pub notification: Notification,
    /// How far its SMS has come.
    pub sms: SmsState,
    /// When it was read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub read_at: Option<Moment>,
}

/// How far a notice's SMS has come. It moves on by a condition on where it was, so that of two who would send it one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmsState {
    /// It is to be sent.
    Pending,
    /// Somebody is sending it; where it stays so, nobody knows whether it was sent, and it is not sent again.
    Sending,
    /// The provider took it.
    Sent,
    /// The provider refused it for good.
    Failed,
    /// What it would tell was so no more when it could be sent.
    Dropped,
}

/// What became of a notice that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is in the inbox now.
    New,
    /// It was there.
    Known,
    /// The account is closed, or being closed: nothing was written.
    Closed,
}

/// Puts notifications into inboxes.
pub trait SaveNotification: Sync {
    /// A notice whose SMS is to be sent, once, and only into the inbox of an open account.
    fn save_notification(&self, notification: &Notification)
    -> impl Future<Output = PortResult<Kept>> + Send;
}

/// Reads one notice. The owner is part of the key: another's cannot be asked for.
pub trait LoadNotification: Sync {
    /// That notice of the owner's.
    fn load_notification(
        &self,
        owner: AccountId,
        id: NotificationId,
    ) -> impl Future<Output = PortResult<Option<StoredNotification>>> + Send;
}

/// Moves notifications' SMS on.
pub trait MoveSms: Sync {
    /// From one state to the next; `Conflict` when it is not in the first, or gone.
    fn move_sms(
        &self,
        owner: AccountId,
        id: NotificationId,
        from: SmsState,
        to: SmsState,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Reads inboxes.
pub trait ListNotifications: Sync {
    /// Up to `limit` notifications of the owner's that are older than `before`, newest first.
    fn list_notifications(
        &self,
        owner: AccountId,
        before: Option<NotificationId>,
        limit: usize,
    ) -> impl Future<Output = PortResult<Vec<StoredNotification>>> + Send;
}

/// Marks notifications as read.
pub trait ReadNotification: Sync {
    /// Whether there is such a notice of the owner's; it was read `now`, unless it was before.
    fn read_notification(
        &self,
        owner: AccountId,
        id: NotificationId,
        now: Moment,
    ) -> impl Future<Output = PortResult<bool>> + Send;
}
