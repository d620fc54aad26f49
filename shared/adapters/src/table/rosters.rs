//! Lists that are made into files: `REVIEWER#<id>` / `EXPORT#<ulid>`. The stream has new ones passed on to `make-roster`.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::ids::{ReviewerId, RosterId};
use jiff::SignedDuration;
use ports::{
    Clock, Outcome,
    rosters::{ListRosters, LoadRoster, RecordRoster, Roster, SaveRoster},
};

use super::{Key, Table, expiring_item, read, reviewers};
use crate::{SystemClock, failure::failed};

/// What begins the keys of all of them.
const ROSTERS: &str = "EXPORT#";

/// How long it is known who had whole lists unmasked, and why: as long as what was approved is kept (operations.md).
const REVEALED: SignedDuration = SignedDuration::from_hours(24 * 365 * 5);

fn key(reviewer: ReviewerId, id: RosterId) -> Key {
    Key::new(reviewers::partition(reviewer), format!("{ROSTERS}{}", id.ulid()))
}

impl SaveRoster for Table {
    async fn save_roster(&self, roster: &Roster) -> Outcome<()> {
        let (key, at) = (key(roster.reviewer, roster.id), roster.requested_at);
        let until = if roster.asked.reveal.is_some() { at.after(REVEALED) } else { roster.kept_until() };
        self.create(expiring_item(&key, "roster", at, Some(until.as_second()), roster)?).await
    }
}

impl LoadRoster for Table {
    async fn load_roster(&self, reviewer: ReviewerId, id: RosterId) -> Outcome<Option<Roster>> {
        let roster: Option<Roster> = self.get(key(reviewer, id)).await?;
        Ok(roster.filter(is_kept))
    }
}

impl ListRosters for Table {
    async fn list_rosters(&self, reviewer: ReviewerId, limit: usize) -> Outcome<Vec<Roster>> {
        let query = self.client.query().table_name(&self.name).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :prefix)");
        let query = query
            .expression_attribute_values(":pk", AttributeValue::S(reviewers::partition(reviewer)))
            .expression_attribute_values(":prefix", AttributeValue::S(ROSTERS.to_owned()))
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let page = query.send().await.map_err(failed)?;
        let rosters: Vec<Roster> =
            page.items.unwrap_or_default().into_iter().map(read).collect::<Outcome<_>>()?;
        Ok(rosters.into_iter().filter(is_kept).collect())
    }
}

/// Whether its file may still be there.
fn is_kept(roster: &Roster) -> bool {
    roster.kept_until() > SystemClock.now()
}

impl RecordRoster for Table {
    async fn record_roster(&self, roster: &Roster) -> Outcome<()> {
        let Roster { state, done, total, failure, .. } = roster;
        self.record_making(key(roster.reviewer, roster.id), *state, (*done, *total), *failure).await
    }
}
