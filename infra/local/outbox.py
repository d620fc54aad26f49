"""Shows the messages and picture-code answers that the local stack keeps instead of sending them."""
from datetime import datetime

from aws import pages
from boto3.dynamodb.types import TypeDeserializer
from settings import Stack, Trouble

SHOWN = 20


def show(stack: Stack) -> None:
    """Prints the newest items of OutboxTable, newest first."""
    table = stack.outputs().get("LocalOutboxTable")
    if table is None:
        raise Trouble("the stack has no OutboxTable: template.yaml makes one when the account is the emulator's")
    deserializer = TypeDeserializer()
    raw = pages(stack, "dynamodb", "scan", "Items", TableName=table)
    items = [{key: deserializer.deserialize(value) for key, value in item.items()} for item in raw]
    items.sort(key=lambda item: moment(item.get("createdAt")), reverse=True)
    for item in items[:SHOWN]:
        print(f"{moment(item.get('createdAt')):%Y-%m-%d %H:%M:%S}  {item.get('kind', ''):<14} {item.get('to', ''):<30} {item.get('body', '')}")
    if not items:
        print("the outbox is empty: nothing has been sent yet")


def moment(created) -> datetime:
    """createdAt, whether written as text or as seconds."""
    if isinstance(created, str):
        return datetime.fromisoformat(created).astimezone()
    return datetime.fromtimestamp(float(created or 0)).astimezone()
