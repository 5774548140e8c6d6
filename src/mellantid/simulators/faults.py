"""What goes wrong on the way: an application that fails as real ones do, and counts requests.

Faults come by a seed, so that a run can be made again. Requests are counted against the vendor's
windows; one that is over them is refused, as there, and counted as such.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mellantid.simulators.simulator import no_sort, one_each

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from mellantid.connectors.connector import Window

JSON: Final = [(b"content-type", b"application/json")]
KINDS: Final = ("429", "500", "503", "slow", "broken", "cut")


class BrokenError(Exception):
    """The connection breaks here; the server closes it."""


@dataclass
class Counted:
    """A window and the requests counted in it.

    Attributes:
        cost: what it allows.
        seconds: how long it is, on the clock of the counter.
        of: the sort of request that it limits; empty: every request.
        peak: the most that was ever in it.

    """

    cost: float
    seconds: float
    of: str = ""
    peak: float = 0.0
    _in_it: deque[tuple[float, float]] = field(default_factory=deque)
    _total: float = 0.0

    def count(self, cost: float, now: float) -> bool:
        """Count a request; whether it was within the limit."""
        while self._in_it and self._in_it[0][0] <= now - self.seconds:
            self._total -= self._in_it.popleft()[1]
        self._in_it.append((now, cost))
        self._total += cost
        self.peak = max(self.peak, self._total)
        return self._total <= self.cost


class Faults:
    """An application with faults, and a counter before it.

    Args:
        application: the vendor's.
        limits: its windows.
        share: of requests that go wrong, 0 to 1.
        seed: of what goes wrong.
        cost: what a request counts as.
        of: the sort of a request.
        clock: seconds.
        speed: how many times quicker than the clock the windows are: 20 makes 10 s half a second.
        slow: seconds that a slow answer takes.
        retry_after: seconds that a refusal asks for.
        sleep: how a slow answer waits.

    """

    def __init__(
        self,
        application: ASGIApp,
        limits: Iterable[Window] = (),
        share: float = 0.0,
        seed: int = 1,
        cost: Callable[[Scope], float] = one_each,
        of: Callable[[Scope], str] = no_sort,
        clock: Callable[[], float] = time.monotonic,
        speed: float = 1.0,
        slow: float = 0.2,
        retry_after: float = 1.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._application = application
        self.windows = [Counted(each.cost, each.seconds / speed, each.of) for each in limits]
        self.share = share
        self._random = random.Random(seed)  # noqa: S311 (faults are no secret)
        self._cost = cost
        self._of = of
        self._clock = clock
        self._slow = slow
        self._retry_after = retry_after
        self._sleep = sleep
        self._lock = threading.Lock()
        self.requests = 0
        self.over = 0
        self.made: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a request, and let it go wrong or through."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        if scope["path"] == "/-/counted":
            await _answer(send, 200, self.counted())
            return
        within, fault = self._count(scope)
        if not within:
            await _answer(send, 429, {"message": "too many"}, self._retry_after)
        elif fault == "":
            await self._application(scope, receive, send)
        else:
            await self._fail(fault, scope, receive, send)

    def counted(self) -> dict[str, Any]:
        """What was counted: requests, those over the limits, the faults made, each window."""
        return {
            "requests": self.requests,
            "over": self.over,
            "made": self.made,
            "windows": [
                {"cost": each.cost, "seconds": each.seconds, "of": each.of, "peak": each.peak}
                for each in self.windows
            ],
        }

    def _count(self, scope: Scope) -> tuple[bool, str]:
        with self._lock:
            now, cost = self._clock(), self._cost(scope)
            self.requests += 1
            # Every window counts it, also where one has refused it already.
            sorts = {"", self._of(scope)}
            limiting = [each for each in self.windows if each.of in sorts]
            within = min([each.count(cost, now) for each in limiting], default=True)
            self.over += not within
            fault = ""
            if self._random.random() < self.share:
                fault = self._random.choice(KINDS)
                self.made[fault] = self.made.get(fault, 0) + 1
            return within, fault

    async def _fail(self, fault: str, scope: Scope, receive: Receive, send: Send) -> None:
        if fault == "429":
            await _answer(send, 429, {"message": "too many"}, self._retry_after)
        elif fault == "broken":
            raise BrokenError
        elif fault == "slow":
            await self._sleep(self._slow)
            await self._application(scope, receive, send)
        elif fault == "cut":
            await self._application(scope, receive, _cut(send))
        else:
            await _answer(send, int(fault), {"message": "a fault of the server's"})


class Telling:
    """An application that also tells what is true, at `/-/facts`.

    Args:
        application: the rest.
        facts: all of them, as JSON.

    """

    def __init__(self, application: ASGIApp, facts: Callable[[], dict[str, Any]]) -> None:
        self._application = application
        self._facts = facts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell what is true, or let the request through."""
        if scope["type"] == "http" and scope["path"] == "/-/facts":
            await _answer(send, 200, self._facts())
        else:
            await self._application(scope, receive, send)


def _cut(send: Send) -> Send:
    """Send half of an answer's body, then break off: what was asked has been done."""

    async def half(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            part = {**message, "body": body[: len(body) // 2], "more_body": True}
            await send(part)
            raise BrokenError
        await send(message)

    return half


async def _answer(
    send: Send, status: int, document: dict[str, Any], retry_after: float | None = None
) -> None:
    headers = list(JSON)
    if retry_after is not None:
        headers.append((b"retry-after", f"{retry_after:g}".encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(document).encode()})
