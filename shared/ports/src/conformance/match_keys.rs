//! The index of shared evidence.

use domain::{
    case::match_key::MatchKind,
    fault::Pointer,
    ids::{AccountId, CaseId, CaseKind, UploadId},
    moment::Moment,
    person::SmsPurpose,
};
use ulid::Ulid;

use super::{TablePorts, fresh, is_conflict, keep_code, new_account};
use crate::{
    match_keys::{Band, SharedEvidenceIndex, TaggedMatchKey},
    secrets::Tag,
};

fn index(case: CaseId, revision: u64, tags: &[&Tag], leaving: &[&Tag], at: Moment) -> SharedEvidenceIndex {
    let match_key = |tag: &&Tag| TaggedMatchKey {
        kind: MatchKind::Certificate,
        pointer: Pointer::root().child("educations").child(0),
        tag: (*tag).clone(),
    };
    SharedEvidenceIndex {
        case,
        version: revision + 4,
        revision,
        match_keys: tags.iter().map(match_key).collect(),
        bands: Vec::new(),
        leaving: leaving.iter().map(|tag| (*tag).clone()).collect(),
        settled: leaving.is_empty(),
        at,
    }
}

async fn open_case(table: &impl TablePorts, now: Moment) -> CaseId {
    let new = new_account(now);
    keep_code(table, SmsPurpose::Registration, &new.mobile, &new.sms_code, now).await;
    table.save_account(&new).await.unwrap();
    CaseId { kind: CaseKind::Collection, owner: new.id }
}

/// Writes of an index are numbered without gaps, and only the last revision's lines can be written.
pub async fn match_keys(table: &impl TablePorts, now: Moment) {
    let (case, other) = (open_case(table, now).await, open_case(table, now).await);
    let [one, two, three] = ["one", "two", "three"].map(fresh);
    assert_eq!(table.load_index(case).await.unwrap(), None);

    let first = index(case, 1, &[&one, &two, &two], &[], now);
    assert!(is_conflict(&table.write_lines(&first).await), "the index was not saved");
    table.save_index(&first).await.unwrap();
    assert!(is_conflict(&table.save_index(&first).await), "it already exists");
    assert!(is_conflict(&table.save_index(&index(case, 3, &[], &[], now)).await), "revision 2 is missing");
    assert_eq!(table.load_index(case).await.unwrap().as_ref(), Some(&first));
    for _ in 0..2 {
        table.write_lines(&first).await.unwrap();
    }
    assert_eq!(table.list_sharing(&two, 10).await.unwrap(), [case]);

    // More lines than fit into one transaction.
    let many: Vec<Tag> = (0..230).map(|_| fresh("many")).collect();
    let all: Vec<&Tag> = many.iter().chain([&two]).collect();
    let others = index(other, 1, &all, &[], now);
    table.save_index(&others).await.unwrap();
    table.write_lines(&others).await.unwrap();
    assert_eq!(table.list_sharing(&many[229], 10).await.unwrap(), [other]);
    let mut sharing = table.list_sharing(&two, 10).await.unwrap();
    sharing.sort_by_key(ToString::to_string);
    let mut both = [case, other];
    both.sort_by_key(ToString::to_string);
    assert_eq!(sharing, both);
    assert_eq!(table.list_sharing(&two, 1).await.unwrap().len(), 1);

    let second = index(case, 2, &[&two, &three], &[&one], now);
    table.save_index(&second).await.unwrap();
    assert!(is_conflict(&table.write_lines(&first).await), "not the last revision");
    table.write_lines(&second).await.unwrap();
    assert_eq!(table.list_sharing(&one, 10).await.unwrap(), []);
    assert_eq!(table.list_sharing(&three, 10).await.unwrap(), [case]);

    let upload = UploadId::new(Ulid::generate());
    let band = |tag: &Tag| Band { tag: tag.clone(), upload };
    let [common, rare] = ["common", "rare"].map(fresh);
    let third = SharedEvidenceIndex {
        bands: vec![band(&common), band(&rare), band(&rare)],
        ..index(case, 3, &[&two], &[], now)
    };
    table.save_index(&third).await.unwrap();
    assert_eq!(table.load_index(case).await.unwrap().as_ref(), Some(&third));
    table.write_lines(&third).await.unwrap();
    assert_eq!(table.list_alike(&rare, 10).await.unwrap(), [(case, upload)]);
    let fourth =
        SharedEvidenceIndex { bands: vec![band(&rare)], ..index(case, 4, &[&two], &[&common, &common], now) };
    table.save_index(&fourth).await.unwrap();
    table.write_lines(&fourth).await.unwrap();
    assert_eq!(table.list_alike(&common, 10).await.unwrap(), []);
    assert_eq!(table.list_alike(&rare, 10).await.unwrap(), [(case, upload)]);
    assert_eq!(table.list_alike(&two, 10).await.unwrap(), [], "a tag is not a band");

    let nobody = CaseId { kind: CaseKind::Collection, owner: AccountId::new(Ulid::generate()) };
    assert!(
        is_conflict(&table.save_index(&index(nobody, 1, &[], &[], now)).await),
        "the account does not exist"
    );
}
