"""A source's limits as sliding windows: what has been spent, and when there is room again."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.connector import DAY, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mellantid.connectors.connector import Window

SECOND: Final = 1_000
PARTS: Final = 144
"""A window of a day is remembered in parts of ten minutes, so that it can be kept on disk."""


@dataclass
class Spent:
    """What was spent at once.

    Attributes:
        begun: the moment (ms) of its first request.
        at: the latest moment at which the source may have counted it; it is free a window later.
        cost: in the window's unit.

    """

    begun: int
    at: int
    cost: float


@dataclass
class Sliding:
    """One window and what has been spent in it."""

    window: Window
    spent: list[Spent] = field(default_factory=list)

    @property
    def long(self) -> float:
        """How long the window is, in ms."""
        return self.window.seconds * SECOND

    @property
    def part(self) -> float:
        """How long (ms) what is spent is taken together."""
        return self.long / PARTS if self.window.seconds >= DAY else 0.0

    def free_at(self, cost: float, now: int) -> int:
        """The moment (ms) from which a cost has room.

        Raises:
            SourceError: it is more than the whole window.

        """
        if cost > self.window.cost:
            raise SourceError(
                f"One request costs {cost:g} where the source allows {self.window.cost:g} in "
                f"{self.window.seconds:g} s: ask for less at once."
            )
        for each in self.spent:
            if each.at > now + SECOND:
                # The clock has been put back: what was spent then has been spent by now.
                each.begun, each.at = min(each.begun, now), now
        self.spent = [each for each in self.spent if each.at + self.long >= now]
        over = sum(each.cost for each in self.spent) + cost - self.window.cost
        free = now
        for each in sorted(self.spent, key=lambda spent: spent.at):
            if over <= 0:
                break
            over -= each.cost
            free = int(each.at + self.long) + 1
        return free

    def take(self, cost: float, now: int) -> Spent:
        """Note a cost."""
        if self.spent and now - self.spent[-1].begun < self.part:
            newest = self.spent[-1]
            newest.cost, newest.at = newest.cost + cost, max(newest.at, now)
            return newest
        self.spent.append(Spent(now, now, cost))
        return self.spent[-1]

    def told(self) -> list[Spent]:
        """What is to be kept of it: of a short window its sum, as if all were spent at the last."""
        if self.part or not self.spent:
            return self.spent
        total = sum(each.cost for each in self.spent)
        return [Spent(self.spent[0].begun, max(each.at for each in self.spent), total)]


class Windows:
    """The windows of one source; may be used from any thread.

    Args:
        limits: the source's.

    """

    def __init__(self, limits: Iterable[Window] = ()) -> None:
        self._lock = threading.Lock()
        self._all = [Sliding(window) for window in limits]

    def keep(self, limits: Iterable[Window]) -> None:
        """Keep other limits; what was spent in a window that stays is remembered."""
        with self._lock:
            before = {each.window: each for each in self._all}
            self._all = [before.get(window, Sliding(window)) for window in limits]

    def take(self, cost: float, now: int, of: str = "") -> int | list[Spent]:
        """Spend a cost, of a sort of request, where it has room.

        Returns:
            What was noted; or the moment (ms) at which there is room.

        Raises:
            SourceError: it is more than a whole window.

        """
        with self._lock:
            limiting = [each for each in self._all if each.window.of in {"", of}]
            free = max((each.free_at(cost, now) for each in limiting), default=now)
            if free > now:
                return free
            return [each.take(cost, now) for each in limiting]

    def counted(self, taken: Sequence[Spent], now: int) -> None:
        """Say that the source has answered: it has counted the request by now."""
        with self._lock:
            for each in taken:
                each.at = max(each.at, now)

    def saved(self) -> list[dict[str, Any]]:
        """What has been spent, as JSON to be kept over a restart."""
        with self._lock:
            return [
                {
                    "seconds": each.window.seconds,
                    "of": each.window.of,
                    "spent": [[spent.begun, spent.at, spent.cost] for spent in each.told()],
                }
                for each in self._all
            ]

    def load(self, saved: Iterable[dict[str, Any]]) -> None:
        """Remember what was spent before a restart."""
        with self._lock:
            before = {(each["seconds"], each["of"]): each["spent"] for each in saved}
            for each in self._all:
                window = each.window.seconds, each.window.of
                kept = [Spent(*spent) for spent in before.get(window, ())]
                each.spent = kept + each.spent
