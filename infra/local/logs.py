"""Shows what functions and the emulator said. Each function has a log group in the emulator's CloudWatch Logs."""
import time
from datetime import datetime

from aws import pages
from botocore.exceptions import ClientError
from deploy import physical_ids
from settings import ROOT, TEMPLATE, Stack, Trouble
from translate import crates, read

SHOWN = 100
POLL_SECONDS = 1
NOISE = ("START RequestId:", "END RequestId:", "REPORT RequestId:", "INIT_START")


def show(stack: Stack, crate: str | None, follow: bool) -> None:
    """The last lines of one function, or of all, oldest first; with `follow` goes on until stopped."""
    groups = log_groups(stack, crate)
    printed: set[tuple] = set()
    since = 0
    while True:
        lines = sorted(line for group, name in groups for line in events(stack, group, name, since))
        fresh = [line for line in lines if line not in printed]
        for line in fresh if follow and printed else fresh[-SHOWN:]:
            moment, name, _, text = line
            print(f"{datetime.fromtimestamp(moment / 1000):%H:%M:%S.%f}"[:-3], f"{name}:", text, flush=True)
        printed.update(fresh)
        since = max([since, *(line[0] for line in fresh)])
        if not follow:
            break
        time.sleep(POLL_SECONDS)
    if not printed:
        print("no function has written a line yet")
    print(f"(the emulator's own log is {stack.emulator_log.relative_to(ROOT)})")


def log_groups(stack: Stack, wanted: str | None) -> list[tuple[str, str]]:
    """Log group and crate name of the functions asked for."""
    crate_of = crates(read(TEMPLATE))
    if wanted is not None and wanted not in crate_of.values():
        raise Trouble(f"there is no function {wanted}; there are: {', '.join(sorted(set(crate_of.values())))}")
    names = physical_ids(stack)
    return [(f"/aws/lambda/{names[logical][1]}", crate) for logical, crate in crate_of.items() if logical in names and wanted in (None, crate)]


def events(stack: Stack, group: str, crate: str, since: int) -> list[tuple[int, str, str, str]]:
    """Time, crate, log stream and text of a group's lines from `since` on."""
    try:
        found = pages(stack, "logs", "filter_log_events", "events", logGroupName=group, startTime=since)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return []  # not called yet
        raise
    told = [event for event in found if not event["message"].startswith(NOISE)]
    return [(event["timestamp"], crate, event["logStreamName"], event["message"].rstrip()) for event in told]
