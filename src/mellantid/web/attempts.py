"""How often somebody may try a password: five times, then once a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable

FREE: Final = 5
PAUSE: Final = 60_000
MOST: Final = 10_000


class Attempts:
    """Failed attempts by whoever made them, kept in memory: a restart forgives."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, tuple[int, int]] = {}

    def allowed(self, key: Hashable, now: int) -> bool:
        """Whether another attempt is allowed now (ms); it is counted if so."""
        count, newest = self._seen.pop(key, (0, 0))
        allowed = count < FREE or now - newest >= PAUSE
        self._seen[key] = (count + 1, now) if allowed else (count, newest)
        while len(self._seen) > MOST:
            self._seen.pop(next(iter(self._seen)))
        return allowed

    def forget(self, key: Hashable) -> None:
        """The right password has been given."""
        self._seen.pop(key, None)
