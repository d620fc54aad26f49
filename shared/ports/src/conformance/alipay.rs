//! Applicants' attempts with Alipay.

use domain::{
    ids::AccountId,
    moment::Moment,
    person::SmsPurpose,
    real_name::{
        Rules,
        alipay::{AttemptHistory, Begin, CONSENT_VERSION, CertifyId, Consent, ResponseDigest},
    },
};

use super::{TablePorts, is_conflict, keep_code, new_account};
use crate::{alipay::SavedStanding, people::NewAccount};

/// The attempts of an account that has just started its first.
pub(super) fn first_of(account: AccountId, now: Moment) -> AttemptHistory {
    let rules = Rules::new(5, 15, None);
    let consent = Consent { version: CONSENT_VERSION.to_owned(), at: now };
    let Begin::New(first) = AttemptHistory::begin(None, account, consent, &rules) else {
        panic!("a first attempt must be allowed");
    };
    first
}

async fn registered(table: &impl TablePorts, now: Moment) -> NewAccount {
    let new = new_account(now);
    keep_code(table, SmsPurpose::Registration, &new.mobile, &new.sms_code, now).await;
    table.save_account(&new).await.unwrap();
    new
}

/// Attempts are saved in the order of their versions, for existing accounts, and are read with the rest of the person.
pub async fn standings(table: &impl TablePorts, now: Moment) {
    let new = new_account(now);
    let first = first_of(new.id, now);
    assert!(is_conflict(&table.save_standing(&first, None, now).await), "the account does not exist");
    keep_code(table, SmsPurpose::Registration, &new.mobile, &new.sms_code, now).await;
    table.save_account(&new).await.unwrap();

    let stored = async || table.load_person(new.id).await.unwrap().unwrap().alipay;
    assert_eq!(stored().await, None);
    let certify_id = CertifyId::parse(&format!("certify-{}", new.id.ulid())).unwrap();
    let second = first.initialized(certify_id.clone());
    assert!(is_conflict(&table.save_standing(&second, None, now).await), "the version before is missing");
    table.save_standing(&first, None, now).await.unwrap();
    assert!(is_conflict(&table.save_standing(&first, None, now).await), "already stored");
    table.save_standing(&second, None, now).await.unwrap();
    assert_eq!(stored().await.as_ref(), Some(&second));
    assert!(is_conflict(&table.save_standing(&first.refused(now), None, now).await), "concurrent change");
    let third = second.refused(now);
    table.save_standing(&third, None, now).await.unwrap();
    assert_eq!(stored().await, Some(third));

    let other = registered(table, now).await;
    let first = first_of(other.id, now);
    table.save_standing(&first, None, now).await.unwrap();
    let taken = first.initialized(certify_id);
    assert!(is_conflict(&table.save_standing(&taken, None, now).await), "another attempt has the id");
    assert_eq!(table.load_person(other.id).await.unwrap().unwrap().alipay, Some(first));
}

/// A response from Alipay changes one attempt once, even if it is replayed for another account.
pub async fn responses(table: &impl TablePorts, now: Moment) {
    let (one, other) = (registered(table, now).await, registered(table, now).await);
    let digest = |of: &NewAccount| ResponseDigest::of(format!("response to {}", of.id).as_bytes());
    let (first, firsts) = (first_of(one.id, now), first_of(other.id, now));
    table.save_standing(&first, None, now).await.unwrap();
    table.save_standing(&firsts, None, now).await.unwrap();
    let saved = table.save_standing(&first.refused(now), Some(&digest(&one)), now).await.unwrap();
    assert_eq!(saved, SavedStanding::Stored);

    let replayed = table.save_standing(&firsts.refused(now), Some(&digest(&one)), now).await.unwrap();
    assert_eq!(replayed, SavedStanding::ResponseUsed);
    let stored = table.load_person(other.id).await.unwrap().unwrap().alipay;
    assert_eq!(stored.as_ref(), Some(&firsts), "nothing was written");
    let saved = table.save_standing(&firsts.refused(now), Some(&digest(&other)), now).await.unwrap();
    assert_eq!(saved, SavedStanding::Stored);
    let stale = table.save_standing(&firsts.refused(now), Some(&digest(&other)), now).await;
    assert!(is_conflict(&stale), "the stored version is newer, whatever the response");
}
