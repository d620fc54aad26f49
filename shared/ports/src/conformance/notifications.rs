//! Notifications: saved once, SMS states changed by condition, listed newest first, readable only by their owner.

use domain::{
    case::AuditEntry,
    ids::{AccountId, CaseKind, NotificationId},
    moment::Moment,
    notification::Notification,
    person::SmsPurpose,
};
use ulid::Ulid;

use super::{
    TablePorts,
    cases::{fresh_case, submit},
    is_conflict, keep_code, minutes, new_account,
};
use crate::{
    notifications::{Kept, SmsState},
    people::Registered,
};

/// The audit entry of a submission of that account.
fn submission_entry(owner: AccountId, at: Moment, version: u64) -> AuditEntry {
    let id = domain::ids::CaseId { owner, ..fresh_case(CaseKind::RealName) };
    let entry = submit(&domain::case::Case::draft(id, at), "110101", at).entry;
    AuditEntry { version, ..entry }
}

/// An inbox holds each notification once, only while its account is open, and only for its owner.
pub(super) async fn notifications(table: &impl TablePorts, now: Moment) {
    let account = new_account(now);
    let (owner, other) = (account.id, AccountId::new(Ulid::generate()));
    let notification = |version: i64| {
        let entry = submission_entry(owner, now.after(minutes(version)), version.unsigned_abs());
        Notification::of(&entry).unwrap()
    };
    let [first, second, third] = [1, 2, 3].map(notification);
    assert_eq!(table.save_notification(&first).await.unwrap(), Kept::Closed, "the account does not exist");
    assert_eq!(table.load_notification(owner, first.id).await.unwrap(), None, "nothing was written");

    keep_code(table, SmsPurpose::Registration, &account.mobile, &account.sms_code, now).await;
    assert_eq!(table.save_account(&account).await.unwrap(), Registered::New);
    for notification in [&second, &first, &third] {
        assert_eq!(table.save_notification(notification).await.unwrap(), Kept::New);
    }
    let kept = table.load_notification(owner, first.id).await.unwrap().unwrap();
    assert_eq!((&kept.notification, kept.sms, kept.read_at), (&first, SmsState::Pending, None));
    assert_eq!(table.load_notification(other, first.id).await.unwrap(), None, "other owner");

    let (from, to) = (SmsState::Pending, SmsState::Sending);
    table.move_sms(owner, first.id, from, to).await.unwrap();
    assert!(is_conflict(&table.move_sms(owner, first.id, from, to).await), "concurrent change");
    assert!(is_conflict(&table.move_sms(other, second.id, from, to).await), "other owner");
    table.move_sms(owner, first.id, to, SmsState::Sent).await.unwrap();
    assert_eq!(table.save_notification(&first).await.unwrap(), Kept::Known);
    let kept = table.load_notification(owner, first.id).await.unwrap().unwrap();
    assert_eq!(kept.sms, SmsState::Sent, "saving it again changes nothing");

    let later = now.after(minutes(9));
    assert!(table.read_notification(owner, second.id, now).await.unwrap());
    assert!(table.read_notification(owner, second.id, later).await.unwrap(), "again");
    assert!(!table.read_notification(other, second.id, now).await.unwrap(), "other owner");
    assert!(!table.read_notification(owner, NotificationId::new(Ulid::generate()), now).await.unwrap());
    let kept = table.load_notification(owner, second.id).await.unwrap().unwrap();
    assert_eq!(kept.read_at, Some(now), "the first read time is kept");

    let list = async |before, limit| {
        let listed = table.list_notifications(owner, before, limit).await.unwrap();
        listed.into_iter().map(|kept| kept.notification.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None, 100).await, [third.id, second.id, first.id]);
    assert_eq!(list(None, 2).await, [third.id, second.id]);
    assert_eq!(list(Some(second.id), 2).await, [first.id]);
    assert_eq!(list(Some(first.id), 2).await, []);
    assert_eq!(table.list_notifications(other, None, 100).await.unwrap(), [], "other owner");
}
