//! Writes that rest on more than the case: consent, verification, and the reviewer's other claims.

use domain::{
    case::{Actor, Case, ClaimedCase, Command, ReviewerClaims, State},
    consent::Biometrics,
    ids::{AccountId, CaseId, CaseKind, ReviewerId},
    moment::Moment,
    person::SmsPurpose,
    real_name::{
        Rules,
        alipay::{AttemptHistory, Begin, CONSENT_VERSION, Consent},
    },
};
use serde_json::json;
use ulid::Ulid;

use super::{
    TablePorts,
    cases::{request, submit},
    is_conflict, keep_code, minutes, new_account,
};
use crate::{
    cases::{Basis, VerificationVersions},
    people::{Person, Registered},
};

/// Creates an account that consented to pictures of the applicant's face.
async fn consenting(table: &impl TablePorts, now: Moment) -> AccountId {
    let new = new_account(now);
    keep_code(table, SmsPurpose::Registration, &new.mobile, &new.sms_code, now).await;
    assert_eq!(table.save_account(&new).await.unwrap(), Registered::New);
    let nothing = Biometrics::default();
    table.save_biometrics(new.id, &nothing, &nothing.given(now), now).await.unwrap();
    new.id
}

async fn person(table: &impl TablePorts, id: AccountId) -> Person {
    table.load_person(id).await.unwrap().unwrap()
}

/// A submission, claim or decision requires that consent, verification and claims are as they were read.
pub(super) async fn submissions_and_claims(table: &impl TablePorts, now: Moment) {
    let owner = consenting(table, now).await;
    let id = CaseId { kind: CaseKind::RealName, owner };
    let before = person(table, owner).await;
    let (change, pages) = (submit(&Case::draft(id, now), "110101", now), request("110101"));
    let none = Basis::consent(&Biometrics::default());
    assert!(is_conflict(&table.save_submission(&change, &pages, &none).await), "the account has a consent");
    let versions = Some(VerificationVersions { real_name: 0, alipay: 1 });
    let verified = Basis { verification: versions, ..Basis::of(&before) };
    assert!(
        is_conflict(&table.save_submission(&change, &pages, &verified).await),
        "there is no attempt with Alipay"
    );
    assert!(table.load_case(id).await.unwrap().is_none(), "nothing was written");
    table.save_submission(&change, &pages, &Basis::of(&before)).await.unwrap();

    let reviewer = ReviewerId::new(Ulid::generate());
    let claims = table.load_claims(reviewer).await.unwrap();
    assert_eq!(claims, ReviewerClaims::none(reviewer));
    let claim = change.after.apply(&Command::Claim, &Actor::Reviewer(reviewer), now).unwrap();
    let claimed = ClaimedCase { case: id, until: now.after(minutes(30)) };
    let record = claims.with(Vec::new(), claimed);
    let basis = Basis { claims: Some(record.clone()), ..Basis::consent(&before.biometrics) };
    let refused = Basis { claims: Some(record.clone()), ..none };
    assert!(is_conflict(&table.save_grounded_change(&claim, &refused).await));
    assert_eq!(table.load_claims(reviewer).await.unwrap(), claims, "nothing was written");
    table.save_grounded_change(&claim, &basis).await.unwrap();
    assert_eq!(table.load_claims(reviewer).await.unwrap(), record);
    let renewed = claim.after.apply(&Command::Claim, &Actor::Reviewer(reviewer), now).unwrap();
    assert!(
        is_conflict(&table.save_grounded_change(&renewed, &basis).await),
        "the claims were changed since"
    );
    let next = record.with(Vec::new(), claimed);
    let basis = Basis { claims: Some(next.clone()), ..Basis::default() };
    table.save_grounded_change(&renewed, &basis).await.unwrap();
    assert_eq!(table.load_claims(reviewer).await.unwrap(), next);

    collections_rest_on_verifications(table, owner, now).await;
}

/// A collection can be submitted only if the request for verification and the attempts with Alipay are as they were
/// read.
async fn collections_rest_on_verifications(table: &impl TablePorts, owner: AccountId, now: Moment) {
    let id = CaseId { kind: CaseKind::Collection, owner };
    let change = submit(&Case::draft(id, now), "110101", now);
    let read = Basis::of(&person(table, owner).await);
    let earlier =
        Basis { verification: Some(VerificationVersions { real_name: 1, alipay: 0 }), ..read.clone() };
    assert!(
        is_conflict(&table.save_submission(&change, &json!({}), &earlier).await),
        "the request was claimed since"
    );
    let consent = Consent { version: CONSENT_VERSION.to_owned(), at: now };
    let Begin::New(standing) = AttemptHistory::begin(None, owner, consent, &Rules::new(5, 15, None)) else {
        panic!("a first attempt must be allowed");
    };
    table.save_standing(&standing, None, now).await.unwrap();
    assert!(
        is_conflict(&table.save_submission(&change, &json!({}), &read).await),
        "an attempt was started since"
    );
    table.save_submission(&change, &json!({}), &Basis::of(&person(table, owner).await)).await.unwrap();
}

/// A consent is withdrawn together with the cases that wait for review, and only if all are as they were read.
pub(super) async fn withdrawn_consents(table: &impl TablePorts, now: Moment) {
    let owner = consenting(table, now).await;
    let read = person(table, owner).await;
    let id = CaseId { kind: CaseKind::RealName, owner };
    let change = submit(&Case::draft(id, now), "110101", now);
    table.save_submission(&change, &request("110101"), &Basis::of(&read)).await.unwrap();
    let after = read.biometrics.withdrawn(now);
    assert!(
        is_conflict(&table.withdraw_consent(&read, &after, &[], now).await),
        "a request was submitted since"
    );
    assert_eq!(person(table, owner).await.biometrics, read.biometrics, "nothing was written");

    let waiting = table.load_case(id).await.unwrap().unwrap();
    let withdrawal = waiting.apply(&Command::Withdraw, &Actor::Applicant(owner), now).unwrap();
    let current = person(table, owner).await;
    table.withdraw_consent(&current, &after, std::slice::from_ref(&withdrawal), now).await.unwrap();
    let left = person(table, owner).await;
    assert_eq!(
        (left.biometrics.clone(), left.cases().next().map(|case| case.state)),
        (after, Some(State::Draft))
    );
    let again = table.withdraw_consent(&current, &left.biometrics, &[], now).await;
    assert!(is_conflict(&again), "already withdrawn");
}
