"""One deal as the ledger has it: how it stands, and everything that was entered of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.ledger import KINDS, Kind
from mellantid.ledger.latest import latest
from mellantid.workspace.cannot import CannotDo
from mellantid.workspace.folding import one_deal

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.process import Process
    from mellantid.core.types import Bools
    from mellantid.ledger import Entry, Latest, Ledger, Records
    from mellantid.workspace.workspace import Workspace

SAID: Final = "said:"
"""What the keys of entries begin with that people made here."""


@dataclass(frozen=True)
class Deal:
    """One deal as known at a moment.

    Attributes:
        name: its identity.
        records: what holds of it.
        history: that, folded: one row or more.

    """

    name: str
    records: Records
    history: History

    @property
    def process(self) -> Process:
        """Its course."""
        return self.history.process

    @property
    def state(self) -> int:
        """Where it stands."""
        return int(self.history.state[-1])

    @property
    def stage(self) -> str:
        """The name of where it stands: a stage, won or lost."""
        return self.process.state_name(self.state)

    @property
    def open(self) -> bool:
        """Whether it is neither won nor lost."""
        return self.state < self.process.size

    @property
    def owner(self) -> str | None:
        """Whose it is."""
        place = int(self.history.owner[-1])
        return self.history.owners[place] if place >= 0 else None

    @cached_property
    def latest(self) -> Latest:
        """Its values as they were said: the amount in its own currency."""
        return latest(self.records, self.process)

    @property
    def amount(self) -> float | None:
        """The amount in the deal's own currency."""
        return None if np.isnan(self.latest.amount[0]) else self.latest.amount[0]

    @property
    def currency(self) -> str | None:
        """The currency of the amount, where one was said."""
        return self.latest.currency[0]

    @cached_property
    def moved_at(self) -> int:
        """The moment (ms) of the newest entry that put it somewhere."""
        return self._newest(self.records.stage >= 0)

    @cached_property
    def priced_at(self) -> int:
        """The moment (ms) of the newest entry that says an amount."""
        return self._newest(~np.isnan(self.records.amount))

    @cached_property
    def owned_at(self) -> int:
        """The moment (ms) of the newest entry that says an owner."""
        return self._newest(self.records.owner >= 0)

    def _newest(self, wanted: Bools) -> int:
        removed = self.records.kind == KINDS.index(Kind.REMOVED)
        return int(self.records.at[wanted | removed].max(initial=0))

    @property
    def next_sequence(self) -> int:
        """The place of one more entry behind all that share its moment."""
        return min(int(self.records.sequence.max(initial=0)) + 1, 2**62)


@dataclass(frozen=True)
class Told:
    """One entry of a deal, and whether it still counts.

    Attributes:
        entry: as the ledger has it.
        holds: whether it has not been taken back.

    """

    entry: Entry
    holds: bool

    @property
    def here(self) -> bool:
        """Whether a person entered it here, and so may take it back here."""
        return self.entry.key.startswith(SAID)


def find_deal(workspace: Workspace, process: str | None, name: str, until: int) -> Deal:
    """One deal as known before a moment (ms).

    Raises:
        CannotDo: there is no such deal.

    """
    records, history = one_deal(workspace, workspace.process(process), name, until)
    if not history.size:
        raise CannotDo("no_deal", deal=name)
    return Deal(name, records, history)


def told_of(ledger: Ledger, deal: Deal) -> tuple[Told, ...]:
    """Everything that was entered of a deal, in the order of entering; retractions left out."""
    holding = set(deal.records.id.tolist())
    entries = ledger.entries_of(deal.process.name, deal.name)
    return tuple(Told(each, each.id in holding) for each in entries if each.kind != Kind.RETRACTED)


def last_told(told: tuple[Told, ...]) -> Told | None:
    """The entry made last that still counts, which is the one that can be undone."""
    return next((each for each in reversed(told) if each.holds), None)
