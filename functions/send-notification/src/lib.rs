//! Something happened to a case that its applicant is told of: a notice in the inbox, and one SMS.
//!
//! The queue delivers each entry of a history at least once and in no order. A notice's key follows from the entry, so it
//! is kept once; its SMS moves from state to state by conditions, so it is sent once at most. Where a sending was cut
//! short nobody knows whether it went out, and it is not sent again: what it says is in the inbox.

use std::time::Duration;

use domain::{
    case::AuditEntry,
    notification::{Notification, timing::QuietHours},
};
pub use events::{SqsBatchResponse, SqsEvent};
use events::{SqsMessage, discard_poison};
use futures_util::future::join_all;
use ports::{
    Clock, PortError, PortResult,
    cases::LoadCase,
    messages::{SendSms, Unsent},
    notifications::{Kept, LoadNotification, MoveSms, SaveNotification, SmsState},
    people::LoadAccount,
    queues::{self, EnqueueNotifications},
    secrets::OpenIdentity,
};

/// What this function may do with the table.
pub trait Records: LoadCase + LoadAccount + LoadNotification + SaveNotification + MoveSms {}

impl<T: LoadCase + LoadAccount + LoadNotification + SaveNotification + MoveSms> Records for T {}

/// All that telling somebody takes.
#[derive(Debug)]
pub struct Means<'a, T, K, S, Q, C> {
    /// The table.
    pub table: &'a T,
    /// Whoever knows the phone.
    pub keys: &'a K,
    /// The SMS provider.
    pub sms: &'a S,
    /// The queue that this function reads.
    pub queue: &'a Q,
    /// The time.
    pub clock: &'a C,
    /// When phones are left alone.
    pub quiet: QuietHours,
}

/// The longest that a queue holds a message back (SQS: a quarter of an hour).
const LONGEST: u64 = 900;

/// Tells of each entry. What failed is delivered again, and in the end parked for `admin redrive`.
pub async fn handle<T, K, S, Q, C>(delivery: SqsEvent, means: &Means<'_, T, K, S, Q, C>) -> SqsBatchResponse
where
    T: Records,
    K: OpenIdentity,
    S: SendSms,
    Q: EnqueueNotifications,
    C: Clock,
{
    // At once: most of it is waiting for a provider.
    let told = join_all(delivery.messages.iter().map(|message| means.told(message))).await;
    let mut again = SqsBatchResponse::default();
    for (message, outcome) in delivery.messages.iter().zip(told) {
        if let Err(error) = outcome {
            tracing::error!(message_id = message.message_id, ?error, "somebody could not be told");
            again.add(message);
        }
    }
    again
}

impl<T, K, S, Q, C> Means<'_, T, K, S, Q, C>
where
    T: Records,
    K: OpenIdentity,
    S: SendSms,
    Q: EnqueueNotifications,
    C: Clock,
{
    async fn told(&self, message: &SqsMessage) -> PortResult<()> {
        let Some(entry) = message.read::<AuditEntry>() else {
            discard_poison("send-notification", message, self.clock.now());
            return Ok(());
        };
        match Notification::of(&entry) {
            Some(notification) => self.tell(notification, entry).await,
            None => Ok(()),
        }
    }

    async fn tell(&self, notification: Notification, entry: AuditEntry) -> PortResult<()> {
        let owner = notification.case.owner;
        let kept = self.table.load_notification(owner, notification.id).await?;
        if kept.as_ref().is_some_and(|kept| kept.sms != SmsState::Pending) {
            return Ok(());
        }
        let case = self.table.load_case(notification.case).await?;
        if !case.is_some_and(|case| notification.stands(&case)) {
            // In the inbox it stays, where it is: it was so when it came.
            return if kept.is_some() { self.drop_sms(&notification).await } else { Ok(()) };
        }
        if kept.is_none() && self.table.save_notification(&notification).await? == Kept::Closed {
            return Ok(());
        }
        let now = self.clock.now();
        let wait = now.seconds_until(self.quiet.leaves(now));
        if wait > 0 {
            let delay = Duration::from_secs(wait.min(LONGEST));
            return self.queue.enqueue_notifications(&[queues::Notification { entry, delay }]).await;
        }
        self.send(&notification).await
    }

    /// Sends the SMS, unless somebody else does.
    async fn send(&self, notification: &Notification) -> PortResult<()> {
        let (owner, id) = (notification.case.owner, notification.id);
        let Some(account) = self.table.load_account(owner).await? else { return Ok(()) };
        // Before the SMS counts as being sent: what fails here can be tried again.
        let identity = self.keys.open(owner, account.id_type, &account.sealed).await?;
        match self.table.move_sms(owner, id, SmsState::Pending, SmsState::Sending).await {
            Ok(()) => {}
            Err(PortError::Conflict) => return Ok(()),
            Err(error) => return Err(error),
        }
        let to = match self.sms.send_sms(&identity.mobile, &notification.sms()).await {
            Ok(()) => SmsState::Sent,
            Err(Unsent::Refused(reason)) => {
                tracing::warn!(notification = %id, reason, "an SMS was refused");
                SmsState::Failed
            }
            Err(Unsent::Later(error)) => {
                self.table.move_sms(owner, id, SmsState::Sending, SmsState::Pending).await?;
                return Err(PortError::Unavailable(error));
            }
            Err(unknown @ Unsent::Unknown(_)) => {
                let error = unknown.into_port_error();
                tracing::error!(notification = %id, ?error, "an SMS may have been sent, and is not sent again");
                return Ok(());
            }
        };
        match self.table.move_sms(owner, id, SmsState::Sending, to).await {
            // Gone with its account.
            Err(PortError::Conflict) => Ok(()),
            outcome => outcome,
        }
    }

    /// The SMS is not sent any more.
    async fn drop_sms(&self, notification: &Notification) -> PortResult<()> {
        let (owner, id) = (notification.case.owner, notification.id);
        match self.table.move_sms(owner, id, SmsState::Pending, SmsState::Dropped).await {
            // Somebody was faster.
            Err(PortError::Conflict) => Ok(()),
            outcome => outcome,
        }
    }
}
