"""Puts in what every fresh copy needs to be tried: departments, and reviewers who can log in. May run any number of times."""
import json
import secrets
from pathlib import Path

import progress
from aws import client
from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import ClientError
from settings import Stack, Trouble

DATA = Path(__file__).parent / "seed"
REVIEWERS_GROUP = "reviewers"


def seed(stack: Stack) -> list[dict]:
    """Departments, reviewers' records and their Cognito users; returns the reviewers with their passwords."""
    outputs = stack.outputs()
    table = outputs.get("TableName")
    if table is None:
        raise Trouble("template.yaml has no output TableName, so there is nothing to seed")
    progress.step("seeding departments and reviewers")
    for department in read("departments.json"):
        put(stack, table, department_item(department))
    logins = [login(stack, reviewer) for reviewer in read("reviewers.json")]
    keep(stack, logins)
    for reviewer, known in zip(read("reviewers.json"), logins, strict=True):
        for item in reviewer_items(reviewer):
            put(stack, table, item)
        if "LocalUserPool" in outputs:
            ensure_user(stack, outputs["LocalUserPool"], reviewer["id"], known["password"])
    return logins


def read(name: str) -> list[dict]:
    """One data file."""
    return json.loads((DATA / name).read_text())


def department_item(department: dict) -> dict:
    """The table's item of a department, as docs/table.md has it."""
    division = department["division"]
    return {"pk": f"DEPARTMENT#{division}", "sk": f"DEPARTMENT#{department['id']}", "type": "department", "schema": 1, **department}


def reviewer_items(reviewer: dict) -> list[dict]:
    """A reviewer's record, and the item that finds it by login name."""
    record = {"pk": f"REVIEWER#{reviewer['id']}", "sk": "REVIEWER", "type": "reviewer", "schema": 1, "active": True, **reviewer}
    lookup = {"pk": f"STAFF#{reviewer['account']}", "sk": "STAFF", "type": "staff-lookup", "schema": 1, "reviewerId": reviewer["id"]}
    return [record, lookup]


def put(stack: Stack, table: str, item: dict) -> None:
    """Writes an item over whatever an earlier run left."""
    serializer = TypeSerializer()
    client(stack, "dynamodb").put_item(TableName=table, Item={key: serializer.serialize(value) for key, value in item.items()})


def ensure_user(stack: Stack, pool: str, username: str, password: str) -> None:
    """A confirmed Cognito user in the reviewers' group, with this password."""
    cognito = client(stack, "cognito-idp")
    try:
        cognito.admin_create_user(UserPoolId=pool, Username=username, MessageAction="SUPPRESS")
    except ClientError as error:
        if error.response["Error"]["Code"] != "UsernameExistsException":
            raise
    cognito.admin_set_user_password(UserPoolId=pool, Username=username, Password=password, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=username, GroupName=REVIEWERS_GROUP)


def new_password() -> str:
    """At random, with the kinds of characters the emulator insists on when a template names none."""
    return secrets.token_urlsafe(12) + "-Aa1"


def login(stack: Stack, reviewer: dict) -> dict:
    """What a reviewer types at the login page; a password made by an earlier run stays until ./dev reset."""
    known = {entry["account"]: entry["password"] for entry in stack.reviewers()}
    account = reviewer["account"]
    return {"account": account, "password": known.get(account) or new_password(), "division": reviewer["division"]}


def keep(stack: Stack, logins: list[dict]) -> None:
    """Keeps the passwords on this machine only, readable by its owner."""
    stack.reviewers_file.touch(mode=0o600)
    stack.reviewers_file.write_text(json.dumps(logins, indent=1) + "\n")
