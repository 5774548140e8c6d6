"""A simulated CRM: what is true of its deals, in no vendor's terms.

All moments are whole seconds (in ms UTC), the coarsest that a vendor tells.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND: Final = 1_000
DAY: Final = 86_400_000
OPEN, WON, LOST = "open", "won", "lost"


@dataclass
class Stage:
    """A stage: `means` is open, won or lost."""

    id: str
    name: str
    means: str = OPEN
    gone: bool = False


@dataclass
class Pipeline:
    """A pipeline with its stages in order."""

    id: str
    name: str
    stages: list[Stage]

    def stage(self, means: str) -> Stage:
        """The first stage of a meaning."""
        return next(each for each in self.stages if each.means == means)


@dataclass
class User:
    """A seller."""

    id: str
    name: str
    email: str
    team: str
    active: bool = True


@dataclass(frozen=True)
class Event:
    """One field of a deal set to a value: pipeline, stage, amount or owner."""

    at: int
    field: str
    value: str
    by: str


@dataclass
class Deal:
    """A deal and all that has happened to it, the oldest first.

    Those that `create` set have the moment `created_at`.
    """

    id: str
    name: str
    created_at: int
    currency: str
    events: list[Event] = field(default_factory=list)
    deleted_at: int | None = None
    merged_into: str | None = None
    modified_at: int = 0

    def now(self, name: str) -> str:
        """The present value of a field."""
        return next((each.value for each in reversed(self.events) if each.field == name), "")


class SimulatedCrm:
    """What is true. Methods may be called from any thread; each change tells the listeners.

    Args:
        now: gives the present moment, ms UTC; changes are made at the whole second.
        currency: of all amounts.

    """

    def __init__(self, now: Callable[[], int], currency: str = "EUR") -> None:
        self.now = now
        self.currency = currency
        self.pipelines: dict[str, Pipeline] = {}
        self.users: dict[str, User] = {}
        self.deals: dict[str, Deal] = {}
        self.listeners: list[Callable[[Deal, str, Event | None], None]] = []
        """Told of each change: the deal; "created", "changed", "deleted" or "merged"; the event."""
        self.lock = threading.RLock()
        self._next = 1000

    def moment(self) -> int:
        """Now, at the whole second."""
        return self.now() // SECOND * SECOND

    def new_id(self) -> str:
        """An id that nothing has."""
        with self.lock:
            self._next += 1
            return str(self._next)

    def create(
        self, pipeline: str, amount: float, owner: str, *, at: int | None = None, stage: str = ""
    ) -> Deal:
        """A new deal, in the pipeline's first stage where none is given."""
        with self.lock:
            at = self.moment() if at is None else at
            stage = stage or self.pipelines[pipeline].stages[0].id
            key = self.new_id()
            deal = Deal(key, f"Deal {key}", at, self.currency)
            first = {"pipeline": pipeline, "stage": stage, "amount": f"{amount:g}", "owner": owner}
            deal.events = [Event(at, name, value, owner) for name, value in first.items()]
            deal.modified_at = at
            self.deals[deal.id] = deal
            self._tell(deal, "created", None)
            return deal

    def set(self, deal: str, name: str, value: str, *, at: int | None = None) -> Event:
        """Set a field of a deal: stage, amount, owner, or pipeline (set the stage with it)."""
        with self.lock:
            found = self.deals[deal]
            at = max(self.moment() if at is None else at, found.modified_at)
            event = Event(at, name, value, found.now("owner"))
            found.events.append(event)
            found.modified_at = at
            self._tell(found, "changed", event)
            return event

    def delete(self, deal: str, *, at: int | None = None) -> None:
        """Delete a deal."""
        with self.lock:
            found = self.deals[deal]
            found.deleted_at = found.modified_at = self.moment() if at is None else at
            self._tell(found, "deleted", None)

    def merge(self, deal: str, into: str, *, at: int | None = None) -> None:
        """Merge a deal into another: it is gone, the other one stays as it is."""
        with self.lock:
            found = self.deals[deal]
            found.merged_into = into
            found.deleted_at = found.modified_at = self.moment() if at is None else at
            self._tell(found, "merged", None)

    def _tell(self, deal: Deal, what: str, event: Event | None) -> None:
        for listener in self.listeners:
            listener(deal, what, event)
