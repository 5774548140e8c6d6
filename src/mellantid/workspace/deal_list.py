"""All deals of a process, how each stands and its chance: found, sorted, a page at a time."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.counting.on_entry import latest_entry
from mellantid.workspace.stays import Stay, stays_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from mellantid.core.types import Bools, Floats, Ints
    from mellantid.workspace.next_steps import NextStep
    from mellantid.workspace.outcome import Chances
    from mellantid.workspace.people import People
    from mellantid.workspace.race import Race
    from mellantid.workspace.ropes import Passage, Ropes

OPEN: Final = "open"
WON: Final = "won"
LOST: Final = "lost"
ALL: Final = "all"
STATES: Final = (OPEN, WON, LOST, ALL)
SORTS: Final = ("weight", "amount", "chance", "age", "rope", "newest", "deal")


@dataclass(frozen=True)
class Wanted:
    """Which deals, in which order.

    Attributes:
        state: `open`, `won`, `lost` or `all`.
        owner: only this one's; None: everybody's.
        owners: only of these; None: of all.
        stage: only those that stand in it; None: in any.
        caught: only those past their rope.
        text: what the deal's or its owner's name holds, in any case.
        sort: one of `SORTS`.

    """

    state: str = OPEN
    owner: str | None = None
    owners: frozenset[str] | None = None
    stage: str | None = None
    caught: bool = False
    text: str = ""
    sort: str = SORTS[0]


@dataclass(frozen=True)
class DealRow:
    """One deal as a list shows it.

    Attributes:
        deal: its identity.
        state: where it stands.
        stage: the name of that: a stage, won or lost.
        owner: whose it is.
        amount: in the workspace's currency.
        age: working days since it came there.
        since: the date of that; None: unknown.
        chance: to be won in the running period; None: closed, or not known.
        passage: its latest safe passage; None: closed, or not known.
        step: what is agreed.
        stays: the stages passed.

    """

    deal: str
    state: int
    stage: str
    owner: str | None
    amount: float | None
    age: int
    since: dt.date | None
    chance: float | None
    passage: Passage | None
    step: NextStep | None
    stays: tuple[Stay, ...]


@dataclass(frozen=True)
class Column:
    """One stage of the board: how many stand in it, what they are worth, and the first of them."""

    stage: str
    deals: int
    amount: float
    unknown: int
    rows: tuple[DealRow, ...]


@dataclass(frozen=True, eq=False)
class Field:
    """Every deal at a moment, by column; one element a deal.

    Attributes:
        race: what is known.
        chances: of the open deals; None: there is too little to foretell from.
        ropes: the cut-offs; None: as above.
        people: who is who.

    """

    race: Race
    chances: Chances | None
    ropes: Ropes | None
    people: People

    @cached_property
    def last(self) -> Ints:
        """The row of the history that says how each deal stands."""
        return np.flatnonzero(self.race.history.last)

    @cached_property
    def entry(self) -> Ints:
        """The row by which each deal came there."""
        return latest_entry(self.race.history)[self.last]

    @cached_property
    def deal(self) -> Ints:
        """Which deal."""
        return self.race.history.deal[self.last]

    @cached_property
    def state(self) -> Ints:
        """Where it stands."""
        return self.race.history.state[self.last]

    @cached_property
    def age(self) -> Ints:
        """Working days since it came there."""
        history = self.race.history
        return history.until_day - history.middle_day[self.entry]

    @cached_property
    def chance(self) -> Floats:
        """The chance of each; NaN where there is none."""
        found = np.full(len(self.race.history.deals), np.nan)
        if self.chances is not None:
            found[self.chances.deal] = self.chances.p
        return found[self.deal]

    @cached_property
    def passages(self) -> Mapping[str, Passage]:
        """The latest safe passage of every open deal."""
        return {} if self.ropes is None else {each.deal: each for each in self.ropes.deals}

    @cached_property
    def late(self) -> frozenset[str]:
        """The deals that the rope has caught."""
        return frozenset() if self.ropes is None else frozenset(x.deal for x in self.ropes.caught)

    @cached_property
    def left(self) -> Floats:
        """Working days until each is caught; NaN where it cannot be."""
        days = {name: each.days_left for name, each in self.passages.items()}
        names = self.race.history.deals
        told = (days.get(names[code]) for code in self.deal.tolist())
        return np.array([np.nan if each is None else float(each) for each in told])

    def find(self, wanted: Wanted) -> Ints:
        """The places of the deals that are wanted, in their order."""
        found = np.flatnonzero(self._fits(wanted))
        if wanted.caught:
            names = self.race.history.deals
            here = [names[self.deal[place]] in self.late for place in found.tolist()]
            found = found[np.array(here, dtype=bool)]
        if wanted.text.strip():
            found = found[self._named(found, wanted.text.strip().casefold())]
        return found[np.lexsort((self.deal[found], self._order(wanted.sort)[found]))]

    def _fits(self, wanted: Wanted) -> Bools:
        history, process = self.race.history, self.race.history.process
        fits = np.full(self.state.size, True)
        if wanted.state == OPEN:
            fits = self.state < process.size
        elif wanted.state in {WON, LOST}:
            fits = self.state == (process.won_state if wanted.state == WON else process.lost_state)
        if wanted.stage is not None:
            fits = fits & (self.state == process.state(wanted.stage))
        owner = history.owner[self.last]
        for allowed in (wanted.owners, None if wanted.owner is None else {wanted.owner}):
            if allowed is not None:
                codes = [code for code, name in enumerate(history.owners) if name in allowed]
                fits = fits & np.isin(owner, codes)
        return fits

    def _named(self, places: Ints, text: str) -> Bools:
        history = self.race.history
        named = [text in self.people.name(owner).casefold() for owner in history.owners] + [False]
        owners = history.owner[self.last[places]].tolist()
        pairs = zip(self.deal[places].tolist(), owners, strict=True)
        found = [text in history.deals[deal].casefold() or named[owner] for deal, owner in pairs]
        return np.array(found, dtype=bool)

    def _order(self, sort: str) -> Floats:
        """What is sorted by, the smallest first; what is unknown comes last."""
        amount = self.race.history.amount[self.last]
        by: dict[str, Callable[[], Floats]] = {
            "weight": lambda: -amount * np.where(np.isnan(self.chance), 0.0, self.chance),
            "amount": lambda: -amount,
            "chance": lambda: -self.chance,
            "age": lambda: -self.age.astype(np.float64),
            "rope": lambda: self.left,
            "newest": lambda: -self.race.history.at[self.entry].astype(np.float64),
            "deal": lambda: self.deal.astype(np.float64),
        }
        return by[sort]()

    def rows(self, places: Ints, agreed: Mapping[str, NextStep]) -> tuple[DealRow, ...]:
        """The deals at some places."""
        return tuple(self._row(place, agreed) for place in places.tolist())

    def row_of(self, deal: str, agreed: Mapping[str, NextStep]) -> DealRow | None:
        """One deal; None where nothing is known of it."""
        names = self.race.history.deals
        code = bisect_left(names, deal)
        if code >= len(names) or names[code] != deal:
            return None
        place = int(np.searchsorted(self.deal, code))
        if place >= self.deal.size or self.deal[place] != code:
            return None
        return self._row(place, agreed)

    def _row(self, place: int, agreed: Mapping[str, NextStep]) -> DealRow:
        history, row = self.race.history, int(self.last[place])
        entry = int(self.entry[place])
        name = history.deals[self.deal[place]]
        amount, chance = float(history.amount[row]), float(self.chance[place])
        owner = int(history.owner[row])
        return DealRow(
            deal=name,
            state=int(self.state[place]),
            stage=history.process.state_name(int(self.state[place])),
            owner=history.owners[owner] if owner >= 0 else None,
            amount=None if np.isnan(amount) else amount,
            age=int(self.age[place]),
            since=history.clock.date(int(history.at[entry])) if history.known[entry] else None,
            chance=None if np.isnan(chance) else chance,
            passage=self.passages.get(name),
            step=agreed.get(name),
            stays=stays_of(history, int(self.deal[place])),
        )

    def columns(
        self, places: Ints, most: int, agreed: Mapping[str, NextStep]
    ) -> tuple[Column, ...]:
        """The board: for each stage its deals of some places, the first `most` of them as rows."""
        history, found = self.race.history, []
        for stage, name in enumerate(history.process.stages):
            here = places[self.state[places] == stage]
            amounts = history.amount[self.last[here]]
            known = ~np.isnan(amounts)
            rows = self.rows(here[:most], agreed)
            found.append(
                Column(name, here.size, float(amounts[known].sum()), int((~known).sum()), rows)
            )
        return tuple(found)
