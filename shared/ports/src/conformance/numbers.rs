//! Holders of identity numbers.

use domain::{
    case::{Actor, Case, Command, Decision},
    ids::{AccountId, CaseId, CaseKind, ReviewerId},
    moment::Moment,
    number::{MAX_REGISTRANTS, RegisteredNumber},
    person::SmsPurpose,
    real_name::{
        Way,
        alipay::{AttemptHistory, Certified, CertifyId, Holder},
    },
};
use ulid::Ulid;

use super::{TablePorts, alipay::first_of, cases, fresh, is_conflict, keep_code, minutes, new_account};
use crate::{
    alipay::SavedStanding,
    cases::Basis,
    closing::{Closing, RETENTION},
    numbers::Settlement,
    people::{NewAccount, Registered},
    secrets::Tag,
};

/// Registers an account with that number, if that is allowed.
async fn register(table: &impl TablePorts, identity: &Tag, now: Moment) -> (NewAccount, Registered) {
    let new = NewAccount { identity: identity.clone(), ..new_account(now) };
    keep_code(table, SmsPurpose::Registration, &new.mobile, &new.sms_code, now).await;
    let registered = table.save_account(&new).await.unwrap();
    (new, registered)
}

async fn registered(table: &impl TablePorts, identity: &Tag, now: Moment) -> AccountId {
    let (new, registered) = register(table, identity, now).await;
    assert_eq!(registered, Registered::New);
    new.id
}

async fn number(table: &impl TablePorts, owner: AccountId) -> RegisteredNumber {
    table.load_number(owner).await.unwrap().unwrap()
}

/// Attempts of which the first is running and saved.
async fn begun(table: &impl TablePorts, id: AccountId, now: Moment) -> AttemptHistory {
    let first = first_of(id, now);
    table.save_standing(&first, None, now).await.unwrap();
    let running = first.initialized(CertifyId::parse(&format!("certify-{}", id.ulid())).unwrap());
    table.save_standing(&running, None, now).await.unwrap();
    running
}

/// The same attempts, passed.
fn passed(standing: &AttemptHistory, at: Moment) -> AttemptHistory {
    let identity = super::some_identity();
    standing.answered(&Certified::Passed(Holder::default()), &identity, false, at).unwrap()
}

/// A request for verification that a reviewer has claimed.
async fn claimed(table: &impl TablePorts, owner: AccountId, now: Moment) -> (Case, Actor) {
    let case = Case::draft(CaseId { kind: CaseKind::RealName, owner }, now);
    let change = cases::submit(&case, "110102", now);
    table.save_submission(&change, &cases::request("110102"), &Basis::default()).await.unwrap();
    let reviewer = Actor::Reviewer(ReviewerId::new(Ulid::generate()));
    let claim = change.after.apply(&Command::Claim, &reviewer, now).unwrap();
    table.save_change(&claim).await.unwrap();
    (claim.after, reviewer)
}

/// Until a number has a holder, up to the maximum number of accounts can be registered with it; they are found in order
/// of their ids.
pub(super) async fn registrants(table: &impl TablePorts, now: Moment) {
    let tag = fresh("identity");
    assert_eq!(table.find_by_identity(&tag).await.unwrap(), []);
    let mut accounts = Vec::new();
    for _ in 0..MAX_REGISTRANTS {
        accounts.push(registered(table, &tag, now).await);
        let mut found = table.find_by_identity(&tag).await.unwrap();
        let mut wanted = accounts.clone();
        wanted.sort_unstable();
        assert!(found.is_sorted());
        found.sort_unstable();
        assert_eq!(found, wanted);
    }
    let (late, refused) = register(table, &tag, now).await;
    assert_eq!(refused, Registered::Taken);
    assert!(table.load_account(late.id).await.unwrap().is_none(), "nothing was written");
    assert_eq!(table.load_number(late.id).await.unwrap(), None);
    assert_eq!(number(table, accounts[0]).await.others(accounts[0]).len(), MAX_REGISTRANTS - 1);
}

/// The account that passes with Alipay becomes the holder: no other account can pass or register with the number.
pub(super) async fn holders_by_alipay(table: &impl TablePorts, now: Moment) {
    let tag = fresh("identity");
    let (one, other) = (registered(table, &tag, now).await, registered(table, &tag, now).await);
    let (mine, theirs) = (begun(table, one, now).await, begun(table, other, now).await);
    assert_eq!(table.save_standing(&passed(&mine, now), None, now).await.unwrap(), SavedStanding::Stored);
    assert_eq!(number(table, other).await.holder, Some(one));
    assert_eq!(table.find_by_identity(&tag).await.unwrap(), [one], "only the holder is found");
    let late = table.save_standing(&passed(&theirs, now), None, now).await.unwrap();
    assert_eq!(late, SavedStanding::NumberTaken);
    assert_eq!(
        table.load_person(other).await.unwrap().unwrap().alipay,
        Some(theirs.clone()),
        "nothing was written"
    );
    let failed = theirs.number_taken(now);
    assert_eq!(table.save_standing(&failed, None, now).await.unwrap(), SavedStanding::Stored);
    assert_eq!(register(table, &tag, now).await.1, Registered::Taken);

    let settlement = table.load_settlement(one, now).await.unwrap().unwrap();
    let wanted = Settlement { account: one, way: Way::Alipay, at: now, lost: Vec::new(), settled_at: None };
    assert_eq!(settlement, wanted);
    for _ in 0..2 {
        table.record_losses(&settlement, &[other], now.after(RETENTION)).await.unwrap();
    }
    let recorded = table.load_settlement(one, now).await.unwrap().unwrap();
    assert_eq!(recorded.lost, [other]);
    let later = now.after(minutes(1));
    for at in [now, later] {
        table.end_settlement(&recorded, at).await.unwrap();
    }
    let ended = table.load_settlement(one, now).await.unwrap().unwrap();
    assert_eq!((ended.lost, ended.settled_at), (vec![other], Some(now)));
}

/// An approved request makes its account the holder; undoing the approval reverts that.
pub(super) async fn holders_by_request(table: &impl TablePorts, now: Moment) {
    let tag = fresh("identity");
    let (one, other) = (registered(table, &tag, now).await, registered(table, &tag, now).await);
    let (mine, by) = claimed(table, one, now).await;
    let (theirs, they) = claimed(table, other, now).await;
    let approve = |case: &Case, by: &Actor| case.apply(&Command::Decide(Decision::Approve), by, now).unwrap();
    let approval = approve(&mine, &by);
    table.save_change(&approval).await.unwrap();
    assert_eq!(number(table, one).await.holder, Some(one));
    assert!(
        is_conflict(&table.save_change(&approve(&theirs, &they)).await),
        "another account holds the number"
    );
    assert_eq!(table.load_case(theirs.id).await.unwrap(), Some(theirs.clone()), "nothing was written");
    assert!(table.load_settlement(one, now).await.unwrap().is_some());

    let undo = approval.after.apply(&Command::Undo, &by, now).unwrap();
    table.save_change(&undo).await.unwrap();
    assert_eq!(number(table, one).await.holder, None, "the approval was undone");
    assert_eq!(table.find_by_identity(&tag).await.unwrap().len(), 2);
    table.save_change(&approve(&theirs, &they)).await.unwrap();
    assert_eq!(number(table, one).await.holder, Some(other));
    let nothing = table.load_settlement(other, now).await.unwrap().unwrap();
    table.end_settlement(&nothing, now).await.unwrap();
    assert_eq!(table.load_settlement(other, now).await.unwrap(), None, "no account lost the number");
}

/// An account that lost its number can be closed only while the other account holds the number. Closing frees its phone
/// and its place among the registered accounts.
pub(super) async fn losses(table: &impl TablePorts, now: Moment) {
    let tag = fresh("identity");
    let (loser, _) = register(table, &tag, now).await;
    let holder = registered(table, &tag, now).await;
    let closing = Closing {
        account: loser.id,
        closed_at: now,
        retain_until: now.after(RETENTION),
        approved: None,
        lost_to: Some(holder),
    };
    let account = table.load_account(loser.id).await.unwrap().unwrap();
    let person = table.load_person(loser.id).await.unwrap().unwrap();
    assert!(is_conflict(&table.begin_closing(&account, &person, &closing).await), "the number has no holder");
    let standing = begun(table, holder, now).await;
    table.save_standing(&passed(&standing, now), None, now).await.unwrap();
    assert!(table.load_lost(loser.id).await.unwrap().is_none());
    table.begin_closing(&account, &person, &closing).await.unwrap();
    assert!(table.load_account(loser.id).await.unwrap().is_none());
    assert_eq!(table.find_by_mobile(&loser.mobile).await.unwrap(), None, "the phone is free");
    assert_eq!(
        number(table, holder).await,
        RegisteredNumber { registrants: vec![holder], holder: Some(holder) }
    );
    assert_eq!(table.load_closing(loser.id).await.unwrap().as_ref(), Some(&closing));

    let lost = table.load_lost(loser.id).await.unwrap().unwrap();
    assert_eq!((lost.closing, lost.to, lost.sealed), (closing.clone(), holder, loser.sealed));
    assert!(table.begin_loss_sms(loser.id, now).await.unwrap());
    assert!(!table.begin_loss_sms(loser.id, now).await.unwrap(), "the SMS is sent once");
    table.retry_loss_sms(loser.id).await.unwrap();
    assert!(table.begin_loss_sms(loser.id, now).await.unwrap(), "the SMS was not sent");
    table.clear_person(&closing, &[]).await.unwrap();
    table.end_closing(&closing).await.unwrap();
    assert_eq!(table.load_closing(loser.id).await.unwrap(), None);
    assert!(table.load_lost(loser.id).await.unwrap().is_none());
}

/// If the holder closes its account, the number is free for a new registration.
pub(super) async fn releases(table: &impl TablePorts, now: Moment) {
    let tag = fresh("identity");
    let (one, other) = (registered(table, &tag, now).await, registered(table, &tag, now).await);
    let standing = begun(table, one, now).await;
    table.save_standing(&passed(&standing, now), None, now).await.unwrap();
    for (id, left) in [(one, vec![other]), (other, Vec::new())] {
        let (account, person) = (table.load_account(id).await.unwrap(), table.load_person(id).await.unwrap());
        let closing = Closing {
            account: id,
            closed_at: now,
            retain_until: now.after(RETENTION),
            approved: None,
            lost_to: None,
        };
        table.begin_closing(&account.unwrap(), &person.unwrap(), &closing).await.unwrap();
        assert_eq!(table.find_by_identity(&tag).await.unwrap(), left);
        table.end_closing(&closing).await.unwrap();
    }
    let _ = registered(table, &tag, now).await;
}
