"""A simulated CRM with some years behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.simulators.truth import (
    DAY,
    LOST,
    OPEN,
    SECOND,
    WON,
    Pipeline,
    SimulatedCrm,
    Stage,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mellantid.simulators.truth import Deal

ONWARD, BACK, PRICED, HANDED, CLOSED, MOVED = 0.55, 0.6, 0.69, 0.74, 0.94, 0.96
"""What happens next to a deal, as bounds of chance; above the last: nothing."""
REOPENED: Final = 0.05
"""The share of closed deals that are opened again."""
TWICE: Final = 0.03
"""The share of movements in whose very second something else changes too."""
PAUSE: Final = 25
"""Days between what happens to a deal, on average."""
NAMES: Final = ("Qualify", "Meeting", "Proposal", "Negotiation")
SELLERS: Final = ("Anna Ek", "Bo Lund", "Cecilia Alm", "David Sjö", "Eva Berg")


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
    for place, title in enumerate(("New business", "Expansion")):
        _pipeline(crm, str(place + 1), title)
    for place, name in enumerate(SELLERS):
        email = name.lower().replace(" ", ".").replace("ö", "o") + "@example.com"
        team = "North" if place < 3 else "South"
        crm.users[str(place + 1)] = User(str(place + 1), name, email, team)
    crm.users["5"].active = False
    last = crm.moment() - 60 * SECOND
    starts = np.sort(rng.integers(last - days * DAY, last, deals)) // SECOND * SECOND
    for start in starts.tolist():
        life = _Life(crm, rng, start)
        life.live(last)
        life.end(last, gone)
    return crm


def _pipeline(crm: SimulatedCrm, key: str, title: str) -> None:
    stages = [Stage(f"{key}{step}", name) for step, name in enumerate(NAMES)]
    stages += [Stage(f"{key}8", "Won", WON), Stage(f"{key}9", "Lost", LOST)]
    crm.pipelines[key] = Pipeline(key, title, stages)


class _Life:
    """One deal's life, as far as it has come."""

    def __init__(self, crm: SimulatedCrm, rng: np.random.Generator, start: int) -> None:
        self._crm = crm
        self._rng = rng
        self._pipeline = crm.pipelines["1" if rng.random() < 0.8 else "2"]
        self._amount = float(np.round(np.exp(rng.normal(10, 1)), -2))
        owner = self._seller()
        self._deal: Deal = crm.create(self._pipeline.id, self._amount, owner, at=start)
        self._at = start
        self._place = 0

    def live(self, last: int) -> None:
        """Let happen what happens until a moment, or until it is closed for good."""
        closed = False
        while not closed:
            pause = self._rng.exponential(PAUSE)
            self._at += max(int(pause * DAY) // SECOND, 1) * SECOND
            if self._at >= last:
                return
            closed = self._happen(self._rng.random()) and not self._again(last)

    def end(self, last: int, gone: float) -> None:
        """Delete or merge it, seldom."""
        deal, crm = self._deal, self._crm
        if deal.modified_at >= last - DAY:
            return
        what, at = self._rng.random(), deal.modified_at + 3_600 * SECOND
        into = next(iter(crm.deals))
        if what < gone:
            crm.delete(deal.id, at=at)
        elif what < 2 * gone and into != deal.id:
            crm.merge(deal.id, into, at=at)

    def _happen(self, what: float) -> bool:
        """One thing; whether it closed the deal."""
        if what < ONWARD:
            return self._onward()
        if what < BACK:
            self._place = max(self._place - 1, 0)
            self._enter(self._pipeline.stages[self._place])
        elif what < PRICED:
            self._set("amount", self._price())
        elif what < HANDED:
            self._set("owner", self._seller())
        elif what < CLOSED:
            self._enter(self._pipeline.stage(LOST))
            return True
        elif what < MOVED:
            self._change_pipeline()
        return False

    def _onward(self) -> bool:
        self._place += 1
        won = self._place >= sum(each.means == OPEN for each in self._pipeline.stages)
        self._enter(self._pipeline.stage(WON) if won else self._pipeline.stages[self._place])
        return won

    def _enter(self, stage: Stage) -> None:
        """Enter a stage; seldom with something else in the same second, before it or with it."""
        if self._rng.random() < TWICE:
            other = self._rng.integers(3)
            if other == 0:
                self._set("amount", self._price())
            elif other == 1:
                self._set("owner", self._seller())
            else:
                self._set("stage", self._pipeline.stages[self._rng.integers(len(NAMES))].id)
        self._set("stage", stage.id)

    def _again(self, last: int) -> bool:
        """Whether a closed deal is opened again, which it then is."""
        if self._rng.random() >= REOPENED:
            return False
        self._at += 3 * DAY
        self._place = 0
        if self._at < last:
            self._set("stage", self._pipeline.stages[0].id)
        return True

    def _change_pipeline(self) -> None:
        other = "2" if self._pipeline.id == "1" else "1"
        self._pipeline = self._crm.pipelines[other]
        self._set("pipeline", other)
        self._set("stage", self._pipeline.stages[self._place].id)

    def _set(self, name: str, value: str) -> None:
        self._crm.set(self._deal.id, name, value, at=self._at)

    def _price(self) -> str:
        return f"{np.round(self._amount * self._rng.uniform(0.5, 1.5), -2):g}"

    def _seller(self) -> str:
        return str(self._rng.integers(1, len(SELLERS) + 1))
