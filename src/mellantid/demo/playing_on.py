"""The demo plays on: what happens next is drawn from the truth of its company, one thing at a time.

On a working day a deal is created with the truth's pace and each open deal leaves its stage with
its true daily chance. Of all that may happen next one thing is drawn in proportion, so that the mix
is true; only the time is not: a day's worth passes in some minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.errors import MellantidError
from mellantid.ledger import Entries, Kind
from mellantid.simulation.simulate import rounded

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from mellantid.core.types import Floats
    from mellantid.demo.company import DemoCompany
    from mellantid.workspace import Race

SOURCE: Final = "demo"
EVERY: Final = 4.0
"""Seconds between two movements, on average."""
SOONEST: Final = 1.0


@dataclass
class _Open:
    """An open deal: where it stands, and since when."""

    stage: int
    entered: int


class Player:
    """What happens next in the demo.

    Args:
        company: whose truth.
        race: how its deals stand.
        rng: the source of randomness.

    """

    def __init__(self, company: DemoCompany, race: Race, rng: np.random.Generator) -> None:
        self._organisation = company.truth.organisation
        self._hazard = company.truth.hazard
        self._currency = company.currency
        self._process = race.history.process
        self._clock = race.history.clock
        self._rng = rng
        open_, day = race.open_deals, race.history.until_day
        names = [race.history.deals[deal] for deal in open_.deal.tolist()]
        stays = zip(names, open_.stage.tolist(), (day - open_.age).tolist(), strict=True)
        self._open = {name: _Open(stage, entered) for name, stage, entered in stays}
        self._made = len(company.history.deals)

    def next(self, now: int) -> Entries:
        """The next thing, as happening now (ms)."""
        names = list(self._open)
        rates = self._rates(int(self._clock.day(now)))
        pace = self._organisation.creation
        total = pace + float(rates.sum())
        drawn = self._rng.random() * total
        if drawn < pace or not names:
            return self._creation(now)
        place = int(np.searchsorted(np.cumsum(rates.ravel()), drawn - pace, side="right"))
        deal, to = divmod(min(place, rates.size - 1), rates.shape[1])
        return self._move(names[deal], to, now)

    def _rates(self, day: int) -> Floats:
        """The chance today of each open deal to leave for each state, (deals, S + 2)."""
        stages = np.array([each.stage for each in self._open.values()], dtype=np.int64)
        entered = np.array([each.entered for each in self._open.values()], dtype=np.int64)
        ages = np.clip(day - entered, 0, self._hazard.shape[-1] - 1)
        rates: Floats = self._hazard[stages, :, ages]
        return rates

    def _creation(self, now: int) -> Entries:
        organisation, rng = self._organisation, self._rng
        self._made += 1
        deal = f"D-{self._made:05d}"
        size = organisation.amount_median * np.exp(rng.normal(0, organisation.amount_sd))
        stage = int(rng.choice(organisation.process.size, p=organisation.entry))
        seller = int(rng.choice(len(organisation.sellers), p=organisation.seller_share))
        self._open[deal] = _Open(stage, int(self._clock.day(now)))
        return self._entries(
            deal,
            Kind.CREATED,
            now,
            self._process.stages[stage],
            amount=float(rounded(np.array([size]))[0]),
            currency=self._currency,
            owner=organisation.sellers[seller].identity,
        )

    def _move(self, deal: str, to: int, now: int) -> Entries:
        if to < self._process.size:
            self._open[deal] = _Open(to, int(self._clock.day(now)))
            return self._entries(deal, Kind.MOVED, now, self._process.stages[to])
        del self._open[deal]
        won = to == self._process.won_state
        label = self._process.won[0] if won else self._process.lost[0]
        return self._entries(deal, Kind.WON if won else Kind.LOST, now, label)

    def _entries(
        self,
        deal: str,
        kind: Kind,
        now: int,
        stage: str,
        amount: float | None = None,
        currency: str | None = None,
        owner: str | None = None,
    ) -> Entries:
        return Entries(
            key=f"demo:{deal}:{kind}:{now}",
            process=self._process.name,
            process_version=self._process.version,
            deal=deal,
            kind=str(kind),
            stage=stage,
            occurred_at=now,
            amount=amount,
            currency=currency,
            owner=owner,
            source=SOURCE,
        )


def play(
    player: Player,
    append: Callable[[Entries], object],
    now: Callable[[], int],
    ended: threading.Event,
    every: float = EVERY,
) -> None:
    """Let things happen until it is ended.

    Args:
        player: draws them.
        append: takes them into the ledger.
        now: gives the present moment (ms).
        ended: is set when it is to end.
        every: seconds between two things, on average.

    """
    rng = np.random.default_rng()
    while not ended.wait(min(SOONEST, every) + rng.exponential(max(every - SOONEST, 0.0))):
        try:
            append(player.next(now()))
        except MellantidError:
            # Another program writes for long: what was drawn is lost, and the race goes on.
            continue
