//! The chain of audit entries: whatever is done to a history by hand is found, and where.

use domain::case::chain::{
    Anchor, AuditHash, Break, ChainHead, Heads, LEAVES_WITHIN, Reason, Stored, StoredHead, Trail,
};
use domain::case::{Actor, AuditEntry, Case, ChainEntry, Command, Decision, Event, State};
use domain::ids::{AccountId, CaseId, CaseKind};
use domain::moment::Moment;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;
use ulid::Ulid;

use crate::{at, claim, decide, draft, escalate, owner, release, submit, withdraw};

/// A case that was handed in, returned, handed in again and approved, and all that was written of it.
fn history() -> (Case, Trail) {
    let commands = [
        submit(1),
        withdraw(2),
        submit(3),
        claim(1, 4),
        decide("return", 1, 5),
        submit(6),
        escalate(7),
        claim(2, 8),
        release(2, 9),
        claim(1, 10),
        decide("approve", 1, 11),
    ];
    let mut case = draft(CaseKind::Collection);
    let mut entries = Vec::new();
    for (number, (command, by, seconds)) in commands.into_iter().enumerate() {
        // Drafts are saved in between: versions leave gaps where nothing is missing.
        case.version += if number % 2 == 0 { 2 } else { 0 };
        let change = case.apply(&command, &by, at(seconds)).unwrap();
        entries.push(Stored { version: change.entry.version, entry: Some(change.entry) });
        case = change.after;
    }
    let head = StoredHead::Case(case.last_audit);
    (case, Trail { entries, head, retain_until: None })
}

fn entry(trail: &mut Trail, place: usize) -> &mut AuditEntry {
    trail.entries[place].entry.as_mut().unwrap()
}

fn broken(trail: &Trail) -> Option<(u64, Reason)> {
    let (case, _) = history();
    trail.verify(case.id).broken.map(|Break { version, reason }| (version, reason))
}

fn hash(text: &str) -> AuditHash {
    AuditHash::parse(&text.repeat(64)).unwrap()
}

#[test]
fn a_history_as_it_was_written_holds() {
    let (case, trail) = history();
    let report = trail.verify(case.id);
    assert_eq!((report.linked, report.unlinked, report.is_end_checked, report.broken), (11, 0, true, None));
    let read_back = Trail {
        entries: trail
            .entries
            .iter()
            .map(|stored| {
                let text = serde_json::to_string(&stored.entry).unwrap();
                Stored { version: stored.version, entry: serde_json::from_str(&text).unwrap() }
            })
            .collect(),
        ..trail.clone()
    };
    assert_eq!(read_back, trail);
}

/// Pinned: who changes this makes every stored history look forged.
#[test]
fn the_hash_of_an_entry_is_of_the_array_that_the_docs_say() {
    let (_, mut trail) = history();
    let returned = entry(&mut trail, 4).clone();
    let link = returned.link.unwrap();
    let text = format!(
        concat!(
            r#"["baoming-audit-2","{}",{},"{}",{{"role":"reviewer","id":"{}"}},"returned","UNDER_REVIEW","RETURNED",2,"110101",null,1,"#,
            r#"{{"decision":"return","opinion":"请重新上传照片","comments":"#,
            r#"[{{"pointer":"/basic/photo","reasonCode":"PHOTO_BLUR"}}]}},null,null,5,"{}"]"#,
        ),
        returned.case,
        returned.version,
        returned.at,
        crate::reviewer(1),
        link.previous.unwrap(),
    );
    assert_eq!(link.hash, sha256(&text));
    let first = entry(&mut trail, 0).clone();
    let text = format!(
        r#"["baoming-audit-2","{}",{},"{}",{{"role":"applicant","id":"{}"}},"submitted","DRAFT","SUBMITTED",1,"110101",null,null,null,null,null,1,null]"#,
        first.case,
        first.version,
        first.at,
        owner(),
    );
    assert_eq!(first.link.unwrap().hash, sha256(&text));
}

fn sha256(text: &str) -> AuditHash {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(text);
    let digits: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    AuditHash::parse(&digits.concat()).unwrap()
}

#[test]
fn a_hash_has_one_spelling() {
    let spelled = "0123456789abcdef".repeat(4);
    assert_eq!(AuditHash::parse(&spelled).unwrap().to_string(), spelled);
    for wrong in
        [&spelled[1..], &spelled.to_uppercase(), &format!("{spelled}0"), &spelled.replace('f', "g"), "", "é"]
    {
        assert!(AuditHash::parse(wrong).is_err(), "{wrong}");
    }
}

/// A field, what is done to it, and how that shows.
type Tampering = (&'static str, fn(&mut AuditEntry), Reason);

fn link(entry: &mut AuditEntry) -> &mut ChainEntry {
    entry.link.as_mut().unwrap()
}

const TAMPERINGS: [Tampering; 13] = [
    ("case", |entry| entry.case.owner = AccountId::new(Ulid(2)), Reason::Misplaced),
    ("version", |entry| entry.version += 1, Reason::Misplaced),
    ("at", |entry| entry.at = at(3_600), Reason::Content),
    ("by", |entry| entry.by = Actor::Reviewer(crate::reviewer(9)), Reason::Content),
    ("by", |entry| entry.by = Actor::Applicant(AccountId::new(Ulid(9))), Reason::Content),
    ("event", |entry| entry.event = Event::Reminded, Reason::Content),
    ("from", |entry| entry.from = State::Rejected, Reason::Content),
    ("to", |entry| entry.to = State::Rejected, Reason::Content),
    ("round", |entry| entry.round += 1, Reason::Content),
    ("decision", |entry| entry.decision = Some(crate::decision("reject")), Reason::Content),
    ("number", |entry| link(entry).number += 1, Reason::Content),
    ("previous", |entry| link(entry).previous = Some(hash("a")), Reason::Content),
    ("hash", |entry| link(entry).hash = hash("a"), Reason::Content),
];

#[test]
fn a_change_of_any_field_of_any_entry_is_found_at_that_entry() {
    let (_, whole) = history();
    for place in 0..whole.entries.len() {
        let version = whole.entries[place].version;
        for (field, change, reason) in TAMPERINGS {
            let mut trail = whole.clone();
            change(entry(&mut trail, place));
            assert_eq!(broken(&trail), Some((version, reason)), "{field} of entry {place}");
        }
    }
    let (_, mut trail) = history();
    entry(&mut trail, 4).decision = Some(Decision::Approve);
    assert_eq!(broken(&trail).map(|(_, reason)| reason), Some(Reason::Content));
    entry(&mut trail, 4).decision = None;
    assert_eq!(broken(&trail).map(|(_, reason)| reason), Some(Reason::Content));
}

#[test]
fn what_is_dropped_is_found_at_what_follows() {
    let (_, whole) = history();
    let last = whole.entries.len() - 1;
    for place in 0..last {
        let mut trail = whole.clone();
        trail.entries.remove(place);
        assert_eq!(broken(&trail), Some((whole.entries[place + 1].version, Reason::Gap)));
    }
    for left in 0..=last {
        let mut trail = whole.clone();
        trail.entries.truncate(left);
        let version = left.checked_sub(1).map_or(0, |last| whole.entries[last].version);
        assert_eq!(broken(&trail), Some((version, Reason::Cut)), "{left} of {last} are left");
    }
}

#[test]
fn what_is_swapped_or_copied_is_found() {
    let (_, whole) = history();
    for one in 0..whole.entries.len() {
        for other in 0..one {
            // Contents change places, keys stay where they are; then versions are made to fit as well.
            let mut trail = whole.clone();
            let versions = (trail.entries[one].version, trail.entries[other].version);
            trail.entries.swap(one, other);
            (trail.entries[one].version, trail.entries[other].version) = versions;
            assert_eq!(broken(&trail), Some((versions.1, Reason::Misplaced)));
            entry(&mut trail, one).version = versions.0;
            entry(&mut trail, other).version = versions.1;
            assert_eq!(broken(&trail), Some((versions.1, Reason::Content)));
        }
    }
}

/// An entry that is made as the code makes them, by somebody who knows how.
fn forged(case: &Case, command: &Command, by: &Actor, version: u64) -> Stored {
    let before = Case { version: version - 1, ..case.clone() };
    let change = before.apply(command, by, at(100)).unwrap();
    Stored { version, entry: Some(change.entry) }
}

#[test]
fn what_is_inserted_is_found() {
    let (case, whole) = history();
    let by = Actor::Applicant(owner());
    for place in 0..whole.entries.len() {
        let head = place.checked_sub(1).and_then(|before| whole.entries[before].entry.as_ref().unwrap().link);
        let before = Case {
            state: State::Submitted,
            claim: None,
            last_audit: head.map(ChainHead::from),
            ..case.clone()
        };
        let version = whole.entries[place].version;
        let mut trail = whole.clone();
        trail.entries.insert(place, forged(&before, &Command::Withdraw, &by, version));
        assert_eq!(broken(&trail), Some((version, Reason::ChainEntry)), "before entry {place}");
        let mut unlinked = trail.clone();
        entry(&mut unlinked, place).link = None;
        let expected = if place == 0 { None } else { Some((version, Reason::Unlinked)) };
        assert_eq!(broken(&unlinked), expected, "what is older than the chain is not part of it");
    }
    // At the end it continues the chain; the case does not know of it.
    let mut trail = whole.clone();
    let last = Case { state: State::Submitted, ..case.clone() };
    trail.entries.push(forged(&last, &Command::Withdraw, &by, case.version + 1));
    assert_eq!(broken(&trail), Some((case.version + 1, Reason::ChainHead)));
}

#[test]
fn an_entry_hashed_anew_is_found_at_the_next() {
    let (_, whole) = history();
    let last = whole.entries.len() - 1;
    for place in 0..last {
        // Put in place of the entry: one of the same number, properly hashed.
        let mut trail = whole.clone();
        let old = entry(&mut trail, place).clone();
        let head = place.checked_sub(1).and_then(|before| whole.entries[before].entry.as_ref().unwrap().link);
        let before = Case {
            state: State::Submitted,
            last_audit: head.map(ChainHead::from),
            ..draft(CaseKind::Collection)
        };
        trail.entries[place] = forged(&before, &Command::Withdraw, &Actor::Applicant(owner()), old.version);
        assert_eq!(broken(&trail), Some((whole.entries[place + 1].version, Reason::ChainEntry)));
    }
}

#[test]
fn what_cannot_be_read_is_found_and_named() {
    let (_, mut trail) = history();
    trail.entries[3].entry = None;
    assert_eq!(broken(&trail), Some((trail.entries[3].version, Reason::Unreadable)));
}

#[test]
fn the_case_names_the_last_entry() {
    let (case, whole) = history();
    let last = whole.entries.last().unwrap().version;
    let head = case.last_audit.unwrap();
    for (named, reason) in [
        (StoredHead::Case(None), Some(Reason::ChainHead)),
        (StoredHead::Case(Some(ChainHead { hash: hash("a"), ..head })), Some(Reason::ChainHead)),
        (StoredHead::Case(Some(ChainHead { number: head.number - 1, ..head })), Some(Reason::ChainHead)),
        (StoredHead::Case(Some(ChainHead { number: head.number + 1, ..head })), Some(Reason::Cut)),
        (StoredHead::Unreadable, Some(Reason::ChainHead)),
        (StoredHead::Gone, None),
    ] {
        let trail = Trail { head: named, ..whole.clone() };
        assert_eq!(broken(&trail), reason.map(|reason| (last, reason)), "{named:?}");
        assert_eq!(trail.verify(case.id).is_end_checked, named != StoredHead::Gone);
    }
}

#[test]
fn entries_from_before_the_chain_are_counted_and_the_chain_begins_after_them() {
    let mut case = draft(CaseKind::Collection);
    let mut entries = Vec::new();
    for (place, (command, by, seconds)) in
        [submit(1), withdraw(2), submit(3), withdraw(4)].into_iter().enumerate()
    {
        let change = case.apply(&command, &by, at(seconds)).unwrap();
        entries.push(Stored { version: change.entry.version, entry: Some(change.entry) });
        case = change.after;
        if place < 2 {
            // As the version before wrote them.
            case.last_audit = None;
            entries[place].entry.as_mut().unwrap().link = None;
        }
    }
    let trail = Trail { entries, head: StoredHead::Case(case.last_audit), retain_until: None };
    let report = trail.verify(case.id);
    assert_eq!((report.unlinked, report.linked, report.broken), (2, 2, None));
    let old =
        Trail { entries: trail.entries[..2].to_vec(), head: StoredHead::Case(None), retain_until: None };
    let report = old.verify(case.id);
    assert_eq!((report.unlinked, report.linked, report.broken), (2, 0, None));
}

proptest! {
    /// Entries taken from two cases, in any order and number: only the history itself holds.
    #[test]
    fn no_other_arrangement_holds(places in prop::collection::vec(0_usize..11, 0..14), cut in 0_usize..12) {
        let (case, whole) = history();
        let entries: Vec<Stored> = if places.len() == cut { whole.entries.clone() } else {
            places.iter().map(|place| whole.entries[*place].clone()).collect()
        };
        let trail = Trail { entries, ..whole.clone() };
        prop_assert_eq!(trail.verify(case.id).broken.is_none(), trail == whole);
    }
}

fn heads(count: u128) -> Heads {
    let case =
        |number| CaseId { kind: CaseKind::ALL[number as usize % 2], owner: AccountId::new(Ulid(number)) };
    (0..count).map(|number| (case(number), ChainHead { number: 1, hash: hash("a") })).collect()
}

#[test]
fn an_anchor_holds_its_heads_and_no_others() {
    let anchor = Anchor::new(date(2026, 11, 24), &heads(5), None);
    assert!(anchor.holds(&heads(5)) && !anchor.holds(&heads(4)) && !anchor.holds(&heads(6)));
    let mut other = heads(5);
    for head in other.values_mut().take(1) {
        head.hash = hash("b");
    }
    assert!(!anchor.holds(&other));
    let lines = heads(2).into_iter().map(|(case, head)| format!("{case} {} {}\n", head.number, head.hash));
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    let two = Anchor::new(date(2026, 11, 24), &heads(2), None);
    assert_eq!(two.heads, sha256(&lines.concat()));
    assert_eq!(two.hash, sha256(&format!(r#"["baoming-anchor-1","2026-11-24",2,"{}",null]"#, two.heads)));
    assert_eq!(serde_json::from_value::<Anchor>(json!(anchor)).unwrap(), anchor);
}

#[test]
fn anchors_are_a_chain_too() {
    let first = Anchor::new(date(2026, 11, 24), &heads(1), None);
    let second = Anchor::new(date(2026, 11, 25), &heads(2), Some(&first));
    let third = Anchor::new(date(2026, 11, 26), &heads(3), Some(&second));
    assert!(first.follows(None) && second.follows(Some(&first)) && third.follows(Some(&second)));
    assert!(!third.follows(Some(&first)) && !third.follows(None) && !first.follows(Some(&first)));
    for forged in [
        Anchor { date: date(2026, 11, 27), ..third.clone() },
        Anchor { count: 2, ..third.clone() },
        Anchor { heads: hash("a"), ..third.clone() },
        Anchor { previous: None, ..third.clone() },
        Anchor { hash: hash("a"), ..third.clone() },
    ] {
        assert!(!forged.follows(Some(&second)), "{forged:?}");
    }
}

#[test]
fn an_anchor_has_the_head_as_it_was_and_nothing_that_soon_goes() {
    let (case, trail) = history();
    assert_eq!(trail.head_before(at(1)), None);
    let linked = |place: usize| {
        trail.entries[place].entry.as_ref().unwrap().link.map(|link: ChainEntry| ChainHead::from(link))
    };
    for (seconds, place) in [(2, 0), (3, 1), (6, 4), (11, 9)] {
        assert_eq!(trail.head_before(at(seconds)), linked(place));
    }
    assert_eq!(trail.head_before(at(60)), case.last_audit);
    let leaving = |until: Moment| Trail { retain_until: Some(until), ..trail.clone() }.head_before(at(60));
    assert_eq!(leaving(at(60).after(LEAVES_WITHIN)), case.last_audit);
    assert_eq!(leaving(at(59).after(LEAVES_WITHIN)), None);
}
