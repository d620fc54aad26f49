//! Settling who holds a number: the others lose everything, once, whatever fails on the way.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    case::{Actor, Command, Decision, State},
    ids::{AccountId, CaseId, CaseKind},
    notification::NotificationKind,
    sms::Sms,
    upload::{Format, Purpose},
};
use jiff::SignedDuration;
use ports::{
    accounts::Username,
    fakes::{COUNTY, Fakes, MOBILE, each_failure},
    notifications::SmsState,
    numbers::Settlement,
    pictures::StoreClean,
};
use serde_json::json;
use settle_number::{Means, SqsBatchResponse, SqsEvent, handle};

async fn deliver(fakes: &Fakes, settlements: &[Settlement]) -> SqsBatchResponse {
    let bodies = settlements.iter().map(|settlement| serde_json::to_string(settlement).unwrap());
    let records =
        bodies.enumerate().map(|(place, body)| json!({"messageId": place.to_string(), "body": body}));
    let delivery: SqsEvent = serde_json::from_value(json!({"Records": records.collect::<Vec<_>>()})).unwrap();
    let Fakes { table, keys, outgoing: sms, users, objects: pictures, clock, .. } = fakes;
    handle(delivery, &Means { table, keys, sms, users, pictures, clock }).await
}

/// The settlements as they were when they were passed on.
fn passed_on(fakes: &Fakes) -> Vec<Settlement> {
    fakes.table.look().settlements.values().cloned().collect()
}

/// Somebody whose request waits, and another account with the same number that the county verified.
async fn held(fakes: &Fakes) -> (AccountId, AccountId) {
    let squatter = fakes.applicant(2);
    let owner = fakes.registered_too(squatter, 1);
    let waiting = fakes.asked_to_be_verified(squatter).await;
    let picture = fakes.picture(waiting.owner, Purpose::IdFront);
    fakes.objects.store_clean(squatter, picture, Format::Jpeg, vec![0]).await.unwrap();
    let case = fakes.asked_to_be_verified(owner).await;
    let reviewer = Actor::Reviewer(fakes.reviewer(COUNTY).id);
    for command in [Command::Claim, Command::Decide(Decision::Approve)] {
        fakes.follow(case, &command, &reviewer).await;
    }
    (owner, squatter)
}

/// The squatter has nothing any more, and both know.
fn assert_settled(fakes: &Fakes, owner: AccountId, squatter: AccountId) {
    let stored = fakes.table.look();
    assert_eq!(stored.accounts.keys().collect::<Vec<_>>(), [&owner]);
    assert!(stored.closings.is_empty(), "the closing has ended");
    assert_eq!(stored.mobiles.len(), 1, "the squatter's phone is free");
    assert!(stored.uploads.keys().all(|(of, _)| *of == owner));
    assert!(stored.submissions.keys().all(|(case, _)| case.owner == owner));
    assert!(stored.queues.values().all(|line| line.case.owner == owner));
    let case = &stored.cases[&CaseId { kind: CaseKind::RealName, owner: squatter }];
    assert_eq!((case.case.state, case.pages.is_null()), (State::Draft, true));
    let number: Vec<_> = stored.numbers.values().collect();
    assert_eq!((number.len(), number[0].holder), (1, Some(owner)));
    let settlement: Vec<_> = stored.settlements.values().collect();
    assert_eq!(
        (settlement.len(), &settlement[0].lost, settlement[0].settled_at.is_some()),
        (1, &vec![squatter], true)
    );
    let notifications: Vec<_> = stored.notifications.values().map(|kept| kept.notification.kind).collect();
    assert_eq!(notifications, [NotificationKind::NumberHeld]);
    drop(stored);
    let users: Vec<_> = fakes.users.names().into_iter().filter(|name| name.starts_with("acc_")).collect();
    assert_eq!(users, [Username::Applicant(owner).to_string()]);
    assert!(fakes.objects.clean().iter().all(|(of, ..)| *of == owner), "no picture is left");
}

/// To whom SMS went: whether to the owner, and whether it says that a number was lost.
fn sent(fakes: &Fakes) -> Vec<(bool, bool)> {
    let sent = fakes.outgoing.sms();
    sent.iter().map(|(to, sms)| (to.expose() == MOBILE, *sms == Sms::NumberLost)).collect()
}

#[tokio::test]
async fn whoever_was_not_verified_loses_the_number_and_everything_else() {
    let fakes = Fakes::new();
    let (owner, squatter) = held(&fakes).await;
    let settlements = passed_on(&fakes);
    for _ in 0..2 {
        assert_eq!(deliver(&fakes, &settlements).await.messages().count(), 0);
        assert_settled(&fakes, owner, squatter);
        assert_eq!(sent(&fakes), [(false, true), (true, false)], "one SMS to each");
    }
    let sms: Vec<_> = fakes.table.look().notifications.values().map(|kept| kept.sms).collect();
    assert_eq!(sms, [SmsState::Sent]);
}

#[tokio::test]
async fn whatever_fails_it_is_settled_once_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let (owner, squatter) = held(fakes).await;
        let settlements = passed_on(fakes);
        fakes.script.arm(failure);
        let _ = deliver(fakes, &settlements).await;
        let failed = fakes.script.disarm();
        // As the queue does.
        for _ in 0..2 {
            let again = deliver(fakes, &settlements).await;
            assert_eq!(again.messages().count(), 0, "{failed:?} {failure:?}");
        }
        assert_settled(fakes, owner, squatter);
        let sent = sent(fakes);
        let to = |owner: bool| sent.iter().filter(|(is_owner, _)| *is_owner == owner).count();
        assert!(to(true) <= 1 && to(false) <= 1, "{sent:?} {failed:?} {failure:?}");
        assert!(sent.iter().all(|(is_owner, is_lost)| is_owner != is_lost), "{sent:?}");
        failed
    })
    .await;
    for call in [
        "record_losses",
        "begin_closing",
        "remove_user",
        "clear_pictures",
        "clear_person",
        "end_closing",
        "end_settlement",
    ] {
        assert!(failed.contains(&call), "{call} never failed: {failed:?}");
    }
}

#[tokio::test]
async fn an_approval_that_was_taken_back_takes_nothing_from_anybody() {
    let fakes = Fakes::new();
    let squatter = fakes.applicant(2);
    let owner = fakes.registered_too(squatter, 1);
    let case = fakes.asked_to_be_verified(owner).await;
    let reviewer = Actor::Reviewer(fakes.reviewer(COUNTY).id);
    for command in [Command::Claim, Command::Decide(Decision::Approve)] {
        fakes.follow(case, &command, &reviewer).await;
    }
    let settlements = passed_on(&fakes);
    fakes.clock.advance(SignedDuration::from_secs(30));
    fakes.follow(case, &Command::Undo, &reviewer).await;
    assert_eq!(deliver(&fakes, &settlements).await.messages().count(), 0);
    let stored = fakes.table.look();
    assert_eq!((stored.accounts.len(), stored.settlements.len()), (2, 0));
    drop(stored);
    assert!(fakes.outgoing.sms().is_empty());
}

#[tokio::test]
async fn who_was_alone_with_the_number_is_told_nothing() {
    let fakes = Fakes::new();
    fakes.verified(1).await;
    let settlements = passed_on(&fakes);
    assert_eq!((settlements.len(), deliver(&fakes, &settlements).await.messages().count()), (1, 0));
    assert!(fakes.outgoing.sms().is_empty() && fakes.table.look().notifications.is_empty());
    assert!(fakes.table.look().settlements.is_empty());
}
