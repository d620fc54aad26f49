//! Statistics of the desk: `STATISTICS#<province>#<kind>#<shard>` / `<division>`, and the mark on an audit entry that says that
//! it was counted.
//!
//! A province's counters of one kind lie in a few partitions, so that whoever watches over a province reads them by a few
//! queries. Codes of divisions begin as those above them do (a test of `domain` looks), which makes a city's counters a
//! range. The mark is on the entry itself and not on an item of its own: it is there for as long as the entry could be
//! delivered again, and nobody has to clear it away.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update, builders::UpdateBuilder};
use domain::{
    case::AuditEntry,
    divisions::{self, Division, Level},
    ids::CaseKind,
    statistics::{Delta, Measure, Statistics, StatisticsScope},
};
use futures_util::future::try_join_all;
use ports::{
    Clock, PortError, PortResult,
    audit::ScanPlace,
    statistics::{
        CountEntries, Counter, CounterId, LoadStatistics, MendCounters, SHARDS, ScanEntries, StoredEntry,
    },
};

use super::{Item, Key, Table, audit, cases, read, value};
use crate::{
    SystemClock,
    failure::{failed, unbuilt},
};

/// The attribute of an audit entry that was counted.
const COUNTED: &str = "counted";

fn partition(province: Division, kind: CaseKind, shard: u8) -> String {
    format!("FIGURES#{}#{}#{shard}", province.code(), kind.as_str())
}

fn key(id: CounterId) -> Key {
    let StatisticsScope { division, kind } = id.place;
    Key::new(partition(division.province(), kind, id.shard), division.code())
}

/// What the codes of a division and of all in it begin with.
fn prefix(division: Division) -> &'static str {
    let digits = match division.level() {
        Level::Province => 2,
        Level::City => 4,
        Level::County => 6,
    };
    division.code().get(..digits).unwrap_or(division.code())
}

/// What an item counts; attributes that count nothing, or what only newer code counts, are passed over.
fn statistics(item: &Item) -> PortResult<Statistics> {
    let mut statistics = Statistics::default();
    for (name, count) in item {
        let Some(measure) = Measure::parse(name) else { continue };
        let count = count.as_n().ok().and_then(|count| count.parse().ok());
        statistics.add(measure, count.ok_or_else(|| PortError::Corrupt(format!("a count {name}")))?);
    }
    Ok(statistics)
}

fn division(item: &Item) -> PortResult<Division> {
    Division::stored(audit::part(item, "sk")?).map_err(|_| PortError::Corrupt("a counter's key".to_owned()))
}

fn version(item: &Item) -> u64 {
    let version = item.get("version").and_then(|version| version.as_n().ok());
    version.and_then(|version| version.parse().ok()).unwrap_or_default()
}

impl Table {
    /// An update that adds to a counter, and makes it if there is none. What is added is added to whatever is there, so
    /// that it needs no condition; the same entries are not added twice since their marks are written with it.
    fn add(&self, id: CounterId, statistics: &Statistics) -> PortResult<UpdateBuilder> {
        let mut update = self
            .update(key(id))
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_names("#type", "type")
            .expression_attribute_values(":type", value(&"figures")?)
            .expression_attribute_names("#schema", "schema")
            .expression_attribute_values(":schema", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":at", value(&SystemClock.now())?);
        let mut counts = vec!["#version :one".to_owned()];
        for (number, (measure, count)) in statistics.iter().enumerate() {
            counts.push(format!("#m{number} :m{number}"));
            update = update
                .expression_attribute_names(format!("#m{number}"), measure.name())
                .expression_attribute_values(format!(":m{number}"), AttributeValue::N(count.to_string()));
        }
        let set = "SET #type = :type, #schema = :schema, updatedAt = :at";
        Ok(update.update_expression(format!("{set} ADD {}", counts.join(", "))))
    }

    /// The mark of an entry that was not counted before.
    fn mark(&self, entry: &AuditEntry) -> PortResult<TransactWriteItem> {
        let mark = self
            .update(cases::audit_key(entry.case, entry.version))
            .update_expression("SET #counted = :true")
            .condition_expression("attribute_exists(pk) AND attribute_not_exists(#counted)")
            .expression_attribute_names("#counted", COUNTED)
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .build()
            .map_err(unbuilt)?;
        Ok(written(mark))
    }

    /// The items of a partition whose codes begin like that.
    async fn counters(&self, partition: String, prefix: &str, is_consistent: bool) -> PortResult<Vec<Item>> {
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", AttributeValue::S(partition))
            .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
            .consistent_read(is_consistent);
        let mut items = query.into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(item) = items.next().await {
            found.push(item.map_err(failed)?);
        }
        Ok(found)
    }
}

fn written(update: Update) -> TransactWriteItem {
    TransactWriteItem::builder().update(update).build()
}

impl CountEntries for Table {
    async fn count_entries(&self, entries: &[AuditEntry]) -> PortResult<Result<(), Vec<bool>>> {
        let mut counters: HashMap<CounterId, Statistics> = HashMap::new();
        for entry in entries {
            for (place, statistics) in Delta::of(entry).iter() {
                counters.entry(CounterId::of(*place, entry.case.owner)).or_default().merge(statistics);
            }
        }
        let mut writes = entries.iter().map(|entry| self.mark(entry)).collect::<PortResult<Vec<_>>>()?;
        for (id, statistics) in counters.iter().filter(|(_, statistics)| !statistics.is_empty()) {
            writes.push(written(self.add(*id, statistics)?.build().map_err(unbuilt)?));
        }
        let counted = self.try_transact(writes).await?;
        Ok(counted.map_err(|mut failed| {
            failed.truncate(entries.len());
            failed
        }))
    }
}

impl LoadStatistics for Table {
    async fn load_statistics(
        &self,
        of: Division,
        kind: Option<CaseKind>,
    ) -> PortResult<Vec<(Division, Statistics)>> {
        let kinds = kind.map_or_else(|| CaseKind::ALL.to_vec(), |kind| vec![kind]);
        let partitions = kinds
            .into_iter()
            .flat_map(|kind| (0..SHARDS).map(move |shard| partition(of.province(), kind, shard)));
        let queries = partitions.map(|partition| self.counters(partition, prefix(of), false));
        let items = try_join_all(queries).await?.into_iter().flatten();
        items.map(|item| Ok((division(&item)?, statistics(&item)?))).collect()
    }
}

impl ScanEntries for Table {
    async fn scan_entries(
        &self,
        after: Option<ScanPlace>,
    ) -> PortResult<(Vec<StoredEntry>, Option<ScanPlace>)> {
        let page = self
            .scan_from(after.as_ref())
            .filter_expression("begins_with(sk, :audit)")
            .expression_attribute_values(":audit", value(&cases::ENTRIES)?)
            .send()
            .await
            .map_err(failed)?;
        let next = audit::place(page.last_evaluated_key())?;
        let entries = page
            .items
            .unwrap_or_default()
            .into_iter()
            .map(|item| StoredEntry { is_counted: item.contains_key(COUNTED), entry: read(item).ok() });
        Ok((entries.collect(), next))
    }
}

impl MendCounters for Table {
    async fn list_counters(&self) -> PortResult<Vec<Counter>> {
        let mut counters = Vec::new();
        for province in divisions::children(None).into_iter().flatten() {
            let ids = CaseKind::ALL.into_iter().flat_map(|kind| (0..SHARDS).map(move |shard| (kind, shard)));
            let partitions = ids.map(async |(kind, shard)| {
                let items = self.counters(partition(province, kind, shard), prefix(province), true).await?;
                let items = items.into_iter().map(|item| {
                    let place = StatisticsScope { division: division(&item)?, kind };
                    let id = CounterId { place, shard };
                    Ok(Counter { id, version: version(&item), statistics: statistics(&item)? })
                });
                items.collect::<PortResult<Vec<_>>>()
            });
            counters.extend(try_join_all(partitions).await?.into_iter().flatten());
        }
        Ok(counters)
    }

    async fn mend_counter(&self, read: &Counter, missing: &Statistics) -> PortResult<()> {
        let update = self.add(read.id, missing)?;
        let update = if read.version == 0 {
            update.condition_expression("attribute_not_exists(#version)")
        } else {
            update
                .condition_expression("#version = :version")
                .expression_attribute_values(":version", value(&read.version)?)
        };
        self.transact(vec![written(update.build().map_err(unbuilt)?)]).await
    }
}
