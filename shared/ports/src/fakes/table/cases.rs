//! Cases, their history, the queues and the tokens that wait.

use domain::{
    case::{AuditEntry, Case, Change, Event, Filed, List, Place, listing::Line},
    collection::{Collection, department::DepartmentId},
    divisions::Division,
    ids::{CaseId, CaseKind},
    moment::Moment,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{MemoryTable, Stored, StoredCase};
use crate::{
    Outcome, PortError,
    cases::{
        ListQueue, LoadCase, LoadHistory, LoadSubmission, SaveChange, SaveDraft, SaveRestored, SaveSubmission,
    },
    workflow::{KeepToken, LoadToken, TaskToken},
};

fn position(since: Moment, case: CaseId) -> String {
    format!("{since}#{case}")
}

pub(super) fn queue_key(place: &Place) -> (List, &'static str, CaseKind, String) {
    (place.list, place.division.code(), place.case.kind, position(place.since, place.case))
}

impl Stored {
    /// `Conflict` unless the case is stored at that version; version 0 is no case at all.
    fn expect_version(&self, id: CaseId, before: u64) -> Outcome<()> {
        let stored = self.cases.get(&id).map_or(0, |stored| stored.case.version);
        if stored == before { Ok(()) } else { Err(PortError::Conflict) }
    }

    fn put_case(&mut self, case: &Case, pages: Value) {
        self.cases.insert(case.id, StoredCase { case: case.clone(), pages });
    }

    /// `Conflict` if the version has its audit entry.
    fn expect_new_entry(&self, change: &Change) -> Outcome<()> {
        let entry = (change.entry.case, change.entry.version);
        if self.history.contains_key(&entry) { Err(PortError::Conflict) } else { Ok(()) }
    }

    /// The audit entry, and the queues as they are after the change.
    fn put_consequences(&mut self, change: &Change) {
        let Change { before, after, entry } = change;
        self.history.insert((entry.case, entry.version), entry.clone());
        for place in before.places() {
            self.queues.remove(&queue_key(&place));
        }
        for place in after.places() {
            self.queues.insert(queue_key(&place), Line::of(after, &place));
        }
    }
}

impl SaveDraft for MemoryTable {
    async fn save_draft(&self, filed: &Filed<Collection>) -> Outcome<()> {
        self.call("save_draft", |stored| {
            stored.expect_version(filed.case.id, filed.case.version.saturating_sub(1))?;
            stored.put_case(&filed.case, json!(filed.pages));
            Ok(())
        })
        .await
    }
}

impl SaveSubmission for MemoryTable {
    async fn save_submission<P: Serialize + Sync>(&self, change: &Change, pages: &P) -> Outcome<()> {
        let pages = json!(pages);
        self.call("save_submission", |stored| {
            let after = &change.after;
            let snapshot = (after.id, after.version);
            stored.expect_version(after.id, change.before.version)?;
            stored.expect_new_entry(change)?;
            if stored.submissions.contains_key(&snapshot) {
                return Err(PortError::Conflict);
            }
            stored.submissions.insert(snapshot, pages.clone());
            stored.put_case(after, pages);
            stored.put_consequences(change);
            Ok(())
        })
        .await
    }
}

impl SaveChange for MemoryTable {
    async fn save_change(&self, change: &Change) -> Outcome<()> {
        self.call("save_change", |stored| {
            let after = &change.after;
            stored.expect_version(after.id, change.before.version)?;
            stored.expect_new_entry(change)?;
            let found = stored.cases.get(&after.id).ok_or(PortError::Conflict)?;
            let mut pages = found.pages.clone();
            if let (Event::Transferred, Some(to)) = (change.entry.event, transferred_to(change)) {
                pages["department"]["departmentId"] = json!(to);
            }
            stored.put_case(after, pages);
            stored.put_consequences(change);
            Ok(())
        })
        .await
    }
}

/// The department that took the case.
fn transferred_to(change: &Change) -> Option<DepartmentId> {
    change.before.transfer.as_ref().map(|transfer| transfer.to)
}

impl SaveRestored for MemoryTable {
    async fn save_restored(&self, change: &Change, pages: &Value) -> Outcome<()> {
        self.call("save_restored", |stored| {
            stored.expect_version(change.after.id, change.before.version)?;
            stored.expect_new_entry(change)?;
            stored.put_case(&change.after, pages.clone());
            stored.put_consequences(change);
            Ok(())
        })
        .await
    }
}

impl LoadCase for MemoryTable {
    async fn load_case(&self, id: CaseId) -> Outcome<Option<Case>> {
        self.call("load_case", |stored| Ok(stored.cases.get(&id).map(|stored| stored.case.clone()))).await
    }
}

impl LoadSubmission for MemoryTable {
    async fn load_submission(&self, id: CaseId, version: u64) -> Outcome<Option<Value>> {
        self.call("load_submission", |stored| Ok(stored.submissions.get(&(id, version)).cloned())).await
    }
}

impl LoadHistory for MemoryTable {
    async fn load_history(&self, id: CaseId) -> Outcome<Vec<AuditEntry>> {
        self.call("load_history", |stored| {
            Ok(stored.history.range((id, 0)..=(id, u64::MAX)).map(|(_, entry)| entry.clone()).collect())
        })
        .await
    }
}

impl ListQueue for MemoryTable {
    async fn list_queue(
        &self,
        list: List,
        division: Division,
        kind: Option<CaseKind>,
        after: Option<&(Moment, CaseId)>,
        limit: usize,
    ) -> Outcome<Vec<Line>> {
        let after = after.map_or_else(String::new, |(since, case)| position(*since, *case));
        self.call("list_queue", |stored| {
            let backwards = list.is_newest_first();
            let is_after =
                |at: &String| after.is_empty() || if backwards { *at < after } else { *at > after };
            let lines = stored.queues.iter().filter(|((which, of, is, at), _)| {
                (*which, *of) == (list, division.code())
                    && kind.is_none_or(|kind| kind == *is)
                    && is_after(at)
            });
            let mut lines: Vec<_> = lines.map(|((.., at), line)| (at, line)).collect();
            lines.sort_unstable_by_key(|(at, _)| *at);
            if backwards {
                lines.reverse();
            }
            Ok(lines.into_iter().take(limit).map(|(_, line)| line.clone()).collect())
        })
        .await
    }
}

impl KeepToken for MemoryTable {
    async fn keep_token(&self, id: CaseId, opened_version: u64, token: &TaskToken) -> Outcome<()> {
        self.call("keep_token", |stored| {
            let is_open = |case: &Case| case.state.is_open() && case.opened_version == Some(opened_version);
            if !stored.cases.get(&id).is_some_and(|stored| is_open(&stored.case)) {
                return Err(PortError::Conflict);
            }
            stored.tokens.insert(id, (opened_version, token.clone()));
            Ok(())
        })
        .await
    }
}

impl LoadToken for MemoryTable {
    async fn load_token(&self, id: CaseId, opened_version: u64) -> Outcome<Option<TaskToken>> {
        self.call("load_token", |stored| {
            let waiting = stored.tokens.get(&id).filter(|(version, _)| *version == opened_version);
            Ok(waiting.map(|(_, token)| token.clone()))
        })
        .await
    }
}
