"""GET /v1/departments in Python with boto3."""
import json
import os

import boto3
import runtime
from boto3.dynamodb.conditions import Key

TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
FIELDS = ("id", "division", "name", "address", "phone", "hours")


def handler(event):
    division = event["queryStringParameters"]["division"]
    found = TABLE.query(KeyConditionExpression=Key("pk").eq(f"DEPARTMENT#{division}"))
    items = [{field: item[field] for field in FIELDS} for item in found["Items"]]
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps({"items": items}, ensure_ascii=False)}


runtime.run(handler)
