"""One bell for all streams of a process: a round of waking costs one call into the event loop."""

from __future__ import annotations

import asyncio
from typing import Final

TICK: Final = 1.0
"""Seconds after which it rings by itself, so that nobody needs a clock of their own."""


class Bell:
    """Wakes everybody who waits on the running event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._next = asyncio.Event()
        self._ticks = False

    def next(self) -> asyncio.Event:
        """What will be set at the next ring; ask for it before looking at what has happened."""
        if not self._ticks:
            self._ticks = True
            self._loop.call_later(TICK, self._tick)
        return self._next

    def wake(self) -> None:
        """Ring, from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ring)

    def runs_here(self) -> bool:
        """Whether it belongs to the event loop that is running."""
        return self._loop is asyncio.get_running_loop()

    def _tick(self) -> None:
        # Who still waits asks for the next one, and so for the next tick.
        self._ticks = False
        self._ring()

    def _ring(self) -> None:
        self._next.set()
        self._next = asyncio.Event()
