"""How every deal stands at present, for comparison with a new snapshot of the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.ledger.kinds import CODES, ENTERING, KINDS, Kind

if TYPE_CHECKING:
    from mellantid.core.process import Process
    from mellantid.core.types import Bools, Ints
    from mellantid.ledger.records import Records

NONE: Final = -1
PLACING: Final = [CODES[kind] for kind in (*ENTERING, Kind.REMOVED)]
BEYOND: Final = 2**31


@dataclass(frozen=True)
class Latest:
    """The present state of deals; one element of each column a deal, sorted by deal.

    Attributes:
        deal: identity in the source.
        kind: what put it where it stands: created, moved, won, lost, reopened or removed; None
            where the ledger has only its amount or owner.
        stage: label of that state; of a removed deal the one it stood in before.
        occurred_at: when that happened (ms); -1 where unknown.
        amount: NaN where unknown.
        currency: of the amount; None where unknown.
        owner: None where unknown.
        known_at: the newest moment at which something was known of it (ms).
        recorded_at: when the ledger last took in something about it (ms).

    """

    deal: tuple[str, ...]
    kind: tuple[Kind | None, ...]
    stage: tuple[str | None, ...]
    occurred_at: tuple[int, ...]
    amount: tuple[float, ...]
    currency: tuple[str | None, ...]
    owner: tuple[str | None, ...]
    known_at: tuple[int, ...]
    recorded_at: tuple[int, ...]

    @property
    def size(self) -> int:
        """The number of deals."""
        return len(self.deal)


def latest(records: Records, course: Process | None = None) -> Latest:
    """Carry each deal's values forward to the end.

    Args:
        records: of one process.
        course: the process; what happened in one moment without an order of the source's own is
            ordered along it. Without it, in the order of recording.

    """
    order = np.lexsort(
        (records.id, _place(records, course), records.sequence, records.at, records.deal)
    )
    deals = len(records.deals)

    def last(given: Bools) -> Ints:
        """The last row of each deal for which `given` is true; -1 where there is none."""
        found = np.full(deals, NONE)
        rows = order[given[order]]
        # Where an index comes twice the last one stays.
        found[records.deal[rows]] = rows
        return found

    placed = last(np.isin(records.kind, PLACING))
    labelled = last(records.stage != NONE)
    valued = last(~np.isnan(records.amount))
    priced = last(records.currency != NONE)
    owned = last(records.owner != NONE)
    return Latest(
        deal=records.deals,
        kind=tuple(None if row == NONE else KINDS[records.kind[row]] for row in placed.tolist()),
        stage=_named(records.stages, records.stage, labelled),
        occurred_at=tuple(np.append(records.at, NONE)[placed].tolist()),
        amount=tuple(np.append(records.amount, np.nan)[valued].tolist()),
        currency=_named(records.currencies, records.currency, priced),
        owner=_named(records.owners, records.owner, owned),
        known_at=_newest(records, records.known_at),
        recorded_at=_newest(records, records.recorded_at),
    )


def _place(records: Records, course: Process | None) -> Ints:
    """Where on the course each entry puts its deal; -1 where it does not."""
    if course is None:
        return np.zeros(records.size, dtype=np.int64)
    # A label that the course no longer has comes after those that it has.
    states = [course.state(label) for label in records.stages]
    places = [BEYOND if state is None else state for state in states]
    return np.array([*places, NONE], dtype=np.int64)[records.stage]


def _named(names: tuple[str, ...], codes: Ints, rows: Ints) -> tuple[str | None, ...]:
    """The name that each row's code stands for; None where there is no row."""
    table = np.array([*names, None], dtype=object)
    found: list[str | None] = table[np.append(codes, NONE)[rows]].tolist()
    return tuple(found)


def _newest(records: Records, moments: Ints) -> tuple[int, ...]:
    newest = np.full(len(records.deals), NONE)
    np.maximum.at(newest, records.deal, moments)
    return tuple(newest.tolist())
