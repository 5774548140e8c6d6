"""A table of movements, one row for each, into the core's history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mellantid.core.history import UNCHANGED, History
from mellantid.errors import DataError
from mellantid.frames.columns import NOTHING, amounts, columns_of, labels, moments

if TYPE_CHECKING:
    from mellantid.core.clock import WorkingClock
    from mellantid.core.process import Process
    from mellantid.core.types import Ints
    from mellantid.frames.columns import Series


@dataclass(frozen=True)
class Columns:
    """What the columns of a table of movements are called; None where it lacks one.

    Attributes:
        deal: the deal's identity.
        at: the moment.
        stage: the label of the state entered; empty where a row says nothing of it.
        amount: the amount from here on, in the workspace's currency.
        owner: who owns the deal from here on.
        sequence: the source's order within one moment.

    """

    deal: str = "deal"
    at: str = "at"
    stage: str = "stage"
    amount: str | None = "amount"
    owner: str | None = "owner"
    sequence: str | None = None


def movements_into_history(
    frame: Any,  # noqa: ANN401 - any make of data frame
    process: Process,
    clock: WorkingClock,
    until: dt.date | dt.datetime | int | None = None,
    columns: Columns | None = None,
) -> History:
    """Read a table with one row for each movement.

    Args:
        frame: a Polars, pandas or Arrow frame, or a mapping of arrays.
        process: the course; labels that it ignores are left out.
        clock: the working clock; its zone reads times that carry none.
        until: the end of what is known: a date (its end), a moment (exclusive) as datetime or ms
            UTC; None: the end of the latest row's date.
        columns: what the columns are called; None: deal, at, stage, and amount and owner where the
            table has them.

    Raises:
        DataError: a column is missing, a value cannot be read, or a label is listed nowhere.

    """
    table = columns_of(frame)
    names = columns or Columns(
        amount="amount" if "amount" in table else None,
        owner="owner" if "owner" in table else None,
    )
    wanted = (names.deal, names.at, names.stage, names.amount, names.owner, names.sequence)
    lacking = [name for name in wanted if name is not None and name not in table]
    if lacking:
        raise DataError(
            f"The table has no column {lacking[0]!r}, only {', '.join(map(repr, table))}: "
            "say what the column is called."
        )
    at = moments(table[names.at], clock.zone, names.at)
    deal, deals = labels(table[names.deal])
    state, ignored = _states(table[names.stage], process, names.stage)
    for values, nothing, name in ((at, NOTHING, names.at), (deal, -1, names.deal)):
        gaps = np.flatnonzero(values == nothing)
        if gaps.size:
            raise DataError(
                f"{gaps.size} rows have nothing in the column {name!r}, the first is row "
                f"{gaps[0] + 1}: fill them in or leave the rows out."
            )
    keep = ~ignored
    owner, owners = labels(table[names.owner]) if names.owner else (None, [])
    amount = amounts(table[names.amount], names.amount) if names.amount else None
    order = _sequence(table[names.sequence], names.sequence) if names.sequence else None
    return History.fold(
        process,
        clock,
        _until(until, at, clock),
        tuple(deals),
        tuple(owners),
        deal[keep],
        at[keep],
        state[keep],
        amount=None if amount is None else amount[keep],
        owner=None if owner is None else owner[keep],
        sequence=None if order is None else order[keep],
    )


def _states(series: Series, process: Process, name: str) -> tuple[Ints, np.ndarray[Any, Any]]:
    """The state that each row enters, and whether its label is one to ignore."""
    codes, found = labels(series)
    states = [process.state(label) for label in found]
    ignored = [label in process.ignore for label in found]
    unknown = [
        label
        for label, state, ignore in zip(found, states, ignored, strict=True)
        if state is None and not ignore
    ]
    if unknown:
        known = (*process.stages, *process.won, *process.lost)
        raise DataError(
            f"The column {name!r} has {', '.join(map(repr, unknown[:5]))}, which the process "
            f"{process.name!r} does not list ({', '.join(known)}): add them as stages, won or "
            "lost, or to ignore."
        )
    of = np.array([UNCHANGED if state is None else state for state in states], dtype=np.int64)
    state = np.append(of, UNCHANGED)[codes]
    return state, np.append(np.array(ignored, dtype=np.bool_), False)[codes]


def _sequence(series: Series, name: str) -> Ints:
    values = amounts(series, name)
    return np.where(np.isfinite(values), values, 0).astype(np.int64)


def _until(until: dt.date | dt.datetime | int | None, at: Ints, clock: WorkingClock) -> int:
    if until is None:
        if not at.size:
            raise DataError("The table has no rows: give one row for each movement.")
        return clock.end_of(clock.date(int(at.max())))
    if isinstance(until, int):
        return until
    if isinstance(until, dt.datetime):
        moment = moments(np.array([until], dtype=object), clock.zone, "until")
        return int(moment[0])
    return clock.end_of(until)
