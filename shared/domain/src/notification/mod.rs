//! 通知, what applicants are told of their cases: which event makes which notice, and whether it still stands.
//!
//! A notice says that something happened, and where to read about it. It quotes no page, no opinion and no number: it
//! is shown on locked screens and passes through the hands of an SMS provider. How it gets to people is not its
//! business, nor when; [`timing`] knows when it may.

pub mod timing;

use std::{collections::HashMap, sync::LazyLock};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::{
    case::{AuditEntry, Case, Event, State},
    ids::{AccountId, CaseId, CaseKind, NotificationId},
    messages::Lang,
    moment::Moment,
    sms::Sms,
};

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotificationKind {
    /// What was handed in has arrived.
    Received,
    /// 审核通过.
    Approved,
    /// 审核不通过, to be corrected.
    Returned,
    /// 审核不通过, closed.
    Rejected,
    /// It is late, and the division above sees it.
    Escalated,
    /// What was decided is decided once more, and does not hold meanwhile.
    Reopened,
    /// 调转: the department that was asked for took it.
    Transferred,
    /// 调转: a department does not agree.
    TransferRefused,
    /// Other accounts that were registered with the identity number have lost it to this one.
    NumberHeld,
}

impl NotificationKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Received,
        Self::Approved,
        Self::Returned,
        Self::Rejected,
        Self::Escalated,
        Self::Reopened,
        Self::Transferred,
        Self::TransferRefused,
        Self::NumberHeld,
    ];

    /// The name used in answers and for templates.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Approved => "approved",
            Self::Returned => "returned",
            Self::Rejected => "rejected",
            Self::Escalated => "escalated",
            Self::Reopened => "reopened",
            Self::Transferred => "transferred",
            Self::TransferRefused => "transfer-refused",
            Self::NumberHeld => "number-held",
        }
    }

    /// The notice that an event makes, if the applicant is told of it.
    ///
    /// Not told: what the applicant did and saw done (taking back, changes, asking for a transfer), and what goes on inside
    /// departments (claims, reminders, what two decide, the first half of a transfer): the status shows it.
    const fn of(event: Event) -> Option<Self> {
        match event {
            Event::Submitted | Event::Resubmitted => Some(Self::Received),
            Event::Approved => Some(Self::Approved),
            Event::Returned => Some(Self::Returned),
            Event::Rejected => Some(Self::Rejected),
            Event::Escalated => Some(Self::Escalated),
            Event::Reopened => Some(Self::Reopened),
            Event::Transferred => Some(Self::Transferred),
            Event::TransferRefused => Some(Self::TransferRefused),
            Event::Withdrawn
            | Event::Amended
            | Event::Discarded
            | Event::TransferAsked
            | Event::TransferCancelled
            | Event::Claimed
            | Event::Released
            | Event::Reassigned
            | Event::Proposed
            | Event::Reminded
            | Event::Undone
            | Event::TransferReleased => None,
        }
    }

    /// The state in which a decision that was told leaves the case.
    const fn decided(self) -> Option<State> {
        match self {
            Self::Approved => Some(State::Approved),
            Self::Returned => Some(State::Returned),
            Self::Rejected => Some(State::Rejected),
            Self::Received
            | Self::Escalated
            | Self::Reopened
            | Self::Transferred
            | Self::TransferRefused
            | Self::NumberHeld => None,
        }
    }
}

/// A notice to the applicant whose case it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Which: the same whenever it is made of the same event.
    pub id: NotificationId,
    /// Of which case.
    pub case: CaseId,
    /// What happened.
    pub kind: NotificationKind,
    /// To which submission.
    pub round: u32,
    /// When.
    pub at: Moment,
}

impl Notification {
    /// The notice that an event makes, if it makes one.
    pub fn of(entry: &AuditEntry) -> Option<Self> {
        let kind = NotificationKind::of(entry.event)?;
        let id = notification_id(entry.case, entry.version, entry.at);
        Some(Self { id, case: entry.case, kind, round: entry.round, at: entry.at })
    }

    /// The notification that other accounts have lost the identity number to that one, which was verified at `at`.
    pub fn number_held(account: AccountId, at: Moment) -> Self {
        let case = CaseId { kind: CaseKind::RealName, owner: account };
        let digest = Sha256::digest(format!("baoming-notice-number-1\0{account}\0{at}"));
        Self { id: id_of(&digest, at), case, kind: NotificationKind::NumberHeld, round: 0, at }
    }

    /// Whether what it tells is so in the case as it is now: nobody is told of a decision that was taken back, or that
    /// something arrived which was taken back or decided meanwhile.
    ///
    /// Moments are compared, since a decision that was undone and taken again is another one.
    pub fn stands(&self, case: &Case) -> bool {
        if case.id != self.case {
            return false;
        }
        match self.kind {
            NotificationKind::Received => case.state.is_open() && case.submitted_at == Some(self.at),
            NotificationKind::Escalated => case.state.is_open() && case.escalated_at == Some(self.at),
            NotificationKind::Reopened => case.state.is_open() && case.opened_at == Some(self.at),
            // Whoever asks anew sees what became of it by the next answer.
            NotificationKind::Transferred => case.transfer.is_none() && case.moved_to.is_some(),
            NotificationKind::TransferRefused => case.transfer.is_none(),
            // No event of a case makes it.
            NotificationKind::NumberHeld => true,
            NotificationKind::Approved | NotificationKind::Returned | NotificationKind::Rejected => {
                let ruled_then = case.verdict.as_ref().is_some_and(|ruling| ruling.at == self.at);
                self.kind.decided() == Some(case.state) && ruled_then
            }
        }
    }

    /// A few words.
    pub fn title(&self, lang: Lang) -> &'static str {
        texts(self.case.kind, self.kind).map_or("", |texts| match lang {
            Lang::Zh => &texts.zh.title,
            Lang::En => &texts.en.title,
        })
    }

    /// A sentence or two.
    pub fn text(&self, lang: Lang) -> &'static str {
        texts(self.case.kind, self.kind).map_or("", |texts| match lang {
            Lang::Zh => &texts.zh.text,
            Lang::En => &texts.en.text,
        })
    }

    /// What is sent to the phone.
    pub fn sms(&self) -> Sms {
        Sms::Notification { id: self.id, about: self.case.kind, kind: self.kind }
    }
}

/// Whether a case of that kind can have that notice.
pub fn exists(about: CaseKind, kind: NotificationKind) -> bool {
    texts(about, kind).is_some()
}

/// What the SMS says, without the sender's name.
pub(crate) fn sms_text(about: CaseKind, kind: NotificationKind) -> &'static str {
    texts(about, kind).map_or("", |texts| &texts.sms)
}

/// An id that follows from the event, so that however often it is delivered it makes one notice; its first part is the
/// event's time, so that ids sort as events do.
fn notification_id(case: CaseId, version: u64, at: Moment) -> NotificationId {
    let digest = Sha256::digest(format!("baoming-notice-1\0{case}\0{version}"));
    id_of(&digest, at)
}

fn id_of(digest: &[u8], at: Moment) -> NotificationId {
    let random = digest.iter().take(10).fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
    NotificationId::new(Ulid::from_parts(u64::try_from(at.as_millisecond()).unwrap_or(0), random))
}

#[derive(Deserialize)]
struct Words {
    title: String,
    text: String,
}

#[derive(Deserialize)]
struct Texts {
    case: CaseKind,
    kind: NotificationKind,
    zh: Words,
    en: Words,
    sms: String,
}

static TEXTS: LazyLock<HashMap<(CaseKind, NotificationKind), Texts>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        items: Vec<Texts>,
    }
    let json = include_str!("../../../../infra/reference/notifications.json");
    #[expect(clippy::expect_used, reason = "the file is embedded at build time and parsed by a test")]
    let file: File = serde_json::from_str(json).expect("the embedded notifications");
    file.items.into_iter().map(|texts| ((texts.case, texts.kind), texts)).collect()
});

fn texts(about: CaseKind, kind: NotificationKind) -> Option<&'static Texts> {
    TEXTS.get(&(about, kind))
}
