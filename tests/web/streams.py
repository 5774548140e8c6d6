"""Reading a stream of events through the app itself, without a server."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

PATIENCE = 60.0


class Reading:
    """A stream that is being read."""

    def __init__(self):
        self.status = None
        self.headers = {}
        self.text = ""
        self.over = False
        self._more = asyncio.Event()

    async def take(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            self.text += message.get("body", b"").decode()
            self.over = not message.get("more_body", False)
        self._more.set()

    @property
    def events(self):
        """What has come: number, kind and data of each event."""
        found = []
        for block in self.text.split("\n\n")[:-1]:
            fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
            if "id" in fields:
                found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
        return found

    async def until(self, holds):
        async with asyncio.timeout(PATIENCE):
            while not holds(self):
                self._more.clear()
                await self._more.wait()
        return self


@asynccontextmanager
async def stream(app, client, path="/api/v1/events", **headers):
    """Open a stream with a client's session; leave it at the end."""
    route, _, query = path.partition("?")
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    sent = {"cookie": cookie, "host": "testserver"} | headers
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": route,
        "raw_path": route.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in sent.items()],
        "client": ("test", 1),
        "server": ("testserver", 80),
        "state": {},
    }
    left = asyncio.Event()

    async def receive():
        await left.wait()
        return {"type": "http.disconnect"}

    reading = Reading()
    task = asyncio.create_task(app(scope, receive, reading.take))
    try:
        await reading.until(lambda read: read.status is not None)
        yield reading
    finally:
        left.set()
        await asyncio.wait_for(task, PATIENCE)
