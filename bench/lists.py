"""What a page of a long queue costs: the reads that `GET /v1/review/queue` makes, against lists of a thousand and of a million lines.

usage: bench/lists.py URL [LINES ...]   (1000 and 1000000 unless told; run it by .local/venv/bin/python)

URL is a DynamoDB: `npx dynalite@4.0.0 --port 4571 --path FOLDER` keeps its tables sorted on disk, as the service does; the emulator
of `./dev up` looks through a whole partition for each page. Writes lines as functions write them, spread over the
shards, into a table of its own, and asks for pages as `shared/adapters/src/table/queue.rs` does: one Query for each shard, merged.
Prints, for the first page, one in the middle and the last, the read units that the table says they took, and the median of
the milliseconds.
"""
import json
import statistics
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import boto3
from boto3.dynamodb.types import TypeSerializer

SHARDS = 4
PAGE = 20
ROUNDS = 15
WRITERS = 4
BEGIN = datetime(2026, 11, 1, tzinfo=timezone(timedelta(hours=8)))
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(number: int) -> str:
    """A ULID of that number."""
    return "".join(DIGITS[number >> shift & 31] for shift in range(125, -1, -5))


def line(number: int) -> dict:
    """The number's line: an open collection, handed in a tenth of a second after the one before."""
    since = (BEGIN + timedelta(milliseconds=100 * number)).isoformat(timespec="milliseconds")
    case = f"collection-{ulid(0x019F00 << 104 | number * 0x9E3779B97F4A7C15)}"
    return {
        "pk": f"QUEUE#110101#collection#{number % SHARDS}",
        "sk": f"{since}#{case}",
        "type": "queue-line",
        "schema": 1,
        "updatedAt": since,
        "case": case,
        "state": "SUBMITTED",
        "round": 1,
        "since": since,
        "flagged": False,
    }


def fill(client, table: str, first: int, last: int) -> None:
    """Writes the lines of those numbers."""
    serialize = TypeSerializer().serialize

    def write(begin: int) -> None:
        items = [line(number) for number in range(begin, min(begin + 25, last))]
        puts = [{"PutRequest": {"Item": {name: serialize(value) for name, value in item.items()}}} for item in items]
        while puts:
            puts = client.batch_write_item(RequestItems={table: puts}).get("UnprocessedItems", {}).get(table, [])

    begun = time.monotonic()
    with ThreadPoolExecutor(WRITERS) as pool:
        for done, _ in enumerate(pool.map(write, range(first, last, 25))):
            if sys.stderr.isatty() and done % 400 == 0:
                print(f"\r{first + done * 25} lines, {time.monotonic() - begun:.0f} s", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)


def page(client, table: str, after: str) -> tuple[float, int, str]:
    """A page after that place: its read units, its lines, and the place of the last."""
    units, found = 0.0, []
    for shard in range(SHARDS):
        answer = client.query(
            TableName=table,
            KeyConditionExpression="pk = :pk AND sk > :after",
            ExpressionAttributeValues={":pk": {"S": f"QUEUE#110101#collection#{shard}"}, ":after": {"S": after}},
            Limit=PAGE,
            ReturnConsumedCapacity="TOTAL",
        )
        units += answer["ConsumedCapacity"]["CapacityUnits"]
        found += [item["sk"]["S"] for item in answer["Items"]]
    found = sorted(found)[:PAGE]
    return units, len(found), found[-1] if found else ""


def measure(client, table: str, lines: int) -> list[dict]:
    """The first page, one in the middle, and the last."""
    place = {"first": 0, "middle": lines // 2, "last": lines - PAGE}
    results = []
    for name, number in place.items():
        after = "!" if number == 0 else line(number - 1)["sk"]
        took = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            units, found, _ = page(client, table, after)
            took.append(1_000 * (time.perf_counter() - begun))
        assert found == PAGE, (name, found)
        results.append({"lines": lines, "page": name, "read units": units, "median ms": round(statistics.median(took), 1)})
    return results


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    url, *sizes = sys.argv[1:]
    sizes = sorted(int(size) for size in sizes) or [1_000, 1_000_000]
    account = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    client = boto3.client("dynamodb", endpoint_url=url, **account)
    table = f"bench-lists-{uuid.uuid4().hex[:8]}"
    key = [("pk", "HASH"), ("sk", "RANGE")]
    client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in key],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in key],
    )
    client.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1})
    written = 0
    try:
        for size in sizes:
            fill(client, table, written, size)
            written = size
            for result in measure(client, table, size):
                print(json.dumps(result))
    finally:
        client.delete_table(TableName=table)


if __name__ == "__main__":
    main()
