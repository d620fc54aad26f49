//! Telling applicants: once for each event, once by SMS at most, and only what is so.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    case::{Actor, AuditEntry, Command, Decision, Event},
    ids::{AccountId, CaseId, CaseKind},
    moment::Moment,
    notification::{Notification, NotificationKind, timing::QuietHours},
    sms::Sms,
};
use jiff::SignedDuration;
use ports::{
    Clock,
    fakes::{COUNTY, Failure, Fakes, How, MOBILE, When, each_failure},
    notifications::{SmsState, StoredNotification},
};
use send_notification::{Means, SqsBatchResponse, SqsEvent, handle};
use serde_json::json;

async fn deliver(fakes: &Fakes, entries: &[AuditEntry]) -> SqsBatchResponse {
    let bodies: Vec<String> = entries.iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
    deliver_texts(fakes, &bodies).await
}

async fn deliver_texts(fakes: &Fakes, bodies: &[String]) -> SqsBatchResponse {
    let records =
        bodies.iter().enumerate().map(|(place, body)| json!({"messageId": place.to_string(), "body": body}));
    let delivery: SqsEvent = serde_json::from_value(json!({"Records": records.collect::<Vec<_>>()})).unwrap();
    let Fakes { table, keys, outgoing: sms, queues: queue, clock, .. } = fakes;
    handle(delivery, &Means { table, keys, sms, queue, clock, quiet: QuietHours::NIGHT }).await
}

/// The places of the messages that come again.
fn again(again: &SqsBatchResponse) -> Vec<&str> {
    again.messages().collect()
}

/// The kinds of the SMS that were sent, all of them notifications to the first applicant.
fn sent(fakes: &Fakes) -> Vec<NotificationKind> {
    let sms = fakes.outgoing.sms();
    assert!(sms.iter().all(|(to, _)| to.expose() == MOBILE));
    let kinds = sms.iter().filter_map(|(_, sms)| match sms {
        Sms::Notification { kind, .. } => Some(*kind),
        Sms::Code { .. } | Sms::NumberLost => None,
    });
    let kinds: Vec<_> = kinds.collect();
    assert_eq!(kinds.len(), sms.len(), "a code was sent");
    kinds
}

fn inbox(fakes: &Fakes) -> Vec<StoredNotification> {
    fakes.table.look().notifications.values().cloned().collect()
}

/// The kinds of the notifications in the inbox, oldest first, and how far their SMS are.
fn kinds(fakes: &Fakes) -> Vec<(NotificationKind, SmsState)> {
    inbox(fakes).iter().map(|kept| (kept.notification.kind, kept.sms)).collect()
}

fn history(fakes: &Fakes, case: CaseId) -> Vec<AuditEntry> {
    let stored = fakes.table.look();
    stored.history.range((case, 0)..=(case, u64::MAX)).map(|(_, entry)| entry.clone()).collect()
}

/// The entry of that event, the last of its kind.
fn entry(fakes: &Fakes, case: CaseId, event: Event) -> AuditEntry {
    history(fakes, case).into_iter().rev().find(|entry| entry.event == event).unwrap()
}

fn returned() -> Decision {
    let comments = json!([{"pointer": "/basic/photo", "reasonCode": "PHOTO_BLUR"}]);
    serde_json::from_value(json!({"decision": "return", "opinion": "请重新上传照片", "comments": comments}))
        .unwrap()
}

/// Has a reviewer of the county decide.
async fn decide(fakes: &Fakes, case: CaseId, decision: Decision) {
    let reviewer = Actor::Reviewer(fakes.reviewer(COUNTY).id);
    for command in [Command::Claim, Command::Decide(decision)] {
        fakes.clock.advance(SignedDuration::from_secs(1));
        fakes.follow(case, &command, &reviewer).await;
    }
}

#[tokio::test]
async fn whatever_is_told_is_in_the_inbox_once_and_sent_once() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let submitted = [entry(&fakes, case, Event::Submitted)];
    for _ in 0..3 {
        assert!(again(&deliver(&fakes, &submitted).await).is_empty());
        assert_eq!(kinds(&fakes), [(NotificationKind::Received, SmsState::Sent)]);
        assert_eq!(sent(&fakes), [NotificationKind::Received]);
    }
    decide(&fakes, case, returned()).await;
    let all = history(&fakes, case);
    assert!(again(&deliver(&fakes, &all).await).is_empty());
    assert!(again(&deliver(&fakes, &[all.clone(), all].concat()).await).is_empty());
    assert_eq!(
        sent(&fakes),
        [NotificationKind::Received, NotificationKind::Returned],
        "several times in one delivery"
    );
    assert_eq!(inbox(&fakes).len(), 2);
    let text = fakes.outgoing.sms()[1].1.text();
    assert!(!text.contains("请重新上传照片"), "{text}");
}

#[tokio::test]
async fn only_what_is_so_is_told() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let owner = Actor::Applicant(case.owner);
    let submitted = entry(&fakes, case, Event::Submitted);
    fakes.follow(case, &Command::Withdraw, &owner).await;
    let withdrawn = entry(&fakes, case, Event::Withdrawn);
    assert!(again(&deliver(&fakes, &[submitted, withdrawn]).await).is_empty());
    assert_eq!((kinds(&fakes), sent(&fakes)), (vec![], vec![]), "it was taken back");

    let case = fakes.submitted(2).await;
    decide(&fakes, case, Decision::Approve).await;
    let approved = entry(&fakes, case, Event::Approved);
    fakes.table.look().cases.get_mut(&case).unwrap().case.verdict = None;
    assert!(again(&deliver(&fakes, &[approved]).await).is_empty());
    assert_eq!((kinds(&fakes), sent(&fakes)), (vec![], vec![]), "it was undone");
}

#[tokio::test]
async fn at_night_the_inbox_is_told_and_the_phone_in_the_morning() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let entries = [entry(&fakes, case, Event::Submitted)];
    fakes.clock.set(Moment::try_from("2026-11-24T21:00:00+08:00".to_owned()).unwrap());
    for round in 1..=44 {
        assert!(again(&deliver(&fakes, &entries).await).is_empty());
        let passed_on = fakes.queues.notifications();
        assert_eq!(passed_on.len(), round, "each round puts it off once");
        let last = passed_on.last().unwrap();
        assert_eq!((&last.entry, last.delay.as_secs()), (&entries[0], 900));
        assert_eq!(
            (kinds(&fakes), sent(&fakes)),
            (vec![(NotificationKind::Received, SmsState::Pending)], vec![])
        );
        fakes.clock.advance(SignedDuration::from_secs(900));
    }
    assert_eq!(fakes.clock.now().to_string(), "2026-11-25T08:00:00.000+08:00");
    assert!(again(&deliver(&fakes, &entries).await).is_empty());
    assert_eq!((sent(&fakes), fakes.queues.notifications().len()), (vec![NotificationKind::Received], 44));
    // Delivered once more in the next night, it has nothing to wait for.
    fakes.clock.advance(SignedDuration::from_hours(14));
    assert!(again(&deliver(&fakes, &entries).await).is_empty());
    assert_eq!(fakes.queues.notifications().len(), 44);
}

#[tokio::test]
async fn a_short_rest_of_the_night_is_a_short_wait() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    fakes.clock.set(Moment::try_from("2026-11-25T07:59:18.500+08:00".to_owned()).unwrap());
    deliver(&fakes, &[entry(&fakes, case, Event::Submitted)]).await;
    assert_eq!(fakes.queues.notifications()[0].delay.as_secs(), 42, "rounded up: not a moment too early");
}

#[tokio::test]
async fn what_changed_during_the_night_is_not_sent_in_the_morning() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let entries = [entry(&fakes, case, Event::Submitted)];
    fakes.clock.set(Moment::try_from("2026-11-24T22:00:00+08:00".to_owned()).unwrap());
    deliver(&fakes, &entries).await;
    fakes.follow(case, &Command::Withdraw, &Actor::Applicant(case.owner)).await;
    fakes.clock.advance(SignedDuration::from_hours(11));
    for _ in 0..2 {
        assert!(again(&deliver(&fakes, &entries).await).is_empty());
        assert_eq!(
            kinds(&fakes),
            [(NotificationKind::Received, SmsState::Dropped)],
            "it was so when it came"
        );
        assert!(sent(&fakes).is_empty());
    }
}

#[tokio::test]
async fn a_closed_account_is_told_nothing() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let entries = [entry(&fakes, case, Event::Submitted)];
    let account = fakes.table.look().accounts.remove(&case.owner).unwrap();
    assert!(again(&deliver(&fakes, &entries).await).is_empty());
    assert_eq!((kinds(&fakes), sent(&fakes)), (vec![], vec![]));

    // Closed between the inbox and the phone.
    fakes.table.look().accounts.insert(case.owner, account);
    let table = fakes.table.clone();
    fakes.script.meanwhile("load_account", move || {
        let mut stored = table.look();
        stored.accounts.clear();
        stored.notifications.clear();
    });
    assert!(again(&deliver(&fakes, &entries).await).is_empty());
    assert_eq!((kinds(&fakes), sent(&fakes)), (vec![], vec![]));
}

#[tokio::test]
async fn a_message_that_cannot_be_read_holds_nobody_up_and_one_that_fails_comes_again_alone() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let good = serde_json::to_string(&entry(&fakes, case, Event::Submitted)).unwrap();
    let stranger = CaseId { kind: CaseKind::Collection, owner: AccountId::new(ulid::Ulid(5)) };
    let no_case = good.replace(&case.to_string(), &stranger.to_string());
    let texts = [
        "{}".to_owned(),
        "no JSON".to_owned(),
        good.clone(),
        no_case,
        good.replace("submitted", "forgotten"),
    ];
    assert!(again(&deliver_texts(&fakes, &texts).await).is_empty());
    assert_eq!(sent(&fakes), [NotificationKind::Received]);

    let other = Fakes::new();
    let case = other.submitted(1).await;
    decide(&other, case, returned()).await;
    let entries = [entry(&other, case, Event::Claimed), entry(&other, case, Event::Returned)];
    other.script.arm(Failure { call: 1, when: When::Before, how: How::Internal });
    assert_eq!(
        again(&deliver(&other, &entries).await),
        ["1"],
        "of a claim nobody is told, and nothing is read"
    );
}

#[tokio::test]
async fn two_who_deliver_at_once_send_one_sms() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let entries = [entry(&fakes, case, Event::Submitted)];
    let (first, second) = tokio::join!(deliver(&fakes, &entries), deliver(&fakes, &entries));
    assert!(again(&first).is_empty() && again(&second).is_empty());
    assert_eq!((sent(&fakes).len(), kinds(&fakes)), (1, vec![(NotificationKind::Received, SmsState::Sent)]));
}

#[tokio::test]
async fn whatever_fails_nobody_is_told_twice_and_only_an_unknown_outcome_is_left_so() {
    let failed = each_failure(async |fakes, failure| {
        let case = fakes.submitted(1).await;
        let entries = [entry(fakes, case, Event::Submitted)];
        fakes.script.arm(failure);
        let first = deliver(fakes, &entries).await;
        let failed = fakes.script.disarm();
        for _ in 0..2 {
            assert!(again(&deliver(fakes, &entries).await).is_empty());
        }
        let (state, count) = (kinds(fakes), sent(fakes).len());
        assert_eq!((state.len(), state[0].0), (1, NotificationKind::Received), "{failed:?} {failure:?}");
        let expected = match (failed, failure.call, failure.when, failure.how) {
            // The provider said no for good.
            (Some("send_sms"), _, When::Before, How::Conflict | How::Internal) => (SmsState::Failed, 0),
            // Its answer was lost; or it was sent, and that could not be written down.
            (Some("send_sms"), _, When::After, _) | (Some("move_sms"), 8, When::Before, _) => {
                (SmsState::Sending, 1)
            }
            // It was begun, as it seems by somebody else.
            (Some("move_sms"), 6, When::After, _) => (SmsState::Sending, 0),
            _ => (SmsState::Sent, 1),
        };
        assert_eq!((state[0].1, count), expected, "{failed:?} {failure:?}, first {first:?}");
        failed
    })
    .await;
    let calls = [
        "load_notice",
        "load_case",
        "keep_notice",
        "load_account",
        "open",
        "move_sms",
        "send_sms",
        "move_sms",
    ];
    assert_eq!(failed, calls);
}

#[tokio::test]
async fn a_provider_that_is_slow_today_is_asked_again() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let entries = [entry(&fakes, case, Event::Submitted)];
    fakes.script.arm(Failure { call: 7, when: When::Before, how: How::Unavailable });
    assert_eq!(again(&deliver(&fakes, &entries).await), ["0"]);
    assert_eq!(kinds(&fakes), [(NotificationKind::Received, SmsState::Pending)]);
    assert!(again(&deliver(&fakes, &entries).await).is_empty());
    assert_eq!(kinds(&fakes), [(NotificationKind::Received, SmsState::Sent)]);
    assert_eq!(sent(&fakes).len(), 1);
}

#[tokio::test]
async fn the_notification_follows_from_the_entry_and_nothing_else() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let entry = entry(&fakes, case, Event::Submitted);
    deliver(&fakes, std::slice::from_ref(&entry)).await;
    assert_eq!(inbox(&fakes)[0].notification, Notification::of(&entry).unwrap());
}
