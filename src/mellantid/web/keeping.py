"""Answers that are kept: each is made once for what it depends on, and remade beside the request.

A race takes a second to work out, and while the organisation is at work its ledger grows every few
seconds. Who asks meanwhile gets the answer of a moment ago, and the next one is being made.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Answer = TypeVar("Answer")
REST: Final = 5.0
"""What is remade beside the requests rests so many times as long as it took to make."""
STALE: Final = 60_000
"""An answer to another state is let go after so many ms."""


@dataclass(frozen=True)
class Made:
    """An answer and what it was made from.

    Attributes:
        answer: it.
        state: what it stands on, such as the ledger's last entry.
        at: when it was made (ms).
        rests: until when it is not remade beside the requests (s, of the process's own clock).

    """

    answer: object
    state: Hashable
    at: int
    rests: float


class Keeping:
    """Kept answers, for all threads.

    Args:
        now: gives the present moment (ms).
        most: how many are kept.

    """

    def __init__(self, now: Callable[[], int], most: int) -> None:
        self._now = now
        self._most = most
        self._made: OrderedDict[Hashable, Made] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="answers")
        self._waiting: set[Hashable] = set()

    def fresh(self, key: Hashable, state: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer as of this state; two who ask at once have it made once.

        Args:
            key: everything that the question depends on.
            state: what the answer depends on besides.
            make: makes it; it must be a pure value.

        """
        found = self._find(key)
        if found is not None and found.state == state:
            return cast("Answer", found.answer)
        with self._maker(key):
            found = self._find(key)
            if found is not None and found.state == state:
                return cast("Answer", found.answer)
            begun = monotonic()
            made = make()
            rests = monotonic() + REST * (monotonic() - begun)
            self._keep(key, Made(made, state, self._now(), rests))
            return made

    def recent(
        self, key: Hashable, state: Hashable, make: Callable[[], Answer], patience: int
    ) -> Answer:
        """The answer as of this state, or one that was made at most `patience` ms ago.

        Where it is an older one, the next is made beside, so that asking again gives it. It rests
        in between, lest a race in which something always happens takes all of the time.
        """
        found = self._find(key)
        if found is None or found.state == state or self._now() - found.at > patience:
            return self.fresh(key, state, make)
        with self._lock:
            begin = key not in self._waiting and monotonic() >= found.rests
            if begin:
                self._waiting.add(key)
        if begin:
            self._beside.submit(self._remake, key, state, make)
        return cast("Answer", found.answer)

    def close(self) -> None:
        """Make nothing more."""
        self._beside.shutdown(wait=False, cancel_futures=True)

    def _remake(self, key: Hashable, state: Hashable, make: Callable[[], object]) -> None:
        try:
            self.fresh(key, state, make)
        finally:
            with self._lock:
                self._waiting.discard(key)

    def _find(self, key: Hashable) -> Made | None:
        with self._lock:
            found = self._made.get(key)
            if found is not None:
                self._made.move_to_end(key)
            return found

    def _maker(self, key: Hashable) -> threading.Lock:
        with self._lock:
            return self._making.setdefault(key, threading.Lock())

    def _keep(self, key: Hashable, made: Made) -> None:
        with self._lock:
            self._made[key] = made
            self._made.move_to_end(key)
            old = [
                each
                for each, kept in self._made.items()
                if kept.state != made.state and made.at - kept.at > STALE
            ]
            spare = max(len(self._made) - len(old) - self._most, 0)
            for gone in (*old, *[each for each in self._made if each not in old][:spare]):
                del self._made[gone]
                self._making.pop(gone, None)
