//! Answers kept for repeated requests: `ANSWER#<hash>` / `ANSWER`.

use aws_sdk_dynamodb::{
    error::SdkError, operation::put_item::PutItemError, types::ReturnValuesOnConditionCheckFailure,
};
use domain::moment::Moment;
use ports::{
    Outcome, PortError,
    idempotency::{KeepAnswer, KeptAnswer, Repeatable, Seen},
};
use serde::{Deserialize, Serialize};

use super::{Key, Table, expiring_item, read, value};
use crate::failure::failed;

#[derive(Serialize, Deserialize)]
struct Record {
    fingerprint: String,
    /// In progress, or kept, until then.
    until: Moment,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    answer: Option<KeptAnswer>,
}

/// The record is this request's own, and not answered yet.
const MINE: &str = "fingerprint = :fingerprint AND attribute_not_exists(answer)";

fn key(request: &Repeatable) -> Key {
    Key::new(format!("ANSWER#{}", request.key), "ANSWER")
}

impl KeepAnswer for Table {
    async fn begin(&self, request: &Repeatable, now: Moment, deadline: Moment) -> Outcome<Seen> {
        let record = Record { fingerprint: request.fingerprint.clone(), until: deadline, answer: None };
        let item = expiring_item(&key(request), "kept-answer", now, Some(deadline.as_second()), &record)?;
        let put = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR #until <= :now")
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":now", value(&now)?)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let found = match put.send().await {
            Ok(_) => return Ok(Seen::Never),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                match error.into_err() {
                    PutItemError::ConditionalCheckFailedException(found) => found.item,
                    _ => None,
                }
            }
            Err(error) => return Err(failed(error)),
        };
        let record: Record = read(found.ok_or(PortError::Conflict)?)?;
        Ok(match record {
            Record { fingerprint, .. } if fingerprint != request.fingerprint => Seen::Differently,
            Record { answer: Some(answer), .. } => Seen::Answered(answer),
            Record { answer: None, .. } => Seen::InProgress,
        })
    }

    async fn keep(
        &self,
        request: &Repeatable,
        answer: &KeptAnswer,
        now: Moment,
        until: Moment,
    ) -> Outcome<()> {
        let fingerprint = request.fingerprint.clone();
        let record = Record { fingerprint, until, answer: Some(answer.clone()) };
        let item = expiring_item(&key(request), "kept-answer", now, Some(until.as_second()), &record)?;
        self.client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression(MINE)
            .expression_attribute_values(":fingerprint", value(&request.fingerprint)?)
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn forget(&self, request: &Repeatable) -> Outcome<()> {
        self.client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key(request).item()))
            .condition_expression(MINE)
            .expression_attribute_values(":fingerprint", value(&request.fingerprint)?)
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }
}
