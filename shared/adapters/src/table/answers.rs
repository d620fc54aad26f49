//! Answers kept for repeated requests: `ANSWER#<hash>` / `ANSWER`.

use aws_sdk_dynamodb::{
    error::SdkError, operation::put_item::PutItemError, types::ReturnValuesOnConditionCheckFailure,
};
use domain::moment::Moment;
use ports::{
    PortError, PortResult,
    idempotency::{KeptAnswer, Repeatable, SaveResponse, Seen},
};
use serde::{Deserialize, Serialize};

use super::{Key, Table, expiring_item, read, value};
use crate::failure::failed;

#[derive(Serialize, Deserialize)]
struct Record {
    fingerprint: String,
    /// In progress, or kept, until then.
    until: Moment,
    /// When it began for the first time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    since: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    answer: Option<KeptAnswer>,
}

/// The record is this request's own, and not answered yet.
const MINE: &str = "fingerprint = :fingerprint AND attribute_not_exists(answer)";

/// There is none, or one that says nothing any more: its answer was kept long enough, or another request came to no end.
const FREE: &str = "attribute_not_exists(pk) OR \
     (#until <= :at AND (attribute_exists(answer) OR fingerprint <> :fingerprint))";

fn key(request: &Repeatable) -> Key {
    Key::new(format!("ANSWER#{}", request.key), "ANSWER")
}

impl Table {
    /// Puts the record of a request in progress; what there is instead, if the condition does not hold.
    async fn put_in_progress(
        &self,
        request: &Repeatable,
        (since, now): (Moment, Moment),
        (deadline, kept_until): (Moment, Moment),
        condition: &str,
        at: Moment,
    ) -> PortResult<Result<(), Record>> {
        let fingerprint = request.fingerprint.clone();
        let record = Record { fingerprint, until: deadline, since: Some(since), answer: None };
        let ttl = Some(kept_until.as_second());
        let put = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(expiring_item(&key(request), "kept-answer", now, ttl, &record)?))
            .condition_expression(condition)
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":at", value(&at)?)
            .expression_attribute_values(":fingerprint", value(&request.fingerprint)?)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let found = match put.send().await {
            Ok(_) => return Ok(Ok(())),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                match error.into_err() {
                    PutItemError::ConditionalCheckFailedException(found) => found.item,
                    _ => None,
                }
            }
            Err(error) => return Err(failed(error)),
        };
        Ok(Err(read(found.ok_or(PortError::Conflict)?)?))
    }

    /// Puts another record in the place of that of a request in progress; `Conflict` when there is none.
    async fn put_mine(
        &self,
        request: &Repeatable,
        record: &Record,
        now: Moment,
        kept_until: Moment,
    ) -> PortResult<()> {
        let item = expiring_item(&key(request), "kept-answer", now, Some(kept_until.as_second()), record)?;
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
}

impl SaveResponse for Table {
    async fn begin(
        &self,
        request: &Repeatable,
        now: Moment,
        deadline: Moment,
        kept_until: Moment,
    ) -> PortResult<Seen> {
        let times = (deadline, kept_until);
        let Err(found) = self.put_in_progress(request, (now, now), times, FREE, now).await? else {
            return Ok(Seen::New);
        };
        let (until, since) = match found {
            Record { fingerprint, .. } if fingerprint != request.fingerprint => return Ok(Seen::Differently),
            Record { answer: Some(answer), .. } => return Ok(Seen::Answered(answer)),
            Record { until, since, .. } => (until, since.unwrap_or(now)),
        };
        if until > now {
            return Ok(Seen::InProgress);
        }
        // Of several that take it up again one does.
        let dead = format!("{MINE} AND #until = :at");
        Ok(match self.put_in_progress(request, (since, now), times, &dead, until).await? {
            Ok(()) => Seen::Resumed { since },
            Err(Record { answer: Some(answer), .. }) => Seen::Answered(answer),
            Err(_) => Seen::InProgress,
        })
    }

    async fn keep(
        &self,
        request: &Repeatable,
        answer: &KeptAnswer,
        now: Moment,
        until: Moment,
    ) -> PortResult<()> {
        let fingerprint = request.fingerprint.clone();
        let record = Record { fingerprint, until, since: None, answer: Some(answer.clone()) };
        self.put_mine(request, &record, now, until).await
    }

    async fn release(
        &self,
        request: &Repeatable,
        since: Moment,
        now: Moment,
        kept_until: Moment,
    ) -> PortResult<()> {
        let fingerprint = request.fingerprint.clone();
        let record = Record { fingerprint, until: now, since: Some(since), answer: None };
        self.put_mine(request, &record, now, kept_until).await
    }

    async fn forget(&self, request: &Repeatable) -> PortResult<()> {
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
