//! Queues, one for each kind of case: `QUEUE#<division>#<kind>#<shard>` / `<since>#<case>`.
//!
//! A queue is spread over shards, so that a county's last day does not press on one partition; a page costs
//! one query for each shard, however long the queue is.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    case::{Case, Claim, QueuePlace, State},
    divisions::Division,
    ids::{CaseId, CaseKind},
    moment::Moment,
};
use futures_util::future::try_join_all;
use ports::{
    Outcome,
    cases::{ListQueue, QueueItem},
};
use serde::{Deserialize, Serialize};

use super::{Item, Key, Table, item, read};
use crate::failure::failed;

/// Shards of a queue. Four partitions take 4,000 writes a second (AWS: 1,000 a partition); changing the number
/// needs a rewrite of the queues.
const SHARDS: u128 = 4;

#[derive(Serialize, Deserialize)]
struct Line {
    case: CaseId,
    kind: CaseKind,
    state: State,
    round: u32,
    since: Moment,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    claim: Option<Claim>,
}

fn partition(division: Division, kind: CaseKind, shard: u128) -> String {
    format!("QUEUE#{}#{}#{shard}", division.code(), kind.as_str())
}

fn position(since: Moment, case: CaseId) -> String {
    format!("{since}#{case}")
}

/// The key of a place: known from the case alone, so that it can be found again without a search.
pub(super) fn key(place: &QueuePlace) -> Key {
    let shard = place.case.owner.ulid().random() % SHARDS;
    Key::new(partition(place.division, place.case.kind, shard), position(place.since, place.case))
}

/// The item at a place.
pub(super) fn line(place: &QueuePlace, case: &Case) -> Outcome<Item> {
    let body = Line {
        case: case.id,
        kind: case.id.kind,
        state: case.state,
        round: case.round,
        since: place.since,
        claim: case.claim.clone(),
    };
    item(&key(place), "queue-line", case.updated_at, &body)
}

impl Table {
    async fn list_shard(
        &self,
        partition: String,
        after: Option<&(Moment, CaseId)>,
        limit: usize,
    ) -> Outcome<Vec<Line>> {
        let after = after.map_or_else(String::new, |(since, case)| position(*since, *case));
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("pk = :pk AND sk > :after")
            .expression_attribute_values(":pk", AttributeValue::S(partition))
            // Keys are never empty, and every position begins with a digit.
            .expression_attribute_values(
                ":after",
                AttributeValue::S(if after.is_empty() { "!".to_owned() } else { after }),
            )
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
        division: Division,
        kind: Option<CaseKind>,
        after: Option<&(Moment, CaseId)>,
        limit: usize,
    ) -> Outcome<Vec<QueueItem>> {
        let kinds = kind.map_or_else(|| CaseKind::ALL.to_vec(), |kind| vec![kind]);
        let partitions =
            kinds.iter().flat_map(|kind| (0..SHARDS).map(|shard| partition(division, *kind, shard)));
        let shards = partitions.map(|partition| self.list_shard(partition, after, limit));
        let mut lines: Vec<Line> = try_join_all(shards).await?.into_iter().flatten().collect();
        lines.sort_by_cached_key(|line| position(line.since, line.case));
        lines.truncate(limit);
        let items = lines.into_iter().map(|line| QueueItem {
            case: line.case,
            state: line.state,
            round: line.round,
            since: line.since,
            claim: line.claim,
        });
        Ok(items.collect())
    }
}
