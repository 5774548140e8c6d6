"""Rows of changes as deals' histories: pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from mellantid.connectors.sql.values import amount_of, moment_of, order_of, text_of, truth_of
from mellantid.connectors.told import Change, DealTold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

Row = dict[str, Any]

COLUMNS: Final = (
    *("deal", "at", "stage", "pipeline", "amount", "currency"),
    *("owner", "place", "reason", "removed"),
)
"""What a row of changes may say; `deal` and `at` are needed, what is NULL has not changed."""
VALUES: Final = ("stage", "pipeline", "amount", "currency", "owner", "reason")


@dataclass(frozen=True)
class Reading:
    """How rows are to be read.

    Attributes:
        zone: of moments that say none.
        now: the present moment, ms UTC: nothing happens after it.
        pipeline_of: the pipeline of each stage, by the stage's id.
        pipeline: of deals whose stage belongs to none.
        currency: of amounts that have none; empty: unknown.
        places: of the stages in their order, for changes of one moment that have no order.

    """

    zone: ZoneInfo
    now: int
    pipeline_of: Mapping[str, str]
    pipeline: str
    currency: str
    places: Mapping[str, int]


@dataclass
class Happened:
    """One row, understood."""

    at: int
    after: int | None
    order: tuple[float, str]
    values: dict[str, Any]
    removed: bool


def deal_of(deal: str, rows: Iterable[Row], reading: Reading) -> DealTold | None:
    """A deal's history of all its rows, in any order; None: it never had a stage.

    A row without a moment says what has been true all along, such as the currency. Rows of one
    moment and order are one change, unless both say the same thing differently.
    """
    always: dict[str, Any] = {}
    happened: list[Happened] = []
    for row in rows:
        found = _understood(row, reading)
        if found is None:
            always |= _values(row)
        else:
            happened.append(found)
    happened.sort(key=lambda each: (each.at, each.order, _place(each, reading)))
    # A version of a record may say both that it is deleted and how it stood then.
    moves = [
        each for each in happened if each.values and (not each.removed or "stage" in each.values)
    ]
    first = next((i for i, each in enumerate(moves) if "stage" in each.values), None)
    if first is None:
        return None
    for each in moves[:first]:
        always |= each.values
    moves[first].values = {**always, **moves[first].values}
    changes = tuple(_changes(moves[first:], always.get("pipeline"), reading))
    gone = [each for each in happened if each.removed]
    # A deal that went on after it was removed is there again.
    removed = gone[-1] if gone and gone[-1].at >= changes[-1].at else None
    return DealTold(
        deal,
        changes,
        removed_at=removed.at if removed else None,
        removed_why=str(removed.values.get("reason", "")) if removed else "",
    )


def _values(row: Row) -> dict[str, Any]:
    read = {name: text_of(row.get(name)) for name in VALUES}
    found: dict[str, Any] = {name: value for name, value in read.items() if value is not None}
    amount = amount_of(row.get("amount"))
    return found | ({} if amount is None else {"amount": amount})


def _understood(row: Row, reading: Reading) -> Happened | None:
    when = moment_of(row.get("at"), reading.zone)
    if when is None:
        return None
    at, after = when
    at, after = min(at, reading.now), after if after is None else min(after, reading.now - 1)
    order = order_of(row.get("place"))
    return Happened(at, after, order, _values(row), truth_of(row.get("removed")))


def _place(each: Happened, reading: Reading) -> int:
    return reading.places.get(each.values.get("stage", ""), -1)


def _changes(moves: Sequence[Happened], usual: str | None, reading: Reading) -> Iterator[Change]:
    pipeline = ""
    for at, several in groupby(moves, key=lambda each: each.at):
        for place, (after, values) in enumerate(_together(several)):
            if "stage" in values:
                here = reading.pipeline_of.get(values["stage"], usual or reading.pipeline)
                values.setdefault("pipeline", here)
                if values["pipeline"] == pipeline:
                    del values["pipeline"]
                else:
                    pipeline = values["pipeline"]
            if "amount" in values and reading.currency:
                values.setdefault("currency", reading.currency)
            yield Change(at, after=after, place=place, **values)


def _together(several: Iterable[Happened]) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """What happened in one moment, as few changes as say it all."""
    values: dict[str, Any] = {}
    after: int | None = None
    for each in several:
        if any(values.get(name, value) != value for name, value in each.values.items()):
            yield after, values
            values = {}
        values, after = {**values, **each.values}, each.after
    yield after, values
