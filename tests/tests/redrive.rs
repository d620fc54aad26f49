//! What failed and lies in a dead-letter queue is run again by the administrator's command, whatever kind it is.

use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};
use journey::admin::{admin, done, refused};
use journey::{Applicant, Stack, table, wait};
use serde_json::{Value, json};

fn dead_letters(stack: &Stack) -> Value {
    serde_json::from_str(&stack.dead_letters).expect("the stack's output is JSON")
}

/// Puts a letter into a dead-letter queue, as SQS and Lambda do.
async fn park(stack: &Stack, queue: &str, letter: &Value) {
    let queues = dead_letters(stack);
    let url = queues[queue]["url"].as_str().expect("a queue of that name");
    let send = stack.sqs().await.send_message().queue_url(url).message_body(letter.to_string());
    let _ = send.send().await.expect("the queue takes a letter");
}

/// The ARN of a function by its name in the template.
async fn function(stack: &Stack, name: &str) -> String {
    let mut functions = stack.functions().await.list_functions().into_paginator().items().send();
    while let Some(function) = functions.next().await {
        let function = function.expect("the functions are listed");
        if function.function_name().is_some_and(|full| full.contains(name)) {
            return function.function_arn.expect("a function has an ARN");
        }
    }
    panic!("there is no function {name}");
}

/// A case that was handed in, whose materials are indexed.
async fn indexed(stack: &Stack) -> (Applicant, String) {
    let (applicant, draft) = Box::pin(Applicant::with_draft(stack)).await;
    let _ = applicant.api.submit().await.expect(201);
    await_index(stack, &applicant).await;
    (applicant, draft.case)
}

async fn await_index(stack: &Stack, applicant: &Applicant) {
    let person = format!("PERSON#{}", applicant.ulid());
    let is_there =
        async || (!table::partition(stack, &person, "MATERIALS#collection").await.is_empty()).then_some(());
    wait::until("the case to be indexed", wait::SOON, is_there).await;
}

/// Forgets what the case shows, as if it had never been indexed.
async fn forget(stack: &Stack, applicant: &Applicant) {
    let person = format!("PERSON#{}", applicant.ulid());
    table::delete(stack, &person, "MATERIALS#collection").await;
    assert!(table::partition(stack, &person, "MATERIALS#collection").await.is_empty());
}

/// Where in the table's stream the entry stands that tells of the case being handed in.
async fn place(stack: &Stack, applicant: &Applicant) -> Value {
    let described = stack.dynamo().await.describe_table().table_name(&stack.table).send().await;
    let table = described.expect("the table").table.expect("the table");
    let stream = table.latest_stream_arn.expect("the table has a stream");
    let client = stack.streams().await;
    let described = client.describe_stream().stream_arn(&stream).send().await.expect("the stream");
    for shard in described.stream_description.expect("the stream").shards.unwrap_or_default() {
        let shard = shard.shard_id.expect("a shard has an id");
        let find = client.get_shard_iterator().stream_arn(&stream).shard_id(&shard);
        let find = find.shard_iterator_type(ShardIteratorType::TrimHorizon);
        let mut next = find.send().await.expect("a place").shard_iterator;
        while let Some(iterator) = next {
            let page = client.get_records().shard_iterator(iterator).send().await.expect("records");
            let records = page.records.unwrap_or_default();
            if let Some(number) = records.iter().find_map(|record| submitted(record, applicant)) {
                return json!({"streamArn": stream, "shardId": shard, "startSequenceNumber": number, "endSequenceNumber": number, "batchSize": 1});
            }
            next = page.next_shard_iterator.filter(|_| !records.is_empty());
        }
    }
    panic!("nothing in the stream tells of {}", applicant.ulid());
}

/// The sequence number of the record, if it is the one.
fn submitted(record: &Record, applicant: &Applicant) -> Option<String> {
    let change = record.dynamodb.as_ref()?;
    let (image, keys) = (change.new_image.as_ref()?, change.keys.as_ref()?);
    let is_of = keys.get("pk")?.as_s().ok()? == &format!("PERSON#{}", applicant.ulid());
    let is_entry = keys.get("sk")?.as_s().ok()?.starts_with("AUDIT#collection");
    let tells = image.get("event")?.as_s().ok()? == "submitted";
    change.sequence_number.clone().filter(|_| is_of && is_entry && tells)
}

#[tokio::test]
async fn each_kind_of_letter_is_run_again() {
    let stack = Stack::required();
    let (applicant, case) = indexed(&stack).await;
    let case = json!({"case": case});
    let index = function(&stack, "IndexSharedEvidence").await;
    let relay = function(&stack, "FanOutStream").await;
    let event = json!({"Records": [{"messageId": "1", "eventSource": "aws:sqs", "body": case.to_string()}]});
    let letters = [
        ("SharedEvidenceDeadLetters", case),
        ("PictureDeadLetters", json!({"requestContext": {"functionArn": index}, "requestPayload": event})),
        (
            "FanOutDeadLetters",
            json!({"requestContext": {"functionArn": relay}, "DDBStreamBatchInfo": place(&stack, &applicant).await}),
        ),
    ];
    for (queue, letter) in &letters {
        forget(&stack, &applicant).await;
        park(&stack, queue, letter).await;
        assert!(done(&admin(&stack, &["dead-letters"])).contains(&format!("1  {queue}")), "{queue}");
        assert_eq!(done(&admin(&stack, &["redrive", queue])), format!("{queue}: 1 run again\n"));
        await_index(&stack, &applicant).await;
        assert!(done(&admin(&stack, &["dead-letters"])).contains(&format!("0  {queue}")), "{queue}");
    }
}

#[tokio::test]
async fn what_cannot_be_run_again_stays() {
    let stack = Stack::required();
    let (queue, relay) = ("ReviewTimerDeadLetters", function(&stack, "StartReviewTimer").await);
    let gone = json!({"streamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/none/stream/2020-01-01T00:00:00.000",
        "shardId": "shardId-00000000000000000000-00000000", "startSequenceNumber": "1", "endSequenceNumber": "2"});
    let letters = [
        json!({"note": "a secret that nobody is shown"}),
        json!({"requestContext": {"functionArn": relay}, "DDBStreamBatchInfo": gone}),
    ];
    for letter in &letters {
        park(&stack, queue, letter).await;
    }
    for _ in 0..2 {
        let why = refused(&admin(&stack, &["redrive", queue]));
        assert!(why.contains("ReviewTimerDeadLetters: 0 run again, 2 stay"), "{why}");
        assert!(!why.contains("secret"), "{why}");
    }
    let queues = dead_letters(&stack);
    let purge = stack.sqs().await.purge_queue().queue_url(queues[queue]["url"].as_str().expect("a queue"));
    let _ = purge.send().await.expect("the queue is emptied");
    let why = refused(&admin(&stack, &["redrive", "Unknown"]));
    assert!(why.contains("there is no dead-letter queue of the name Unknown"), "{why}");
}
