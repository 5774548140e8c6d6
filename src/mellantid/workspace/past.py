"""Records into the core's history: labels into states, amounts into one currency."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mellantid.core.history import UNCHANGED, History
from mellantid.ledger import KINDS, Kind
from mellantid.workspace.labels import meaning_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.core.clock import WorkingClock
    from mellantid.core.process import Process
    from mellantid.core.types import Ints
    from mellantid.ledger import Records
    from mellantid.workspace.rates import Rates


def history_of(
    records: Records, versions: Sequence[Process], clock: WorkingClock, rates: Rates, until: int
) -> tuple[History, tuple[str, ...]]:
    """Fold what the ledger knew of one process into a history.

    Args:
        records: of this process, as known at `until`.
        versions: of the process, the newest last: its course is the history's.
        clock: the workspace's clock.
        rates: to the workspace's currency.
        until: the moment (ms, exclusive) of the knowledge.

    Returns:
        The history, and what was taken for granted, a sentence each.

    Raises:
        DataError: a label is unknown to the process, or a rate is missing.

    """
    meaning = meaning_of(records.stages, versions)
    process = versions[-1]
    amount = rates.convert(
        records.amount,
        _currencies(records),
        records.currencies,
        clock.zone.dates(records.at),
        records.deal,
    )
    history = History.fold(
        process=process,
        clock=clock,
        until=until,
        deals=records.deals,
        owners=records.owners,
        deal=records.deal,
        at=records.at,
        state=_states(records, process, meaning.states),
        amount=amount,
        owner=records.owner,
        after=records.after,
        sequence=records.sequence,
    )
    return history, meaning.notes


def _states(records: Records, process: Process, of_label: Mapping[str, int]) -> Ints:
    """The state that each entry enters; `UNCHANGED` where it is about something else."""
    by_label = [of_label[label] for label in records.stages]
    # One more place, at the end, where -1, no label, finds itself.
    states = np.array([*by_label, UNCHANGED], dtype=np.int64)[records.stage]
    removed = records.kind == KINDS.index(Kind.REMOVED)
    return np.where(removed, process.lost_state, states)


def _currencies(records: Records) -> Ints:
    """The currency of each entry: its own, else the one that its deal had last before it."""
    if not (records.currency >= 0).any():
        return records.currency
    order = np.lexsort((records.id, records.sequence, records.at, records.deal))
    deal, said = records.deal[order], records.currency[order]
    begins = np.append(True, deal[1:] != deal[:-1])
    source = np.maximum.accumulate(np.where((said >= 0) | begins, np.arange(deal.size), 0))
    carried = np.empty_like(said)
    carried[order] = said[source]
    return carried


def counted_by_deal(history: History) -> History:
    """The history with every deal worth one: for a process that has no amounts at all."""
    return replace(history, amount=np.ones(history.size))
