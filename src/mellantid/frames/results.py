"""Results as tables: plain columns, and a data frame of the make that the caller uses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from mellantid.core.chances.incidence import Incidence
from mellantid.core.chances.wintable import WinTable
from mellantid.core.counting.counts import COLUMNS, Counts
from mellantid.core.modelling.model import Model
from mellantid.core.standing.splits import Splits
from mellantid.core.steering.focus import Focus
from mellantid.core.watch.against_plan import WatchedPlan
from mellantid.errors import QuestionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Table = dict[str, "NDArray[Any]"]

MAKES = ("polars", "pandas", "pyarrow")


def frame_like(like: Any, columns: Mapping[str, NDArray[Any]]) -> Any:  # noqa: ANN401 - any make
    """Make a data frame of columns.

    Args:
        like: a data frame whose make is wanted, its name (polars, pandas, pyarrow), or a mapping,
            which gives the columns back as a dict.
        columns: arrays of one length by name.

    Raises:
        QuestionError: the make is not known or not installed.

    """
    if isinstance(like, Mapping):
        return dict(columns)
    if isinstance(like, str) and like not in MAKES:
        raise QuestionError(f"There is no make of frame {like!r}: name one of {', '.join(MAKES)}.")
    try:
        backend: Any = like if isinstance(like, str) else nw.get_native_namespace(like)
        return nw.from_dict(dict(columns), backend=backend).to_native()
    except ModuleNotFoundError as error:
        raise QuestionError(
            f"{error.name} is not installed: install it, or give a dict as the make."
        ) from error


@singledispatch
def columns_of_result(result: object) -> Table:
    """The columns of a result: counts, a model's cells, a win table, splits, a watch, a focus.

    Raises:
        QuestionError: the result has no one table.

    """
    raise QuestionError(
        f"A {type(result).__name__} has no table of its own: give counts, an incidence, a model, "
        "a win table, splits, a watched plan or a focus."
    )


def _named(names: tuple[str, ...], codes: NDArray[Any]) -> NDArray[Any]:
    named: NDArray[Any] = np.array(names, dtype=object)[codes]
    return named


@columns_of_result.register(Counts)
def _counts(counts: Counts) -> Table:
    process = counts.process
    table: Table = {name: getattr(counts, name) for name in COLUMNS}
    states = tuple(process.state_name(state) for state in range(process.still + 1))
    return table | {
        "stage": _named(states, counts.stage),
        "to": _named(states, counts.to),
        "count": counts.count,
    }


@columns_of_result.register(Incidence)
def _incidence(found: Incidence) -> Table:
    process = found.process
    # Curves only rise: what has not happened by the last age has no rows.
    group, stage, to = np.nonzero(found.ended[..., -1])
    ages = found.ended.shape[-1]
    group, stage, to = (np.repeat(codes, ages) for codes in (group, stage, to))
    age = np.arange(group.size) % ages
    states = tuple(process.state_name(state) for state in range(process.still))
    return {
        "group": group,
        "stage": _named(states, stage),
        "to": _named(states, to),
        "age": age,
        "hazard": found.hazard[group, stage, to, age],
        "staying": found.staying[group, stage, age],
        "ended": found.ended[group, stage, to, age],
    }


@columns_of_result.register(Model)
def _model(model: Model) -> Table:
    rows = model.cell_table()
    process = model.process
    names = ("group", "stage", "to", "age_from", "age_to")
    numbers = ("exits", "exposure", "hazard", "low", "high")
    table: Table = {name: np.array([getattr(r, name) for r in rows], np.int64) for name in names}
    table |= {name: np.array([getattr(row, name) for row in rows]) for name in numbers}
    states = tuple(process.state_name(state) for state in range(process.still + 1))
    return table | {"stage": _named(states, table["stage"]), "to": _named(states, table["to"])}


@columns_of_result.register(WinTable)
def _win_table(table: WinTable) -> Table:
    horizon, stages, ages = table.standing.shape
    within, stage, age = (grid.ravel() for grid in np.indices((horizon, stages, ages)))
    return {
        "stage": _named(table.process.stages, stage),
        "age": age,
        "within": within,
        "p": table.standing.ravel(),
    }


@columns_of_result.register(Splits)
def _splits(splits: Splits) -> Table:
    groups, legs = splits.planned.shape
    group, leg = (grid.ravel() for grid in np.indices((groups, legs)))
    numbers = ("planned", "actual", "movements", "days", "trend", "needed_per_week")
    table: Table = {"group": _named(splits.groups, group), "leg": _named(splits.legs, leg)}
    table |= {name: getattr(splits, name).ravel() for name in (*numbers, "now_per_week")}
    verdicts = np.array([str(verdict) for verdict in splits.verdict.ravel()], dtype=object)
    return table | {"verdict": verdicts}


@columns_of_result.register(WatchedPlan)
def _watched(watched: WatchedPlan) -> Table:
    rows = watched.watched
    group, leg = np.nonzero(rows)
    found = watched.found
    numbers = ("planned", "actual", "e_value", "alarm", "cusum", "ratio", "wait_days")
    table: Table = {"group": _named(watched.groups, group), "leg": _named(watched.legs, leg)}
    table |= {name: getattr(found, name)[rows] for name in numbers}
    table |= {name: getattr(watched, name)[rows] for name in ("pace_low", "pace_high", "named")}
    words = np.array([str(word) for word in watched.finding[rows]], dtype=object)
    return table | {"finding": words}


@columns_of_result.register(Focus)
def _focus(focus: Focus) -> Table:
    order, process = focus.order, focus.process
    states = tuple(process.state_name(state) for state in range(process.size + 1))
    numbers = ("gain", "waiting_cost", "move_chance", "worth_today")
    table: Table = {
        "deal": np.array(focus.deals, dtype=object)[order],
        "stage": _named(states, focus.standing.stage[order]),
        "next": _named(states, focus.gains.next[order]),
        "age": focus.standing.age[order],
        "amount": focus.standing.amount[order],
    }
    return table | {name: getattr(focus.gains, name)[order] for name in numbers}
