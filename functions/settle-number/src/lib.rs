//! An account came to hold its identity number: the other accounts that were registered with it lose it.
//!
//! They are closed as [`ports::closing`] closes accounts, with nothing of theirs kept but the history, and notified by SMS; the
//! holder is notified in the inbox and by SMS (`docs/decisions/0030-who-holds-a-number.md`). The queue delivers each
//! settlement at least once: accounts are written down before they are closed, so that whatever was begun is found again, and
//! each SMS is sent at most once.

use domain::{ids::AccountId, notification::Notification, sms::Sms};
pub use events::{SqsBatchResponse, SqsEvent};
use ports::{
    Clock, PortError, PortResult,
    accounts::RemoveUser,
    cases::LoadSubmission,
    closing::{self, BeginClosing, ClearPictures, Closing, EndClosing, RETENTION},
    messages::{SendSms, Unsent},
    notifications::{Kept, MoveSms, SaveNotification, SmsState},
    numbers::{LoadNumber, NotifyLoss, Settle, Settlement},
    people::{LoadAccount, LoadPerson},
    secrets::OpenIdentity,
};

/// What this function may do with the table.
pub trait Records:
    Settle
    + LoadNumber
    + LoadAccount
    + LoadPerson
    + LoadSubmission
    + BeginClosing
    + EndClosing
    + NotifyLoss
    + SaveNotification
    + MoveSms
{
}

impl<T> Records for T where
    T: Settle
        + LoadNumber
        + LoadAccount
        + LoadPerson
        + LoadSubmission
        + BeginClosing
        + EndClosing
        + NotifyLoss
        + SaveNotification
        + MoveSms
{
}

/// All that a settlement takes.
#[derive(Debug)]
pub struct Means<'a, T, K, S, U, P, C> {
    /// The table.
    pub table: &'a T,
    /// Whoever knows the phones.
    pub keys: &'a K,
    /// The SMS provider.
    pub sms: &'a S,
    /// The users.
    pub users: &'a U,
    /// The clean pictures.
    pub pictures: &'a P,
    /// The time.
    pub clock: &'a C,
}

/// Settles each. What failed is delivered again, and in the end parked for `admin redrive`.
pub async fn handle<T, K, S, U, P, C>(
    delivery: SqsEvent,
    means: &Means<'_, T, K, S, U, P, C>,
) -> SqsBatchResponse
where
    T: Records,
    K: OpenIdentity,
    S: SendSms,
    U: RemoveUser,
    P: ClearPictures,
    C: Clock,
{
    events::process_each("settle-number", &delivery, means.clock, |settlement: Settlement| {
        means.settle(settlement)
    })
    .await
}

impl<T, K, S, U, P, C> Means<'_, T, K, S, U, P, C>
where
    T: Records,
    K: OpenIdentity,
    S: SendSms,
    U: RemoveUser,
    P: ClearPictures,
    C: Clock,
{
    async fn settle(&self, asked: Settlement) -> PortResult<()> {
        let (table, holder) = (self.table, asked.account);
        // What is stored knows what an earlier delivery began; a holder who closed their account took it along.
        let Some(mut settlement) = table.load_settlement(holder, asked.at).await? else { return Ok(()) };
        if settlement.settled_at.is_some() {
            return Ok(());
        }
        let number = table.load_number(holder).await?.filter(|number| number.holder == Some(holder));
        // An approval that was taken back in time takes nothing from anybody; what was begun is ended all the same.
        let is_held = number.is_some();
        let losing = number.map(|number| number.others(holder)).unwrap_or_default();
        table.record_losses(&settlement, &losing, settlement.at.after(RETENTION)).await?;
        settlement.lost.extend(losing);
        settlement.lost.sort_unstable();
        settlement.lost.dedup();
        for account in &settlement.lost {
            self.lose(*account, holder, is_held).await?;
        }
        if !settlement.lost.is_empty() {
            self.notify_holder(&settlement).await?;
            tracing::info!(account = %holder, lost = settlement.lost.len(), "accounts lost an identity number");
        }
        table.end_settlement(&settlement, self.clock.now()).await
    }

    /// The account is closed because it lost its number; where the holder does not hold it any more, only if that was begun.
    async fn lose(&self, id: AccountId, to: AccountId, is_held: bool) -> PortResult<()> {
        let table = self.table;
        if table.load_closing(id).await?.is_none() {
            if !is_held {
                return Ok(());
            }
            let (account, person) = (table.load_account(id).await?, table.load_person(id).await?);
            // Closed in the meantime, by this or by its owner.
            let Some((account, person)) = account.zip(person) else { return Ok(()) };
            let now = self.clock.now();
            // why: what was approved of an account whose number is another person's is about that person, and goes too.
            let closing = Closing {
                account: id,
                closed_at: now,
                retain_until: now.after(RETENTION),
                approved: None,
                lost_to: Some(to),
            };
            table.begin_closing(&account, &person, &closing).await?;
        }
        self.notify_loser(id).await?;
        match table.load_closing(id).await? {
            Some(begun) => closing::end(&begun, table, self.users, self.pictures).await,
            None => Ok(()),
        }
    }

    async fn notify_loser(&self, id: AccountId) -> PortResult<()> {
        let Some(lost) = self.table.load_lost(id).await? else { return Ok(()) };
        // Before the SMS counts as being sent: what fails here can be tried again.
        let identity = self.keys.open(id, lost.id_type, &lost.sealed).await?;
        if !self.table.begin_loss_sms(id, self.clock.now()).await? {
            return Ok(());
        }
        match self.sms.send_sms(&identity.mobile, &Sms::NumberLost).await {
            Ok(()) => Ok(()),
            Err(Unsent::Later(error)) => {
                self.table.retry_loss_sms(id).await?;
                Err(PortError::Unavailable(error))
            }
            Err(unsent) => {
                tracing::error!(account = %id, error = ?unsent.into_port_error(), "an SMS about a lost number was not, or may have been, sent");
                Ok(())
            }
        }
    }

    /// A notification in the inbox, and one SMS.
    async fn notify_holder(&self, settlement: &Settlement) -> PortResult<()> {
        let (table, owner) = (self.table, settlement.account);
        let notification = Notification::number_held(owner, settlement.at);
        if table.save_notification(&notification).await? == Kept::Closed {
            return Ok(());
        }
        let Some(account) = table.load_account(owner).await? else { return Ok(()) };
        let identity = self.keys.open(owner, account.id_type, &account.sealed).await?;
        match table.move_sms(owner, notification.id, SmsState::Pending, SmsState::Sending).await {
            Ok(()) => {}
            Err(PortError::Conflict) => return Ok(()),
            Err(error) => return Err(error),
        }
        let to = match self.sms.send_sms(&identity.mobile, &notification.sms()).await {
            Ok(()) => SmsState::Sent,
            Err(Unsent::Refused(reason)) => {
                tracing::warn!(notification = %notification.id, reason, "an SMS was refused");
                SmsState::Failed
            }
            Err(Unsent::Later(error)) => {
                table.move_sms(owner, notification.id, SmsState::Sending, SmsState::Pending).await?;
                return Err(PortError::Unavailable(error));
            }
            Err(unknown @ Unsent::Unknown(_)) => {
                let error = unknown.into_port_error();
                tracing::error!(notification = %notification.id, ?error, "an SMS may have been sent, and is not sent again");
                return Ok(());
            }
        };
        match table.move_sms(owner, notification.id, SmsState::Sending, to).await {
            // Gone with its account.
            Err(PortError::Conflict) => Ok(()),
            outcome => outcome,
        }
    }
}
