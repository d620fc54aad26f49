//! What changed since a department looked at a case last, and what became of its comments.

use serde::Serialize;
use serde_json::Value;

use super::{AuditEntry, Case, Comment, Decision, Event};
use crate::fault::Pointer;

/// A field that is not what it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The field: in the pages as they are now, or as they were where it is gone.
    pub pointer: Pointer,
    /// What it was; nothing where it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it is; nothing where it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// Everything in which two submissions differ, field by field. Rows are told apart by their ids: one that was moved, or
/// stands behind one that was taken out, is the same.
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

/// Whether a comment on `before` was answered: what it points at is not what it was.
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

/// A return or a rejection that was not taken back, with the submission that it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Remarked<'h> {
    /// The entry of the decision.
    pub entry: &'h AuditEntry,
    /// The comments.
    pub comments: &'h [Comment],
    /// The version that the submission made.
    pub submission: u64,
}

/// The remarks of a case's history, oldest first.
pub fn remarks<'h>(history: &'h [AuditEntry]) -> Vec<Remarked<'h>> {
    let remarked = |(entry, submission): (&'h AuditEntry, u64)| match entry.decision.as_ref()? {
        Decision::Return { comments, .. } | Decision::Reject { comments, .. } => {
            Some(Remarked { entry, comments, submission })
        }
        Decision::Approve => None,
    };
    decisions(history).into_iter().filter_map(remarked).collect()
}

/// The versions of the submissions on which a decision rests that was not taken back, oldest first, each once.
pub fn decided(history: &[AuditEntry]) -> Vec<u64> {
    let mut versions: Vec<u64> = decisions(history).into_iter().map(|(_, submission)| submission).collect();
    versions.dedup();
    versions
}

/// The entries of decisions that were not taken back, oldest first, each with the version of the submission it is about.
fn decisions(history: &[AuditEntry]) -> Vec<(&AuditEntry, u64)> {
    let mut submission = None;
    let mut found = Vec::new();
    for (index, entry) in history.iter().enumerate() {
        // Nothing else may come between a decision and its end.
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
    /// The submission that the department decided on last, before what is shown now: what there is to compare with.
    pub fn compared_with(&self, history: &[AuditEntry]) -> Option<u64> {
        let decided = self.verdict.as_ref()?.at;
        let submissions = history.iter().filter(|entry| {
            matches!(entry.event, Event::Submitted | Event::Resubmitted) && entry.at <= decided
        });
        submissions.map(|entry| entry.version).rfind(|version| Some(*version) < self.shown_version())
    }
}
