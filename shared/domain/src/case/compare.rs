//! The changes of a case since a department last decided on it, and whether its comments were answered.

use serde::Serialize;
use serde_json::Value;

use super::{AuditEntry, Case, Comment, Decision, Event};
use crate::fault::Pointer;

/// A field with a changed value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The field: its pointer in the new pages, or in the old ones if it was removed.
    pub pointer: Pointer,
    /// Old value; `None` if the field is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// New value; `None` if the field was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// All differences between two submissions, field by field. Rows are identified by their ids, so a row that only moved
/// is unchanged.
pub fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(before, after, &Pointer::root(), &mut found);
    found
}

fn compare(before: &Value, after: &Value, at: &Pointer, found: &mut Vec<Difference>) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in new {
                compare(old.get(name).unwrap_or(&Value::Null), value, &at.child(name), found);
            }
            for (name, value) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
                compare(value, &Value::Null, &at.child(name), found);
            }
        }
        (Value::Array(old), Value::Array(new)) if is_rows(old) && is_rows(new) => {
            for (index, row) in new.iter().enumerate() {
                let was = old.iter().find(|was| was.get("id") == row.get("id"));
                compare(was.unwrap_or(&Value::Null), row, &at.child(index), found);
            }
            let is_gone = |row: &Value| new.iter().all(|is| is.get("id") != row.get("id"));
            for (index, row) in old.iter().enumerate().filter(|(_, row)| is_gone(row)) {
                compare(row, &Value::Null, &at.child(index), found);
            }
        }
        _ if before == after => {}
        _ => {
            let there = |value: &Value| Some(value).filter(|value| !value.is_null()).cloned();
            found.push(Difference { pointer: at.clone(), before: there(before), after: there(after) });
        }
    }
}

fn is_rows(list: &[Value]) -> bool {
    list.iter().all(|row| row.get("id").is_some())
}

/// Whether a comment on `before` was answered: the value it points at has changed.
pub fn is_answered(comment: &Comment, before: &Value, after: &Value) -> bool {
    let (mut was, mut is) = (Some(before), Some(after));
    for name in comment.pointer.as_str().split('/').skip(1) {
        let name = name.replace("~1", "/").replace("~0", "~");
        let Some(value) = was else { break };
        let next = value.as_array().map_or_else(
            || value.get(&name),
            |rows| name.parse().ok().and_then(|index: usize| rows.get(index)),
        );
        is = match (is, next.and_then(|row| row.get("id"))) {
            (Some(Value::Array(rows)), Some(id)) => rows.iter().find(|row| row.get("id") == Some(id)),
            (Some(Value::Array(rows)), None) => name.parse().ok().and_then(|index: usize| rows.get(index)),
            (Some(value), _) => value.get(&name),
            (None, _) => None,
        };
        was = next;
    }
    was != is
}

/// A return or a rejection that was not undone, with the submission that it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Remarked<'h> {
    /// Audit entry of the decision.
    pub entry: &'h AuditEntry,
    /// Comments of the decision.
    pub comments: &'h [Comment],
    /// Version that the submission made.
    pub submission: u64,
}

/// The comments in a case's history, oldest first.
pub fn remarks<'h>(history: &'h [AuditEntry]) -> Vec<Remarked<'h>> {
    let remarked = |(entry, submission): (&'h AuditEntry, u64)| match entry.decision.as_ref()? {
        Decision::Return { comments, .. } | Decision::Reject { comments, .. } => {
            Some(Remarked { entry, comments, submission })
        }
        Decision::Approve => None,
    };
    decisions(history).into_iter().filter_map(remarked).collect()
}

/// The versions of the submissions that have a decision that was not undone, oldest first, without duplicates.
pub fn decided(history: &[AuditEntry]) -> Vec<u64> {
    let mut versions: Vec<u64> = decisions(history).into_iter().map(|(_, submission)| submission).collect();
    versions.dedup();
    versions
}

/// The entries of decisions that were not undone, oldest first, each with the version of its submission.
fn decisions(history: &[AuditEntry]) -> Vec<(&AuditEntry, u64)> {
    let mut submission = None;
    let mut found = Vec::new();
    for (index, entry) in history.iter().enumerate() {
        // An undo always directly follows its decision.
        let is_undone = history.get(index + 1).is_some_and(|next| next.event == Event::Undone);
        match entry.event {
            Event::Submitted | Event::Resubmitted => submission = Some(entry.version),
            Event::Approved | Event::Returned | Event::Rejected if !is_undone => {
                found.extend(submission.map(|submission| (entry, submission)));
            }
            _ => {}
        }
    }
    found
}

impl Case {
    /// The last decided submission before the one shown now: the base of the comparison.
    pub fn compared_with(&self, history: &[AuditEntry]) -> Option<u64> {
        let decided = self.verdict.as_ref()?.at;
        let submissions = history.iter().filter(|entry| {
            matches!(entry.event, Event::Submitted | Event::Resubmitted) && entry.at <= decided
        });
        submissions.map(|entry| entry.version).rfind(|version| Some(*version) < self.shown_version())
    }
}
