"""The demo's history as ledger columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.history import UNCHANGED, UNKNOWN_WHEN
from mellantid.simulation import Happening

if TYPE_CHECKING:
    from mellantid.core.types import Ints
    from mellantid.simulation import Happenings, Organisation


@dataclass(frozen=True)
class DemoRows:
    """Rows in the order in which they happened; the names are those of the ledger's columns.

    Attributes:
        key: unique to each row, the same in every run.
        deal: the deal's number in the source.
        kind: what happened.
        stage: the label of the state entered; None where the row is not about the state.
        occurred_at: ms UTC.
        occurred_after: None where the moment is exact; 0 where only known to have happened by then.
        amount: the amount from here on; None: unchanged.
        currency: of the amount; None where there is none.
        owner: the seller's identity from here on; None: unchanged.

    """

    key: tuple[str, ...]
    deal: tuple[str, ...]
    kind: tuple[str, ...]
    stage: tuple[str | None, ...]
    occurred_at: tuple[int, ...]
    occurred_after: tuple[int | None, ...]
    amount: tuple[float | None, ...]
    currency: tuple[str | None, ...]
    owner: tuple[str | None, ...]

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(self.key)


def demo_rows(
    organisation: Organisation, happenings: Happenings, at: Ints, after: Ints, currency: str
) -> DemoRows:
    """Write happenings as ledger columns, in the order of their moments."""
    order = np.argsort(at, kind="stable")
    happenings, at, after = happenings.where(order), at[order], after[order]
    process = organisation.process
    labels = [*process.stages, process.won[0], process.lost[0]]
    deals = tuple(deal_name(number) for number in happenings.deal.tolist())
    kinds = tuple(Happening(kind).name.lower() for kind in happenings.kind.tolist())
    moments = tuple(at.tolist())
    amounts = tuple(None if np.isnan(x) else x for x in happenings.amount.tolist())
    people = [seller.identity for seller in organisation.sellers]
    return DemoRows(
        tuple(
            f"demo:{deal}:{kind}:{moment}"
            for deal, kind, moment in zip(deals, kinds, moments, strict=True)
        ),
        deals,
        kinds,
        tuple(None if x == UNCHANGED else labels[x] for x in happenings.state.tolist()),
        moments,
        tuple(0 if x == UNKNOWN_WHEN else None for x in after.tolist()),
        amounts,
        tuple(None if x is None else currency for x in amounts),
        tuple(None if x == UNCHANGED else people[x] for x in happenings.owner.tolist()),
    )


def deal_name(number: int) -> str:
    """What the source calls a deal of the simulation."""
    return f"D-{number + 1:05d}"
