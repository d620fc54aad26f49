//! The lists of departments, one for each kind of case: `QUEUE#<division>#<kind>#<shard>` / `<since>#<case>` for what is to be
//! decided, `DECIDED#…` and `TRANSFERS#…` for the others.
//!
//! A list is spread over shards, so that a county's last day does not press on one partition; a page costs
//! one query for each shard, however long the queue is.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    case::{Case, List, ListPosition, listing::ListItem},
    divisions::Division,
    ids::{CaseId, CaseKind},
    moment::Moment,
};
use futures_util::future::try_join_all;
use ports::{PortResult, cases::ListQueue};

use super::{Item, Key, Table, item, read};
use crate::failure::failed;

/// Shards of a queue. Four partitions take 4,000 writes a second (AWS: 1,000 a partition); changing the number
/// needs a rewrite of the queues.
const SHARDS: u128 = 4;

fn partition(list: List, division: Division, kind: CaseKind, shard: u128) -> String {
    let list = match list {
        List::Open => "QUEUE",
        List::Decided => "DECIDED",
        List::Transfers => "TRANSFERS",
    };
    format!("{list}#{}#{}#{shard}", division.code(), kind.as_str())
}

fn position(since: Moment, case: CaseId) -> String {
    format!("{since}#{case}")
}

/// The key of a place: known from the case alone, so that it can be found again without a search.
pub(super) fn key(place: &ListPosition) -> Key {
    let shard = place.case.owner.ulid().random() % SHARDS;
    Key::new(partition(place.list, place.division, place.case.kind, shard), position(place.since, place.case))
}

/// The item at a place.
pub(super) fn line(place: &ListPosition, case: &Case) -> PortResult<Item> {
    item(&key(place), "queue-line", case.updated_at, &ListItem::of(case, place))
}

impl Table {
    async fn list_shard(
        &self,
        partition: String,
        backwards: bool,
        after: Option<&(Moment, CaseId)>,
        limit: usize,
    ) -> PortResult<Vec<ListItem>> {
        // Every position begins with a digit, which "!" precedes and "~" follows.
        let end = if backwards { "~" } else { "!" };
        let after = after.map_or_else(|| end.to_owned(), |(since, case)| position(*since, *case));
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression(if backwards {
                "pk = :pk AND sk < :after"
            } else {
                "pk = :pk AND sk > :after"
            })
            .expression_attribute_values(":pk", AttributeValue::S(partition))
            .expression_attribute_values(":after", AttributeValue::S(after))
            .scan_index_forward(!backwards)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let mut items = query.into_paginator().items().send();
        let mut lines = Vec::new();
        while lines.len() < limit {
            let Some(item) = items.next().await else { break };
            lines.push(read(item.map_err(failed)?)?);
        }
        Ok(lines)
    }
}

impl ListQueue for Table {
    async fn list_queue(
        &self,
        list: List,
        division: Division,
        kind: Option<CaseKind>,
        after: Option<&(Moment, CaseId)>,
        limit: usize,
    ) -> PortResult<Vec<ListItem>> {
        let backwards = list.is_newest_first();
        let kinds = kind.map_or_else(|| CaseKind::ALL.to_vec(), |kind| vec![kind]);
        let partitions =
            kinds.iter().flat_map(|kind| (0..SHARDS).map(|shard| partition(list, division, *kind, shard)));
        let shards = partitions.map(|partition| self.list_shard(partition, backwards, after, limit));
        let mut lines: Vec<ListItem> = try_join_all(shards).await?.into_iter().flatten().collect();
        lines.sort_by_cached_key(|line| position(line.since, line.case));
        if backwards {
            lines.reverse();
        }
        lines.truncate(limit);
        Ok(lines)
    }
}
