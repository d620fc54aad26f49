//! The chains of audit entries, and their anchors.

use domain::{
    case::{
        Actor, Command,
        chain::{Anchor, Heads, StoredHead},
    },
    ids::{CaseId, CaseKind},
    moment::Moment,
};
use jiff::civil::date;
use ulid::Ulid;

use super::{
    TablePorts,
    cases::{fresh_case, submitted},
    is_conflict, minutes,
};

/// What is saved is a chain that holds, to the end that the case names, and every case is found.
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
    assert_eq!(trail.head_before(now.after(minutes(1))), case.last_audit, "as it was then");

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

/// A day has one anchor, and they are told in order.
///
/// The days are some of the first millennium: a table in use has others, and none of these again.
pub(super) async fn anchors(table: &impl TablePorts) {
    let year = i16::try_from(Ulid::generate().random() % 900).unwrap() + 100;
    let month = i8::try_from(Ulid::generate().random() % 12).unwrap() + 1;
    let day = i8::try_from(Ulid::generate().random() % 26).unwrap() + 1;
    let first = Anchor::new(date(year, month, day), &Heads::new(), None);
    let second = Anchor::new(date(year, month, day + 1), &Heads::new(), Some(&first));
    for anchor in [&second, &first] {
        let saved = table.save_anchor(anchor).await;
        assert!(saved.is_ok() || is_conflict(&saved), "another run may have had that day");
    }
    assert!(is_conflict(&table.save_anchor(&first).await), "the day has one");
    let found = table.list_anchors().await.unwrap();
    assert!(found.is_sorted_by_key(|anchor| anchor.date));
    assert!([first.date, second.date].iter().all(|day| found.iter().any(|anchor| anchor.date == *day)));
}
