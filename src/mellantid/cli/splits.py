"""`splits`: where we are against the plan, in movements, days and money."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from mellantid.cli.context import ask, reading
from mellantid.cli.options import AsJson, AsOf, Database, ProcessName
from mellantid.cli.output import RULE, print_json, print_table, print_text
from mellantid.metrics import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mellantid.workspace import GroupStanding, LegStanding, People, Standing

HEADINGS = ("", "leg", "verdict", "plan", "actual", "movements", "days")
PACES = ("needed/week", "now/week")
SPARE = ("now/week", "needed/week", "plan", "verdict", "actual")
NO_LEG = ("",) * 5
GAP = "gap to the plan"


class By(StrEnum):
    """What splits are told by."""

    LEG = "leg"
    TEAM = "team"
    SELLER = "seller"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(splits)


def splits(
    by: Annotated[
        By, typer.Option(help="Tell them by leg only, or by team or seller too.")
    ] = By.LEG,
    weekly: Annotated[
        bool, typer.Option("--weekly", help="Tell the money of every week too, and its mean.")
    ] = False,
    database: Database = "./mellantid.db",
    process: ProcessName = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Say where we are against the plan, in movements, days and money."""
    with reading(database) as workspace:
        race = ask(workspace, process, as_of)
        found = workspace.standing(race, by.value, weekly=weekly)
        people = workspace.people
    if as_json:
        print_json(found)
        return
    print_standing(found, race.unit, people)
    if weekly:
        from mellantid.cli.weekly import print_weekly  # noqa: PLC0415 (only where asked for)

        print_weekly(found, race.unit, people)


def print_standing(found: Standing, unit: str, people: People) -> None:
    """Print the splits as the race table."""
    print_text(
        f"Plan {found.plan_version} for {numbers.date(found.first)} to {numbers.date(found.last)}, "
        f"as of {numbers.date(found.as_of)}: expected {numbers.money(found.expected_money, unit)}, "
        f"planned {numbers.money(found.planned_money, unit)}, target "
        f"{numbers.round_money(found.target, unit)}."
    )
    _print_lines(
        "Splits (positive is ahead)",
        found.legs,
        {
            "amount changes": found.amount_changes,
            "re-estimation": found.re_estimation,
            GAP: found.gap_money,
        },
        unit,
    )
    _print_re_estimation(found, unit)
    _print_other_periods(found, unit)
    for group in found.groups:
        if group.group or _has_part(group):
            _print_group(group, unit, people)


def _print_re_estimation(found: Standing, unit: str) -> None:
    """What the line of re-estimation is made of, where it is of two things."""
    if found.corrections and found.refitted:
        anew, corrected = (
            numbers.signed(numbers.money(each, unit))
            for each in (found.refitted, found.corrections)
        )
        print_text(
            f"Re-estimation: {anew} from the model fitted anew, {corrected} from history that was "
            "corrected since the plan was made."
        )


def _print_other_periods(found: Standing, unit: str) -> None:
    """The other targets of the plan, where it has several."""
    for each in found.periods:
        if (each.first, each.last) != (found.first, found.last):
            print_text(
                f"The target of {numbers.round_money(each.target, unit)} for "
                f"{numbers.date(each.first)} to {numbers.date(each.last)}: expected "
                f"{numbers.money(each.expected, unit)}, gap to the plan "
                f"{numbers.signed(numbers.money(each.gap, unit))}."
            )


def _print_group(group: GroupStanding, unit: str, people: People) -> None:
    _print_lines(
        people.name(group.group) if group.group else "Nobody",
        group.legs,
        {
            "amount changes": group.amount_changes,
            "owner changes": group.transfers,
            "re-estimation": group.re_estimation,
            GAP: group.gap_money,
        },
        unit,
    )


def _has_part(group: GroupStanding) -> bool:
    """Whether there is anything to tell of deals that nobody owns."""
    return any(leg.actual or leg.planned or leg.money for leg in group.legs)


def _print_lines(
    title: str, legs: Sequence[LegStanding], rest: Mapping[str, float], unit: str
) -> None:
    """A table of legs, then the lines that are no leg: these have a name and money only."""
    amounts = [*(leg.money for leg in legs), *rest.values()]
    scale, written = numbers.money_column(amounts, unit)
    money = [numbers.signed(each) for each in written]
    rows = [(*_leg_cells(leg), each, *_paces(leg)) for leg, each in zip(legs, money, strict=False)]
    for name, each in zip(rest, money[len(legs) :], strict=True):
        rows += [RULE] if name == GAP else []
        rows.append(("", name, *NO_LEG, each, "", ""))
    headings = (*HEADINGS, f"money, {scale}" if scale else "money", *PACES)
    print_table(title, headings, rows, text_columns=3, spare=SPARE)


def _leg_cells(leg: LegStanding) -> tuple[str, ...]:
    from mellantid.metrics.symbols import SYMBOLS  # noqa: PLC0415 (--json does without)

    return (
        SYMBOLS[leg.verdict],
        leg.leg,
        f"too early, needs {numbers.count(leg.needs)} more" if leg.needs else leg.verdict,
        numbers.movements(leg.planned),
        numbers.movements(leg.actual),
        numbers.signed(numbers.movements(leg.movements)),
        numbers.signed(numbers.days(leg.days)),
    )


def _paces(leg: LegStanding) -> tuple[str, ...]:
    return numbers.movements(leg.needed_per_week), numbers.movements(leg.now_per_week)
