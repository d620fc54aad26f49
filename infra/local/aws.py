"""boto3 clients for one running copy."""
from functools import cache

import boto3
from botocore.config import Config

from settings import REGION, Stack

# Path style, because bucket names under localhost do not resolve everywhere.
CONFIG = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 2}, read_timeout=120)


@cache
def client(stack: Stack, service: str):
    """The client of one service, made once."""
    return boto3.client(
        service, endpoint_url=stack.endpoint, region_name=REGION, config=CONFIG, aws_access_key_id="test", aws_secret_access_key="test"
    )


def pages(stack: Stack, service: str, operation: str, field: str, **arguments) -> list:
    """All items of a paginated listing."""
    paginator = client(stack, service).get_paginator(operation)
    return [item for page in paginator.paginate(**arguments) for item in page[field]]
