"""Records into the core's history: labels into states, amounts into one currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.history import UNCHANGED, History
from mellantid.errors import DataError
from mellantid.ledger import KINDS, Kind

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock
    from mellantid.core.process import Process
    from mellantid.core.types import Ints
    from mellantid.ledger import Records
    from mellantid.workspace.rates import Rates


def history_of(
    records: Records, process: Process, clock: WorkingClock, rates: Rates, until: int
) -> History:
    """Fold what the ledger knew of one process into a history.

    Args:
        records: of this process, as known at `until`.
        process: its newest version; a label that it no longer lists is an error.
        clock: the workspace's clock.
        rates: to the workspace's currency.
        until: the moment (ms, exclusive) of the knowledge.

    Raises:
        DataError: a label is unknown to the process, or a rate is missing.

    """
    amount = rates.convert(
        records.amount,
        records.currency,
        records.currencies,
        clock.zone.dates(records.at),
        records.deal,
    )
    return History.fold(
        process=process,
        clock=clock,
        until=until,
        deals=records.deals,
        owners=records.owners,
        deal=records.deal,
        at=records.at,
        state=_states(records, process),
        amount=amount,
        owner=records.owner,
        after=records.after,
        sequence=records.sequence,
    )


def _states(records: Records, process: Process) -> Ints:
    """The state that each entry enters; `UNCHANGED` where it is about something else."""
    by_label = [process.state(label) for label in records.stages]
    unknown = [
        label
        for label, state in zip(records.stages, by_label, strict=True)
        if state is None and label not in process.ignore
    ]
    if unknown:
        raise DataError(
            f"The ledger has deals in {', '.join(map(repr, unknown))}, which the process "
            f"{process.name!r} does not list: add them to its stages, won, lost or ignore."
        )
    states = np.array(
        [UNCHANGED if state is None else state for state in by_label] + [UNCHANGED],
        dtype=np.int64,
    )[records.stage]
    removed = records.kind == KINDS.index(Kind.REMOVED)
    return np.where(removed, process.lost_state, states)
