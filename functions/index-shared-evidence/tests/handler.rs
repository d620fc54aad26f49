//! What a case shows is indexed as it is now, however often and in whatever order its changes come, and whatever fails.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    case::{Actor, Command, match_key::MatchKind},
    ids::{AccountId, CaseId},
    likeness::Likeness,
    upload::Purpose,
};
use events::{SqsBatchResponse, SqsEvent};
use index_shared_evidence::handle;
use ports::{
    PortError,
    fakes::{Fakes, How, PlainKeys, each_failure},
    match_keys::{SaveMatchKeys, SharedEvidenceIndex, SharedEvidenceToIndex},
    pictures::Progress,
    secrets::TagPurpose,
};
use serde_json::{Value, json};

/// A delivery of one message.
const EVENT: &str = include_str!("../../../events/sqs-index-shared-evidence.json");

async fn deliver(fakes: &Fakes, bodies: &[String]) -> SqsBatchResponse {
    let mut event: Value = serde_json::from_str(EVENT).unwrap();
    event["Records"] = bodies.iter().map(|body| json!({"messageId": "1", "body": body})).collect();
    let delivery: SqsEvent = serde_json::from_value(event).unwrap();
    handle(delivery, &fakes.table, &fakes.keys, &fakes.clock).await
}

fn changed(case: CaseId) -> String {
    serde_json::to_string(&SharedEvidenceToIndex { case }).unwrap()
}

/// All pictures of that person are of these bytes.
fn with_digest(fakes: &Fakes, owner: AccountId, digest: &str) {
    for ((of, _), upload) in &mut fakes.table.look().uploads {
        if let Progress::Judged { judgement, .. } = &mut upload.progress
            && *of == owner
        {
            judgement.sha256 = Some(digest.to_owned());
        }
    }
}

/// The photo of that person looks like that, of 256 bits, and is of other bytes than anybody else's.
fn with_photo(fakes: &Fakes, owner: AccountId, marks: [u8; 32]) {
    for ((of, id), upload) in &mut fakes.table.look().uploads {
        if let Progress::Judged { judgement, .. } = &mut upload.progress
            && *of == owner
            && upload.purpose == Purpose::Photo
        {
            judgement.sha256 = Some(id.to_string());
            judgement.likeness = Some(Likeness::new(marks.to_vec(), Vec::new()));
        }
    }
}

/// Cases of others that are found by what the case's photo looks like.
fn alike(fakes: &Fakes, case: CaseId) -> Vec<CaseId> {
    let stored = fakes.table.look();
    let similar = stored.indexes[&case].match_keys.iter();
    let similar = similar.filter(|match_key| match_key.kind == MatchKind::SimilarPicture);
    let mut found: Vec<CaseId> = similar
        .flat_map(|match_key| stored.lines.iter().filter(|(tag, _)| tag == match_key.tag.as_str()))
        .map(|(_, other)| *other)
        .filter(|other| *other != case)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn index(fakes: &Fakes, case: CaseId) -> Option<SharedEvidenceIndex> {
    fakes.table.look().indexes.get(&case).cloned()
}

/// The lines of a case: whatever else there is, they are those of its index.
fn lines(fakes: &Fakes, case: CaseId) -> Vec<String> {
    let stored = fakes.table.look();
    let lines: Vec<String> =
        stored.lines.iter().filter(|(_, of)| *of == case).map(|(tag, _)| tag.clone()).collect();
    let mut tags: Vec<String> =
        stored.indexes[&case].tags().iter().map(|tag| tag.as_str().to_owned()).collect();
    tags.sort();
    assert_eq!(lines, tags);
    lines
}

#[tokio::test]
async fn what_a_case_shows_is_found_by_its_pictures_and_numbers() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    with_digest(&fakes, case.owner, "0a1b");
    assert_eq!(deliver(&fakes, &[changed(case)]).await, SqsBatchResponse::default());
    let index = index(&fakes, case).unwrap();
    let at = |pointer: &str| {
        let found = index.match_keys.iter().find(|match_key| match_key.pointer.as_str() == pointer);
        found.map(|found| (found.kind, found.tag.clone()))
    };
    let tag = |text: &str| PlainKeys::tag_of(TagPurpose::MatchKey, text);
    assert_eq!(at("/basic/photo"), Some((MatchKind::Picture, tag("picture:0a1b"))));
    let number =
        json!(fakes.table.look().cases[&case].pages)["educations"][0]["educationCertificateNo"].clone();
    let number = tag(&format!("certificate:{}", number.as_str().unwrap()));
    assert_eq!(at("/educations/0/educationCertificateNo"), Some((MatchKind::Certificate, number)));
    assert_eq!(at("/employments/0/phone").map(|(kind, _)| kind), Some(MatchKind::Phone));
    // Five pictures that are the same, a certificate or two, and a telephone.
    assert!(index.settled && index.leaving.is_empty() && lines(&fakes, case).len() >= 3);
}

#[tokio::test]
async fn what_came_before_is_not_done_again_and_what_cannot_be_read_holds_nobody_up() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    let nobody = fakes.submitted(2).await;
    fakes.table.look().accounts.remove(&nobody.owner);
    let bodies = ["nothing".to_owned(), String::new(), changed(nobody), changed(case), changed(case)];
    assert_eq!(deliver(&fakes, &bodies).await, SqsBatchResponse::default());
    let calls = fakes.script.take_calls().into_iter().filter(|req| *req == "save_index").count();
    assert_eq!((calls, index(&fakes, case).unwrap().revision), (2, 2));
    assert_eq!(index(&fakes, nobody), None);
}

#[tokio::test]
async fn what_is_taken_back_is_found_no_more_and_what_comes_later_is() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    with_digest(&fakes, case.owner, "0a1b");
    deliver(&fakes, &[changed(case)]).await;
    let before = lines(&fakes, case);
    fakes.follow(case, &Command::Withdraw, &Actor::Applicant(case.owner)).await;
    deliver(&fakes, &[changed(case)]).await;
    assert_eq!(lines(&fakes, case), [""; 0]);
    with_digest(&fakes, case.owner, "2c3d");
    fakes.hand_in_again(case).await;
    deliver(&fakes, &[changed(case)]).await;
    let after = lines(&fakes, case);
    assert_eq!(after.len(), before.len());
    assert!(after.iter().any(|line| line.ends_with("2c3d")) && before != after);
}

#[tokio::test]
async fn of_two_deliveries_at_once_one_is_left() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    with_digest(&fakes, case.owner, "0a1b");
    deliver(&fakes, &[changed(case)]).await;
    let settled = index(&fakes, case).unwrap();
    // A slow one began from the same state, and wants to write when the other has gone on.
    let slow = SharedEvidenceIndex { revision: settled.revision + 1, ..settled };
    fakes.table.save_index(&slow).await.unwrap();
    fakes.follow(case, &Command::Withdraw, &Actor::Applicant(case.owner)).await;
    deliver(&fakes, &[changed(case)]).await;
    assert!(matches!(fakes.table.write_lines(&slow).await, Err(PortError::Conflict)));
    assert_eq!(lines(&fakes, case), [""; 0]);
}

#[tokio::test]
async fn whatever_fails_the_index_is_right_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let case = fakes.submitted(1).await;
        with_digest(fakes, case.owner, "0a1b");
        deliver(fakes, &[changed(case)]).await;
        fakes.follow(case, &Command::Withdraw, &Actor::Applicant(case.owner)).await;
        with_digest(fakes, case.owner, "2c3d");
        fakes.hand_in_again(case).await;
        fakes.script.arm(failure);
        let first = deliver(fakes, &[changed(case)]).await;
        let failed = fakes.script.disarm();
        if failure.how == How::Unavailable {
            assert_eq!(first.messages().count() == 1, failed.is_some(), "{failed:?}");
        }
        assert_eq!(deliver(fakes, &[changed(case)]).await, SqsBatchResponse::default());
        let lines = lines(fakes, case);
        assert!(lines.iter().any(|line| line.ends_with("2c3d")), "after {failed:?}");
        assert!(lines.iter().all(|line| !line.ends_with("0a1b")), "after {failed:?}");
        assert!(index(fakes, case).unwrap().settled);
        failed
    })
    .await;
    assert!(failed.contains(&"write_lines") && failed.contains(&"tag"), "{failed:?}");
}

/// The bits of one photo, of which none looks like another's.
fn marks(person: u8) -> [u8; 32] {
    let mut state = u32::from(person).wrapping_mul(2_654_435_761);
    std::array::from_fn(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
}

/// The same picture, after something that changed the first of these bits.
fn changed_in(mut marks: [u8; 32], bits: usize) -> [u8; 32] {
    // From the end, so that the first bands stay.
    (0..bits).for_each(|bit| marks[31 - bit / 8] ^= 1 << (bit % 8));
    marks
}

#[tokio::test]
async fn pictures_that_look_the_same_find_each_other_whoever_comes_first() {
    let fakes = Fakes::new();
    let (first, second, other) =
        (fakes.submitted(1).await, fakes.submitted(2).await, fakes.submitted(3).await);
    with_photo(&fakes, first.owner, marks(1));
    with_photo(&fakes, second.owner, changed_in(marks(1), 30));
    with_photo(&fakes, other.owner, changed_in(marks(1), 31));
    deliver(&fakes, &[changed(first), changed(second), changed(other)]).await;
    assert_eq!(alike(&fakes, first), [second], "31 bits are too many");
    assert!(alike(&fakes, second).contains(&first));
    assert_eq!(alike(&fakes, other), [second], "which differs in one");
    // What is taken back is found no more.
    fakes.follow(second, &Command::Withdraw, &Actor::Applicant(second.owner)).await;
    deliver(&fakes, &[changed(second)]).await;
    assert_eq!(alike(&fakes, first), []);
    assert!(fakes.table.look().bands.keys().all(|(_, case)| *case != second));
}

#[tokio::test]
async fn two_pictures_whose_bits_are_equal_are_found_without_a_comparison() {
    let fakes = Fakes::new();
    let (first, second) = (fakes.submitted(1).await, fakes.submitted(2).await);
    for case in [first, second] {
        with_photo(&fakes, case.owner, marks(1));
        deliver(&fakes, &[changed(case)]).await;
    }
    assert_eq!((alike(&fakes, first), alike(&fakes, second)), (vec![second], vec![first]));
    assert_eq!(index(&fakes, second).unwrap().revision, 2, "nothing had to be added");
}

#[tokio::test]
async fn ones_own_other_picture_is_nobody_elses() {
    let fakes = Fakes::new();
    let case = fakes.submitted(1).await;
    with_photo(&fakes, case.owner, marks(1));
    deliver(&fakes, &[changed(case)]).await;
    assert_eq!(alike(&fakes, case), []);
}

#[tokio::test]
async fn a_band_that_too_many_have_is_given_up_and_others_still_find() {
    let fakes = Fakes::new();
    // All have the first half in common, as forms of one template have, and nothing else.
    let of = |person: u8| {
        let mut bits = marks(person);
        bits[..16].copy_from_slice(&marks(200)[..16]);
        bits
    };
    for person in 1..=41_u8 {
        let case = fakes.submitted(u16::from(person)).await;
        with_photo(&fakes, case.owner, of(person));
        deliver(&fakes, &[changed(case)]).await;
    }
    let last = fakes.submitted(42).await;
    with_photo(&fakes, last.owner, changed_in(of(7), 1));
    deliver(&fakes, &[changed(last)]).await;
    let index = index(&fakes, last).unwrap();
    assert_eq!((index.bands.len(), index.settled), (4, true), "four bands are everybody's");
    assert_eq!(alike(&fakes, last).len(), 1);
    let mut sizes = std::collections::BTreeMap::<String, usize>::new();
    for (tag, _) in fakes.table.look().bands.keys() {
        *sizes.entry(tag.clone()).or_default() += 1;
    }
    assert!(sizes.values().all(|size| *size <= 40), "no key grows without end: {sizes:?}");
}

#[tokio::test]
async fn whatever_fails_what_looks_the_same_is_found_in_the_end() {
    let failed = each_failure(async |fakes, failure| {
        let (first, second) = (fakes.submitted(1).await, fakes.submitted(2).await);
        with_photo(fakes, first.owner, marks(1));
        with_photo(fakes, second.owner, changed_in(marks(1), 3));
        deliver(fakes, &[changed(first)]).await;
        fakes.script.arm(failure);
        deliver(fakes, &[changed(second)]).await;
        let failed = fakes.script.disarm();
        assert_eq!(deliver(fakes, &[changed(second)]).await, SqsBatchResponse::default());
        assert_eq!(alike(fakes, first), [second], "after {failed:?}");
        assert_eq!(alike(fakes, second), [first], "after {failed:?}");
        failed
    })
    .await;
    assert!(failed.contains(&"list_alike"), "{failed:?}");
}
