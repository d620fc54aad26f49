//! Who looked at a case: `PERSON#<ulid>` / `VIEW#<kind>#<submission>#<reviewer>#<moment>` where the case was opened, so that one
//! read finds whether somebody saw a submission; `VIEW#<kind>#<moment>#<reviewer>` where it was a line of a list. The chains of audit entries (their items are those
//! of `cases`), and anchors: `ANCHOR` / `ANCHOR#<date>`.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::{operation::scan::builders::ScanFluentBuilder, types::AttributeValue};
use domain::{
    case::chain::{Anchor, ChainHead, Stored, StoredHead, Trail},
    ids::{CaseId, ReviewerId},
    moment::Moment,
};
use ports::{
    PortError, PortResult,
    audit::{
        Act, FindView, ListViews, LoadTrail, RecordView, SaveAnchors, ScanActs, ScanCases, ScanPlace, View,
    },
};
use serde::Deserialize;

use super::{Item, Key, Table, cases, item, numbers, person, read, value};
use crate::failure::failed;

/// The partition of all anchors: one small item a day.
const ANCHORS: &str = "ANCHOR";

fn anchor_key(anchor: &Anchor) -> Key {
    Key::new(ANCHORS, format!("ANCHOR#{}", anchor.date))
}

/// What begins the keys of all views.
pub(super) const VIEWS: &str = "VIEW#";

fn view_prefix(id: CaseId) -> String {
    format!("{VIEWS}{}#", id.kind.as_str())
}

/// What begins the keys of all looks of a reviewer at a submission. The version is padded, as in all keys.
fn opened_prefix(id: CaseId, submission: u64, reviewer: ReviewerId) -> String {
    format!("{}{submission:08}#{}#", view_prefix(id), reviewer.ulid())
}

impl RecordView for Table {
    async fn record_view(&self, view: &View) -> PortResult<()> {
        let sort_key = match view.submission {
            Some(submission) => format!("{}{}", opened_prefix(view.case, submission, view.by), view.at),
            None => format!("{}{}#{}", view_prefix(view.case), view.at, view.by.ulid()),
        };
        let key = Key::new(person(view.case.owner), sort_key);
        let put = self.client.put_item().table_name(&self.name);
        put.set_item(Some(item(&key, "view", view.at, view)?)).send().await.map_err(failed)?;
        Ok(())
    }
}

impl FindView for Table {
    async fn has_opened(&self, case: CaseId, submission: u64, reviewer: ReviewerId) -> PortResult<bool> {
        let prefix = opened_prefix(case, submission, reviewer);
        let found = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", AttributeValue::S(person(case.owner)))
            .expression_attribute_values(":prefix", AttributeValue::S(prefix))
            .projection_expression("pk")
            .consistent_read(true)
            .limit(1)
            .send()
            .await
            .map_err(failed)?;
        Ok(found.count() > 0)
    }
}

impl ListViews for Table {
    async fn list_views(&self, id: CaseId) -> PortResult<Vec<View>> {
        let query = self.client.query().table_name(&self.name);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query
            .expression_attribute_values(":pk", AttributeValue::S(person(id.owner)))
            .expression_attribute_values(":prefix", AttributeValue::S(view_prefix(id)));
        let mut items = query.into_paginator().items().send();
        let mut views = Vec::new();
        while let Some(item) = items.next().await {
            views.push(read(item.map_err(failed)?)?);
        }
        // Keys begin with what was shown.
        views.sort_by_key(|view: &View| view.at);
        Ok(views)
    }
}

/// What of a case matters to its chain. The rest may be whatever it is.
#[derive(Deserialize)]
struct CaseItem {
    case: CaseHead,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CaseHead {
    #[serde(default)]
    last_audit: Option<ChainHead>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Retained {
    retain_until: Moment,
}

/// An attribute of a key.
pub(super) fn part<'a>(item: &'a Item, name: &str) -> PortResult<&'a str> {
    let part = item.get(name).and_then(|part| part.as_s().ok());
    part.map(String::as_str).ok_or_else(|| PortError::Corrupt("an item without a key".to_owned()))
}

impl Table {
    /// A scan of the table, from its beginning or from where another one ended.
    pub(super) fn scan_from(&self, after: Option<&ScanPlace>) -> ScanFluentBuilder {
        let place = after.and_then(|place| place.0.split_once('\n'));
        let start = place.map(|(pk, sk)| Key::new(pk, sk).item());
        self.client.scan().table_name(&self.name).consistent_read(true).set_exclusive_start_key(start)
    }
}

/// The place that a page of a scan ended at, if there is more.
pub(super) fn place(last: Option<&Item>) -> PortResult<Option<ScanPlace>> {
    let last = last.filter(|key| !key.is_empty());
    last.map(|key| Ok(ScanPlace(format!("{}\n{}", part(key, "pk")?, part(key, "sk")?)))).transpose()
}

impl LoadTrail for Table {
    async fn load_trail(&self, id: CaseId) -> PortResult<Trail> {
        let (mut entries, mut retain_until) = (Vec::new(), None);
        for item in self.history(id).await? {
            // A key whose version is no number sorts among the others, and holds no entry of this case.
            let version = cases::audit_version(part(&item, "sk")?);
            let retained = serde_dynamo::from_item::<_, Retained>(item.clone());
            retain_until = retained.ok().map(|item| item.retain_until).or(retain_until);
            let entry = version.and_then(|_| read(item).ok());
            entries.push(Stored { version: version.unwrap_or_default(), entry });
        }
        let head = match self.get_item(cases::key(id)).await?.map(read::<CaseItem>) {
            None => StoredHead::Gone,
            Some(Ok(item)) => StoredHead::Case(item.case.last_audit),
            Some(Err(_)) => StoredHead::Unreadable,
        };
        Ok(Trail { entries, head, retain_until })
    }
}

impl ScanCases for Table {
    async fn scan_cases(&self, after: Option<ScanPlace>) -> PortResult<(Vec<CaseId>, Option<ScanPlace>)> {
        let page = self
            .scan_from(after.as_ref())
            .filter_expression("begins_with(sk, :case) OR begins_with(sk, :audit)")
            .projection_expression("pk, sk")
            .expression_attribute_values(":case", value(&"CASE#")?)
            .expression_attribute_values(":audit", value(&cases::ENTRIES)?)
            .send()
            .await
            .map_err(failed)?;
        let mut found = BTreeSet::new();
        for item in page.items() {
            found.extend(cases::case_of(part(item, "pk")?, part(item, "sk")?));
        }
        Ok((found.into_iter().collect(), place(page.last_evaluated_key())?))
    }
}

impl ScanActs for Table {
    async fn scan_acts(
        &self,
        by: Option<ReviewerId>,
        after: Option<ScanPlace>,
    ) -> PortResult<(Vec<Act>, Option<ScanPlace>)> {
        let scan = self
            .scan_from(after.as_ref())
            .expression_attribute_values(":audit", value(&cases::ENTRIES)?)
            .expression_attribute_values(":view", value(&VIEWS)?);
        let scan = match by {
            None => scan
                .filter_expression(
                    "begins_with(sk, :audit) OR begins_with(sk, :view) \
                     OR (begins_with(sk, :number) AND attribute_exists(lost))",
                )
                .expression_attribute_values(":number", value(&numbers::SETTLEMENTS)?),
            Some(reviewer) => scan
                .filter_expression(
                    "(begins_with(sk, :audit) AND #by.#id = :by) OR (begins_with(sk, :view) AND #by = :by)",
                )
                .expression_attribute_names("#by", "by")
                .expression_attribute_names("#id", "id")
                .expression_attribute_values(":by", value(&reviewer)?),
        };
        let page = scan.send().await.map_err(failed)?;
        let next = place(page.last_evaluated_key())?;
        let acts = page.items.unwrap_or_default().into_iter().map(|item| {
            let sk = part(&item, "sk")?;
            if sk.starts_with(VIEWS) {
                read(item).map(Act::Look)
            } else if sk.starts_with(numbers::SETTLEMENTS) {
                numbers::read_settlement(item).map(Act::Number)
            } else {
                read(item).map(Act::Change)
            }
        });
        Ok((acts.collect::<PortResult<_>>()?, next))
    }
}

impl SaveAnchors for Table {
    async fn save_anchor(&self, anchor: &Anchor) -> PortResult<()> {
        // An anchor says nothing of when it was written: its day is what it holds.
        self.create(item(&anchor_key(anchor), "anchor", anchor.at(), anchor)?).await
    }

    async fn list_anchors(&self) -> PortResult<Vec<Anchor>> {
        let query = self.client.query().table_name(&self.name).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", value(&ANCHORS)?);
        let mut items = query.into_paginator().items().send();
        let mut anchors = Vec::new();
        while let Some(item) = items.next().await {
            anchors.push(read(item.map_err(failed)?)?);
        }
        Ok(anchors)
    }
}
