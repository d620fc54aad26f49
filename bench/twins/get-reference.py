"""GET /v1/reference/{table} in Python."""
import os
from pathlib import Path

import runtime

TABLES = {file.stem: file.read_text() for file in Path(os.environ["REFERENCE"]).glob("*.json")}


def handler(event):
    table = TABLES.get(event["pathParameters"]["table"])
    if table is None:
        return {"statusCode": 404, "headers": {"content-type": "application/problem+json"}, "body": "{}"}
    return {"statusCode": 200, "headers": {"content-type": "application/json", "cache-control": "public, max-age=86400"}, "body": table}


runtime.run(handler)
