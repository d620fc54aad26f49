//! Hash chains of audit entries, and their anchors.

use domain::{
    case::{
        Actor, Command,
        chain::{Anchor, Heads, StoredHead},
    },
    ids::{CaseId, CaseKind, CaseListId, ReviewerId},
    moment::Moment,
};
use jiff::civil::date;
use ulid::Ulid;

use super::{
    TablePorts,
    cases::{fresh_case, submitted},
    is_conflict, minutes,
};
use crate::audit::{Act, View};

/// Saved changes form a valid chain whose head the case names, and a scan finds every case.
pub(super) async fn trails(table: &impl TablePorts, now: Moment) {
    let none = fresh_case(CaseKind::Collection);
    let trail = table.load_trail(none).await.unwrap();
    assert_eq!((trail.entries.len(), trail.head, trail.retain_until), (0, StoredHead::Gone, None));

    let case = submitted(table, "110101", now).await;
    let withdrawal =
        case.apply(&Command::Withdraw, &Actor::Applicant(case.id.owner), now.after(minutes(1))).unwrap();
    table.save_change(&withdrawal).await.unwrap();
    let trail = table.load_trail(case.id).await.unwrap();
    let entries = table.load_history(case.id).await.unwrap();
    assert_eq!(trail.entries.iter().map(|stored| stored.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(trail.entries.iter().filter_map(|stored| stored.entry.clone()).collect::<Vec<_>>(), entries);
    assert_eq!(trail.head, StoredHead::Case(withdrawal.after.last_audit));
    let report = trail.verify(case.id);
    assert_eq!((report.linked, report.unlinked, report.is_end_checked, report.broken), (2, 0, true, None));
    assert_eq!(trail.head_before(now.after(minutes(1))), case.last_audit, "the head at that time");

    let wanted =
        [case.id, submitted(table, "110102", now).await.id, submitted(table, "110101", now).await.id];
    let mut missing: Vec<CaseId> = wanted.to_vec();
    let mut place = None;
    loop {
        let (found, next) = table.scan_cases(place).await.unwrap();
        missing.retain(|case| !found.contains(case));
        if next.is_none() {
            break;
        }
        place = next;
    }
    assert_eq!(missing, []);
}

/// Views of a case are listed; a scan by reviewer finds all actions of that reviewer on any case, and no others.
pub(super) async fn acts(table: &impl TablePorts, now: Moment) {
    let (one, other) = (ReviewerId::new(Ulid::generate()), ReviewerId::new(Ulid::generate()));
    let case = submitted(table, "110101", now).await;
    let claim = case.apply(&Command::Claim, &Actor::Reviewer(one), now.after(minutes(1))).unwrap();
    table.save_change(&claim).await.unwrap();
    let elsewhere = submitted(table, "110102", now).await.id;
    let at = now.after(minutes(2));
    let look = |case, by| View { case, version: 1, submission: Some(1), by, at, case_list: None };
    for view in [look(elsewhere, one), look(case.id, other)] {
        table.record_view(&view).await.unwrap();
        table.record_view(&view).await.unwrap();
    }
    assert_eq!(table.list_views(elsewhere).await.unwrap(), [look(elsewhere, one)]);
    opened(table, &look(elsewhere, one), other).await;
    let wanted = [Act::Change(Box::new(claim.entry)), Act::Look(look(elsewhere, one))];
    let theirs = all_acts(table, Some(one)).await;
    assert!(wanted.iter().all(|act| theirs.contains(act)), "{theirs:?}");
    assert!(theirs.iter().all(|act| wanted.contains(act)), "{theirs:?}");
    let everybodys = all_acts(table, None).await;
    assert!(everybodys.contains(&Act::Look(look(case.id, other))) && everybodys.contains(&wanted[0]));
}

/// A view is found by submission and reviewer; a line of a list does not count as opening the case.
async fn opened(table: &impl TablePorts, look: &View, other: ReviewerId) {
    let View { case, by, .. } = *look;
    assert!(table.has_opened(case, 1, by).await.unwrap());
    assert!(!table.has_opened(case, 2, by).await.unwrap(), "another submission");
    assert!(!table.has_opened(case, 1, other).await.unwrap(), "another reviewer");
    let collection = CaseId { kind: CaseKind::Collection, ..case };
    assert!(!table.has_opened(collection, 1, by).await.unwrap(), "another case of the same applicant");
    let (third, case_list) = (ReviewerId::new(Ulid::generate()), Some(CaseListId::new(Ulid::generate())));
    let line = View { case: collection, submission: None, by: third, case_list, ..*look };
    table.record_view(&line).await.unwrap();
    assert!(!table.has_opened(collection, 1, third).await.unwrap(), "only a line of a list was shown");
    let earlier = View { submission: None, by: third, at: look.at.after(minutes(-1)), ..*look };
    table.record_view(&earlier).await.unwrap();
    assert_eq!(table.list_views(case).await.unwrap(), [earlier, *look], "oldest first, with any submission");
}

async fn all_acts(table: &impl TablePorts, by: Option<ReviewerId>) -> Vec<Act> {
    let (mut acts, mut place) = (Vec::new(), None);
    loop {
        let (found, next) = table.scan_acts(by, place).await.unwrap();
        acts.extend(found);
        if next.is_none() {
            return acts;
        }
        place = next;
    }
}

/// A day has one anchor, and anchors are listed in order of their dates.
///
/// The days are in the first millennium, so that they cannot collide with real anchors of a table in use.
pub(super) async fn anchors(table: &impl TablePorts) {
    let year = i16::try_from(Ulid::generate().random() % 900).unwrap() + 100;
    let month = i8::try_from(Ulid::generate().random() % 12).unwrap() + 1;
    let day = i8::try_from(Ulid::generate().random() % 26).unwrap() + 1;
    let first = Anchor::new(date(year, month, day), &Heads::new(), None);
    let second = Anchor::new(date(year, month, day + 1), &Heads::new(), Some(&first));
    for anchor in [&second, &first] {
        let saved = table.save_anchor(anchor).await;
        assert!(saved.is_ok() || is_conflict(&saved), "another run may have used that day");
    }
    assert!(is_conflict(&table.save_anchor(&first).await), "the day already has an anchor");
    let found = table.list_anchors().await.unwrap();
    assert!(found.is_sorted_by_key(|anchor| anchor.date));
    assert!([first.date, second.date].iter().all(|day| found.iter().any(|anchor| anchor.date == *day)));
}
