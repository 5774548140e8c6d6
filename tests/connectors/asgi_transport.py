"""Requests of a synchronous client answered by an ASGI application, without a socket."""

import asyncio
import threading

import httpx2

from mellantid.simulators.faults import BrokenError

LATENCY = 20
"""Milliseconds that an answer takes on the clock of a test."""


class SlowError(Exception):
    """The answer does not come in time."""


async def too_slow(_):
    """How a slow answer waits where nobody has the time."""
    raise SlowError


class AsgiTransport(httpx2.BaseTransport):
    """Answers with an application, on an event loop of its own.

    Args:
        application: what answers.
        tick: called with the milliseconds that an answer takes.

    """

    def __init__(self, application, tick=lambda _: None):
        self._inner = httpx2.ASGITransport(application)
        self._runner = asyncio.Runner()
        self._lock = threading.Lock()
        self._tick = tick

    def handle_request(self, request):
        with self._lock:
            self._tick(LATENCY)
            try:
                return self._runner.run(self._answer(request))
            except BrokenError:
                raise httpx2.ReadError("broken") from None
            except SlowError:
                raise httpx2.ReadTimeout("slow") from None

    async def _answer(self, request):
        answer = await self._inner.handle_async_request(request)
        content = b"".join([part async for part in answer.stream])
        return httpx2.Response(answer.status_code, headers=answer.headers, content=content)

    def close(self):
        self._runner.close()
