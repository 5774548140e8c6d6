"""The money of every leg, group and week, and whether it comes out at nil on average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mellantid.core.names import EVERYONE
from mellantid.core.standing.innovation import innovations
from mellantid.core.weeks import week_name

if TYPE_CHECKING:
    from mellantid.core.history import History
    from mellantid.core.standing.money import Money
    from mellantid.core.types import Floats, Ints

AMOUNT_CHANGES: Final = "amount changes"
OWNER_CHANGES: Final = "owner changes"
TOGETHER: Final = "together"


@dataclass(frozen=True)
class WeekMoney:
    """What a leg, or another line, added in a week; lines that are nil are left out.

    Attributes:
        week: the ISO week.
        group: the seller or team, or `all`; empty: nobody.
        leg: the leg, or `AMOUNT_CHANGES` or `OWNER_CHANGES`.
        money: ahead where positive.

    """

    week: str
    group: str
    leg: str
    money: float


@dataclass(frozen=True)
class Innovation:
    """The mean money of a leg in a week: nil, where the plan's model still holds.

    Attributes:
        leg: the leg, `AMOUNT_CHANGES`, or `TOGETHER`.
        weeks: how many weeks it stands on.
        mean: of a week.
        error: its standard error; None with too few weeks.
        score: the mean in standard errors; beyond ±3 it is not by chance.
        missing: how many more weeks are needed.

    """

    leg: str
    weeks: int
    mean: float
    error: float | None
    score: float | None
    missing: int


def week_money(
    found: Money,
    history: History,
    legs: tuple[str, ...],
    groups: tuple[str, ...] = (EVERYONE,),
    of: Ints | None = None,
) -> tuple[WeekMoney, ...]:
    """Every week's money by group and line; all of a group sum to its gap less re-estimation.

    Args:
        found: the money, cut at the ends of weeks.
        history: what it is of.
        legs: names of the legs.
        groups: names of the groups.
        of: each owner's group; None: all in one.

    """
    weeks, by_owner = found.by_owner_and_week(history)
    place = np.zeros(by_owner.shape[1], dtype=np.int64) if of is None else of
    table = np.einsum("wol,og->wgl", by_owner, np.eye(len(groups))[place])
    lines = (*legs, OWNER_CHANGES, AMOUNT_CHANGES)
    if of is None:
        # What one gives the other takes: rounding is no news.
        table[:, :, len(legs)] = 0.0
    return tuple(
        WeekMoney(week_name(int(weeks[w])), groups[g], lines[line], float(table[w, g, line]))
        for w, g, line in np.argwhere(table != 0).tolist()
    )


def week_innovations(
    found: Money, history: History, legs: tuple[str, ...]
) -> tuple[Innovation, ...]:
    """The mean money of every leg in a week, with its standard error."""
    _, by_week = found.by_week(history)
    result = innovations(by_week)
    lines = (*legs, AMOUNT_CHANGES, TOGETHER)
    columns = (result.mean, result.error, result.score)
    return tuple(
        Innovation(line, result.weeks, mean, _known(error), _known(score), result.missing)
        for line, mean, error, score in zip(
            lines, *(each.tolist() for each in columns), strict=True
        )
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def sums_by_week(rows: tuple[WeekMoney, ...], lines: tuple[str, ...]) -> tuple[list[str], Floats]:
    """Weeks, and their money by line with the sum last, (weeks, lines + 1), of one group."""
    weeks = sorted({row.week for row in rows})
    place = {week: number for number, week in enumerate(weeks)}
    column = {line: number for number, line in enumerate(lines)}
    table = np.zeros((len(weeks), len(lines) + 1))
    for row in rows:
        table[place[row.week], column[row.leg]] += row.money
    table[:, -1] = table.sum(axis=1)
    return weeks, table
