"""The weekly part of `splits`: money by leg and week, and whether it is nil on average."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mellantid.cli.output import print_table, print_text
from mellantid.metrics import numbers
from mellantid.workspace.weekly import AMOUNT_CHANGES, OWNER_CHANGES, sums_by_week

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mellantid.workspace import People, Standing
    from mellantid.workspace.weekly import Innovation, WeekMoney

SHOWN_WEEKS = 13
FAR = 3.0
"""Standard errors from nil that are not by chance."""


def print_weekly(found: Standing, unit: str, people: People) -> None:
    """Print the money of the last weeks, a table for each group, and the mean of a week."""
    legs = tuple(leg.leg for leg in found.legs)
    by_group: dict[str, list[WeekMoney]] = {}
    for row in found.weeks:
        by_group.setdefault(row.group, []).append(row)
    for group, rows in by_group.items():
        name = f" of {people.name(group) if group else 'nobody'}" if found.groups else ""
        _print_weeks(f"Money by week{name} (positive is ahead)", tuple(rows), legs, unit)
    _print_innovation(found.innovation, unit)


def _print_weeks(title: str, rows: tuple[WeekMoney, ...], legs: tuple[str, ...], unit: str) -> None:
    lines = (*legs, AMOUNT_CHANGES, OWNER_CHANGES)
    weeks, table = sums_by_week(rows, lines)
    shown = range(len(weeks))[-SHOWN_WEEKS:]
    scale, written = numbers.money_column(table.ravel().tolist(), unit)
    cells = [numbers.signed(each) for each in written]
    width = len(lines) + 1
    if len(weeks) > len(shown):
        title += f", the last {len(shown)} of {len(weeks)} weeks"
    print_table(
        f"{title}, {scale}" if scale else title,
        ("week", *lines, "sum"),
        [(weeks[w], *cells[w * width : (w + 1) * width]) for w in shown],
        spare=(OWNER_CHANGES, AMOUNT_CHANGES, *legs[1:]),
    )


def _print_innovation(found: Sequence[Innovation], unit: str) -> None:
    """Whether the plan's model still holds: a week's money is nil on average where it does."""
    if not found:
        return
    if found[0].missing:
        weeks = numbers.count(found[0].missing)
        print_text(f"Too early to say whether the plan's model holds: needs {weeks} more weeks.")
        return
    print_table(
        f"Mean of a week, over {found[0].weeks} weeks: nil where the plan's model and pace hold",
        ("leg", "", "mean", "standard error", "in standard errors"),
        [
            (
                each.leg,
                "not by chance" if each.score is not None and abs(each.score) >= FAR else "",
                numbers.signed(numbers.money(each.mean, unit)),
                numbers.money(each.error, unit),
                numbers.NONE if each.score is None else numbers.decimal(each.score, 1),
            )
            for each in found
        ],
        text_columns=2,
    )
