//! Cases with their pages, their history and their frozen copies.
//!
//! `PERSON#<ulid>` / `CASE#<kind>`, `AUDIT#<kind>#<version>`, `SNAPSHOT#<kind>#<version>`. What a change rests on beside the
//! case is a condition of its transaction ([`Basis`]).

use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, TransactWriteItem};
use domain::{
    case::{AuditEntry, Case, CaseFile, Change, Event, State},
    collection::Collection,
    consent::Biometrics,
    ids::{AccountId, CaseId, CaseKind},
    moment::Moment,
};
use ports::{
    PortResult,
    cases::{
        Basis, LoadCase, LoadHistory, LoadSubmission, SaveChange, SaveDraft, SaveGroundedChange,
        SaveRestored, SaveSubmission, WithdrawConsent,
    },
    people::Person,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Item, Key, Table, accounts, alipay, audit, expiring_item, item, person, queue, read, value};
use crate::failure::{failed, unbuilt};

/// The key of a case.
pub(super) fn key(id: CaseId) -> Key {
    Key::new(person(id.owner), format!("CASE#{}", id.kind.as_str()))
}

/// Whether it is the key of some case.
pub(super) fn is_case(key: &Key) -> bool {
    key.sk.starts_with("CASE#")
}

/// What begins the keys of all audit entries.
pub(super) const ENTRIES: &str = "AUDIT#";

/// Whether it is the key of an audit entry, or of a look at a case.
pub(super) fn is_history(key: &Key) -> bool {
    key.sk.starts_with(ENTRIES) || key.sk.starts_with(audit::VIEWS)
}

/// The version in the key of an audit entry.
pub(super) fn audit_version(sk: &str) -> Option<u64> {
    sk.rsplit_once('#')?.1.parse().ok()
}

/// The case whose item, or whose audit entry, has that key.
pub(super) fn case_of(pk: &str, sk: &str) -> Option<CaseId> {
    let owner = pk.strip_prefix("PERSON#")?;
    let mut parts = sk.split('#');
    let kind = matches!(parts.next()?, "CASE" | "AUDIT").then(|| parts.next()).flatten()?;
    CaseId::parse(&format!("{kind}-{owner}")).ok()
}

fn audit_prefix(id: CaseId) -> String {
    format!("{ENTRIES}{}#", id.kind.as_str())
}

/// Versions are padded so that they sort as text.
pub(super) fn audit_key(id: CaseId, version: u64) -> Key {
    Key::new(person(id.owner), format!("{}{version:08}", audit_prefix(id)))
}

pub(super) fn snapshot_key(id: CaseId, version: u64) -> Key {
    Key::new(person(id.owner), format!("SNAPSHOT#{}#{version:08}", id.kind.as_str()))
}

/// A case's item. `version` and `state` stand outside the case as well: conditions and the stream's filter read them.
#[derive(Serialize, Deserialize)]
struct CaseItem<C, P> {
    version: u64,
    state: State,
    case: C,
    pages: P,
}

/// The case and pages of an item.
pub(super) fn read_filed<P: DeserializeOwned>(item: Item) -> PortResult<CaseFile<P>> {
    let CaseItem { case, pages, .. } = read::<CaseItem<Case, P>>(item)?;
    Ok(CaseFile { case, pages })
}

fn case_item<P: Serialize>(case: &Case, pages: &P) -> PortResult<Item> {
    let body = CaseItem { version: case.version, state: case.state, case, pages };
    item(&key(case.id), "case", case.updated_at, &body)
}

/// How long an emptied case stands in the way of whoever read the pages before: longer than any function runs.
const EMPTIED: i64 = 3_600;

/// What the stored version must be for a case of version `after` to be written.
const CONDITION_FIRST: &str = "attribute_not_exists(pk)";
const CONDITION_NEXT: &str = "version = :before";

impl Table {
    fn put_case<P: Serialize>(&self, before: u64, case: &Case, pages: &P) -> PortResult<TransactWriteItem> {
        self.put_case_item(before, case_item(case, pages)?)
    }

    /// In a transaction: the case as one whose pages were never filled in, and which whoever read them before can
    /// no longer write. It keeps the end of its history, which is not emptied.
    pub(super) fn empty_case(
        &self,
        before: Option<&Case>,
        id: CaseId,
        at: Moment,
    ) -> PortResult<TransactWriteItem> {
        let last_audit = before.and_then(|case| case.last_audit);
        let before = before.map_or(0, |case| case.version);
        let case = Case { version: before + 1, last_audit, ..Case::draft(id, at) };
        let body = CaseItem { version: case.version, state: case.state, case: &case, pages: Value::Null };
        let item = expiring_item(&key(id), "case", at, Some(at.as_second() + EMPTIED), &body)?;
        self.put_case_item(before, item)
    }

    /// In a transaction: the case is still at that version.
    pub(super) fn same_case(&self, version: u64, id: CaseId) -> PortResult<TransactWriteItem> {
        self.same_version(key(id), version)
    }

    /// In a transaction: the item is still at that version; 0 where there is none.
    fn same_version(&self, key: Key, version: u64) -> PortResult<TransactWriteItem> {
        let check = ConditionCheck::builder().table_name(&self.name).set_key(Some(key.item()));
        let check = if version == 0 {
            check.condition_expression(CONDITION_FIRST)
        } else {
            check
                .condition_expression(CONDITION_NEXT)
                .expression_attribute_values(":before", value(&version)?)
        };
        Ok(TransactWriteItem::builder().condition_check(check.build().map_err(unbuilt)?).build())
    }

    /// In a transaction: everything that a change of that case rests on is as it was read.
    fn resting_on(&self, basis: &Basis, changed: CaseId, at: Moment) -> PortResult<Vec<TransactWriteItem>> {
        let Basis { biometrics, verification, claims } = basis;
        let owner = changed.owner;
        let mut writes = Vec::new();
        if let Some(biometrics) = biometrics {
            writes.push(self.same_consent(owner, biometrics)?);
        }
        if let Some(versions) = verification {
            writes.push(self.same_version(alipay::key(owner), versions.alipay)?);
            // The request itself is written at the version that was read.
            if changed.kind != CaseKind::RealName {
                let request = CaseId { kind: CaseKind::RealName, owner };
                writes.push(self.same_case(versions.real_name, request)?);
            }
        }
        if let Some(claims) = claims {
            writes.push(self.put_claims(claims, at)?);
        }
        Ok(writes)
    }

    /// In a transaction: the account is open, and says that about pictures of the person's face.
    fn same_consent(&self, owner: AccountId, biometrics: &Biometrics) -> PortResult<TransactWriteItem> {
        let check = ConditionCheck::builder()
            .table_name(&self.name)
            .set_key(Some(accounts::key(owner).item()))
            .expression_attribute_names("#state", "state");
        let check = if biometrics.history().is_empty() {
            check.condition_expression(format!("{} AND {}", accounts::OPEN, accounts::SAID_NOTHING))
        } else {
            check
                .condition_expression(format!("{} AND {}", accounts::OPEN, accounts::SAID))
                .expression_attribute_values(":before", value(biometrics)?)
        };
        Ok(TransactWriteItem::builder().condition_check(check.build().map_err(unbuilt)?).build())
    }

    /// In a transaction: the case is still at that version, and nothing that read it can write it any more. The case
    /// itself and its pages stay as they were approved.
    pub(super) fn leave_case(&self, version: u64, id: CaseId) -> PortResult<TransactWriteItem> {
        let update = self
            .update(key(id))
            .update_expression("SET version = :after")
            .condition_expression(CONDITION_NEXT)
            .expression_attribute_values(":before", value(&version)?)
            .expression_attribute_values(":after", value(&(version + 1))?)
            .build()
            .map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    fn put_case_item(&self, before: u64, item: Item) -> PortResult<TransactWriteItem> {
        let put = self.put(item);
        let put = if before == 0 {
            put.condition_expression(CONDITION_FIRST)
        } else {
            put.condition_expression(CONDITION_NEXT).expression_attribute_values(":before", value(&before)?)
        };
        Ok(TransactWriteItem::builder().put(put.build().map_err(unbuilt)?).build())
    }

    fn update_case(&self, change: &Change) -> PortResult<TransactWriteItem> {
        let Change { before, after: case, entry } = change;
        let before = before.version;
        let set = "SET #case = :case, #state = :state, version = :version, updatedAt = :at";
        let moved = change.before.transfer.as_ref().filter(|_| entry.event == Event::Transferred);
        let update = self.update(key(case.id));
        let update = match moved {
            Some(transfer) => update
                .update_expression(format!("{set}, pages.department.departmentId = :department"))
                .expression_attribute_values(":department", value(&transfer.to)?),
            None => update.update_expression(set),
        };
        let update = update
            .condition_expression(CONDITION_NEXT)
            .expression_attribute_names("#case", "case")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":case", value(case)?)
            .expression_attribute_values(":state", value(&case.state)?)
            .expression_attribute_values(":version", value(&case.version)?)
            .expression_attribute_values(":at", value(&case.updated_at)?)
            .expression_attribute_values(":before", value(&before)?)
            .build()
            .map_err(unbuilt)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// The audit entry, and the queues as they are after the change.
    fn consequences(&self, change: &Change) -> PortResult<Vec<TransactWriteItem>> {
        let Change { before, after, entry } = change;
        let audit = item(&audit_key(entry.case, entry.version), "audit-entry", entry.at, entry)?;
        let mut writes = vec![self.put_new(audit)?];
        let places = after.places();
        for place in &places {
            writes.push(self.put_any(queue::line(place, after)?)?);
        }
        for place in before.places().iter().filter(|place| !places.contains(place)) {
            let delete = self.delete(queue::key(place)).build().map_err(unbuilt)?;
            writes.push(TransactWriteItem::builder().delete(delete).build());
        }
        Ok(writes)
    }
}

impl SaveDraft for Table {
    async fn save_draft(&self, filed: &CaseFile<Collection>) -> PortResult<()> {
        let CaseFile { case, pages } = filed;
        let before = case.version.saturating_sub(1);
        let put = self.client.put_item().table_name(&self.name).set_item(Some(case_item(case, pages)?));
        let put = if before == 0 {
            put.condition_expression(CONDITION_FIRST)
        } else {
            put.condition_expression(CONDITION_NEXT).expression_attribute_values(":before", value(&before)?)
        };
        put.send().await.map_err(failed)?;
        Ok(())
    }
}

impl SaveSubmission for Table {
    async fn save_submission<P: Serialize + Sync>(
        &self,
        change: &Change,
        pages: &P,
        basis: &Basis,
    ) -> PortResult<()> {
        let after = &change.after;
        let snapshot = item(
            &snapshot_key(after.id, after.version),
            "snapshot",
            after.updated_at,
            &Snapshot { round: after.round, pages },
        )?;
        let mut writes = vec![self.put_case(change.before.version, after, pages)?, self.put_new(snapshot)?];
        writes.extend(self.consequences(change)?);
        writes.extend(self.resting_on(basis, after.id, after.updated_at)?);
        self.transact(writes).await
    }
}

impl SaveChange for Table {
    async fn save_change(&self, change: &Change) -> PortResult<()> {
        self.save_grounded_change(change, &Basis::default()).await
    }
}

impl SaveGroundedChange for Table {
    async fn save_grounded_change(&self, change: &Change, basis: &Basis) -> PortResult<()> {
        let mut writes = vec![self.update_case(change)?];
        writes.extend(self.consequences(change)?);
        writes.extend(self.resting_on(basis, change.after.id, change.after.updated_at)?);
        writes.extend(self.number_after(change).await?);
        self.transact(writes).await
    }
}

impl WithdrawConsent for Table {
    async fn withdraw_consent(
        &self,
        person: &Person,
        after: &Biometrics,
        withdrawn: &[Change],
        at: Moment,
    ) -> PortResult<()> {
        let mut writes = vec![self.say_about_biometrics(person.id, &person.biometrics, after, at)?];
        for kind in CaseKind::ALL {
            let id = CaseId { kind, owner: person.id };
            match withdrawn.iter().find(|change| change.after.id == id) {
                Some(change) => {
                    writes.push(self.update_case(change)?);
                    writes.extend(self.consequences(change)?);
                }
                None => writes.push(self.same_case(person.case(kind).map_or(0, |case| case.version), id)?),
            }
        }
        self.transact(writes).await
    }
}

impl SaveRestored for Table {
    async fn save_restored(&self, change: &Change, pages: &Value) -> PortResult<()> {
        let mut writes = vec![self.put_case(change.before.version, &change.after, pages)?];
        writes.extend(self.consequences(change)?);
        self.transact(writes).await
    }
}

/// The case's item without its pages.
#[derive(Deserialize)]
pub(super) struct CaseOnly {
    pub(super) case: Case,
}

impl LoadCase for Table {
    async fn load_case(&self, id: CaseId) -> PortResult<Option<Case>> {
        Ok(self.get::<CaseOnly>(key(id)).await?.map(|item| item.case))
    }
}

/// Pages as they were handed in.
#[derive(Serialize, Deserialize)]
struct Snapshot<P> {
    round: u32,
    pages: P,
}

impl LoadSubmission for Table {
    async fn load_submission(&self, id: CaseId, version: u64) -> PortResult<Option<Value>> {
        let snapshot = self.get::<Snapshot<Value>>(snapshot_key(id, version)).await?;
        Ok(snapshot.map(|snapshot| snapshot.pages))
    }
}

impl LoadHistory for Table {
    async fn load_history(&self, id: CaseId) -> PortResult<Vec<AuditEntry>> {
        self.history(id).await?.into_iter().map(read).collect()
    }
}

impl Table {
    /// The items of a case's audit entries, by their versions.
    pub(super) async fn history(&self, id: CaseId) -> PortResult<Vec<Item>> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", AttributeValue::S(person(id.owner)))
            .expression_attribute_values(":prefix", AttributeValue::S(audit_prefix(id)))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut items = Vec::new();
        while let Some(item) = pages.next().await {
            items.push(item.map_err(failed)?);
        }
        Ok(items)
    }
}
