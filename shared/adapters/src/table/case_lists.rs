//! Lists that are made into files: `REVIEWER#<id>` / `EXPORT#<ulid>`. The stream has new ones passed on to `build-case-list`.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::ids::{CaseListId, ReviewerId};
use jiff::SignedDuration;
use ports::{
    Clock, PortResult,
    case_lists::{CaseList, ListCaseLists, LoadCaseList, RecordCaseList, SaveCaseList},
};

use super::{Key, Table, expiring_item, read, reviewers};
use crate::{SystemClock, failure::failed};

/// What begins the keys of all of them.
const CASE_LISTS: &str = "EXPORT#";

/// How long it is known who had whole lists unmasked, and why: as long as what was approved is kept (operations.md).
const REVEALED: SignedDuration = SignedDuration::from_hours(24 * 365 * 5);

fn key(reviewer: ReviewerId, id: CaseListId) -> Key {
    Key::new(reviewers::partition(reviewer), format!("{CASE_LISTS}{}", id.ulid()))
}

impl SaveCaseList for Table {
    async fn save_case_list(&self, case_list: &CaseList) -> PortResult<()> {
        let (key, at) = (key(case_list.reviewer, case_list.id), case_list.requested_at);
        let until =
            if case_list.asked.reveal.is_some() { at.after(REVEALED) } else { case_list.kept_until() };
        self.create(expiring_item(&key, "roster", at, Some(until.as_second()), case_list)?).await
    }
}

impl LoadCaseList for Table {
    async fn load_case_list(&self, reviewer: ReviewerId, id: CaseListId) -> PortResult<Option<CaseList>> {
        let case_list: Option<CaseList> = self.get(key(reviewer, id)).await?;
        Ok(case_list.filter(is_kept))
    }
}

impl ListCaseLists for Table {
    async fn list_case_lists(&self, reviewer: ReviewerId, limit: usize) -> PortResult<Vec<CaseList>> {
        let query = self.client.query().table_name(&self.name).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query
            .expression_attribute_values(":pk", AttributeValue::S(reviewers::partition(reviewer)))
            .expression_attribute_values(":prefix", AttributeValue::S(CASE_LISTS.to_owned()))
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let page = query.send().await.map_err(failed)?;
        let case_lists: Vec<CaseList> =
            page.items.unwrap_or_default().into_iter().map(read).collect::<PortResult<_>>()?;
        Ok(case_lists.into_iter().filter(is_kept).collect())
    }
}

/// Whether its file may still be there.
fn is_kept(case_list: &CaseList) -> bool {
    case_list.kept_until() > SystemClock.now()
}

impl RecordCaseList for Table {
    async fn record_case_list(&self, case_list: &CaseList) -> PortResult<()> {
        let CaseList { state, done, total, failure, .. } = case_list;
        self.record_making(key(case_list.reviewer, case_list.id), *state, (*done, *total), *failure).await
    }
}
