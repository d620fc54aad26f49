//! What must add up in the end.

use std::collections::BTreeMap;

use journey::Stack;
use journey::table::{self, Item};
use serde_json::Value;

use crate::{CITIES, text};

/// The entries of a case's audit trail, as the table has them.
pub(crate) async fn trail(stack: &Stack, ulid: &str, kind: &str) -> Vec<Item> {
    table::partition(stack, &format!("PERSON#{ulid}"), &format!("AUDIT#{kind}#")).await
}

/// Between two times that a department got a case it is decided once, whatever was taken back in between.
pub(crate) fn check_decided_once(case: &str, entries: &[Item]) {
    let mut standing = 0;
    for entry in entries {
        match text(entry, "event").as_str() {
            "submitted" | "resubmitted" | "reopened" => standing = 0,
            "approved" | "returned" | "rejected" => standing += 1,
            "undone" => standing -= 1,
            _ => {}
        }
        assert!((0..=1).contains(&standing), "{case} was decided twice");
    }
    let last = entries.last().map(|entry| text(entry, "to")).unwrap_or_default();
    assert!(["APPROVED", "REJECTED"].contains(&last.as_str()), "{case} ended in {last}");
}

/// Whether a case was that division's at a version: handed in there, shown to it when it was late, or on its way to it.
pub(crate) fn was_theirs(division: &str, version: u64, entries: &[Item]) -> bool {
    let number = |entry: &Item| {
        let version = entry.get("version").and_then(|value| value.as_n().ok());
        version.and_then(|version| version.parse::<u64>().ok()).unwrap_or(u64::MAX)
    };
    let before: Vec<&Item> = entries.iter().filter(|entry| number(entry) <= version).collect();
    let Some(last) = before.last() else { return false };
    let has = |entry: &&&Item, event: &str| text(entry, "event") == event;
    let escalated = before
        .iter()
        .rev()
        .find(|entry| has(entry, "escalated"))
        .is_some_and(|entry| CITIES.contains(&division) && text(entry, "division")[..4] == division[..4]);
    let coming = before.iter().any(|entry| has(&entry, "transfer-released"));
    text(last, "division") == division || escalated || coming
}

pub(crate) fn is_of(item: &Value, trails: &BTreeMap<String, Vec<Item>>) -> bool {
    item["caseId"].as_str().is_some_and(|case| trails.contains_key(case))
}
