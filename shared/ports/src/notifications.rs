//! Notifications to applicants: the inbox, and the state of their SMS messages.

use domain::{
    ids::{AccountId, NotificationId},
    moment::Moment,
    notification::Notification,
};
use serde::{Deserialize, Serialize};

use crate::PortResult;

/// A stored notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredNotification {
    /// Its content.
    #[serde(flatten)]
    pub notification: Notification,
    /// The state of its SMS.
    pub sms: SmsState,
    /// When the applicant read it, if they did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub read_at: Option<Moment>,
}

/// The state of a notification's SMS. A change requires the state that was read, so only one of two concurrent workers
/// sends the SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmsState {
    /// It has not been sent.
    Pending,
    /// A worker is sending it. If the state stays like this, the SMS may or may not have been sent, and it is not sent
    /// again.
    Sending,
    /// The provider accepted it.
    Sent,
    /// The provider refused it for good.
    Failed,
    /// Its content no longer applied at the time of sending.
    Dropped,
}

/// The result of saving a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was added to the inbox.
    New,
    /// It was already in the inbox.
    Known,
    /// The account is closed or being closed; nothing was written.
    Closed,
}

/// Adds notifications to inboxes.
pub trait SaveNotification: Sync {
    /// Saves a notification whose SMS is pending; once, and only if the account is open.
    fn save_notification(&self, notification: &Notification)
    -> impl Future<Output = PortResult<Kept>> + Send;
}

/// Reads a notification. The owner is part of the key, so another account's cannot be read.
pub trait LoadNotification: Sync {
    /// Returns that notification of the owner.
    fn load_notification(
        &self,
        owner: AccountId,
        id: NotificationId,
    ) -> impl Future<Output = PortResult<Option<StoredNotification>>> + Send;
}

/// Changes the state of notifications' SMS messages.
pub trait MoveSms: Sync {
    /// Changes the state from `from` to `to`; `Conflict` if the current state is not `from`, or the notification no
    /// longer exists.
    fn move_sms(
        &self,
        owner: AccountId,
        id: NotificationId,
        from: SmsState,
        to: SmsState,
    ) -> impl Future<Output = PortResult<()>> + Send;
}

/// Lists inboxes.
pub trait ListNotifications: Sync {
    /// Returns up to `limit` notifications of the owner that are older than `before`, newest first.
    fn list_notifications(
        &self,
        owner: AccountId,
        before: Option<NotificationId>,
        limit: usize,
    ) -> impl Future<Output = PortResult<Vec<StoredNotification>>> + Send;
}

/// Marks notifications as read.
pub trait ReadNotification: Sync {
    /// Returns whether the owner has that notification. Sets its read time to `now` unless it already has one.
    fn read_notification(
        &self,
        owner: AccountId,
        id: NotificationId,
        now: Moment,
    ) -> impl Future<Output = PortResult<bool>> + Send;
}
