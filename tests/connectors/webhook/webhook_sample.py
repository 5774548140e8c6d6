"""A connection that any system posts to, and deliveries to it."""

import json
from datetime import UTC, datetime

from mellantid.connectors.told import Delivery
from mellantid.connectors.webhook import KIND
from mellantid.connectors.webhook.signature import signature

NOW = 1_790_000_000_000
SECRET = "s" * 32
STAGES = """
[[pipeline]]
id = "new"
name = "New business"
stages = ["Qualify", { id = "demo", name = "Demo" }]
won = ["Won", "Renewed"]
lost = "Lost"
"""
TWO = STAGES + '[[pipeline]]\nid = "more"\nstages = ["Qualify"]\n'


def connector(stages=STAGES, secret=SECRET, **given):
    return KIND.make({"stages": stages, "secret": secret, **given}, None, lambda: NOW)


def when(seconds=0):
    """A moment before now, written down."""
    return datetime.fromtimestamp(NOW / 1_000 - seconds, UTC).isoformat()


def change(**said):
    return {"deal": "D-1", "at": when(60), "stage": "Qualify"} | said


def posted(*changes, key="d-1", secret=SECRET, at=NOW, body=None, header=None):
    """A delivery with some changes, or with a body of its own."""
    if body is None:
        body = json.dumps({"id": key, "changes": list(changes)}).encode()
    if header is None:
        header = signature(secret, at // 1_000, body)
    return Delivery("POST", "https://m.example/hook", {"mellantid-signature": header}, body, NOW)
