//! Cases, their history, the departments' lists and the task tokens.

use domain::{
    case::{
        AuditEntry, Case, CaseFile, Change, Event, List, ListPosition, ReviewerClaims, listing::ListItem,
    },
    collection::{Collection, department::DepartmentId},
    consent::Biometrics,
    divisions::Division,
    ids::{AccountId, CaseId, CaseKind, ReviewerId},
    moment::Moment,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{MemoryTable, Stored, StoredCase};
use crate::{
    PortError, PortResult,
    cases::{
        Basis, ListQueue, LoadCase, LoadClaims, LoadHistory, LoadSubmission, SaveChange, SaveDraft,
        SaveGroundedChange, SaveRestored, SaveSubmission, WithdrawConsent,
    },
    people::Person,
    workflow::{LoadToken, SaveToken, TaskToken},
};

fn position(since: Moment, case: CaseId) -> String {
    format!("{since}#{case}")
}

pub(super) fn queue_key(place: &ListPosition) -> (List, &'static str, CaseKind, String) {
    (place.list, place.division.code(), place.case.kind, position(place.since, place.case))
}

impl Stored {
    /// `Conflict` unless the case is stored at that version; version 0 means that it does not exist.
    fn expect_version(&self, id: CaseId, before: u64) -> PortResult<()> {
        let stored = self.cases.get(&id).map_or(0, |stored| stored.case.version);
        if stored == before { Ok(()) } else { Err(PortError::Conflict) }
    }

    fn put_case(&mut self, case: &Case, pages: Value) {
        self.cases.insert(case.id, StoredCase { case: case.clone(), pages });
    }

    /// `Conflict` if the version already has an audit entry.
    fn expect_new_entry(&self, change: &Change) -> PortResult<()> {
        let entry = (change.entry.case, change.entry.version);
        if self.history.contains_key(&entry) { Err(PortError::Conflict) } else { Ok(()) }
    }

    /// `Conflict` unless everything that a change of that applicant's case rests on is as it was read.
    fn expect_basis(&self, changed: CaseId, basis: &Basis) -> PortResult<()> {
        let owner = changed.owner;
        if let Some(biometrics) = &basis.biometrics {
            self.expect_consent(owner, biometrics)?;
        }
        if let Some(versions) = basis.verification {
            let alipay = self.standings.get(&owner).map_or(0, |standing| standing.version);
            if alipay != versions.alipay {
                return Err(PortError::Conflict);
            }
            if changed.kind != CaseKind::RealName {
                self.expect_version(CaseId { kind: CaseKind::RealName, owner }, versions.real_name)?;
            }
        }
        if let Some(claims) = &basis.claims {
            let before = self.claims.get(&claims.reviewer).map_or(0, |claims| claims.version);
            if before + 1 != claims.version {
                return Err(PortError::Conflict);
            }
        }
        Ok(())
    }

    /// `Conflict` unless the account is open and has that consent to pictures of the applicant's face.
    fn expect_consent(&self, owner: AccountId, biometrics: &Biometrics) -> PortResult<()> {
        let is_same = self.accounts.get(&owner).is_some_and(|account| account.biometrics == *biometrics);
        if is_same { Ok(()) } else { Err(PortError::Conflict) }
    }

    fn expect_change(&self, change: &Change) -> PortResult<()> {
        self.expect_version(change.after.id, change.before.version)?;
        self.expect_new_entry(change)?;
        self.expect_number(change)?;
        if self.cases.contains_key(&change.after.id) { Ok(()) } else { Err(PortError::Conflict) }
    }

    /// Saves a change whose conditions were checked.
    fn put_change(&mut self, change: &Change) {
        let pages = self.cases.get(&change.after.id).map(|found| found.pages.clone());
        let mut pages = pages.unwrap_or_default();
        if let (Event::Transferred, Some(to)) = (change.entry.event, transferred_to(change)) {
            pages["department"]["departmentId"] = json!(to);
        }
        self.put_case(&change.after, pages);
        self.put_consequences(change);
        self.number_after(change);
    }

    /// Saves the audit entry, and updates the lists.
    fn put_consequences(&mut self, change: &Change) {
        let Change { before, after, entry } = change;
        self.history.insert((entry.case, entry.version), entry.clone());
        for place in before.places() {
            self.queues.remove(&queue_key(&place));
        }
        for place in after.places() {
            self.queues.insert(queue_key(&place), ListItem::of(after, &place));
        }
    }
}

impl SaveDraft for MemoryTable {
    async fn save_draft(&self, filed: &CaseFile<Collection>) -> PortResult<()> {
        self.call("save_draft", |stored| {
            stored.expect_version(filed.case.id, filed.case.version.saturating_sub(1))?;
            stored.put_case(&filed.case, json!(filed.pages));
            Ok(())
        })
        .await
    }
}

impl SaveSubmission for MemoryTable {
    async fn save_submission<P: Serialize + Sync>(
        &self,
        change: &Change,
        pages: &P,
        basis: &Basis,
    ) -> PortResult<()> {
        let pages = json!(pages);
        self.call("save_submission", |stored| {
            let after = &change.after;
            let snapshot = (after.id, after.version);
            stored.expect_basis(after.id, basis)?;
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
    async fn save_change(&self, change: &Change) -> PortResult<()> {
        self.call("save_change", |stored| {
            stored.expect_change(change)?;
            stored.put_change(change);
            Ok(())
        })
        .await
    }
}

impl SaveGroundedChange for MemoryTable {
    async fn save_grounded_change(&self, change: &Change, basis: &Basis) -> PortResult<()> {
        self.call("save_grounded_change", |stored| {
            stored.expect_change(change)?;
            stored.expect_basis(change.after.id, basis)?;
            stored.put_change(change);
            if let Some(claims) = &basis.claims {
                stored.claims.insert(claims.reviewer, claims.clone());
            }
            Ok(())
        })
        .await
    }
}

impl LoadClaims for MemoryTable {
    async fn load_claims(&self, reviewer: ReviewerId) -> PortResult<ReviewerClaims> {
        self.call("load_claims", |stored| {
            let claims = stored.claims.get(&reviewer).cloned();
            Ok(claims.unwrap_or_else(|| ReviewerClaims::none(reviewer)))
        })
        .await
    }
}

impl WithdrawConsent for MemoryTable {
    async fn withdraw_consent(
        &self,
        person: &Person,
        after: &Biometrics,
        withdrawn: &[Change],
        _at: Moment,
    ) -> PortResult<()> {
        self.call("withdraw_consent", |stored| {
            stored.expect_consent(person.id, &person.biometrics)?;
            for kind in CaseKind::ALL {
                let read = person.case(kind).map_or(0, |case| case.version);
                stored.expect_version(CaseId { kind, owner: person.id }, read)?;
            }
            for change in withdrawn {
                stored.expect_change(change)?;
            }
            if let Some(account) = stored.accounts.get_mut(&person.id) {
                account.biometrics = after.clone();
            }
            for change in withdrawn {
                stored.put_change(change);
            }
            Ok(())
        })
        .await
    }
}

/// The department that the case was transferred to, if the change is a transfer.
fn transferred_to(change: &Change) -> Option<DepartmentId> {
    change.before.transfer.as_ref().map(|transfer| transfer.to)
}

impl SaveRestored for MemoryTable {
    async fn save_restored(&self, change: &Change, pages: &Value) -> PortResult<()> {
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
    async fn load_case(&self, id: CaseId) -> PortResult<Option<Case>> {
        self.call("load_case", |stored| Ok(stored.cases.get(&id).map(|stored| stored.case.clone()))).await
    }
}

impl LoadSubmission for MemoryTable {
    async fn load_submission(&self, id: CaseId, version: u64) -> PortResult<Option<Value>> {
        self.call("load_submission", |stored| Ok(stored.submissions.get(&(id, version)).cloned())).await
    }
}

impl LoadHistory for MemoryTable {
    async fn load_history(&self, id: CaseId) -> PortResult<Vec<AuditEntry>> {
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
    ) -> PortResult<Vec<ListItem>> {
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

impl SaveToken for MemoryTable {
    async fn save_token(&self, id: CaseId, opened_version: u64, token: &TaskToken) -> PortResult<()> {
        self.call("save_token", |stored| {
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
    async fn load_token(&self, id: CaseId, opened_version: u64) -> PortResult<Option<TaskToken>> {
        self.call("load_token", |stored| {
            let waiting = stored.tokens.get(&id).filter(|(version, _)| *version == opened_version);
            Ok(waiting.map(|(_, token)| token.clone()))
        })
        .await
    }
}
