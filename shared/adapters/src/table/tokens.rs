//! Tokens of waiting executions: `PERSON#<ulid>` / `WAIT#<kind>`.

use aws_sdk_dynamodb::types::{ConditionCheck, TransactWriteItem};
use domain::{case::State, ids::CaseId};
use ports::{
    Clock, PortResult,
    workflow::{LoadToken, SaveToken, TaskToken},
};
use serde::{Deserialize, Serialize};

use super::{Key, Table, cases, item, person, value};
use crate::{SystemClock, failure::unbuilt};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredToken {
    opened_version: u64,
    token: String,
}

fn key(id: CaseId) -> Key {
    Key::new(person(id.owner), format!("WAIT#{}", id.kind.as_str()))
}

impl SaveToken for Table {
    /// In one transaction with a look at the case: a decision is either before the token is kept, and then it is
    /// not kept, or after it, and then whoever tells the execution of the decision finds it.
    async fn save_token(&self, id: CaseId, opened_version: u64, token: &TaskToken) -> PortResult<()> {
        let [first, second, third] = [State::Submitted, State::Resubmitted, State::UnderReview];
        let open = ConditionCheck::builder()
            .table_name(&self.name)
            .set_key(Some(cases::key(id).item()))
            .condition_expression("#case.openedVersion = :version AND #state IN (:first, :second, :third)")
            .expression_attribute_names("#case", "case")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":version", value(&opened_version)?)
            .expression_attribute_values(":first", value(&first)?)
            .expression_attribute_values(":second", value(&second)?)
            .expression_attribute_values(":third", value(&third)?)
            .build()
            .map_err(unbuilt)?;
        let stored = StoredToken { opened_version, token: token.0.clone() };
        let stored = item(&key(id), "wait", SystemClock.now(), &stored)?;
        let writes = vec![TransactWriteItem::builder().condition_check(open).build(), self.put_any(stored)?];
        self.transact(writes).await
    }
}

impl LoadToken for Table {
    async fn load_token(&self, id: CaseId, opened_version: u64) -> PortResult<Option<TaskToken>> {
        let stored: Option<StoredToken> = self.get(key(id)).await?;
        Ok(stored
            .filter(|stored| stored.opened_version == opened_version)
            .map(|stored| TaskToken(stored.token)))
    }
}
