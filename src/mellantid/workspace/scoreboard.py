"""The scoreboard: a kept forecast, and the credit of every entry that comes after it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.history import NOWHERE, UNCHANGED, History
from mellantid.core.names import PER_DEAL
from mellantid.core.steering.credit import Credit, KeptForecast
from mellantid.ledger import Kind
from mellantid.workspace import tables
from mellantid.workspace.deal_state import DealState, Standings, follows, then
from mellantid.workspace.labels import meaning_of
from mellantid.workspace.past import history_of
from mellantid.workspace.rates import Rate, Rates

if TYPE_CHECKING:
    from collections.abc import Callable

    from mellantid.core.process import Process
    from mellantid.core.totals.changing import Stake
    from mellantid.ledger import Entry
    from mellantid.workspace.race import Race
    from mellantid.workspace.workspace import Workspace

TRIES: Final = 3


@dataclass(frozen=True)
class Passing:
    """An entry as it is told to those who follow the race.

    Attributes:
        id: its number in the ledger.
        process: whose.
        deal: which deal.
        kind: what happened.
        owner: the deal's owner after it; None where unknown.
        at: when it happened (ms).
        left: the stage, or the outcome, in which the deal stood before; None where unknown.
        entered: where it stands now; None where unknown.
        onward: 1 where it has come further on the course, -1 where it has gone back or is lost, 0
            where it stands where it stood.
        amount: of the deal, in `unit`; None where unknown.
        unit: of amounts.
        credit: what it did; None where nobody followed when it happened.

    """

    id: int
    process: str
    deal: str
    kind: Kind
    owner: str | None
    at: int
    left: str | None
    entered: str | None
    onward: int
    amount: float | None
    unit: str
    credit: Credit | None


class Scoreboard:
    """The standing of a race by its last full forecast, kept up to date by each entry.

    Args:
        workspace: where rates and courses are kept.
        race: what is known.
        position: the number of the last entry that the race knows of.

    """

    def __init__(self, workspace: Workspace, race: Race, position: int) -> None:
        history = race.history
        self.process: Process = history.process
        self.position = position
        self.day = history.until_day
        self._race = race
        self._versions = tables.read_processes(workspace.ledger)[self.process.name]
        self._rates = Rates.of("" if race.unit == PER_DEAL else race.unit, _rates(workspace))
        outcome = workspace.outcome(race)
        clock = history.clock
        self._period = (clock.start_of(outcome.first), clock.end_of(outcome.until))
        self._kept = KeptForecast.of(outcome.whole)
        self._standings = Standings(history)
        self._moved: dict[str, DealState] = {}

    @classmethod
    def now(cls, workspace: Workspace, race_of: Callable[[Workspace], Race]) -> Scoreboard:
        """The scoreboard of a race that may be written to while it is read."""
        for _ in range(TRIES):
            position = workspace.ledger.position()
            race = race_of(workspace)
            if workspace.ledger.position() == position:
                break
        return cls(workspace, race, position)

    @property
    def p_target(self) -> float | None:
        """The chance of the target now; None without one."""
        return self._kept.p_target

    @property
    def worn(self) -> bool:
        """Whether it should be made anew."""
        return self._kept.worn

    def take(self, workspace: Workspace, entry: Entry) -> Passing:
        """Put an entry on top, and tell what it did.

        Raises:
            DataError: its label or its currency is unknown.

        """
        before = self._state(entry.deal)
        after = self._after(workspace, before, entry)
        credit, self._kept = self._kept.moved(self._stake(before), self._stake(after))
        self._moved[entry.deal] = after
        self.position = max(self.position, entry.id)
        return self._passing(entry, before, after, credit)

    def _state(self, deal: str) -> DealState:
        return self._moved.get(deal) or self._standings.of(deal)

    def _after(self, workspace: Workspace, before: DealState, entry: Entry) -> DealState:
        # An amount without a currency has that of the deal's amount before it.
        unclear = entry.amount is not None and entry.currency is None and self._rates.tables
        if unclear or not follows(before, entry):
            return self._refolded(workspace, entry.deal)
        state = UNCHANGED
        if entry.kind == Kind.REMOVED:
            state = self.process.lost_state
        elif entry.stage is not None:
            state = meaning_of([entry.stage], self._versions).states[entry.stage]
        return then(before, entry, state, self._amount(entry), self._day)

    def _day(self, moment: int) -> int:
        return int(self._race.history.clock.day(moment))

    def _amount(self, entry: Entry) -> float:
        """An entry's amount in the workspace's currency; NaN where it gives none."""
        if entry.amount is None:
            return math.nan
        date = self._race.history.clock.zone.dates(np.array([entry.occurred_at]))
        named = entry.currency is not None
        return float(
            self._rates.convert(
                np.array([entry.amount]),
                np.array([0 if named else -1]),
                (entry.currency or "",),
                date,
                np.zeros(1, dtype=np.int64),
            )[0]
        )

    def _refolded(self, workspace: Workspace, deal: str) -> DealState:
        """How a deal stands by all that the ledger has of it: for what is not simply its newest."""
        records = workspace.ledger.read(self.process.name, deals=(deal,))
        if not records.size:
            return DealState()
        clock = self._race.history.clock
        until = int(records.at.max()) + 1
        history: History = history_of(records, self._versions, clock, self._rates, until)[0]
        return Standings(history).of(deal)

    @cached_property
    def _by_deal(self) -> bool:
        return self._race.unit == PER_DEAL

    def _stake(self, deal: DealState) -> Stake | None:
        """What a deal may bring by the end of the period; None: nothing."""
        if deal.state in {NOWHERE, self.process.lost_state}:
            return None
        amount = 1.0 if self._by_deal else deal.amount
        unknown = math.isnan(amount)
        worth = self._race.assumed_amount if unknown else amount
        if deal.state == self.process.won_state:
            first, end = self._period
            return self._kept.won_stake(worth) if first <= deal.entered_at < end else None
        if not unknown:
            worth *= float(self._race.won_ratio.ratio[deal.state])
        banded = self._race.banded
        entry_amount = 1.0 if self._by_deal else deal.entry_amount
        group = 0 if banded is None else int(banded.bands.of(np.array([entry_amount]))[0])
        return self._kept.open_stake(worth, group, deal.state, max(self.day - deal.entered, 0))

    def _passing(
        self, entry: Entry, before: DealState, after: DealState, credit: Credit
    ) -> Passing:
        return Passing(
            id=entry.id,
            process=entry.process,
            deal=entry.deal,
            kind=Kind(entry.kind),
            owner=after.owner or before.owner,
            at=entry.occurred_at,
            left=self._name(before.state),
            entered=self._name(after.state),
            onward=self._onward(before.state, after.state),
            amount=None if self._by_deal or math.isnan(after.amount) else after.amount,
            unit=self._race.unit,
            credit=credit,
        )

    def _name(self, state: int) -> str | None:
        return None if state == NOWHERE else self.process.state_name(state)

    def _onward(self, before: int, after: int) -> int:
        if after == before:
            return 0
        # What is lost had not come anywhere; what comes back from there has come further.
        worth = {self.process.lost_state: NOWHERE}
        return 1 if worth.get(after, after) > worth.get(before, before) else -1


def plain(entry: Entry) -> Passing:
    """An entry that nobody followed when it came: what it says by itself, and no credit."""
    onward = {Kind.LOST: -1, Kind.REMOVED: -1, Kind.OWNER_CHANGED: 0, Kind.AMOUNT_CHANGED: 0}
    return Passing(
        id=entry.id,
        process=entry.process,
        deal=entry.deal,
        kind=Kind(entry.kind),
        owner=entry.owner,
        at=entry.occurred_at,
        left=None,
        entered=entry.stage,
        onward=onward.get(Kind(entry.kind), 1),
        amount=entry.amount,
        unit=entry.currency or "",
        credit=None,
    )


def _rates(workspace: Workspace) -> list[Rate]:
    return tables.read_rates(workspace.ledger)
