//! Statistics: entries are counted once, and counters are corrected only if unchanged since they were read.

use domain::{
    case::{Actor, AuditEntry, Command},
    divisions::Division,
    ids::{AccountId, CaseId, CaseKind, ReviewerId},
    moment::Moment,
    statistics::{Delta, Measure, StateBucket, Statistics, StatisticsScope},
};
use ulid::Ulid;

use super::{TablePorts, cases::submitted, is_conflict, minutes};
use crate::statistics::{Counter, CounterId};

/// A county with hardly any submissions; nearly every run uses a different one.
fn county() -> Division {
    let counties = ["460400", "659004", "659006", "659008", "659010", "659012"];
    let number = usize::try_from(Ulid::generate().random() % 6).unwrap();
    Division::parse(counties[number]).unwrap()
}

async fn counter(table: &impl TablePorts, id: CounterId) -> Counter {
    let found = table.list_counters().await.unwrap().into_iter().find(|counter| counter.id == id);
    found.unwrap_or(Counter { id, version: 0, statistics: Statistics::default() })
}

/// The number of a case's audit entries, and how many of them were counted.
async fn marks(table: &impl TablePorts, case: CaseId) -> (usize, usize) {
    let (mut all, mut counted, mut place) = (0, 0, None);
    loop {
        let (found, next) = table.scan_entries(place).await.unwrap();
        for stored in found {
            if stored.entry.is_some_and(|entry| entry.case == case) {
                all += 1;
                counted += usize::from(stored.is_counted);
            }
        }
        if next.is_none() {
            return (all, counted);
        }
        place = next;
    }
}

/// Entries are counted once, all or none, and a counter that changed since it was read is not corrected.
///
/// On a running stack, the stack's function may count the same entries concurrently.
pub(super) async fn statistics(table: &impl TablePorts, now: Moment) {
    let county = county();
    let owner = AccountId::new(Ulid::generate());
    let (kind, other) = (CaseKind::RealName, CaseKind::Collection);
    let case = submitted(table, county.code(), now).await;
    let id = CounterId::of(StatisticsScope { division: county, kind }, case.id.owner);
    let reviewer = Actor::Reviewer(ReviewerId::new(Ulid::generate()));
    let claim = case.apply(&Command::Claim, &reviewer, now.after(minutes(60))).unwrap();
    let before = counter(table, id).await;
    table.save_change(&claim).await.unwrap();
    let entries = table.load_history(case.id).await.unwrap();

    let gone = AuditEntry { case: CaseId { kind, owner }, ..claim.entry.clone() };
    let counted = table.count_entries(&[claim.entry.clone(), gone]).await;
    assert!(
        is_conflict(&counted) || counted.unwrap().is_err_and(|counted| counted[1]),
        "the second entry does not exist"
    );
    for entry in &entries {
        while is_conflict(&table.count_entries(std::slice::from_ref(entry)).await) {}
    }
    assert_eq!(marks(table, case.id).await, (2, 2));
    assert_eq!(table.count_entries(&entries).await.unwrap(), Err(vec![true, true]), "already counted");
    let mut sum = Statistics::default();
    for (_, statistics) in
        entries.iter().flat_map(|entry| Delta::of(entry).iter().cloned().collect::<Vec<_>>())
    {
        sum.merge(&statistics);
    }
    let after = counter(table, id).await;
    let open = Measure::StateBucket(StateBucket::Open);
    let added = after.statistics.minus(&before.statistics);
    // The stack's function may have counted the submission before the counter was read.
    assert!(added == sum || added == sum.minus(&Statistics::one(open, 1)), "{added:?}");
    assert!(after.version > before.version);

    let lacks = Statistics::one(open, -3);
    assert!(is_conflict(&table.mend_counter(&before, &lacks).await), "the counter was changed since");
    table.mend_counter(&after, &lacks).await.unwrap();
    let mended = counter(table, id).await;
    assert_eq!(
        (mended.version, mended.statistics.minus(&after.statistics)),
        (after.version + 1, lacks.clone())
    );
    assert!(is_conflict(&table.mend_counter(&after, &lacks).await), "the counter was changed since");
    let none = Counter { version: 0, ..mended.clone() };
    assert!(is_conflict(&table.mend_counter(&none, &lacks).await), "the counter already exists");
    table.mend_counter(&mended, &Statistics::one(open, 3)).await.unwrap();

    let is_seen = async |of: Division, kind| {
        let found = table.load_statistics(of, kind).await.unwrap();
        assert!(found.iter().all(|(division, _)| of.contains(*division)));
        found.iter().any(|(division, _)| *division == county)
    };
    for of in [county, county.city().unwrap_or(county), county.province()] {
        assert!(is_seen(of, None).await && is_seen(of, Some(kind)).await, "{of:?}");
        assert!(!is_seen(of, Some(other)).await, "{of:?}");
    }
    assert!(!is_seen(Division::parse("110000").unwrap(), None).await);
}
