"""A simulated CRM: what is true of its deals, in no vendor's terms.

All moments are whole seconds (in ms UTC), the coarsest that a vendor tells.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

SECOND: Final = 1_000
DAY: Final = 86_400_000
OPEN, WON, LOST = "open", "won", "lost"
STEP: Final = 0.55
"""The chance that a simulated deal goes on from a stage; what is left is mostly lost or open."""


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


def filled(
    now: Callable[[], int], deals: int, seed: int = 1, *, days: int = 720, gone: float = 0.01
) -> SimulatedCrm:
    """A CRM with some years behind it.

    Args:
        now: gives the present moment.
        deals: how many have been created; some of them are deleted or merged since.
        seed: of everything random.
        days: how long ago it began.
        gone: the share of deals that were deleted, and that were merged.

    """
    rng = np.random.default_rng(seed)
    crm = SimulatedCrm(now)
    names = ("Qualify", "Meeting", "Proposal", "Negotiation")
    for place, title in enumerate(("New business", "Expansion")):
        stages = [Stage(f"{place + 1}{step}", name) for step, name in enumerate(names)]
        stages += [Stage(f"{place + 1}8", "Won", WON), Stage(f"{place + 1}9", "Lost", LOST)]
        key = str(place + 1)
        crm.pipelines[key] = Pipeline(key, title, stages)
    for place, name in enumerate(("Anna Ek", "Bo Lund", "Cecilia Alm", "David Sjö", "Eva Berg")):
        email = name.lower().replace(" ", ".").replace("ö", "o") + "@example.com"
        team = "North" if place < 3 else "South"
        crm.users[str(place + 1)] = User(str(place + 1), name, email, team)
    crm.users["5"].active = False
    last = crm.moment() - 60 * SECOND
    starts = np.sort(rng.integers(last - days * DAY, last, deals)) // SECOND * SECOND
    for start in starts.tolist():
        _live(crm, rng, start, last, gone)
    return crm


def _live(crm: SimulatedCrm, rng: np.random.Generator, start: int, last: int, gone: float) -> None:
    """One deal's life, as far as it has come."""
    pipeline = crm.pipelines["1" if rng.random() < 0.8 else "2"]
    owner = str(rng.integers(1, 6))
    amount = float(np.round(np.exp(rng.normal(10, 1)), -2))
    deal = crm.create(pipeline.id, amount, owner, at=start)
    at, place = start, 0
    while True:
        at += int(rng.exponential(25) * DAY) // SECOND * SECOND
        if at >= last:
            break
        what = rng.random()
        if what < STEP:
            place += 1
            ends = place >= sum(each.means == OPEN for each in pipeline.stages)
            to = pipeline.stage(WON) if ends else pipeline.stages[place]
        elif what < 0.6 and place > 0:
            place -= 1
            ends, to = False, pipeline.stages[place]
        elif what < 0.7:
            crm.set(deal.id, "amount", f"{np.round(amount * rng.uniform(0.5, 1.5), -2):g}", at=at)
            continue
        elif what < 0.75:
            crm.set(deal.id, "owner", str(rng.integers(1, 6)), at=at)
            continue
        elif what < 0.95:
            ends, to = True, pipeline.stage(LOST)
        else:
            continue
        crm.set(deal.id, "stage", to.id, at=at)
        if ends and rng.random() < 0.95:  # else it is opened again
            break
        if ends:
            at += 3 * DAY
            place = 0
            if at < last:
                crm.set(deal.id, "stage", pipeline.stages[0].id, at=at)
    if deal.modified_at < last - DAY:
        what = rng.random()
        if what < gone:
            crm.delete(deal.id, at=deal.modified_at + 3_600 * SECOND)
        elif what < 2 * gone and len(crm.deals) > 1:
            into = next(iter(crm.deals))
            if into != deal.id:
                crm.merge(deal.id, into, at=deal.modified_at + 3_600 * SECOND)


@dataclass(frozen=True, order=True)
class Fact:
    """A thing that is true, for comparing a ledger with the CRM.

    Attributes:
        deal: its id.
        at: when, ms UTC.
        what: stage, amount, owner or removed.
        value: the stage's id, the amount, the owner's id; "" of removed.

    """

    deal: str
    at: int
    what: str
    value: str


def facts(crm: SimulatedCrm, pipeline: str) -> set[Fact]:
    """All that is true of the deals while they were in one pipeline.

    A value that is set again without a change is no fact. A deal that has left for another
    pipeline is removed from this one then.
    """
    found: set[Fact] = set()
    for deal in crm.deals.values():
        here, values = "", {"stage": "", "amount": "", "owner": ""}
        told: dict[str, str] = {}
        moments = sorted({event.at for event in deal.events})
        for at in moments:
            before = here
            for event in (each for each in deal.events if each.at == at):
                if event.field == "pipeline":
                    here = event.value
                else:
                    values[event.field] = event.value
            if before == pipeline != here:
                found.add(Fact(deal.id, at, "removed", ""))
                told = {}
            if here == pipeline:
                for name, value in values.items():
                    if value and told.get(name) != value:
                        found.add(Fact(deal.id, at, name, value))
                        told[name] = value
        if deal.deleted_at is not None and here == pipeline:
            found.add(Fact(deal.id, deal.deleted_at, "removed", ""))
    return found
