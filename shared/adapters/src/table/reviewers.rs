//! Reviewers: `REVIEWER#<id>` / `REVIEWER`, found by account name at `STAFF#<account>` / `STAFF`.
//!
//! Account names are given by administrators and name no person.

use domain::{case::desk::Reviewer, ids::ReviewerId};
use ports::{Outcome, people::LoadReviewer};
use serde::Deserialize;

use super::{Key, Table};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Staff {
    reviewer_id: ReviewerId,
}

/// The reviewer of that account name.
pub(super) async fn find(table: &Table, account: &str) -> Outcome<Option<ReviewerId>> {
    let staff: Option<Staff> = table.get(Key::new(format!("STAFF#{account}"), "STAFF")).await?;
    Ok(staff.map(|staff| staff.reviewer_id))
}

impl LoadReviewer for Table {
    async fn load_reviewer(&self, id: ReviewerId) -> Outcome<Option<Reviewer>> {
        self.get(Key::new(format!("REVIEWER#{id}"), "REVIEWER")).await
    }
}
