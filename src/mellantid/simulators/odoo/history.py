"""What Odoo would have noted in a deal's thread: messages, each with the fields it tracked."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mellantid.simulators.crm import LOST

if TYPE_CHECKING:
    from mellantid.simulators.crm import Deal, Event, SimulatedCrm

MADE: Final = 4
"""How many events `SimulatedCrm.create` begins a deal with."""


@dataclass
class Tracked:
    """A tracked field of a message: a name of `crm.lead`, and its values before and after."""

    id: int
    name: str
    old: Any
    new: Any


@dataclass
class Message:
    """A message in a deal's thread; one that a merge has brought has a subject."""

    id: int
    at: int
    tracked: list[Tracked]
    subject: str | bool = False


@dataclass
class Standing:
    """A deal's record as the last event left it."""

    team: int
    stage: int
    active: bool
    amount: float
    owner: int
    stage_at: int
    closed_at: int | None = None


@dataclass
class Life:
    """A deal's record and its thread."""

    standing: Standing
    messages: list[Message] = field(default_factory=list)


class Lives:
    """The records and threads of all deals, kept up with the CRM by its listeners."""

    def __init__(self, crm: SimulatedCrm) -> None:
        self.crm = crm
        self.of: dict[str, Life] = {}
        self._messages, self._rows = itertools.count(5001), itertools.count(9001)
        self._means = {
            stage.id: stage.means for line in crm.pipelines.values() for stage in line.stages
        }
        with crm.lock:
            self._begin()
            crm.listeners.append(self._follow)

    def _begin(self) -> None:
        happened: list[tuple[int, int, Deal, Event | None]] = []
        for deal in self.crm.deals.values():
            self._create(deal)
            happened += [
                (event.at, place, deal, event) for place, event in enumerate(deal.events[MADE:])
            ]
            if deal.deleted_at is not None:
                happened.append((deal.deleted_at, len(deal.events), deal, None))
        for _, _, deal, event in sorted(happened, key=lambda each: (each[0], each[2].id, each[1])):
            if event is not None:
                self._change(deal, event)
            else:
                self._end(deal)

    def _follow(self, deal: Deal, what: str, event: Event | None) -> None:
        if what == "created":
            self._create(deal)
        elif event is not None:
            self._change(deal, event)
        else:
            self._end(deal)

    def _create(self, deal: Deal) -> None:
        first = {event.field: event.value for event in deal.events[:MADE]}
        stage = int(first["stage"])
        won = self.means(first["stage"]) == "won"
        closed = deal.created_at if won else None
        self.of[deal.id] = Life(
            Standing(
                int(first["pipeline"]),
                stage,
                active=True,
                amount=float(first["amount"]),
                owner=int(first["owner"]),
                stage_at=deal.created_at,
                closed_at=closed,
            )
        )

    def means(self, stage: str) -> str:
        """Whether a stage of the CRM is open, won or lost."""
        if stage not in self._means:
            for line in self.crm.pipelines.values():
                self._means |= {each.id: each.means for each in line.stages}
        return self._means[stage]

    def _change(self, deal: Deal, event: Event) -> None:
        life = self.of[deal.id]
        written: dict[str, Any] = {}
        if event.field == "stage":
            # Lost is no stage there: the deal is archived, and keeps the stage it was in.
            lost = self.means(event.value) == LOST
            written = {"active": not lost} | ({} if lost else {"stage": int(event.value)})
        elif event.field == "pipeline":
            written = {"team": int(event.value)}
        elif event.field == "amount":
            written = {"amount": float(event.value)}
        else:
            written = {"owner": int(event.value)}
        tracked = []
        for name, value in written.items():
            before = getattr(life.standing, name)
            if before != value:
                tracked.append(Tracked(next(self._rows), name, before, value))
                setattr(life.standing, name, value)
        if tracked:
            life.messages.append(Message(next(self._messages), event.at, tracked))
        if any(each.name == "stage" for each in tracked):
            life.standing.stage_at = event.at
        if event.field == "stage" and tracked:
            ended = self.means(event.value) != "open"
            life.standing.closed_at = event.at if ended else None

    def _end(self, deal: Deal) -> None:
        life = self.of.pop(deal.id, None)
        if life is None or deal.merged_into not in self.of:
            return
        for message in life.messages:
            subject = f": {message.subject}" if message.subject else ""
            message.subject = f"From {deal.name}{subject}"
        self.of[deal.merged_into].messages += life.messages
