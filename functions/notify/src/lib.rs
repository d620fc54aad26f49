//! Something happened to a case that its applicant is told of: a notice in the inbox, and one SMS.
//!
//! The queue delivers each entry of a history at least once and in no order. A notice's key follows from the entry, so it
//! is kept once; its SMS moves from state to state by conditions, so it is sent once at most. Where a sending was cut
//! short nobody knows whether it went out, and it is not sent again: what it says is in the inbox.

use std::time::Duration;

use domain::{
    case::AuditEntry,
    notice::{Notice, timing::QuietHours},
};
use futures_util::future::join_all;
use ports::{
    Clock, Outcome, PortError,
    cases::LoadCase,
    messages::{SendSms, Unsent},
    notices::{KeepNotice, Kept, LoadNotice, MoveSms, SmsState},
    people::LoadAccount,
    queues::{self, PassToNotices},
    secrets::OpenIdentity,
};
pub use queue::{Again, Delivery};
use queue::{Message, give_up};

/// What this function may do with the table.
pub trait Records: LoadCase + LoadAccount + LoadNotice + KeepNotice + MoveSms {}

impl<T: LoadCase + LoadAccount + LoadNotice + KeepNotice + MoveSms> Records for T {}

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
pub async fn handle<T, K, S, Q, C>(delivery: Delivery, means: &Means<'_, T, K, S, Q, C>) -> Again
where
    T: Records,
    K: OpenIdentity,
    S: SendSms,
    Q: PassToNotices,
    C: Clock,
{
    // At once: most of it is waiting for a provider.
    let told = join_all(delivery.messages.iter().map(|message| means.told(message))).await;
    let mut again = Again::default();
    for (message, outcome) in delivery.messages.iter().zip(told) {
        if let Err(error) = outcome {
            tracing::error!(message = message.message_id, ?error, "somebody could not be told");
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
    Q: PassToNotices,
    C: Clock,
{
    async fn told(&self, message: &Message) -> Outcome<()> {
        let Some(entry) = message.read::<AuditEntry>() else {
            give_up("notify", message, self.clock.now());
            return Ok(());
        };
        match Notice::of(&entry) {
            Some(notice) => self.tell(notice, entry).await,
            None => Ok(()),
        }
    }

    async fn tell(&self, notice: Notice, entry: AuditEntry) -> Outcome<()> {
        let owner = notice.case.owner;
        let kept = self.table.load_notice(owner, notice.id).await?;
        if kept.as_ref().is_some_and(|kept| kept.sms != SmsState::Pending) {
            return Ok(());
        }
        let case = self.table.load_case(notice.case).await?;
        if !case.is_some_and(|case| notice.stands(&case)) {
            // In the inbox it stays, where it is: it was so when it came.
            return if kept.is_some() { self.drop_sms(&notice).await } else { Ok(()) };
        }
        if kept.is_none() && self.table.keep_notice(&notice).await? == Kept::Closed {
            return Ok(());
        }
        let now = self.clock.now();
        let wait = now.seconds_until(self.quiet.leaves(now));
        if wait > 0 {
            let delay = Duration::from_secs(wait.min(LONGEST));
            return self.queue.pass_to_notices(&[queues::Notice { entry, delay }]).await;
        }
        self.send(&notice).await
    }

    /// Sends the SMS, unless somebody else does.
    async fn send(&self, notice: &Notice) -> Outcome<()> {
        let (owner, id) = (notice.case.owner, notice.id);
        let Some(account) = self.table.load_account(owner).await? else { return Ok(()) };
        // Before the SMS counts as being sent: what fails here can be tried again.
        let identity = self.keys.open(owner, account.id_type, &account.sealed).await?;
        match self.table.move_sms(owner, id, SmsState::Pending, SmsState::Sending).await {
            Ok(()) => {}
            Err(PortError::Conflict) => return Ok(()),
            Err(error) => return Err(error),
        }
        let to = match self.sms.send_sms(&identity.mobile, &notice.sms()).await {
            Ok(()) => SmsState::Sent,
            Err(Unsent::Refused(reason)) => {
                tracing::warn!(notice = %id, reason, "an SMS was refused");
                SmsState::Failed
            }
            Err(Unsent::Later(error)) => {
                self.table.move_sms(owner, id, SmsState::Sending, SmsState::Pending).await?;
                return Err(PortError::Unavailable(error));
            }
            Err(unknown @ Unsent::Unknown(_)) => {
                let error = unknown.into_port_error();
                tracing::error!(notice = %id, ?error, "an SMS may have been sent, and is not sent again");
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
    async fn drop_sms(&self, notice: &Notice) -> Outcome<()> {
        let (owner, id) = (notice.case.owner, notice.id);
        match self.table.move_sms(owner, id, SmsState::Pending, SmsState::Dropped).await {
            // Somebody was faster.
            Err(PortError::Conflict) => Ok(()),
            outcome => outcome,
        }
    }
}
