"""Gives what failed another chance: empties the dead-letter queues by running their contents again.

Three kinds of message lie there, told apart by their form: the event of a failed asynchronous call (S3, schedules),
the place in a table's stream of a batch that failed, and a plain message of a work queue. Works on an account as well
as on the emulator; docs/operations.md says when to use it.
"""
import base64
import json
from datetime import datetime

import progress
from aws import client, pages
from botocore.exceptions import ClientError
from deploy import physical_ids
from settings import Stack

WAIT_SECONDS = 1


def redrive(stack: Stack) -> None:
    """Redrives every dead-letter queue of the stack."""
    queues = dead_letter_queues(stack)
    if not queues:
        print("the stack has no dead-letter queue")
    for arn, source in sorted(queues.items()):
        done, failed = drain(stack, arn, source)
        name = arn.rsplit(":", 1)[-1]
        print(f"{name}: {done} redriven" + (f", {failed} failed again and stay (./dev logs says why)" if failed else ""))


def dead_letter_queues(stack: Stack) -> dict[str, str | None]:
    """Queue ARN -> the work queue it belongs to, or None for a queue that functions fail into."""
    resources = physical_ids(stack).values()
    functions = [name for kind, name in resources if kind == "AWS::Lambda::Function"]
    found = {}
    for function in functions:
        for config in pages(stack, "lambda", "list_function_event_invoke_configs", "FunctionEventInvokeConfigs", FunctionName=function):
            found[on_failure(config)] = None
        for mapping in pages(stack, "lambda", "list_event_source_mappings", "EventSourceMappings", FunctionName=function):
            found[on_failure(mapping)] = None
    for kind, url in resources:
        if kind == "AWS::SQS::Queue":
            attributes = client(stack, "sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            if "RedrivePolicy" in attributes:
                found[json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"]] = url
    return {arn: source for arn, source in found.items() if arn and ":sqs:" in arn}


def on_failure(config: dict) -> str:
    """The destination of failures in a function's or event source's settings; empty when there is none."""
    return (config.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination", "")


def drain(stack: Stack, arn: str, source: str | None) -> tuple[int, int]:
    """Runs the messages of one queue again, each once; a message is deleted only after it was accepted."""
    sqs = client(stack, "sqs")
    url = sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
    done = failed = 0
    # As many as lay there at the beginning: what fails again comes back and must not be run for ever.
    waiting = int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]["ApproximateNumberOfMessages"])
    while done + failed < waiting:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=WAIT_SECONDS).get("Messages", [])
        if not messages:
            break
        for message in messages:
            if accepted(stack, message["Body"], source):
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                done += 1
            else:
                failed += 1
    return done, failed


def accepted(stack: Stack, body: str, source: str | None) -> bool:
    """Runs one message again; whatever is wrong with it, the others get their turn."""
    try:
        return again(stack, body, source)
    except ClientError as error:
        progress.warn(f"a message stays in the queue: {error}")
        return False


def again(stack: Stack, body: str, source: str | None) -> bool:
    """Runs one message again; True when it was accepted."""
    if source is not None:
        client(stack, "sqs").send_message(QueueUrl=source, MessageBody=body)
        return True
    record = json.loads(body)
    function = record.get("requestContext", {}).get("functionArn")
    if "requestPayload" in record:
        # Asynchronously, as the first time: if it fails again it comes back to this queue.
        invoke(stack, function, record["requestPayload"], "Event")
        return True
    if "DDBStreamBatchInfo" in record:
        records = stream_records(stack, record["DDBStreamBatchInfo"])
        return bool(records) and invoke(stack, function, {"Records": records}, "RequestResponse")
    progress.warn(f"a message of unknown form stays in the queue: {body[:80]}")
    return False


def invoke(stack: Stack, function: str, event: dict, kind: str) -> bool:
    """Calls a function; True when it did not fail."""
    answer = client(stack, "lambda").invoke(FunctionName=function, InvocationType=kind, Payload=json.dumps(event).encode())
    return "FunctionError" not in answer


def stream_records(stack: Stack, batch: dict) -> list[dict]:
    """The records of a failed batch as a function receives them, with those in between that its filter left out.
    A stream keeps them for 24 hours."""
    streams = client(stack, "dynamodbstreams")
    iterator = streams.get_shard_iterator(
        StreamArn=batch["streamArn"],
        ShardId=batch["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=batch["startSequenceNumber"],
    )["ShardIterator"]
    last = int(batch["endSequenceNumber"])
    records: list[dict] = []
    while iterator and (not records or sequence(records[-1]) < last):
        page = streams.get_records(ShardIterator=iterator)
        if not page["Records"]:
            break
        records += page["Records"]
        iterator = page.get("NextShardIterator")
    return [plain({**record, "eventSourceARN": batch["streamArn"]}) for record in records if sequence(record) <= last]


def sequence(record: dict) -> int:
    """A record's place in the stream."""
    return int(record["dynamodb"]["SequenceNumber"])


def plain(value):
    """boto3's types as they are in an event: times in whole seconds, binary in base64."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, set)):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
