//! Reviewers: `REVIEWER#<id>` / `REVIEWER`, `CHANGE#<moment>`, found by account name at `STAFF#<account>` / `STAFF`.
//!
//! Account names are given by administrators and name no person.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::{case::desk::Reviewer, ids::ReviewerId};
use ports::{
    PortResult,
    people::LoadReviewer,
    staff::{ReviewerChange, SaveReviewer},
};
use serde::{Deserialize, Serialize};

use super::{Key, Table, item, value};
use crate::failure::unbuilt;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Staff {
    reviewer_id: ReviewerId,
}

/// The partition of everything about a reviewer.
pub(super) fn partition(id: ReviewerId) -> String {
    format!("REVIEWER#{id}")
}

fn key(id: ReviewerId) -> Key {
    Key::new(partition(id), "REVIEWER")
}

fn staff_key(account: &str) -> Key {
    Key::new(format!("STAFF#{account}"), "STAFF")
}

/// The reviewer of that account name.
pub(super) async fn find(table: &Table, account: &str) -> PortResult<Option<ReviewerId>> {
    let staff: Option<Staff> = table.get(staff_key(account)).await?;
    Ok(staff.map(|staff| staff.reviewer_id))
}

impl LoadReviewer for Table {
    async fn load_reviewer(&self, id: ReviewerId) -> PortResult<Option<Reviewer>> {
        self.get(key(id)).await
    }
}

impl Table {
    fn reviewer_line(&self, change: &ReviewerChange) -> PortResult<TransactWriteItem> {
        let line = Key::new(partition(change.after.id), format!("CHANGE#{}", change.at));
        self.put_new(item(&line, "reviewer-change", change.at, change)?)
    }
}

impl SaveReviewer for Table {
    async fn add_reviewer(&self, account: &str, change: &ReviewerChange) -> PortResult<()> {
        let (reviewer, at) = (&change.after, change.at);
        let staff = Staff { reviewer_id: reviewer.id };
        let writes = vec![
            self.put_new(item(&staff_key(account), "staff-lookup", at, &staff)?)?,
            self.put_new(item(&key(reviewer.id), "reviewer", at, reviewer)?)?,
            self.reviewer_line(change)?,
        ];
        self.transact(writes).await
    }

    async fn change_reviewer(&self, change: &ReviewerChange) -> PortResult<()> {
        let put = self.put(item(&key(change.after.id), "reviewer", change.at, &change.after)?);
        let put = match &change.before {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(before) => put
                .condition_expression(
                    "division = :division AND active = :active \
                     AND (attribute_not_exists(supervisor) OR supervisor = :supervisor)",
                )
                .expression_attribute_values(":supervisor", value(&before.supervisor)?)
                .expression_attribute_values(":division", value(&before.division)?)
                .expression_attribute_values(":active", value(&before.active)?),
        };
        let put = TransactWriteItem::builder().put(put.build().map_err(unbuilt)?).build();
        self.transact(vec![put, self.reviewer_line(change)?]).await
    }
}
