//! Dead-letter queues, and having what lies in them handled again.

use std::time::Duration;

use aws_config::{SdkConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodbstreams::{
    operation::get_shard_iterator::GetShardIteratorError,
    types::{OperationType, Record, ShardIteratorType, StreamRecord, StreamViewType},
};
use aws_sdk_lambda::{primitives::Blob, types::InvocationType};
use aws_sdk_sqs::types::QueueAttributeName;
use ports::{
    PortError, PortResult,
    redrive::{Batch, Letter, ReadLetters, SendAgain},
};
use serde_json::{Value, json};

use crate::failure::{failed, unbuilt};

/// Messages of one call (SQS).
const MESSAGES: i32 = 10;

/// How long SQS looks for messages.
const LOOK_SECONDS: i32 = 1;

/// How long a letter is hidden from others: longer than a function may take, times ten.
const HIDDEN_SECONDS: i32 = 600;

/// How long a function that is waited for may take: longer than any of ours, see `template.yaml`.
const CALL: Duration = Duration::from_mins(2);

/// How many pages without a record are read before the stream is said to end: one may be empty in the middle (DynamoDB API
/// Reference, `GetRecords`).
const EMPTY_PAGES: usize = 100;

/// SQS, Lambda and the streams of tables, for administrators: no function may do this.
#[derive(Debug)]
pub struct DeadLetters {
    queues: aws_sdk_sqs::Client,
    functions: aws_sdk_lambda::Client,
    streams: aws_sdk_dynamodbstreams::Client,
}

impl DeadLetters {
    pub(crate) fn new(config: &SdkConfig) -> Self {
        // One try: a call that was not answered may have been heard.
        let patient =
            TimeoutConfig::builder().operation_attempt_timeout(CALL).operation_timeout(CALL).build();
        let once = aws_sdk_lambda::config::retry::RetryConfig::disabled();
        let functions =
            aws_sdk_lambda::config::Builder::from(config).timeout_config(patient).retry_config(once);
        Self {
            queues: aws_sdk_sqs::Client::new(config),
            functions: aws_sdk_lambda::Client::from_conf(functions.build()),
            streams: aws_sdk_dynamodbstreams::Client::new(config),
        }
    }
}

impl ReadLetters for DeadLetters {
    async fn count_letters(&self, queue: &str) -> PortResult<usize> {
        let name = QueueAttributeName::ApproximateNumberOfMessages;
        let get = self.queues.get_queue_attributes().queue_url(queue).attribute_names(name.clone());
        let attributes = get.send().await.map_err(failed)?.attributes.unwrap_or_default();
        let count = attributes.get(&name).and_then(|count| count.parse().ok());
        count.ok_or_else(|| PortError::Corrupt(format!("{queue} does not tell how much lies there")))
    }

    async fn receive_letters(&self, queue: &str) -> PortResult<Vec<Letter>> {
        let receive = self.queues.receive_message().queue_url(queue).max_number_of_messages(MESSAGES);
        let receive = receive.wait_time_seconds(LOOK_SECONDS).visibility_timeout(HIDDEN_SECONDS);
        let received = receive.send().await.map_err(failed)?.messages.unwrap_or_default();
        let letters = received.into_iter().filter_map(|message| {
            Some(Letter { receipt: message.receipt_handle?, body: message.body.unwrap_or_default() })
        });
        Ok(letters.collect())
    }

    async fn release_letter(&self, queue: &str, letter: &Letter) -> PortResult<()> {
        let release = self.queues.change_message_visibility().queue_url(queue);
        let release = release.receipt_handle(&letter.receipt).visibility_timeout(0);
        release.send().await.map(|_| ()).map_err(failed)
    }

    async fn delete_letter(&self, queue: &str, letter: &Letter) -> PortResult<()> {
        let delete = self.queues.delete_message().queue_url(queue).receipt_handle(&letter.receipt);
        delete.send().await.map(|_| ()).map_err(failed)
    }
}

impl SendAgain for DeadLetters {
    async fn send_back(&self, queue: &str, body: &str) -> PortResult<()> {
        let send = self.queues.send_message().queue_url(queue).message_body(body);
        send.send().await.map(|_| ()).map_err(failed)
    }

    async fn call_later(&self, function: &str, event: &Value) -> PortResult<()> {
        let call = self.functions.invoke().function_name(function).invocation_type(InvocationType::Event);
        call.payload(Blob::new(event.to_string())).send().await.map(|_| ()).map_err(failed)
    }

    async fn call_now(&self, function: &str, event: &Value) -> PortResult<bool> {
        let call = self.functions.invoke().function_name(function).payload(Blob::new(event.to_string()));
        let answer = call.send().await.map_err(failed)?;
        Ok(answer.function_error.is_none() && answer.payload.is_none_or(|told| handled_all(told.as_ref())))
    }

    async fn read_batch(&self, batch: &Batch) -> PortResult<Vec<Value>> {
        let last = place(&batch.last);
        let find = self.streams.get_shard_iterator().stream_arn(&batch.stream).shard_id(&batch.shard);
        let find =
            find.shard_iterator_type(ShardIteratorType::AtSequenceNumber).sequence_number(&batch.first);
        let found = find.send().await;
        let mut next = match found {
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetShardIteratorError::is_trimmed_data_access_exception) =>
            {
                return Ok(Vec::new());
            }
            found => found.map_err(failed)?.shard_iterator,
        };
        let (mut records, mut empty) = (Vec::new(), 0);
        while let Some(iterator) = next.filter(|_| empty < EMPTY_PAGES) {
            let page = self.streams.get_records().shard_iterator(iterator).send().await.map_err(failed)?;
            let found = page.records.unwrap_or_default();
            empty = if found.is_empty() { empty + 1 } else { 0 };
            for record in found {
                let Some(change) = &record.dynamodb else { continue };
                let at = place(change.sequence_number.as_deref().unwrap_or_default());
                if at <= last {
                    records.push(event(&record, change, &batch.stream)?);
                }
                if at >= last {
                    return Ok(records);
                }
            }
            next = page.next_shard_iterator;
        }
        Ok(Vec::new())
    }
}

/// Whether a function's answer about a batch names no record that it failed on: it answers well even if it failed on some
/// (Lambda Developer Guide, "Configuring partial batch response with DynamoDB and Lambda").
fn handled_all(answer: &[u8]) -> bool {
    let told: Value = serde_json::from_slice(answer).unwrap_or_default();
    told["batchItemFailures"].as_array().is_none_or(Vec::is_empty)
}

/// Sequence numbers in their order: numbers of up to 40 digits, more than any integer of ours holds.
fn place(sequence_number: &str) -> (usize, &str) {
    let digits = sequence_number.trim_start_matches('0');
    (digits.len(), digits)
}

/// The record as Lambda gives it to functions (Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB").
fn event(record: &Record, change: &StreamRecord, stream: &str) -> PortResult<Value> {
    let mut told = json!({
        "SequenceNumber": change.sequence_number,
        "SizeBytes": change.size_bytes,
        "StreamViewType": change.stream_view_type.as_ref().map(StreamViewType::as_str),
        "ApproximateCreationDateTime": change.approximate_creation_date_time.map(|it| it.secs()),
    });
    let images = [("Keys", &change.keys), ("NewImage", &change.new_image), ("OldImage", &change.old_image)];
    for (name, image) in images {
        if let Some(image) = image.clone() {
            told[name] = serde_json::to_value(serde_dynamo::Item::from(image)).map_err(unbuilt)?;
        }
    }
    Ok(json!({
        "eventID": record.event_id,
        "eventName": record.event_name.as_ref().map(OperationType::as_str),
        "eventVersion": record.event_version,
        "eventSource": record.event_source,
        "eventSourceARN": stream,
        "awsRegion": record.aws_region,
        "dynamodb": told,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_names_failures_is_no_success() {
        assert!(!handled_all(br#"{"batchItemFailures":[{"itemIdentifier":"100"}]}"#));
        for good in ["null", "", "{}", r#"{"batchItemFailures":[]}"#] {
            assert!(handled_all(good.as_bytes()), "{good}");
        }
    }

    #[test]
    fn places_are_ordered_as_numbers() {
        assert!(place("99") < place("100"));
        assert!(place("0099") < place("100"));
        assert!(
            place("9999999999999999999999999999999999999998")
                < place("9999999999999999999999999999999999999999")
        );
        assert_eq!(place("007"), place("7"));
    }
}
