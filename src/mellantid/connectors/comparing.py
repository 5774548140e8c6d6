"""How deals stand in the source against how they stand in the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isclose, isnan
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mellantid.connectors.connector import SourceError
from mellantid.ledger import Kind
from mellantid.ledger.latest import latest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mellantid.connectors.rows import Mapped
    from mellantid.connectors.told import Glimpse
    from mellantid.ledger import Ledger, Records
    from mellantid.workspace import Workspace

FEW: Final = 20
MOST_GONE: Final = 0.1
"""The share of deals that may vanish without a trace; more is taken for a right that is lacking."""


@dataclass(frozen=True)
class Standing:
    """How a deal stands by what a connection has told: the pipeline and stage by the source's ids.

    Attributes:
        pipeline: in which.
        stage: in which; empty where its label is unknown.
        amount: None where unknown.
        owner: the identity here; None where unknown.

    """

    pipeline: str
    stage: str
    amount: float | None
    owner: str | None


def standing(workspace: Workspace, mapped: Mapped) -> dict[str, Standing]:
    """How every deal of a connection stands; those removed are left out."""
    found = {}
    for course in mapped.courses.values():
        process = workspace.processes[course.process]
        now = latest(_told_by(workspace.ledger, course.process, mapped.source), process)
        columns = (now.deal, now.kind, now.stage, now.amount, now.owner)
        for deal, kind, stage, amount, owner in zip(*columns, strict=True):
            if kind != Kind.REMOVED:
                known = None if isnan(amount) else amount
                place = course.ever.get(stage or "", "")
                found[deal] = Standing(course.pipeline, place, known, owner)
    return found


def differing(
    glimpses: Iterable[Glimpse], standing: dict[str, Standing], mapped: Mapped
) -> tuple[list[str], list[str]]:
    """Deals to read again.

    Args:
        glimpses: how all deals stand in the source.
        standing: how they stand in the ledger.
        mapped: what the source's ids are called here.

    Returns:
        Those that differ or that the ledger lacks; those that the source no longer shows.

    """
    differ, shown = [], set()
    for glimpse in glimpses:
        shown.add(glimpse.deal)
        if _differs(glimpse, standing.get(glimpse.deal), mapped):
            differ.append(glimpse.deal)
    return differ, sorted(set(standing) - shown)


def _differs(glimpse: Glimpse, here: Standing | None, mapped: Mapped) -> bool:
    if glimpse.pipeline not in mapped.courses:
        return here is not None
    if here is None or (here.pipeline, here.stage) != (glimpse.pipeline, glimpse.stage):
        return True
    if glimpse.owner and mapped.owner(glimpse.owner) != here.owner:
        return True
    if glimpse.amount is None:
        return False
    return here.amount is None or not isclose(glimpse.amount, here.amount, rel_tol=1e-9)


def _told_by(ledger: Ledger, process: str, source: str) -> Records:
    """What one source has told of a process; what people said here is theirs."""
    records = ledger.read(process)
    rows = ledger.rows("SELECT id FROM entry WHERE process = ? AND source = ?", (process, source))
    ours = np.isin(records.id, np.array([row[0] for row in rows], dtype=np.int64))
    columns: dict[str, Any] = {
        name: column[ours]
        for name, column in vars(records).items()
        if isinstance(column, np.ndarray)
    }
    # Deals of which nothing is left here would have no state: the codes are counted anew.
    deals, code = np.unique(columns["deal"], return_inverse=True)
    columns["deal"] = code.astype(np.int64)
    return replace(records, deals=tuple(records.deals[each] for each in deals.tolist()), **columns)


def refuse_mass_loss(deals: Sequence[str], standing: int) -> None:
    """Refuse to believe that very many deals have vanished at once without a trace.

    Args:
        deals: that the source neither shows nor knows.
        standing: how many deals stand in the ledger.

    Raises:
        SourceError: they are too many.

    """
    if len(deals) > max(FEW, MOST_GONE * standing):
        raise SourceError(
            f"The source no longer shows {len(deals)} of {standing} deals, which is taken for "
            "a right that is lacking: check what the token may read; nothing was removed."
        )


def in_parts(deals: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Some deals, not too many at once."""
    for first in range(0, len(deals), size):
        yield deals[first : first + size]
