//! Evidence: text read from ID cards.

use domain::{
    evidence::Evidence,
    ids::{AccountId, CaseId, CaseKind},
    moment::Moment,
    person::SmsPurpose,
};
use ulid::Ulid;

use super::{TablePorts, is_conflict, keep_code, new_account};
use crate::{
    evidence::{IdCardOcrQueue, KeptEvidence},
    secrets::Sealed,
};

/// Evidence is saved once per submission, and only for an open account.
pub async fn evidence(table: &impl TablePorts, now: Moment) {
    let new = new_account(now);
    keep_code(table, SmsPurpose::Registration, &new.mobile, &new.sms_code, now).await;
    table.save_account(&new).await.unwrap();
    let of = IdCardOcrQueue { case: CaseId { kind: CaseKind::RealName, owner: new.id }, version: 3 };
    let kept = KeptEvidence {
        of,
        at: now,
        evidence: Evidence::of_another_kind(),
        transcript: Some(Sealed(vec![0, 159, 146, 150])),
    };
    assert_eq!(table.load_evidence(of).await.unwrap(), None);
    table.save_evidence(&kept).await.unwrap();
    assert_eq!(table.load_evidence(of).await.unwrap().as_ref(), Some(&kept));
    assert!(is_conflict(&table.save_evidence(&kept).await), "it already exists");
    // Each submission has separate evidence.
    let of = IdCardOcrQueue { version: 7, ..of };
    let later = KeptEvidence { of, transcript: None, ..kept.clone() };
    assert_eq!(table.load_evidence(of).await.unwrap(), None);
    table.save_evidence(&later).await.unwrap();
    assert_eq!(table.load_evidence(of).await.unwrap(), Some(later));
    let owner = AccountId::new(Ulid::generate());
    let of = IdCardOcrQueue { case: CaseId { kind: CaseKind::RealName, owner }, version: 3 };
    assert!(
        is_conflict(&table.save_evidence(&KeptEvidence { of, ..kept }).await),
        "the account does not exist"
    );
    assert_eq!(table.load_evidence(of).await.unwrap(), None);
}
